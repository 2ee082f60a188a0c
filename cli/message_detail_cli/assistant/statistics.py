"""The tool about counts of messages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Final

from pydantic import Field

from message_detail_cli.assistant.answers import answer
from message_detail_cli.assistant.reader import Reader

ROWS: Final = 100
_COUNTS: Final = (
    "day", "provider", "account", "channel", "direction", "country", "messages", "by_status", "delivered", "failed",
    "undecided", "delivery_rate", "no_rate", "failures", "segments", "cost", "discrepancies", "replied", "opted_out",
)  # fmt: skip
_SPEEDS: Final = ("n", "p50", "p95")
Day = Annotated[str | None, Field(description="Like 2026-11-01, UTC, included.")]


class StatisticsTools:
    """What can be asked of many messages at once."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader

    def get_statistics(
        self,
        from_day: Day = None,
        to_day: Day = None,
        group_by: Annotated[
            str, Field(description="One or more, by commas: day, provider, account, channel, direction, country.")
        ] = "provider",
        provider: str | None = None,
        channel: str | None = None,
        country: Annotated[str | None, Field(description="ISO 3166, like AU.")] = None,
    ) -> str:
        """Counts of messages: delivery rate, failures, speed, cost; of the last 7 days unless days are given."""
        query = {
            "from": from_day, "to": to_day, "group_by": group_by, "provider": provider, "channel": channel,
            "country": country,
        }  # fmt: skip
        found = self._reader.get("/v1/stats", query)
        rows = found["rows"]
        told = {name: found.get(name) for name in ("as_of", "open_days", "counting")}
        return answer(**told, rows=list(map(_row, rows[:ROWS])), rows_left_out=max(0, len(rows) - ROWS))


def _row(row: Mapping[str, Any]) -> dict[str, Any]:
    """What of a row is not nothing."""
    speed = {name: (row.get("seconds_to_delivered") or {}).get(name) for name in _SPEEDS}
    told = {name: row.get(name) for name in _COUNTS} | ({"seconds_to_delivered": speed} if speed["n"] else {})
    return {name: value for name, value in told.items() if value not in (None, [], {})}
