"""What commands print: results to stdout, remarks to stderr.

To a pipe: aligned columns without tabs, times as the API has them. To a terminal: the same in its width, states in
colour (unless NO_COLOR is set), and beside each time the local one and how long ago that was. Or JSON, or CSV.
"""

from __future__ import annotations

import argparse
import csv
import io
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from message_detail_cli.moments import told, told_shortly
from message_detail_cli.words import colour_of

TABLE: Final = "table"
CSV: Final = "csv"
JSON: Final = "json"
FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n")
"""With these a spreadsheet takes a cell for a formula: an apostrophe before it keeps it a text, as in exports."""
Rows = Sequence[Sequence[Any]]


class Time(str):
    """An instant of the API's: a terminal shows it in local time, too, and how long ago that was."""

    __slots__ = ()


class State(str):
    """A status, an outcome or how something stands: a terminal shows by its colour whether that is good."""

    __slots__ = ()


def time(value: Any) -> Time | None:
    """What may be an instant, marked as one."""
    return Time(value) if value else None


def state(value: Any) -> State | None:
    """What may be a status, marked as one."""
    return State(value) if value else None


def on_terminal() -> bool:
    """Whether a person sees the results at once."""
    return sys.stdout.isatty()


def say(text: str) -> None:
    """A result."""
    print(text)


def note(text: str) -> None:
    """A remark, out of the way of what reads the results."""
    print(text, file=sys.stderr, flush=True)


def say_json(value: Any) -> None:
    """A result as indented JSON."""
    say(json.dumps(value, ensure_ascii=False, indent=2))


def add_table(parser: argparse.ArgumentParser) -> None:
    """The option -o of a command that shows a table."""
    text = "table, csv or json (as --json)"
    parser.add_argument("-o", "--output", choices=(TABLE, CSV, JSON), default=TABLE, metavar="FORMAT", help=text)


def wants_json(arguments: argparse.Namespace) -> bool:
    """Whether the answer itself is asked for."""
    return arguments.json or getattr(arguments, "output", TABLE) == JSON


def show_table(arguments: argparse.Namespace, answer: Any, head: Sequence[str], rows: Rows, none: str) -> None:
    """A list, as the options want it: the rows under their head, or the answer itself. `none`: of an empty one."""
    if wants_json(arguments):
        say_json(answer)
    elif getattr(arguments, "output", TABLE) == CSV:
        say(_csv(head, rows))
    elif rows:
        say_table(head, rows)
    else:
        note(none)


def show_pairs(arguments: argparse.Namespace, answer: Any, values: Mapping[str, Any]) -> None:
    """One thing, as the options want it: a line per name and value, or the answer itself."""
    if arguments.json:
        say_json(answer)
    else:
        say_pairs(values)


def say_table(head: Sequence[str], rows: Rows) -> None:
    """Rows under a head: on a terminal within its width."""
    if on_terminal():
        _draw([name.upper() for name in head], rows)
    else:
        say(table(head, rows))


def say_pairs(values: Mapping[str, Any]) -> None:
    """A line per name and value."""
    if on_terminal():
        _draw(None, list(_lines(values)))
    else:
        say(pairs(values))


def table(head: Sequence[str], rows: Rows) -> str:
    """Rows under a head, in columns two blanks apart."""
    lines = [[name.upper() for name in head], *([clean(cell) for cell in row] for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(head))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in lines
    )


def pairs(values: Mapping[str, Any]) -> str:
    """One line per name and value; names without a value are left out, lists take a line per item."""
    width = max(map(len, values), default=0)
    return "\n".join(f"{label.ljust(width)}  {clean(item)}" for label, item in _lines(values))


def clean(value: Any) -> str:
    """A value on one line, without the characters that a terminal acts on; nothing for None."""
    if value is None:
        return ""
    text = {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)
    return "".join(character if character.isprintable() else " " for character in text).strip()


def _lines(values: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for name, value in values.items():
        label = name
        for item in value if isinstance(value, list | tuple) else (value,):
            if clean(item):
                yield label, item
                label = ""


def _draw(head: Sequence[str] | None, rows: Rows) -> None:
    """To a terminal. `head` None: pairs, which have more room for a time."""
    # Imported where it is needed: to a pipe, or with --json, a call does not wait for it.
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    drawn = Table(*(head or ("", "")), box=None, show_header=head is not None, pad_edge=False, padding=(0, 2, 0, 0))
    for column in drawn.columns:
        column.overflow = "fold"
        column.no_wrap = str(column.header).endswith("ID")  # to be copied whole
    tell = told if head is None else told_shortly
    for row in rows:
        cells = (tell(clean(cell)) if isinstance(cell, Time) else clean(cell) for cell in row)
        styles = (colour_of(cell) if isinstance(cell, State) else "" for cell in row)
        drawn.add_row(*(Text(cell, style) for cell, style in zip(cells, styles, strict=True)))
    Console(highlight=False, force_terminal=True).print(drawn)


def _csv(head: Sequence[str], rows: Rows) -> str:
    lines = io.StringIO()
    writer = csv.writer(lines, lineterminator="\n")
    writer.writerow([name.replace(" ", "_") for name in head])
    writer.writerows([_cell(cell) for cell in row] for row in rows)
    return lines.getvalue().removesuffix("\n")


def _cell(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(FORMULA) and isinstance(value, str) else text
