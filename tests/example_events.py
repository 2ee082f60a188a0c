"""What the example events in events/ promise, wherever the functions run: in this process, or as built."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any, Final, Protocol

import pytest

from local.stack import ERASURES
from message_detail.domain.addresses.query import address_lists
from message_detail.domain.erasure import Erasure, Target
from message_detail.domain.errors import MessageNotFound
from message_detail.domain.message import Message
from message_detail.providers import names
from tests.acknowledged import check_acknowledged
from tools.make_events import ADDRESS, ADDRESS_PROVIDER, API_KEY, AT, CALLER, ERASE_ID, EVENTS

#: Whose the simulators' first messages are.
ACCOUNT: Final = "default"
#: Of `API_KEY`: what the secret of the API keys must hold.
KEY: Final[dict[str, Any]] = {"id": CALLER["key_id"], "scopes": CALLER["scopes"].split()}


class Place(Protocol):
    """Where functions run, with the AWS side and the simulators that they work with. Nothing is stored at first."""

    def invoke(self, event: Mapping[str, Any]) -> Any:
        """What the function answers to an event that is for it."""
        ...

    def fetch(self, provider: str, message_id: str) -> None:
        """Store a message of a provider."""
        ...

    def make_due(self, provider: str, message_id: str) -> None:
        """Make a message one that is to be looked at again."""
        ...

    def stored(self, provider: str, message_id: str) -> Message | None:
        """The stored message, None when there is none; MessageNotFound when it has been erased."""
        ...

    def queued(self, queue: str) -> list[dict[str, Any]]:
        """Takes the tasks off a queue: a provider's, or that of erasures."""
        ...

    def begin_erasure(self, erasure: Erasure) -> None:
        """Write an erasure that is to be worked on."""
        ...


def load(folder: str, name: str) -> dict[str, Any]:
    """An event, by its folder and the name of its file."""
    event: dict[str, Any] = json.loads((EVENTS / folder / f"{name}.json").read_text(encoding="utf-8"))
    return event


def first_message(provider: str) -> str:
    """The id that the events of a provider are about."""
    return str(load(provider, "lookup")["pathParameters"]["message_id"])


def lookup(place: Place, provider: str) -> None:
    """The message is fetched, answered and stored."""
    response = place.invoke(load(provider, "lookup"))
    message = json.loads(response["body"])
    assert response["statusCode"] == 200, message
    assert message["provider_message_id"] == first_message(provider)
    assert (message["provider"], message["provenance"]["freshness"]) == (provider, "live")
    assert _via(place, provider, first_message(provider)) == "lookup"


def worker(place: Place, provider: str) -> None:
    """Every task of the batch is done: its message is stored, and nothing is left for later."""
    event = load(provider, "worker")
    assert place.invoke(event) == {"batchItemFailures": []}
    assert place.queued(provider) == []
    ids = [json.loads(record["body"])["message_id"] for record in event["Records"]]
    assert [_via(place, provider, one) for one in ids] == ["refresh"] * len(ids)


def webhook(place: Place, provider: str) -> None:
    """The webhook is taken in: a task is queued, by which the worker knows the event however often it comes."""
    event = load(provider, "webhook")
    _is_acknowledged(provider, place.invoke(event), accepted=1)
    [task] = place.queued(provider)
    assert (task["provider"], task["account"], task["via"]) == (provider, ACCOUNT, "webhook")
    assert task["message_id"] == first_message(provider)
    _is_acknowledged(provider, place.invoke(event), accepted=1)
    [again] = place.queued(provider)
    assert again["event"] == task["event"]


def refresh(place: Place, folder: str) -> None:
    """A task is queued for each message."""
    event = load(folder, "refresh")
    response = place.invoke(event)
    wanted = json.loads(event["body"])["message_ids"]
    assert (response["statusCode"], json.loads(response["body"])) == (202, {"accepted": len(wanted)})
    assert sorted(task["message_id"] for task in place.queued(ADDRESS_PROVIDER)) == sorted(wanted)


def schedule(place: Place, folder: str) -> None:
    """What is due is queued, once."""
    place.make_due(ADDRESS_PROVIDER, first_message(ADDRESS_PROVIDER))
    event = load(folder, "schedule")
    assert place.invoke(event) == {"queued": 1, "syncs": 0}
    queued = [task["via"] for task in place.queued(ADDRESS_PROVIDER) if "message_id" in task]  # beside counts of days
    assert queued == ["reconcile"]
    assert place.invoke(event) == {"queued": 0, "syncs": 0}


def search(place: Place, folder: str) -> None:
    """A stored message is found by its recipient's address."""
    place.fetch(ADDRESS_PROVIDER, first_message(ADDRESS_PROVIDER))
    response = place.invoke(load(folder, "search"))
    found = json.loads(response["body"])
    assert response["statusCode"] == 200, found
    assert [item["provider_message_id"] for item in found["items"]] == [first_message(ADDRESS_PROVIDER)]
    assert found["items"][0]["to"][0]["address"] == ADDRESS


def providers(place: Place, folder: str) -> None:
    """Every provider is listed."""
    response = place.invoke(load(folder, "providers"))
    assert response["statusCode"] == 200
    listed = json.loads(response["body"])["items"]
    assert [item["provider"] for item in listed] == list(names())
    assert {item["state"] for item in listed} == {"ok"}


def drift(place: Place, folder: str) -> None:
    """Nothing has been seen that the tables don't know."""
    response = place.invoke(load(folder, "drift"))
    assert (response["statusCode"], json.loads(response["body"])) == (200, {"items": []})


def erase(place: Place, folder: str) -> None:
    """The person's message is found, and an erasure is queued."""
    place.fetch(ADDRESS_PROVIDER, first_message(ADDRESS_PROVIDER))
    response = place.invoke(load(folder, "erase"))
    begun = json.loads(response["body"])
    assert (response["statusCode"], begun["messages"]) == (202, 1)
    assert [task["erase_id"] for task in place.queued(ERASURES)] == [begun["erase_id"]]


def erasure(place: Place, folder: str) -> None:
    """The person's message is gone."""
    message_id = first_message(ADDRESS_PROVIDER)
    place.fetch(ADDRESS_PROVIDER, message_id)
    assert place.stored(ADDRESS_PROVIDER, message_id) is not None
    target = Target(lists=address_lists(ADDRESS))
    place.begin_erasure(
        Erasure(erase_id=ERASE_ID, key_id=KEY["id"], subject="s", found=1, target=target, asked_at=AT, changed_at=AT)
    )
    assert place.invoke(load(folder, "erasure")) == {"batchItemFailures": []}
    with pytest.raises(MessageNotFound, match="erased here"):
        place.stored(ADDRESS_PROVIDER, message_id)


def health(place: Place, folder: str) -> None:
    """It answers."""
    response = place.invoke(load(folder, "health"))
    assert (response["statusCode"], json.loads(response["body"])) == (200, {"status": "ok"})


def openapi(place: Place, folder: str) -> None:
    """The description of the API is whole."""
    response = place.invoke(load(folder, "openapi"))
    assert response["statusCode"] == 200
    assert "/v1/messages/{provider}/{message_id}" in json.loads(response["body"])["paths"]


def docs(place: Place, folder: str) -> None:
    """The page is there."""
    response = place.invoke(load(folder, "docs"))
    assert response["statusCode"] == 200
    assert response["headers"]["content-type"].startswith("text/html")
    assert "reference.js" in response["body"]


def open_session(place: Place, folder: str) -> None:
    """There is a token for it, which reads."""
    response = place.invoke(load(folder, "open_session"))
    opened = json.loads(response["body"])
    assert (response["statusCode"], opened["scopes"]) == (201, ["metadata", "read"])
    assert opened["token"]


def me(place: Place, folder: str) -> None:
    """The key is called by its name."""
    response = place.invoke(load(folder, "me"))
    key = {"key_id": CALLER["key_id"], "scopes": CALLER["scopes"].split(), "expires_at": None}
    told = {**key, "session": False, "providers": None, "accounts": None}
    assert (response["statusCode"], json.loads(response["body"])) == (200, told)


def stream(place: Place, folder: str) -> None:
    """The change is read; there is nobody whom it could be sent to."""
    assert place.invoke(load(folder, "stream")) == {"batchItemFailures": []}


def delivery(place: Place, folder: str) -> None:
    """There is no such endpoint any more, and its task is over."""
    assert place.invoke(load(folder, "delivery")) == {"batchItemFailures": []}


def endpoints(place: Place, folder: str) -> None:
    """Each is told by its name and host."""
    response = place.invoke(load(folder, "endpoints"))
    assert response["statusCode"] == 200
    items = json.loads(response["body"])["items"]
    assert [item["state"] for item in items] == ["on"] * len(items)
    assert "url" not in response["body"]


def home(place: Place, folder: str) -> None:
    """The console's page, which loads nothing from another host."""
    response = place.invoke(load(folder, "home"))
    assert response["statusCode"] == 200
    assert response["headers"]["content-type"].startswith("text/html")
    assert "app.js" in response["body"]
    assert "//" not in "".join(re.findall(r'(?:href|src)="([^"]+)"', response["body"]))


def request(place: Place, folder: str) -> None:
    """The key is known, and nothing but the key lets in."""
    event = load(folder, "request")
    assert event["identitySource"] == [f"Bearer {API_KEY}"]
    assert place.invoke(event) == {"isAuthorized": True, "context": dict(CALLER)}
    without = {**event, "headers": {}}
    assert place.invoke(without) == {"isAuthorized": True, "context": {"reason": "missing"}}


#: By the name of the event's file. Each is called with the place and the event's folder.
PROMISES: Final[Mapping[str, Callable[[Place, str], None]]] = {
    promise.__name__: promise
    for promise in (
        *(lookup, worker, webhook),
        *(refresh, schedule),
        *(search, providers, drift, erase),
        *(erasure, stream, delivery, endpoints),
        *(health, openapi, docs, home),
        *(open_session, me),
        request,
    )
}


def event_names(folder: Path) -> list[str]:
    """The events of a folder."""
    return sorted(path.stem for path in folder.glob("*.json"))


def _is_acknowledged(provider: str, response: Any, **told: Any) -> None:
    webhook = import_module(f"message_detail.providers.{provider}.webhook").WEBHOOK
    check_acknowledged(webhook, response["statusCode"], response["body"], response["headers"]["content-type"], **told)


def _via(place: Place, provider: str, message_id: str) -> str:
    message = place.stored(provider, message_id)
    assert message is not None, f"{message_id} is not stored"
    return str(message.provenance.via.value)
