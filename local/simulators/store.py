"""The messages a simulator holds, per account, and the scripts that move them on."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


class NotHeld(KeyError):
    """No such message in that account."""


@dataclass
class Held:
    """One message as the vendor holds it.

    `message` is the payload of the single-message call, without envelope; `parts` what other calls give, under names
    of the simulator's own; `shows` says why it is here.
    """

    message: dict[str, Any]
    shows: str = ""
    parts: dict[str, Any] = field(default_factory=dict)
    steps: list[dict[str, Any]] = field(default_factory=list)
    by_get: bool = False

    def step(self, updated_field: str | None, later: Callable[[str], str]) -> bool:
        """Apply the next step of the script, if one is left.

        The vendor's time of last change moves on (`later`), unless the step names that field itself.
        """
        if not self.steps:
            return False
        updates = self.steps.pop(0)
        merge(self.message, updates)
        if updated_field and updated_field not in updates:
            before = self.message.get(updated_field)
            if isinstance(before, str) and before:
                self.message[updated_field] = later(before)
        return True


@dataclass
class Store:
    """All messages, by account and id. `deleted` remembers ids that once were there."""

    id_field: str
    accounts: dict[str, dict[str, Held]] = field(default_factory=dict)
    deleted: set[tuple[str, str]] = field(default_factory=set)

    def load(self, fixtures: Mapping[str, Sequence[Held]]) -> None:
        """Start again with a deep copy of these messages."""
        self.deleted.clear()
        self.accounts = {
            account: {str(held.message[self.id_field]): copy.deepcopy(held) for held in messages}
            for account, messages in fixtures.items()
        }

    def find(self, account: str, message_id: str) -> Held | None:
        """The message, or `None`."""
        return self.accounts.get(account, {}).get(message_id)

    def get(self, account: str, message_id: str) -> Held:
        """The message.

        :raises NotHeld: there is none.
        """
        held = self.find(account, message_id)
        if held is None:
            raise NotHeld(message_id)
        return held

    def put(self, account: str, held: Held) -> str:
        """Add or replace a message; gives its id."""
        message_id = str(held.message[self.id_field])
        self.accounts.setdefault(account, {})[message_id] = held
        self.deleted.discard((account, message_id))
        return message_id

    def drop(self, account: str, message_id: str) -> None:
        """Take a message away, as when a vendor deletes it.

        :raises NotHeld: there is none.
        """
        self.get(account, message_id)
        del self.accounts[account][message_id]
        self.deleted.add((account, message_id))

    def all(self, account: str) -> list[Held]:
        """The account's messages in the order they were added."""
        return list(self.accounts.get(account, {}).values())


def merge(target: dict[str, Any], updates: Mapping[str, Any]) -> None:
    """Put `updates` into `target`; objects are merged, everything else is replaced."""
    for key, value in updates.items():
        inner = target.get(key)
        if isinstance(value, Mapping) and isinstance(inner, dict):
            merge(inner, value)
        else:
            target[key] = copy.deepcopy(value)
