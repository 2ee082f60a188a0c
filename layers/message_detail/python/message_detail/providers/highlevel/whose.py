"""Whose event it is: the account whose location the body names, and never another.

All locations of all apps are signed with one key, so a signature says only that HighLevel sent the event. The account
is that of the address (else `default`) if its location is the event's; else one that is named like the location, or
under the address without a name one that was stored with it, if its location is that; else the event is another's,
whoever pointed it here. To search all accounts for a location, the intake would have to read all their secrets: hence
the directory, which is asked by `name_of`.

Before the proof nothing of the body is parsed: its location is looked for in one pass over the bytes, and only where
the keys of the address's account don't fit, since another account may have keys of its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from message_detail.domain.errors import AccountUnusable, SignatureInvalid, UnknownAccount
from message_detail.providers.base.account import ACCOUNT_NAME, Account
from message_detail.providers.base.signatures import Proof
from message_detail.providers.base.webhook import AccountOf, Delivery, Foreign, NameOf, Verified
from message_detail.providers.highlevel.account import location_id, require_location
from message_detail.providers.highlevel.signature import NO_SETTINGS, authenticate, check_signature, require_signature
from message_detail.providers.highlevel.subjects import location_told

OTHER_LOCATION: Final = "other_location"
NO_LOCATION: Final = "event_without_location"

_LOCATION: Final = re.compile(rb'"locationId"\s{0,8}:\s{0,8}"([A-Za-z0-9._-]{1,64})"')


def whose(delivery: Delivery, named: str, account_of: AccountOf, name_of: NameOf) -> Verified | Foreign:
    """The delivery, proved for the account of its location; `Foreign` when it is genuine and no account's.

    `named` is the account of the address. Reads the secrets of two accounts; of a third one only where one was stored
    with the location, or where what looks like it in the unproved bytes is not the one that the body tells.
    """
    require_signature(delivery)
    accounts = _Accounts(account_of, named, name_of)
    proof = _proof(delivery, accounts)
    location = location_told(delivery.json())
    if location is None:
        return Foreign(NO_LOCATION, proof)
    account = accounts.at(location)
    if account is not None:
        return Verified(delivery, account, authenticate(delivery, account))
    accounts.check_addressed()
    return Foreign(OTHER_LOCATION, proof)


class _Accounts:
    """The accounts that an event may belong to: that of the address, and those named like or stored with a location."""

    def __init__(self, account_of: AccountOf, named: str, name_of: NameOf) -> None:
        self._task_account = account_of
        self._name_of = name_of
        self._address = named
        self._read: dict[str, Account | None] = {}
        self.missing: UnknownAccount | None = None
        self.addressed = self.named(named)

    def named(self, name: str) -> Account | None:
        """The account of that name, None where there is none. AccountUnusable when its settings can't be used.

        Those of the address's account hinder no other's event: see `check_addressed`.
        """
        if name not in self._read:
            try:
                self._read[name] = self._task_account(name)
            except UnknownAccount as error:
                if isinstance(error, AccountUnusable) and name != self._address:
                    raise
                self._read[name] = None
                self.missing = self.missing or error
        return self._read[name]

    def check_addressed(self) -> None:
        """AccountUnusable where the event may be that of the address's account, and it can't be told."""
        if isinstance(self.missing, AccountUnusable):
            raise self.missing
        if self.addressed is not None:
            require_location(self.addressed)

    def candidates(self, location: str) -> Iterator[Account]:
        """The account that is named like a location, and the one that was stored with it."""
        if ACCOUNT_NAME.fullmatch(location) and (account := self.named(location)) is not None:
            yield account
        stored = self._name_of(location)
        if stored is not None and (account := self.named(stored)) is not None:
            yield account

    def at(self, location: str) -> Account | None:
        """The account whose location it is."""
        if self.addressed is not None and location_id(self.addressed) == location:
            return self.addressed
        return next((account for account in self.candidates(location) if location_id(account) == location), None)


def _proof(delivery: Delivery, accounts: _Accounts) -> Proof:
    """The proof by the keys of the address's account (the vendor's, where we have none), else of the hinted one."""
    try:
        return check_signature(delivery, accounts.addressed.settings if accounts.addressed else NO_SETTINGS)
    except SignatureInvalid as error:
        found = _LOCATION.search(delivery.body)
        account = next(accounts.candidates(found[1].decode()), None) if found else None
        if account is None:
            raise (error if accounts.addressed else accounts.missing or error) from None
        return authenticate(delivery, account)
