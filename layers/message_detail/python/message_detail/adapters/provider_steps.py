"""A provider's way to a message, step by step: what its answers stand for, and which of them end it."""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import TypeVar

from message_detail import observability
from message_detail.domain import waits
from message_detail.domain.errors import ProviderBadAnswer, ProviderRefused, Temporary
from message_detail.providers.base.account import Account
from message_detail.providers.base.provider import NO_LOOK, Document, Look, Provider, Request, Response

Call = Callable[[Request], Response]
R = TypeVar("R")


def fetch_document(provider: Provider, account: Account, message_id: str, call: Call, look: Look = NO_LOOK) -> Document:
    """Drives a provider's way to a message; `call` answers each request. Checks that it is the message asked for."""
    document = run_steps(provider.steps(account, message_id, look), call)
    _check_id(provider, document, message_id)
    return document


def run_steps(steps: Generator[Request, Response, R], call: Call) -> R:
    """Answers a generator's requests with `call` until it returns."""
    try:
        request = next(steps)
        while True:
            request = steps.send(_usable(call(request), request))
    except StopIteration as done:
        result: R = done.value
        return result


def classified(provider: Provider, answer: Response) -> Response:
    """The answer with the error that it stands for, if it is one."""
    error = provider.classify(answer)
    if error is None and answer.status >= 400:
        error = ProviderRefused(f"the provider answered {answer.status}")
    if error is None and not isinstance(answer.body, dict):
        error = ProviderBadAnswer("the answer is not a JSON object")
    if isinstance(error, Temporary):
        asked = error.retry_after
        told = waits.told(answer.headers.get("retry-after")) if asked is None else asked
        error.retry_after = None if told is None else waits.believed(told)
        if error.retry_after != told:
            observability.count("wait_capped")
    return Response(answer.status, answer.headers, answer.body, error)


def _usable(answer: Response, request: Request) -> Response:
    """An answer that the provider may see; an error ends the fetch unless the request was optional."""
    bearable = request.spare or (request.optional and not isinstance(answer.error, Temporary))
    if answer.error is not None and request.authenticated and not bearable:
        raise answer.error
    return answer


def _check_id(provider: Provider, document: Document, message_id: str) -> None:
    path = next(name for name, rule in provider.fields.rules.items() if "provider_message_id" in rule.targets)
    found = document.get(path)
    if found is None or found == "":
        raise ProviderBadAnswer("the answer holds no message id")
    if str(found) != message_id:
        raise ProviderBadAnswer("the answer is about another message")
