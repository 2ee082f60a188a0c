"""An erasure: whose messages it is after while it runs, and what is left of it as a record. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, Final

from message_detail.domain import json_codec

ID_PATTERN: Final = "^[0-9a-f]{32}$"
"""Of an erasure's id."""


class ErasureState(StrEnum):
    """How far an erasure is."""

    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Target:
    """The messages that are still to be erased: those of `ids`, then what stands in the index's `lists`.

    Of the lists only messages whose ids begin with `owner`. `numbers`: what was asked for is a number without its
    country code, and these are all that it was found to be; the same digits of another country are somebody else's.
    """

    ids: tuple[str, ...] = ()
    lists: tuple[str, ...] = ()
    owner: str = ""
    numbers: tuple[str, ...] = ()

    def to_json(self) -> str:
        """As it lies in the table."""
        return json_codec.dumps(
            {"ids": list(self.ids), "lists": list(self.lists), "owner": self.owner, "numbers": list(self.numbers)}
        )

    @classmethod
    def from_json(cls, text: str) -> Target:
        """What `to_json` wrote."""
        values: Mapping[str, Any] = json_codec.loads(text)
        return cls(tuple(values["ids"]), tuple(values["lists"]), values["owner"], tuple(values["numbers"]))


@dataclass(frozen=True, slots=True, kw_only=True)
class Erasure:
    """An erasure as it stands. Times are canonical timestamps.

    `key_id` is the API key that asked for it, `subject` stands for the person, and is the same for the same person.
    `found` is how many messages there were when it began, `erased` how many it has removed. `step` counts its writes.
    `reason` says why it failed, as an error's code.
    """

    erase_id: str
    key_id: str
    subject: str
    found: int
    asked_at: str
    changed_at: str
    state: ErasureState = ErasureState.RUNNING
    erased: int = 0
    step: int = 0
    target: Target = Target()
    ended_at: str | None = None
    reason: str | None = None

    @property
    def messages(self) -> int:
        """How many messages it is about: those that came in while it ran are erased as well."""
        return max(self.found, self.erased)

    @property
    def left(self) -> int:
        """How many of them are not erased yet. Of one that is done none: what it did not erase was gone before."""
        return 0 if self.state is ErasureState.DONE else self.messages - self.erased

    def after(self, ids: tuple[str, ...], erased: int, now: str) -> Erasure:
        """One step later: so many more are erased, and these ids come next."""
        target = replace(self.target, ids=ids)
        return replace(self, target=target, erased=self.erased + erased, step=self.step + 1, changed_at=now)
