"""Export: the pages of a search as files, each message once, and nothing that a spreadsheet would compute."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from message_detail import bootstrap
from message_detail.domain.message_csv import COLUMNS, cell
from message_detail.domain.message_ids import message_hash
from message_detail.entrypoints.lookup import lookup_handler
from message_detail.entrypoints.messages import messages_handler
from message_detail.providers.cellcast.provider import PROVIDER
from tests.unit.container import Context
from tests.unit.entrypoints.conftest import Cloud
from tests.unit.entrypoints.document import fits
from tests.unit.entrypoints.events import body_of, http
from tests.unit.samples import says

look_up = lookup_handler(PROVIDER)
IDS = [f"6a1c0de5f0aa11bb22cc33{number:02x}" for number in range(7)]
Put = Callable[..., None]


def get(query: str = "", path: str = "/v1/export", **event: Any) -> dict[str, Any]:
    response = messages_handler(http(path, query=query, **event), Context())
    return fits(response, "GET /v1/export") if path == "/v1/export" else response


def pages(query: str) -> Iterator[dict[str, Any]]:
    """All pages, as their header `Link` leads from one to the next."""
    while True:
        page = get(query)
        assert page["statusCode"] == 200, page["body"]
        yield page
        link = page["headers"].get("link")
        if link is None:
            return
        following = re.fullmatch(r'</v1/export\?([^>]+)>; rel="next"', link)
        assert following is not None
        query = following[1]


def exported(query: str) -> list[dict[str, Any]]:
    return [json.loads(line) for page in pages(query) for line in page["body"].splitlines()]


@pytest.fixture
def put(cloud: Cloud) -> Put:
    """Looks messages up, so that they are stored."""
    cloud.put_account()

    def store(*ids: str, **changes: Any) -> None:
        for native_id in ids:
            created = f"2026-06-01T09:0{IDS.index(native_id)}:00.000Z"
            cloud.vendor.then(says(**{"_id": native_id, "createdAt": created, **changes}))
            assert (
                look_up(http(f"/v1/messages/cellcast/{native_id}", query="max_age=0"), Context())["statusCode"] == 200
            )

    return store


def test_every_message_of_a_search_is_exported_once_and_whole_in_the_lists_order(put: Put) -> None:
    put(*IDS)
    listed = body_of(get("limit=100", path="/v1/messages"))["items"]
    assert exported("limit=2") == exported("") == listed
    assert [one["provider_message_id"] for one in listed] == IDS[::-1]
    assert get()["headers"]["content-type"] == "application/x-ndjson"


def test_the_filters_are_those_of_the_list(put: Put) -> None:
    put(*IDS[:3])
    put(*IDS[3:5], status="delivered", receiver="61491570157")
    for query, count in (
        ("status=delivered", 2),
        ("provider=cellcast&account=default&limit=1", 5),
        ("address=%2B61491570157", 2),
        ("since=2026-06-01T09:01:00Z&until=2026-06-01T09:03:00Z", 2),
        ("outcome=failure", 0),
    ):
        assert len(exported(query)) == count, query
    assert body_of(get("view=summary"))["detail"].startswith("unknown parameter 'view'")
    assert body_of(get("format=xml"))["detail"] == "format: must be ndjson or csv"


def test_what_is_stored_and_erased_meanwhile_neither_repeats_nor_hides_another(put: Put) -> None:
    put(*IDS[:6])
    page = get("limit=2")
    following = page["headers"]["link"].partition("?")[2].partition(">")[0]
    put(IDS[6])
    bootstrap.services().store.erase(f"cellcast:default:{IDS[1]}")
    rest = exported(following)
    first = [json.loads(line) for line in page["body"].splitlines()]
    assert [one["provider_message_id"] for one in (*first, *rest)] == [IDS[5], IDS[4], IDS[3], IDS[2], IDS[0]]


def test_what_is_erased_is_not_exported(put: Put) -> None:
    put(*IDS[:2])
    bootstrap.services().store.erase(f"cellcast:default:{IDS[0]}")
    assert [one["provider_message_id"] for one in exported("")] == [IDS[1]]
    assert IDS[0] not in get("format=csv")["body"]


def test_csv_has_fixed_columns_a_line_for_each_message_and_a_head_on_each_page(put: Put) -> None:
    text = 'He said "hi",\r\nand left'
    put(*IDS[:3], message=text)
    rows: list[dict[str, str]] = []
    for page in pages("format=csv&limit=2"):
        assert page["headers"]["content-type"] == "text/csv; charset=utf-8; header=present"
        assert page["body"].endswith("\r\n")
        rows += csv.DictReader(io.StringIO(page["body"], newline=""))
    assert [row["provider_message_id"] for row in rows] == IDS[2::-1]
    assert {tuple(row) for row in rows} == {tuple(COLUMNS)}
    assert {row["text"] for row in rows} == {text}
    assert {row["to"] for row in rows} == {"'+61491570156"}


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx", "\nx"], ids=ascii)
def test_no_cell_is_a_formula(text: str, put: Put) -> None:
    put(IDS[0], message=text)
    (row,) = csv.DictReader(io.StringIO(get("format=csv")["body"], newline=""))
    assert row["text"] == f"'{text}"
    assert not any(value.startswith(("=", "+", "-", "@", "\t", "\r", "\n")) for value in row.values())


@pytest.mark.parametrize(
    ("value", "shown"), [(None, ""), (True, "true"), (False, "false"), (3, "3"), (-3, "'-3"), ("x=1", "x=1")]
)
def test_a_cell_shows_what_is_known(value: Any, shown: str) -> None:
    assert cell(value) == shown


def test_an_export_is_for_keys_that_read_all(put: Put) -> None:
    put(IDS[0])
    assert get(scopes="metadata")["statusCode"] == 403
    assert get(scopes="read")["statusCode"] == 200


def test_whose_messages_were_exported_is_on_record(put: Put, logged: Callable[[], str]) -> None:
    put(*IDS[:2])
    logged()
    get("format=csv", scopes="read")
    lines = [json.loads(line) for line in logged().splitlines() if line.startswith("{")]
    (shown,) = [line for line in lines if line.get("message") == "messages shown"]
    assert shown["messages"] == [message_hash(f"cellcast:default:{one}") for one in IDS[1::-1]]


def test_an_export_without_messages_is_empty(cloud: Cloud) -> None:
    assert get()["body"] == ""
    assert get("format=csv")["body"] == ",".join(COLUMNS) + "\r\n"
