"""Webhooks that a shared secret proves: those of relays that users build, and of vendors that sign nothing."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping, Sequence
from typing import Any

from local.simulators.desk import Desk
from local.simulators.turn import Delivery

BASIC_USER = "webhook"
STYLES = ("bearer", "basic", "token")


def authorization(style: str | None, secret: str) -> dict[str, str]:
    """The header that carries the secret: `bearer`, `basic` (user `webhook`), or none for `token`.

    :raises ValueError: another style.
    """
    match style or "bearer":
        case "bearer":
            return {"authorization": f"Bearer {secret}"}
        case "basic":
            pair = base64.b64encode(f"{BASIC_USER}:{secret}".encode()).decode()
            return {"authorization": f"Basic {pair}"}
        case "token":
            return {}
    raise ValueError(f"unknown style {style!r}; known: {', '.join(STYLES)}")


def encode(payload: Mapping[str, Any]) -> bytes:
    """A payload as the raw body."""
    return json.dumps(payload, ensure_ascii=False, separators=(",", ":")).encode()


def telling(simulator: Desk, message_id: str, words: Sequence[Any], number: int) -> tuple[dict[str, str], bytes]:
    """`Desk.tell` of a relay, which may say more than the id: the bodies differ, so that none seems a repetition."""
    word = words[min(number, len(words) - 1)]
    return simulator.webhook(message_id, "many" if number % 2 else None, changes={"status": word, "event": number})


def webhook(delivery: Delivery, secret: str) -> tuple[dict[str, str], bytes]:
    """What a relay posts: `{"message_id": …}`, or `{"message_ids": […]}` for the event `many`."""
    one = delivery.message_id
    payload: dict[str, Any] = {"message_ids": [one]} if delivery.event == "many" else {"message_id": one}
    headers = authorization(delivery.style, delivery.secret or secret)
    return {"content-type": "application/json", **headers}, encode({**payload, **delivery.changes})
