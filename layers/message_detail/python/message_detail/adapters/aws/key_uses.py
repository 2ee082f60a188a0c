"""When each API key was last used, in the table: to see which ones nobody needs any more.

The authorizer notes it, whose answer API Gateway keeps for five minutes: a write at most every ten minutes of a key's
use, however many requests there are. Best effort, as all that is counted: it never keeps anybody out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Final

from message_detail import observability
from message_detail.adapters.aws.attributes import get_text, number, text
from message_detail.adapters.aws.key_schema import KEY_USE
from message_detail.domain.errors import StorageError
from message_detail.domain.times import from_epoch

if TYPE_CHECKING:
    from message_detail.adapters.aws.table import Table

EVERY_SECONDS: Final = 600
"""How old what is noted of a key that is in use may be."""
KEPT_SECONDS: Final = 400 * 86_400


class KeyUses:
    """What is noted of the keys. `now` gives seconds since 1970."""

    def __init__(self, table: Table, now: Callable[[], float]) -> None:
        self._table = table
        self._now = now
        self._noted: dict[str, float] = {}
        """When this container has noted a key: the keys are few, and ours."""

    def note(self, key_id: str) -> None:
        """Notes that a key is used now, unless that was noted a while ago."""
        from message_detail.adapters.aws.table import ConditionFailed

        now = self._now()
        if now < self._noted.get(key_id, 0.0) + EVERY_SECONDS:
            return
        values = {
            ":now": text(from_epoch(now)),
            ":before": text(from_epoch(now - EVERY_SECONDS)),
            ":expires": number(int(now) + KEPT_SECONDS),
        }
        try:
            self._table.update(
                KEY_USE.key(key_id=key_id),
                "SET last_used = :now, expires_at = :expires",
                values,
                condition="attribute_not_exists(last_used) OR last_used <= :before",
            )
        except ConditionFailed:  # another container did
            pass
        except StorageError as error:
            observability.warning("not counted", what="key", reason=error.detail)
        self._noted[key_id] = now


def last_uses(table: Table, key_ids: Iterable[str]) -> dict[str, str]:
    """When these keys were last used (canonical timestamps); those that never were are left out."""
    keys = {str(key["pk"]["S"]): name for name in key_ids for key in [KEY_USE.key(key_id=name)]}
    items = table.get_many([KEY_USE.key(key_id=name) for name in keys.values()])
    return {keys[item["pk"]["S"]]: used for item in items if (used := get_text(item, "last_used"))}
