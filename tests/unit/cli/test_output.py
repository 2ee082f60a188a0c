"""What is printed: to a pipe, to a terminal, as CSV."""

from __future__ import annotations

import argparse
import csv
import io
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from message_detail_cli import moments, output
from message_detail_cli.output import State, Time, pairs, say_pairs, say_table, show_table, table

ROWS: list[tuple[Any, ...]] = [("x\ty\n", None), ("\x1b[2J", True)]
NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
AT = Time("2026-06-01T09:00:00.000Z")


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """stdout is a terminal of 80 columns in a zone two hours east, and it is noon in Greenwich."""
    monkeypatch.setattr(output, "on_terminal", lambda: True)
    monkeypatch.setattr(moments, "now", lambda: NOW)
    for name in ("NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("COLUMNS", "80")


def test_a_table_is_aligned_by_blanks_and_holds_no_control_character() -> None:
    assert table(("name", "set"), ROWS) == "NAME  SET\nx y\n[2J   yes"


def test_pairs_leave_out_what_is_unknown_and_give_lists_a_line_per_item() -> None:
    assert pairs({"a": 1, "none": None, "empty": [], "many": ["x", "y"], "zero": 0}) == (
        "a      1\nmany   x\n       y\nzero   0"
    )


def test_a_pipe_gets_times_and_states_as_the_api_has_them(capsys: pytest.CaptureFixture[str]) -> None:
    say_table(("status", "at"), [(State("failed"), AT)])
    assert capsys.readouterr().out == f"STATUS  AT\nfailed  {AT}\n"


def test_a_terminal_gets_colours_and_how_long_ago(terminal: None, capsys: pytest.CaptureFixture[str]) -> None:
    say_table(("status", "at"), [(State("failed"), AT), (State("delivered"), AT), (State("sent"), AT), ("failed", AT)])
    failed, delivered, sent, plain = capsys.readouterr().out.splitlines()[1:]
    assert failed.startswith("\x1b[31mfailed")
    assert delivered.startswith("\x1b[32mdelivered")
    assert sent.startswith("\x1b[33msent")
    assert plain.startswith("failed")
    assert "2026-06-01 09:00:00 UTC, 3 h ago" in plain


def test_without_colours_where_they_are_not_wanted(
    terminal: None, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    say_pairs({"status": State("failed"), "at": AT})
    assert "\x1b[3" not in capsys.readouterr().out


def test_a_terminal_is_not_written_over_its_width_nor_acted_on(
    terminal: None, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TERM", "dumb")
    whole_id = "samva:default:" + "z" * 40
    say_table(("text", "id"), [("[red]x[/red]\x1b[2J" + "y" * 200, whole_id)])
    out = capsys.readouterr().out
    assert all(len(line) <= 80 for line in out.splitlines())
    assert "[red]x[/red]" in out
    assert "\x1b[2J" not in out
    assert whole_id in out


def _arguments(**values: Any) -> argparse.Namespace:
    return argparse.Namespace(**{"json": False, "output": "table", **values})


def test_csv_has_every_cell_and_no_formula(capsys: pytest.CaptureFixture[str]) -> None:
    rows = [("+61491570156", -3, None, True), ('=HYPERLINK("x")', 1, "a\nb", False), ("\tx", 0, "é,", None)]
    show_table(_arguments(output="csv"), {}, ("from to", "n", "text", "set"), rows, "none")
    assert list(csv.reader(io.StringIO(capsys.readouterr().out))) == [
        ["from_to", "n", "text", "set"],
        ["'+61491570156", "-3", "", "true"],
        ['\'=HYPERLINK("x")', "1", "a\nb", "false"],
        ["'\tx", "0", "é,", ""],
    ]


@pytest.mark.parametrize(
    "arguments", [_arguments(json=True), _arguments(output="json"), _arguments(json=True, output="csv")]
)
def test_json_is_the_answer_untouched(capsys: pytest.CaptureFixture[str], arguments: argparse.Namespace) -> None:
    show_table(arguments, {"items": [], "new": "key"}, ("a",), [], "none")
    assert capsys.readouterr().out == '{\n  "items": [],\n  "new": "key"\n}\n'


def test_an_empty_list_is_said_beside_the_results_and_is_a_head_in_csv(capsys: pytest.CaptureFixture[str]) -> None:
    show_table(_arguments(), {}, ("a", "b"), [], "nothing is there")
    assert capsys.readouterr() == ("", "nothing is there\n")
    show_table(_arguments(output="csv"), {}, ("a", "b"), [], "nothing is there")
    assert capsys.readouterr() == ("a,b\n", "")


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0, "0 s ago"), (59, "59 s ago"), (60, "1 min ago"), (7_199, "119 min ago"), (7_200, "2 h ago"),
     (172_799, "47 h ago"), (172_800, "2 d ago"), (-90, "in 1 min")],
)  # fmt: skip
def test_how_long_ago(terminal: None, seconds: int, text: str) -> None:
    assert moments.ago(NOW - timedelta(seconds=seconds)) == text


def test_a_time_is_told_in_utc_and_here(monkeypatch: pytest.MonkeyPatch, terminal: None) -> None:
    zone = timezone(timedelta(hours=2), "CEST")
    monkeypatch.setattr(moments, "local", lambda moment: moment.astimezone(zone))
    assert moments.told(AT) == "2026-06-01 09:00:00 UTC, 11:00:00 CEST, 3 h ago"
    late = "2026-05-31T23:30:00.000Z"
    assert moments.told(late) == "2026-05-31 23:30:00 UTC, 2026-06-01 01:30:00 CEST, 12 h ago"
    monkeypatch.setattr(moments, "local", lambda moment: moment)
    assert moments.told(AT) == "2026-06-01 09:00:00 UTC, 3 h ago"
    assert moments.told("nonsenseZ") == moments.told_shortly("nonsenseZ") == "nonsenseZ"


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2h", "2026-06-01T10:00:00.000Z"), ("30 min ago", "2026-06-01T11:30:00.000Z"),
        ("45s", "2026-06-01T11:59:15.000Z"),
        ("7D", "2026-05-25T12:00:00.000Z"), ("1w", "2026-05-25T12:00:00.000Z"), ("15m", "2026-06-01T11:45:00.000Z"),
        ("2026-06-01T02:00:00+02:00", "2026-06-01T00:00:00.000Z"),
    ],
)  # fmt: skip
def test_a_time_may_be_given_as_so_long_ago(terminal: None, text: str, instant: str) -> None:
    assert moments.instant(text) == instant


def test_a_day_begins_when_it_does_here(terminal: None, monkeypatch: pytest.MonkeyPatch) -> None:
    east = timezone(timedelta(hours=14))
    monkeypatch.setattr(moments, "now", lambda: NOW.astimezone(east))  # already the 2nd of June
    monkeypatch.setattr(moments, "local", lambda moment: moment.replace(tzinfo=east))
    assert moments.instant("today") == "2026-06-01T10:00:00.000Z"
    assert moments.instant("Yesterday") == "2026-05-31T10:00:00.000Z"
    assert moments.instant("2026-06-01") == "2026-05-31T10:00:00.000Z"


@pytest.mark.parametrize("text", ["", "2", "99999999h", "2026-06-01T00:00:00", "2026-02-30", "99999w", "x" * 10_000])
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(argparse.ArgumentTypeError, match="give a time with an offset, such as"):
        moments.instant(text)
