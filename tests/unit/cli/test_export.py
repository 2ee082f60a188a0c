"""`message-detail export`: a file that is there once it is whole, and is gone on with where it broke off."""

from __future__ import annotations

import csv
import io
import json
import sys
from pathlib import Path

import duckdb
import httpx
import pytest

from message_detail.domain.message_csv import to_csv
from tests.unit.cli.conftest import Shell, problem
from tests.unit.samples import message

MESSAGES = [message(id=f"cellcast:default:m{n}", provider_message_id=f"m{n}", subject=f"a\n{n}") for n in range(5)]


def page(first: int, last: int, *, as_csv: bool = False) -> httpx.Response:
    """Some of the messages, and the way to those after them."""
    some = MESSAGES[first:last]
    body = to_csv(some) if as_csv else "".join(json.dumps(one.as_json()) + "\n" for one in some)
    link = {"link": f'</v1/export?limit=100&cursor=c{last}>; rel="next"'} if last < len(MESSAGES) else {}
    return httpx.Response(200, content=body, headers=link)


def ids(text: str) -> list[str]:
    return [json.loads(line)["provider_message_id"] for line in text.splitlines()]


ALL = [one.provider_message_id for one in MESSAGES]


def test_all_pages_go_to_standard_output_and_how_many_to_stderr(shell: Shell) -> None:
    shell.says(page(0, 2), page(2, 4), page(4, 5))
    ran = shell("export", "--provider", "cellcast", "--status", "sent")
    assert (ran.code, ids(ran.out), ran.err) == (0, ALL, "5 messages\n")
    assert dict(shell.requests[0].url.params) == {
        "provider": "cellcast", "status": "sent", "limit": "100", "format": "ndjson",
    }  # fmt: skip
    assert [request.url.params.get("cursor") for request in shell.requests] == [None, "c2", "c4"]


def test_a_file_is_there_once_it_is_whole(shell: Shell, tmp_path: Path) -> None:
    out = tmp_path / "messages.ndjson"
    shell.says(page(0, 2), page(2, 5))
    ran = shell("export", "--out", str(out), "--json")
    assert ids(out.read_text()) == ALL
    assert ran.json == {"file": str(out), "format": "ndjson", "messages": 5}
    assert [path.name for path in tmp_path.iterdir()] == ["messages.ndjson"]


def test_an_export_that_broke_off_goes_on_where_it_ended(shell: Shell, tmp_path: Path) -> None:
    out = tmp_path / "messages.ndjson"
    out.write_text("an earlier export")
    shell.says(page(0, 2), problem("forbidden", "this needs an API key", 403))
    assert "forbidden" in shell.fails(1, "export", "--out", str(out))
    assert out.read_text() == "an earlier export"
    with (tmp_path / "messages.ndjson.part").open("a") as part:
        part.write('{"half": a li')  # written in the moment of a crash
    shell.requests.clear()
    shell.says(page(2, 4), page(4, 5))
    ran = shell("export", "--out", str(out))
    assert ran.err.startswith("going on after 2 messages\n")
    assert ids(out.read_text()) == ALL
    assert shell.requests[0].url.params["cursor"] == "c2"
    assert [path.name for path in tmp_path.iterdir()] == ["messages.ndjson"]


def test_another_export_does_not_go_on_with_it(shell: Shell, tmp_path: Path) -> None:
    out = tmp_path / "messages.ndjson"
    shell.says(page(0, 2), problem("forbidden", "no", 403))
    shell("export", "--out", str(out))
    said = shell.fails(2, "export", "--out", str(out), "--provider", "samva")
    assert "is of another export: end that one, or remove" in said


def test_an_api_that_is_away_is_waited_for(shell: Shell) -> None:
    away = problem("storage_unavailable", "the table is away", 503)
    shell.says(page(0, 2), away, away, page(2, 5))
    assert ids(shell("export").out) == ALL
    assert shell.slept == [2.0, 4.0]
    shell.says(away)
    assert "storage_unavailable" in shell.fails(1, "export")


@pytest.mark.parametrize("to_file", [True, False])
def test_csv_has_one_head(shell: Shell, tmp_path: Path, to_file: bool) -> None:
    out = tmp_path / "messages.csv"
    shell.says(page(0, 2, as_csv=True), page(2, 5, as_csv=True))
    ran = shell("export", "--format", "csv", *(("--out", str(out)) if to_file else ()))
    text = out.read_bytes().decode() if to_file else ran.out
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    assert [row["provider_message_id"] for row in rows] == ALL
    assert "5 messages" in ran.err


def test_parquet_has_the_messages_whole(shell: Shell, tmp_path: Path) -> None:
    out = tmp_path / "it's.parquet"
    shell.says(page(0, 2), page(2, 5))
    shell("export", "--format", "parquet", "--out", str(out))
    found = duckdb.read_parquet(str(out)).select("provider_message_id, subject, timestamps.created, status")
    assert sorted(found.fetchall()) == [(f"m{n}", f"a\n{n}", None, "sent") for n in range(5)]
    assert [path.name for path in tmp_path.iterdir()] == ["it's.parquet"]
    assert shell.requests[0].url.params["format"] == "ndjson"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--format", "parquet"), "goes with --out FILE"),
        (("--format", "xml"), "invalid choice"),
        (("--out", "/nowhere/at/all"), "No such file or directory"),
    ],
    ids=lambda value: str(value),
)
def test_what_can_not_be_is_said_in_a_line(shell: Shell, words: tuple[str, ...], said: str) -> None:
    shell.says(page(0, 5))
    ran = shell("export", *words)
    assert ran.code in (1, 2)
    assert said in ran.err


def test_parquet_without_its_extra_says_what_to_install(
    shell: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "duckdb", None)
    said = shell.fails(2, "export", "--format", "parquet", "--out", str(tmp_path / "x"))
    assert "pip install 'message-detail[parquet]'" in said
