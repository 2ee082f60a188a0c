"""How an account's state changed, as the table's stream shows it: it cools down, its circuit opens, it recovers, its
credentials are refused, or its settings can't be used."""

from __future__ import annotations

from typing import Any, Final

from message_detail.adapters.aws.attributes import Item, get_number, get_real, get_text
from message_detail.adapters.aws.key_schema import ACCOUNT, CIRCUIT, COOLDOWN
from message_detail.domain.errors import RateLimited
from message_detail.domain.times import from_epoch

OK: Final = "ok"
COOLING_DOWN: Final = "cooling_down"
OPEN: Final = "open"
"""States of an account, besides those that its row names: what somebody has to mend."""
NO_PROVIDERS: Final = "endpoint"
"""Whose circuits are none of a provider's: those of endpoints."""

State = tuple[str, str, dict[str, Any]]
"""Provider, account, and what the event tells."""


def account_state(key: Item, before: Item, after: Item) -> State | None:
    """The state that an account came into by a write; None where it came into none."""
    pk, sk = str(key["pk"]["S"]), str(key["sk"]["S"])
    if pk.startswith(COOLDOWN.prefix):
        provider, _, account = pk.removeprefix(COOLDOWN.prefix).partition(":")
        data = _cool_down(before, after)
    elif pk.startswith(CIRCUIT.prefix):
        provider, _, account = sk.partition(":")
        data = _circuit(before, after)
    elif pk.startswith(ACCOUNT.prefix):
        provider, account = pk.removeprefix(ACCOUNT.prefix), sk
        data = _health(before, after)
    else:
        return None
    return (provider, account, data) if data is not None and provider != NO_PROVIDERS else None


def _cool_down(before: Item, after: Item) -> dict[str, Any] | None:
    """The first throttling of a streak; the others prolong what is known."""
    if get_number(after, "streak") != 1 or get_number(before, "streak") == 1:
        return None
    return {"state": COOLING_DOWN, "previous_state": OK, "until": from_epoch(get_real(after, "until"))}


def _circuit(before: Item, after: Item) -> dict[str, Any] | None:
    earlier, now = (str(get_text(item, "state") or "closed").lower() for item in (before, after))
    if earlier == "closed" and now == OPEN:
        return {"state": OPEN, "previous_state": OK, "until": None}
    if earlier != "closed" and now == "closed":
        return {"state": OK, "previous_state": OPEN, "until": None}
    return None


def _health(before: Item, after: Item) -> dict[str, Any] | None:
    was, state = _standing(before), _standing(after)
    if was == state or (state == COOLING_DOWN):  # of which the cool-down's own row tells
        return None
    return {"state": state, "previous_state": was, "until": None}


def _standing(row: Item) -> str:
    """How an account stands by its latest call: what passes by itself, and has a row of its own, is none of it."""
    if trouble := get_text(row, "trouble"):
        return trouble
    failed, succeeded = get_text(row, "last_error") or "", get_text(row, "last_success") or ""
    if failed <= succeeded:
        return OK
    return COOLING_DOWN if get_text(row, "last_error_code") == RateLimited.code else OK
