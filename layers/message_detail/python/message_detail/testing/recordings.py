"""Recorded exchanges with a provider: read from a folder and played back through our own code, without a socket.

A recording is `<name>.json`: who asked for which message, and what the provider answered to each request in turn.
`<name>.expected.json` beside it is the specification of what comes of it.
"""

from __future__ import annotations

import copy
import functools
import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlencode

from message_detail.adapters.provider_steps import classified, fetch_document
from message_detail.domain import json_codec
from message_detail.domain.errors import MessageDetailError
from message_detail.domain.normalized import NormalizedMessage
from message_detail.providers.base.account import Account, build
from message_detail.providers.base.provider import Context, Document, Provider, Request, Response

EXPECTED: Final = ".expected.json"


@dataclass(frozen=True)
class Recording:
    """One recorded fetch. `exchange` holds the answers in the order in which they are asked for."""

    file: Path = field(repr=False)
    description: str
    origin: str
    account: dict[str, Any] = field(repr=False)
    message_id: str
    fetched_at: str
    exchange: Sequence[dict[str, Any]] = field(repr=False)

    @property
    def name(self) -> str:
        """The file's name without its ending."""
        return self.file.stem

    @property
    def expected_file(self) -> Path:
        """Where it is written what comes of it."""
        return self.file.with_name(f"{self.name}{EXPECTED}")

    def expected(self) -> dict[str, Any]:
        """What comes of it: `message` and `observations`, or the code of an `error`."""
        expected: dict[str, Any] = json.loads(self.expected_file.read_text(encoding="utf-8"))
        return expected

    @property
    def succeeds(self) -> bool:
        """Whether it ends in a message."""
        return self.expected_file.is_file() and "message" in self.expected()

    def changed(self, exchange: Sequence[dict[str, Any]]) -> Recording:
        """The same fetch with other answers."""
        return replace(self, exchange=exchange)

    def copied_exchange(self) -> list[dict[str, Any]]:
        """The answers, to be changed at will."""
        return copy.deepcopy(list(self.exchange))

    def __str__(self) -> str:
        return f"{self.file.parent.name}/{self.name}"


@functools.cache
def load_recordings(folder: Path) -> Sequence[Recording]:
    """All recordings in a folder, by name; read once."""
    files = sorted(path for path in folder.glob("*.json") if not path.name.endswith(EXPECTED))
    return [Recording(file=path, **json.loads(path.read_text("utf-8"))) for path in files]


def account_for(provider: Provider, recording: Recording) -> Account:
    """The account that a recording is of."""
    return build(provider.name, "default", recording.account, provider.schema)


def retrieve(provider: Provider, recording: Recording) -> Document:
    """The document that the provider's way to the message makes of the recording's answers."""
    account = account_for(provider, recording)
    provider.check_id(account, recording.message_id)
    answers = iter(recording.exchange)

    def call(request: Request) -> Response:
        step = next(answers, None)
        assert step is not None, f"{recording}: {_sent(request)} was asked for, and the recording has no answer to it"
        assert _sent(request) == step["path"], f"{recording}: another request than the recording's"
        headers = {name.lower(): value for name, value in step.get("headers", {}).items()}
        return classified(provider, Response(step["status"], headers, _body(step.get("body"))))

    document = fetch_document(provider, account, recording.message_id, call)
    left = [step["path"] for step in answers]
    assert not left, f"{recording}: nothing asked for {left}"
    return document


def replay(provider: Provider, recording: Recording) -> NormalizedMessage:
    """The message that comes of a recording; raises MessageDetailError where the fetch ends in one."""
    document = retrieve(provider, recording)
    context = Context(account_for(provider, recording), recording.message_id, recording.fetched_at)
    return provider.normalize(document, context)


def outcome(provider: Provider, recording: Recording) -> dict[str, Any]:
    """What comes of a recording, in the form of its expected file."""
    try:
        normalized = replay(provider, recording)
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
