"""The state of recounts: which are under way, what was counted so far of a long one, and which days are next."""

from __future__ import annotations

import time
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from message_detail.adapters.aws.attributes import Item, binary, get_number, get_real, get_text, number, text
from message_detail.adapters.aws.key_schema import COUNTED_PART, RECOUNT, RECOUNT_SCHEDULE
from message_detail.adapters.aws.table import Table
from message_detail.domain import json_codec
from message_detail.domain.message import Channel, Direction
from message_detail.domain.statistics.tally import Group, Tally

KEPT_SECONDS: Final = 86_400
"""How long what was counted so far waits for the task that goes on with it."""
DEAD_SECONDS: Final = 6 * 3_600
"""After so long without a task a recount is one that died, or could not be queued."""
CHUNK: Final = 300_000
"""Bytes of an item that holds a part of what was counted so far; DynamoDB takes 400 KB."""
MOST_UNPACKED: Final = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Running:
    """A recount that is under way: of which days of which account."""

    provider: str
    account: str
    recount_id: str
    first: str
    last: str


@dataclass(frozen=True, slots=True)
class Turn:
    """When an account is counted next by itself (seconds since 1970), and the last day whose end was counted after."""

    next_at: float = 0.0
    day: str = ""


class RecountState:
    """The state of all recounts in the table."""

    def __init__(self, table: Table, now: Callable[[], float] = time.time) -> None:
        self._table = table
        self._now = now

    def begin(self, running: Running) -> None:
        """Notes that a recount is under way: of these days it has yet to end."""
        expires_at = number(int(self._now()) + DEAD_SECONDS)
        days = {"first_day": text(running.first), "last_day": text(running.last)}
        self._table.put(
            {**_key(running.provider, running.account, running.recount_id), **days, "expires_at": expires_at}
        )

    def end(self, provider: str, account: str, recount_id: str) -> None:
        """Notes that it has ended."""
        self._table.delete(_key(provider, account, recount_id))

    def running(self, provider: str) -> list[Running]:
        """The recounts of a provider's accounts that are under way."""
        now = self._now()
        items = self._table.partition(RECOUNT.partition(provider=provider), consistent=True)
        return [_running(provider, item) for item in items if (get_number(item, "expires_at") or 0) > now]

    # --- what was counted so far

    def keep(self, provider: str, part: str, tallies: Mapping[Group, Tally]) -> None:
        """Keeps what was counted so far, under the id of a part that no other one has."""
        rows = [[*group, tally.pack()] for group, tally in tallies.items()]
        packed = zlib.compress(json_codec.dumps(rows).encode(), 6)
        expires_at = number(int(self._now()) + KEPT_SECONDS)
        for index, start in enumerate(range(0, len(packed), CHUNK)):
            key = COUNTED_PART.key(provider=provider, part=part, chunk=index)
            self._table.put({**key, "tallies": binary(packed[start : start + CHUNK]), "expires_at": expires_at})

    def kept(self, provider: str, part: str) -> dict[Group, Tally] | None:
        """What was kept; None where it is gone, or can't be read."""
        items = self._table.partition(COUNTED_PART.partition(provider=provider, part=part), consistent=True)
        packed = b"".join(bytes(item["tallies"]["B"]) for item in items)
        try:
            rows = json_codec.loads(zlib.decompressobj().decompress(packed, MOST_UNPACKED).decode())
            return {_group(*names): Tally.unpack(tally) for *names, tally in rows}
        except (ValueError, TypeError, zlib.error):
            return None

    # --- whose turn it is

    def turns(self, provider: str) -> dict[str, Turn]:
        """When each account is counted next, of those that have been."""
        items = self._table.partition(RECOUNT_SCHEDULE.partition(provider=provider), consistent=True)
        return {item["sk"]["S"]: Turn(get_real(item, "next_at"), get_text(item, "day") or "") for item in items}

    def note_turn(self, provider: str, account: str, turn: Turn) -> None:
        """Notes when it is an account's turn again."""
        key = RECOUNT_SCHEDULE.key(provider=provider, account=account)
        self._table.put({**key, "next_at": number(turn.next_at), "day": text(turn.day)})


def _key(provider: str, account: str, recount_id: str) -> Item:
    return RECOUNT.key(provider=provider, account=account, recount_id=recount_id)


def _running(provider: str, item: Item) -> Running:
    account, _, recount_id = str(item["sk"]["S"]).partition("#")
    return Running(provider, account, recount_id, get_text(item, "first_day") or "", get_text(item, "last_day") or "")


def _group(channel: str, direction: str, country: str) -> Group:
    return Group(Channel(channel), Direction(direction), country)
