"""What a request to erase asks for: the body of POST /v1/erase, checked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from message_detail.domain.errors import Unprocessable
from message_detail.providers import names
from message_detail.providers.base.account import check_name

MAX_CHARACTERS: Final = 2_000
MOST_IDS: Final = 1_000
PERSONS: Final = ("address", "contact_id", "message_ids")
KEYS: Final = (*PERSONS, "provider", "account", "dry_run", "expected")
NOT_COVERED: Final = (
    "texts of other people's messages that mention the person",
    "messages that have not been fetched yet: a later webhook or sync brings them in",
    "messages that name the person in another way only: by an id of a provider (erase each of contact_ids), by another "
    "address, or by a number whose country is not known",
    "what the providers keep, and the backups of the table",
)
"""What an erasure can't find; docs/operations.md says what to do about it."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Whose messages, or which: exactly one of address, contact_id and message_ids (whole ids).

    `provider` and `account` say whose contact it is. `expected` is how many messages the caller thinks there are.
    """

    address: str | None = None
    contact_id: str | None = None
    message_ids: tuple[str, ...] = ()
    provider: str | None = None
    account: str | None = None
    dry_run: bool = False
    expected: int | None = None

    @property
    def owner(self) -> str:
        """How the ids of the contact's messages begin, "" for any."""
        return f"{self.provider}:{f'{self.account}:' if self.account else ''}" if self.provider else ""


def wanted(body: Mapping[str, Any]) -> Wanted:
    """What a body asks for. Unprocessable that says which key is wrong, and why."""
    unknown = sorted(set(body) - set(KEYS))
    if unknown:
        raise _wrong(f"unknown key {unknown[0][:64]!r}; known are: {', '.join(KEYS)}")
    if nothing := [name for name in KEYS if name in body and body[name] is None]:
        raise _wrong(f"{nothing[0]}: must not be null; leave it out")
    given = [name for name in PERSONS if name in body]
    if len(given) != 1:
        raise _wrong(f"give exactly one of {', '.join(PERSONS)}; there is {' and '.join(given) or 'none'}")
    provider, account = _owner(body, given[0])
    return Wanted(
        address=_text(body, "address", "a phone number, an e-mail address or another address as text"),
        contact_id=_text(body, "contact_id", "the id that a provider gives the person, as text"),
        message_ids=_ids(body["message_ids"]) if given == ["message_ids"] else (),
        provider=provider,
        account=account,
        dry_run=_flag(body.get("dry_run")),
        expected=_number(body.get("expected")),
    )


def _owner(body: Mapping[str, Any], person: str) -> tuple[str | None, str | None]:
    provider, account = body.get("provider"), body.get("account")
    if provider is None and account is None:
        return None, None
    if person != "contact_id" or provider is None:
        raise _wrong("provider, account: go with contact_id only, an account with its provider")
    if provider not in names():
        raise _wrong(f"provider: must be one of {', '.join(names())}")
    if account is not None:
        _check_account(account, provider)
    return provider, account


def _check_account(account: Any, provider: str) -> None:
    if not isinstance(account, str):
        raise _wrong("account: must be an account's name")
    check_name(account, provider)


def _text(body: Mapping[str, Any], name: str, what: str) -> str | None:
    value = body.get(name)
    if value is None:
        return None
    if not isinstance(value, str) or not value.strip() or len(value) > MAX_CHARACTERS:
        raise _wrong(f"{name}: must be {what}")
    return value


def _ids(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list) or not 1 <= len(value) <= MOST_IDS:
        raise _wrong(f"message_ids: must be a list of 1 to {MOST_IDS} messages' whole ids, provider:account:id")
    for place, one in enumerate(value):
        parts = one.split(":", 2) if isinstance(one, str) and len(one) <= MAX_CHARACTERS else []
        if len(parts) != 3 or parts[0] not in names() or not all(parts):
            raise _wrong(f"message_ids[{place}]: must be a message's whole id, provider:account:id")
    return tuple(dict.fromkeys(value))


def _flag(value: Any) -> bool:
    if value not in (None, True, False) or (isinstance(value, int) and not isinstance(value, bool)):
        raise _wrong("dry_run: must be true or false")
    return bool(value)


def _number(value: Any) -> int | None:
    if value is not None and (not isinstance(value, int) or isinstance(value, bool) or value < 0):
        raise _wrong("expected: must be the number of messages, as a whole number")
    return value


def _wrong(detail: str) -> Unprocessable:
    return Unprocessable(detail)
