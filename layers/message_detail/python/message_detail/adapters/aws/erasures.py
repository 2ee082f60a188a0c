"""Erasures in the table: one row each, the job while it runs and the record of it ever after.

Each step is written under the condition that nobody else has gone on: of two containers that work on one erasure, as
after a message that the queue delivered twice, one takes note of a step, and the other reads what came of it. What
leads to the person is on the row while the job runs, and no longer.
"""

from __future__ import annotations

import re
import time
import uuid
from collections.abc import Callable
from contextlib import suppress
from typing import Final

from message_detail.adapters.aws.attributes import Item, get_number, get_text, number, text
from message_detail.adapters.aws.key_schema import ERASURE
from message_detail.adapters.aws.table import ConditionFailed, Table
from message_detail.domain.erasure import ID_PATTERN, Erasure, ErasureState, Target
from message_detail.domain.errors import NoSuchErasure, Unprocessable
from message_detail.domain.times import from_epoch

MOST_TARGET_BYTES: Final = 300_000
"""What a row has room for: DynamoDB takes items of 400 KB."""
_GOES_ON: Final = "#state = :running AND step = :step"
_STATE: Final = {"#state": "state"}
"""A word that DynamoDB keeps for itself."""


class Erasures:
    """The erasures of the stack. `now` gives seconds since 1970."""

    def __init__(self, table: Table, now: Callable[[], float] = time.time) -> None:
        self._table = table
        self._now = now

    def prepare(self, key_id: str, subject: str, found: int, target: Target) -> Erasure:
        """A new erasure, not written yet. Unprocessable where its ids have no room."""
        if len(target.to_json().encode()) > MOST_TARGET_BYTES:
            raise Unprocessable(f"message_ids: are too long together (more than {MOST_TARGET_BYTES} bytes): send fewer")
        at = from_epoch(self._now())
        return Erasure(
            erase_id=uuid.uuid4().hex,
            key_id=key_id,
            subject=subject,
            found=found,
            target=target,
            asked_at=at,
            changed_at=at,
        )

    def begin(self, erasure: Erasure) -> None:
        """Writes a new erasure: from now on it runs."""
        self._table.put(_item(erasure), "attribute_not_exists(pk)")

    def read(self, erase_id: str) -> Erasure:
        """An erasure as it stands; NoSuchErasure where there is none of that id."""
        item = self._table.get(_key(erase_id), consistent=True) if re.fullmatch(ID_PATTERN, erase_id) else None
        if item is None:
            raise NoSuchErasure("there is no erasure of this id")
        return _read(erase_id, item)

    def go_on(self, erasure: Erasure, ids: tuple[str, ...], erased: int = 0) -> Erasure:
        """Takes note that so many more are erased, and which ids are next; where it stands then, by whomever."""
        after = erasure.after(ids, erased, from_epoch(self._now()))
        return self._change(
            erasure,
            "SET target = :target, erased = :erased, step = :next, changed_at = :now",
            {
                ":target": text(after.target.to_json()),
                ":erased": number(after.erased),
                ":next": number(after.step),
                ":now": text(after.changed_at),
            },
        )

    def end(self, erasure: Erasure, reason: str | None = None) -> Erasure:
        """Ends an erasure: done, or failed with the reason; where it stands then, by whomever."""
        values = {
            ":ended": text(ErasureState.FAILED if reason is not None else ErasureState.DONE),
            ":now": text(from_epoch(self._now())),
        }
        change = "SET #state = :ended, ended_at = :now, changed_at = :now"
        if reason is not None:
            change, values[":reason"] = f"{change}, reason = :reason", text(reason)
        return self._change(erasure, f"{change} REMOVE target", values)

    def _change(self, erasure: Erasure, change: str, values: Item) -> Erasure:
        condition = {":running": text(ErasureState.RUNNING), ":step": number(erasure.step)}
        with suppress(ConditionFailed):  # somebody else has gone on
            self._table.update(
                _key(erasure.erase_id), change, {**values, **condition}, condition=_GOES_ON, names=_STATE
            )
        return self.read(erasure.erase_id)


def _key(erase_id: str) -> Item:
    return ERASURE.key(erase_id=erase_id)


def _item(erasure: Erasure) -> Item:
    return {
        **_key(erasure.erase_id),
        "state": text(erasure.state),
        "key_id": text(erasure.key_id),
        "subject": text(erasure.subject),
        "messages": number(erasure.found),
        "erased": number(erasure.erased),
        "step": number(erasure.step),
        "target": text(erasure.target.to_json()),
        "asked_at": text(erasure.asked_at),
        "changed_at": text(erasure.changed_at),
    }


def _read(erase_id: str, item: Item) -> Erasure:
    target = get_text(item, "target")
    return Erasure(
        erase_id=erase_id,
        state=ErasureState(get_text(item, "state") or ErasureState.RUNNING),
        key_id=get_text(item, "key_id") or "",
        subject=get_text(item, "subject") or "",
        found=get_number(item, "messages") or 0,
        erased=get_number(item, "erased") or 0,
        step=get_number(item, "step") or 0,
        target=Target.from_json(target) if target is not None else Target(),
        asked_at=get_text(item, "asked_at") or "",
        changed_at=get_text(item, "changed_at") or "",
        ended_at=get_text(item, "ended_at"),
        reason=get_text(item, "reason"),
    )
