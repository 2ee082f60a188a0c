"""Brings the messages of a restored table back, and none that has been erased since.

    PYTHONPATH=layers/message_detail/python python -m tools.restore --from RESTORED --to TABLE --bucket BUCKET

A table that is restored to a point in time comes under another name, and knows nothing of what was erased after that
point. This walks it, and joins each message to what the table in use holds: a join takes nothing away, so it may run
while the system does, and again after it was interrupted. Index entries are made anew. What the notes of erasures in
the bucket name is not brought back, but forgotten in the table in use as well. Access and refresh tokens stay where
they are: the restored ones have been used. docs/operations.md says what is to be done around it.
"""

from __future__ import annotations

import argparse
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Final

from message_detail import observability
from message_detail.adapters.aws import clients
from message_detail.adapters.aws.attributes import Item, flag, get_number, get_text, number
from message_detail.adapters.aws.key_schema import MESSAGE
from message_detail.adapters.aws.large_values import LargeValues
from message_detail.adapters.aws.message_store import Store, days_left, id_of_row
from message_detail.adapters.aws.table import ConditionFailed, Table
from message_detail.domain.errors import MessageNotFound, StorageRefused
from message_detail.domain.message_ids import message_digest
from message_detail.domain.reconcile_policy import FixedSchedule
from message_detail.domain.timeline import MessageState

ERASED: Final = "erased"
EXPIRED: Final = "expired"
BROUGHT_BACK: Final = "brought back"
UNREADABLE: Final = "unreadable, and left for the next lookup or sync"
REFUSED: Final = "refused for good by storage, and left in the copy: see the reason above, and run it again"


class Restore:
    """From one table into another, which may be the same. `now` gives seconds since 1970."""

    def __init__(
        self, source: Table, target: Table, contents: LargeValues, now: Callable[[], float] = time.time
    ) -> None:
        self._source = source
        self._target = target
        self._contents = contents
        self._now = now
        self._from = Store(source, contents, now=now)
        self._to = Store(target, contents, now=now)

    def run(self) -> Counter[str]:
        """Restores all messages; how many were brought back, erased, had expired, can't be read, or were refused."""
        erased = frozenset(self._contents.erased())
        return Counter(self._by_itself(item, erased) for item in self._items())

    def _by_itself(self, item: Item, erased: frozenset[str]) -> str:
        """One message that storage refuses for good keeps no other back; what passes by waiting ends the run."""
        try:
            return self._one(item, erased)
        except StorageRefused as error:
            print(f"{message_digest(id_of_row(item))}: {error.detail}")
            return REFUSED

    def _items(self) -> Iterator[Item]:
        """The messages of the restored table."""
        return (item for item in self._source.everything() if item["pk"]["S"].startswith(MESSAGE.prefix))

    def _one(self, item: Item, erased: frozenset[str]) -> str:
        message_id = id_of_row(item)
        if "erased" in item or message_digest(message_id) in erased:
            self._forget(message_id, item)
            return ERASED
        expires_at = get_number(item, "expires_at")
        if expires_at is not None and expires_at <= self._now():
            return EXPIRED
        days = days_left(expires_at, self._now())
        due_at = get_text(item, "due_at")
        record = self._from.read(message_id).state
        if record == MessageState():
            return UNREADABLE
        try:
            self._to.add(message_id, record, schedule=FixedSchedule(due_at), retention_days=days)
        except MessageNotFound:
            return ERASED
        return BROUGHT_BACK

    def _forget(self, message_id: str, item: Item) -> None:
        """Leaves a tombstone, so that no webhook or sync fetches the message again."""
        self._to.erase(message_id)
        tombstone = {"pk": item["pk"], "sk": item["sk"], "erased": flag(True), "revision": number(1)}
        with suppress(ConditionFailed):
            self._target.put(tombstone, "attribute_not_exists(pk)")


def main() -> None:
    """Restores as the command line says, and prints what was done."""
    parser = argparse.ArgumentParser(prog="python -m tools.restore", description=__doc__.partition("\n")[0])
    parser.add_argument("--from", dest="source", required=True, help="the table that was restored to a point in time")
    parser.add_argument("--to", dest="target", required=True, help="the stack's table; both may be one")
    parser.add_argument("--bucket", required=True, help="the stack's content bucket, which has the notes of erasures")
    options = parser.parse_args()
    observability.logger().setLevel("WARNING")  # a line of the log for each row would hide what is printed
    contents = LargeValues(lambda: clients.client("s3"), options.bucket)
    source, target = (Table(clients.client("dynamodb"), name) for name in (options.source, options.target))
    done = Restore(source, target, contents).run()
    for what in (BROUGHT_BACK, ERASED, EXPIRED, UNREADABLE, REFUSED):
        print(f"{done[what]} {what}")


if __name__ == "__main__":
    main()
