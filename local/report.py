"""What `make run` prints about the messages that it looked up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from local.samples import Sample

_HEAD: Final = ("provider", "by", "message id", "channel", "direction", "status", "from", "to", "text")
_WIDEST: Final = (10, 6, 36, 10, 9, 11, 24, 24, 40)


def table(samples: Sequence[Sample]) -> str:
    """The samples as an aligned table, one line each; below it what went wrong, in full."""
    rows = [_HEAD, *(_row(sample) for sample in samples)]
    cut = [[_short(cell, widest) for cell, widest in zip(row, _WIDEST, strict=True)] for row in rows]
    widths = [max(len(row[column]) for row in cut) for column in range(len(_HEAD))]
    problems = [f"{sample.provider}: {sample.problem}" for sample in samples if sample.problem]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in cut]
    return "\n".join([lines[0], "  ".join("-" * width for width in widths), *lines[1:], *problems])


def _row(sample: Sample) -> Sequence[str]:
    message = sample.message
    if message is None:
        return (sample.provider, sample.way, sample.message_id, "", "", "none", "", "", "")
    return (
        sample.provider,
        sample.way,
        sample.message_id,
        str(message["channel"]),
        str(message["direction"]),
        str(message["status"]),
        _party(message["from"]),
        ", ".join(_party(party) for party in message["to"]),
        str(message["body"]["preview"] or message["body"]["text"] or message["subject"] or ""),
    )


def _party(party: Mapping[str, Any] | None) -> str:
    if party is None:
        return ""
    return str(party["address"] or party["address_raw"] or party["name"] or party["contact_id"] or "")


def _short(text: str, widest: int) -> str:
    """One line, without characters that a terminal acts on."""
    line = "".join(character if character.isprintable() else " " for character in text)
    return line if len(line) <= widest else line[: widest - 1] + "…"
