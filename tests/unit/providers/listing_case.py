"""What the tests of the lists share: one simulator in process, walked as the core walks a provider's list."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from local.simulators import Simulator
from message_detail.adapters.provider_steps import classified
from message_detail.domain.errors import Temporary
from message_detail.providers.base.account import Account, build
from message_detail.providers.base.listing import Listed, Listing, Page, Window
from message_detail.providers.base.provider import Context, Provider, Request, Response
from tests.unit.simulators.client import answered, login, send

T = TypeVar("T")

NOW = "2026-07-01T00:00:00.000Z"
EVERYTHING = Window()
TOO_MANY_PAGES = 60


def drive(steps: Generator[Request, Response, T], send: Callable[[Request], Response]) -> T:
    """Answers each request as the core does: errors end the steps, save bearable ones of optional requests."""
    try:
        request = next(steps)
        while True:
            answer = send(request)
            if answer.error is not None and (not request.optional or isinstance(answer.error, Temporary)):
                raise answer.error
            request = steps.send(answer)
    except StopIteration as stop:
        done: T = stop.value
        return done


@dataclass
class Script:
    """Handwritten answers, given in their order."""

    provider: Provider
    answers: list[tuple[int, Any]]
    requests: list[Request] = field(default_factory=list)

    def __call__(self, request: Request) -> Response:
        self.requests.append(request)
        status, body = self.answers.pop(0)
        return classified(self.provider, Response(status, {}, body))


@dataclass
class Site:
    """A simulator, the account in it, and the list of its provider."""

    simulator: Simulator
    provider: Provider
    listing: Listing
    name: str = "default"
    held: str = "default"
    requests: list[Request] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.account: Account = build(
            self.provider.name, self.name, self.simulator.account(self.held), self.provider.schema
        )
        self._headers = login(self.simulator, self.held)

    def fill(self, numbers: Iterable[int], **changes: Any) -> list[str]:
        """Adds as many like messages; gives their ids."""
        return [self.simulator.put({**self.simulator.filler(number).message, **changes}) for number in numbers]

    def ids(self) -> set[str]:
        return set(self.simulator.message_ids())

    def send(self, request: Request) -> Response:
        self.requests.append(request)
        return answered(self.provider, send(self.simulator, request, self._headers))

    def page(self, window: Window = EVERYTHING, cursor: str | None = None) -> Page:
        return drive(self.listing.page(self.account, window, cursor), self.send)

    def walk(self, window: Window = EVERYTHING, between: Callable[[int], Any] | None = None) -> list[Page]:
        """All pages. `between` is called after each page but the last, with the number of pages so far.

        Each page is asked for twice, as after a crash: both answers must be the same.
        """
        pages: list[Page] = []
        cursor: str | None = None
        while True:
            pages.append(self.page(window, cursor))
            assert self.page(window, cursor) == pages[-1]
            assert len(pages) < TOO_MANY_PAGES
            cursor = pages[-1].cursor
            if cursor is None:
                return pages
            assert len(cursor) <= 1000
            if between:
                between(len(pages))

    def fetched(self, message_id: str) -> dict[str, Any]:
        """The message as a lookup would give it."""
        document = drive(self.provider.retrieve(self.account, message_id), self.send)
        return self.normalized(message_id, document)

    def normalized(self, message_id: str, document: dict[str, Any]) -> dict[str, Any]:
        message = self.provider.normalize(document, Context(self.account, message_id, NOW)).message
        found: dict[str, Any] = message.as_json()
        return found


def items_of(pages: Iterable[Page]) -> list[Listed]:
    return [item for page in pages for item in page.items]


def ids_of(pages: Iterable[Page]) -> set[str]:
    return {item.message_id for item in items_of(pages)}
