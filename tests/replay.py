"""Recorded exchanges with providers: read from tests/fixtures and played back through our own code, without a socket.

A fixture is `tests/fixtures/<provider>/<name>.json`: who asked for which message, and what the provider answered
to each request in turn. `<name>.expected.json` beside it is the specification of what comes of it.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlencode

from message_detail.adapters.provider_client import classified, fetch_document
from message_detail.domain import json_codec
from message_detail.domain.errors import MessageDetailError, MessageNotFound
from message_detail.domain.normalized import NormalizedMessage
from message_detail.providers.base.account import Account, build
from message_detail.providers.base.provider import Context, Document, Provider, Request, Response

FOLDER: Final = Path(__file__).parent / "fixtures"
EXPECTED: Final = ".expected.json"


@dataclass(frozen=True)
class Fixture:
    """One recorded fetch. `exchange` holds the answers in the order in which they are asked for."""

    provider: str
    name: str
    description: str
    origin: str
    account: dict[str, Any] = field(repr=False)
    message_id: str
    fetched_at: str
    exchange: Sequence[dict[str, Any]] = field(repr=False)

    @property
    def expected_file(self) -> Path:
        return FOLDER / self.provider / f"{self.name}{EXPECTED}"

    def expected(self) -> dict[str, Any]:
        expected: dict[str, Any] = json.loads(self.expected_file.read_text(encoding="utf-8"))
        return expected

    @property
    def succeeds(self) -> bool:
        return "message" in self.expected()

    def changed(self, exchange: Sequence[dict[str, Any]]) -> Fixture:
        """The same fetch with other answers."""
        return replace(self, exchange=exchange)

    def copied_exchange(self) -> list[dict[str, Any]]:
        return copy.deepcopy(list(self.exchange))

    def __str__(self) -> str:
        return f"{self.provider}/{self.name}"


def load_fixtures(provider: str) -> list[Fixture]:
    """All fixtures of a provider, by name."""
    files = sorted(path for path in (FOLDER / provider).glob("*.json") if not path.name.endswith(EXPECTED))
    return [Fixture(provider=provider, name=path.stem, **json.loads(path.read_text("utf-8"))) for path in files]


def account_of(provider: Provider, fixture: Fixture) -> Account:
    return build(provider.name, "default", fixture.account, provider.schema)


def retrieve(provider: Provider, fixture: Fixture) -> Document:
    """The document that the provider's way to the message makes of the fixture's answers."""
    if fixture.message_id in provider.reserved_ids or not fixture.message_id.strip("."):
        raise MessageNotFound("no message has this id", provider=provider.name)
    answers = iter(fixture.exchange)

    def call(request: Request) -> Response:
        step = next(answers, None)
        assert step is not None, f"{fixture}: {_sent(request)} was asked for, and the fixture has no answer to it"
        assert _sent(request) == step["path"], f"{fixture}: another request than the fixture's"
        headers = {name.lower(): value for name, value in step.get("headers", {}).items()}
        return classified(provider, Response(step["status"], headers, _body(step.get("body"))))

    document = fetch_document(provider, account_of(provider, fixture), fixture.message_id, call)
    left = [step["path"] for step in answers]
    assert not left, f"{fixture}: nothing asked for {left}"
    return document


def replay(provider: Provider, fixture: Fixture) -> NormalizedMessage:
    """The message that comes of a fixture; raises MessageDetailError where the fetch ends in one."""
    document = retrieve(provider, fixture)
    context = Context(account_of(provider, fixture), fixture.message_id, fixture.fetched_at)
    return provider.normalize(document, context)


def outcome(provider: Provider, fixture: Fixture) -> dict[str, Any]:
    """What comes of a fixture, in the form of its expected file."""
    try:
        normalized = replay(provider, fixture)
    except MessageDetailError as error:
        return {"error": error.code}
    return as_expected(normalized)


def as_expected(normalized: NormalizedMessage) -> dict[str, Any]:
    """A normalized answer in the form of an expected file."""
    return {
        "message": normalized.message.as_json(),
        "observations": [observation.model_dump(mode="json") for observation in normalized.observations],
    }


def _sent(request: Request) -> str:
    return request.path + (f"?{urlencode(request.query)}" if request.query else "")


def _body(body: Any) -> Any:
    """The body as the fetcher would read it from the wire: text that is no JSON is None."""
    if isinstance(body, dict) and "$text" in body:
        body_text = body["$text"]
        try:
            return json_codec.loads(body_text)
        except ValueError:
            return None
    return json_codec.loads(json.dumps(body))
