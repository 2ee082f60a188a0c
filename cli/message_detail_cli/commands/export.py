"""`message-detail export`: stored messages as a file, page by page; broken off, the same command goes on with it."""

from __future__ import annotations

import argparse
import csv
import io
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from message_detail_cli import limits
from message_detail_cli.api import ApiRefused, api_of
from message_detail_cli.errors import OK, CliError, UsageProblem
from message_detail_cli.filters import add_filters, filters_of
from message_detail_cli.options import page_limit
from message_detail_cli.output import note, say_json
from message_detail_cli.partial_file import PartialFile
from message_detail_cli.tools import Tools
from message_detail_client import TextPage

MORE: Final = (
    "With --out the file is there once it is whole; where it broke off, the same command goes on. Parquet needs the "
    "extra `parquet` (pip install 'message-detail[parquet]')."
)
NDJSON, CSV, PARQUET = "ndjson", "csv", "parquet"
PLACE: Final = "/v1/export"
TRIES: Final = 6
"""How often a page is asked for while the API is unavailable, with growing pauses."""
EVERY: Final = 1_000
"""Messages between two lines that tell how far it is."""


def options(parser: argparse.ArgumentParser) -> None:
    """Its own options."""
    add_filters(parser)
    text = "ndjson: each message whole, a line of JSON (default); csv: as a table; parquet: with --out"
    parser.add_argument("--format", choices=(NDJSON, CSV, PARQUET), default=NDJSON, metavar="FORMAT", help=text)
    parser.add_argument("--out", type=Path, metavar="FILE", help="the file to write; default: standard output")
    parser.add_argument("--limit", type=page_limit, metavar="N", help="messages of a page, up to 100 (default: 100)")


def run(arguments: argparse.Namespace, tools: Tools) -> int:
    """With --json the last line of output tells the file and how many messages it has."""
    if arguments.format == PARQUET:
        _check_parquet(arguments)
    query = {**filters_of(arguments), "limit": arguments.limit or limits.PAGE, "format": _sent(arguments.format)}
    if arguments.out is None:
        return _to_output(arguments, tools, query)
    file = PartialFile(arguments.out, {name: value for name, value in query.items() if value is not None})
    with file.opened() as (following, done):
        if done:
            note(f"going on after {done:,} messages")
        for page in _pages(arguments, tools, query, following):
            first = file.messages == 0
            file.add(_body(page.text, arguments.format, first=first), _count(page.text, arguments.format), page.next)
            _tell(file.messages)
    file.finish(_to_parquet if arguments.format == PARQUET else None)
    note(f"{file.messages:,} messages in {arguments.out}")
    if arguments.json:
        say_json({"file": str(arguments.out), "format": arguments.format, "messages": file.messages})
    return OK


def _to_output(arguments: argparse.Namespace, tools: Tools, query: dict[str, Any]) -> int:
    messages = 0
    for page in _pages(arguments, tools, query, None):
        sys.stdout.write(_body(page.text, arguments.format, first=messages == 0))
        messages += _count(page.text, arguments.format)
    note(f"{messages:,} messages")
    return OK


def _pages(
    arguments: argparse.Namespace, tools: Tools, query: dict[str, Any], following: str | None
) -> Iterator[TextPage]:
    """The pages from the one that `following` leads to on; None: from the first."""
    api, place, sent = api_of(arguments, tools), following or PLACE, None if following else query
    while place:
        page = _page(api.text, place, sent, tools)
        yield page
        place, sent = page.next or "", None


def _page(ask: Any, place: str, query: dict[str, Any] | None, tools: Tools) -> TextPage:
    """A page, asked for again while the API is unavailable."""
    for tried in range(1, TRIES + 1):
        try:
            page: TextPage = ask(place, query)
        except ApiRefused as error:
            if not error.passes or tried == TRIES:
                raise
            tools.sleep(2.0**tried)
        else:
            return page
    raise AssertionError("the last try ends in an answer or an error")


def _tell(messages: int) -> None:
    if messages >= EVERY and messages % EVERY < limits.PAGE:
        note(f"{messages:,} messages …")


def _sent(wanted: str) -> str:
    return CSV if wanted == CSV else NDJSON


def _body(text: str, wanted: str, *, first: bool) -> str:
    """A page as it goes on with those before it: of CSV only the first one's head stays."""
    return text.partition("\r\n")[2] if wanted == CSV and not first else text


def _count(text: str, wanted: str) -> int:
    """How many messages a page has."""
    if wanted != CSV:
        return text.count("\n")
    return max(0, sum(1 for _ in csv.reader(io.StringIO(text, newline=""))) - 1)


def _check_parquet(arguments: argparse.Namespace) -> None:
    if arguments.out is None:
        raise UsageProblem("--format parquet: goes with --out FILE")
    try:
        import duckdb  # noqa: F401
    except ImportError:
        raise UsageProblem("--format parquet: needs the extra: pip install 'message-detail[parquet]'") from None


def _to_parquet(lines: Path, parquet: Path) -> None:
    """Writes a file of lines of JSON as Parquet; the types are those that the messages have."""
    import duckdb

    with lines.open("rb") as opened:
        largest = max(map(len, opened), default=0)
    if not largest:
        raise CliError("there is no message: a Parquet file without columns can't be")
    most = largest + 1_024
    read = duckdb.read_json(str(lines), format="newline_delimited", sample_size=-1, maximum_object_size=most)
    read.write_parquet(str(parquet))
