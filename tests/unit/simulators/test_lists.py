"""The simulators' list calls."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from local.simulators import SIMULATORS, Simulator
from tests.unit.simulators.client import PATHS, call, control, login

Page = Callable[..., Any]
Pages = Iterator[tuple[list[dict[str, Any]], Any]]


def pages(simulator: Simulator) -> Iterator[tuple[list[dict[str, Any]], Any]]:
    """Every page of the vendor's list, with the total that each tells."""
    headers, base = login(simulator), simulator.base_url + PATHS[simulator.provider].rstrip("/")

    def page(path: str = "", **query: Any) -> Any:
        answer = call(simulator, "GET", base + path, headers=headers, params=query)
        assert answer.status_code == 200, answer.text
        return answer.json()

    return WALKS[simulator.provider](page)


def walk_carecloud(page: Page) -> Pages:
    for offset in range(0, 50, 7):
        data = page(count=7, offset=offset)["data"]
        yield data["messages"], data["total_items"]


def walk_cellcast(page: Page) -> Pages:
    for kind in ("sms", "mms"):
        number: int | None = 1
        while number:
            data = page(campType=kind, page=number, limit=7)["data"]
            number = data["nextPage"]
            yield data["items"], None


def walk_highlevel(page: Page) -> Pages:
    for channel in ({}, {"channel": "Email"}):
        query: dict[str, Any] = {"locationId": "ve9EPM428h8vShlRW1KT", "limit": 10, **channel}
        body = page("/export", **query)
        yield body["messages"], None
        while body["nextCursor"]:
            body = page("/export", **query, cursor=body["nextCursor"])
            yield body["messages"], None


def walk_samva(page: Page) -> Pages:
    first = page(limit=7)
    for number in range(1, first["pagination"]["totalPages"] + 1):
        yield page(limit=7, page=number)["items"], first["pagination"]["total"]


def walk_portsip(page: Page) -> Pages:
    for skip in range(0, 50, 7):
        body = page(top=7, skip=skip)
        yield body["items"], body["count"]


WALKS = {
    "carecloud": walk_carecloud,
    "cellcast": walk_cellcast,
    "highlevel": walk_highlevel,
    "samva": walk_samva,
    "portsip": walk_portsip,
}


def test_the_list_holds_every_message_once(simulator: Simulator) -> None:
    control(simulator, "POST", "fill", count=25)
    seen: list[str] = []
    for items, total in pages(simulator):
        assert total in (None, len(simulator.message_ids()))
        seen += [item[simulator.id_field] for item in items]
    assert sorted(seen) == sorted(simulator.message_ids())
    assert len(seen) > 25


@pytest.mark.parametrize(
    ("provider", "path", "query", "status"),
    [
        ("carecloud", "/messages", {"count": "0"}, 400),
        ("cellcast", "/api/v2/report/message", {}, 400),
        ("highlevel", "/conversations/messages/export", {"limit": "9"}, 422),
        ("samva", "/messages", {"limit": "101"}, 422),
        ("portsip", "/external_messages", {"top": "101"}, 400),
    ],
)
def test_bad_list_queries(provider: str, path: str, query: dict[str, str], status: int) -> None:
    simulator = SIMULATORS[provider]()
    answer = call(simulator, "GET", simulator.base_url + path, headers=login(simulator), params=query)
    assert answer.status_code == status


def test_list_filters_and_order() -> None:
    carecloud = SIMULATORS["carecloud"]()
    query = {"send_time_from": "2026-05-04T11:20:00", "send_time_to": "2026-05-04 11:30:00"}
    query |= {"sort_field": "send_time", "sort_direction": "DESC"}
    answer = call(carecloud, "GET", f"{carecloud.base_url}/messages", headers=login(carecloud), params=query)
    assert [one["communication_channel_id"] for one in answer.json()["data"]["messages"]] == [1, 4, 2]

    portsip = SIMULATORS["portsip"]()
    query = {"filter": "created_at ge '2026-05-04T09:04:00Z'", "orderby": "created_at desc"}
    url = f"{portsip.base_url}/external_messages"
    found = call(portsip, "GET", url, headers=login(portsip), params=query).json()
    assert [one["created_at"][14:16] for one in found["items"]] == ["08", "07", "05", "04"]
    control(portsip, "POST", "options", honours_filter=False)
    every = call(portsip, "GET", url, headers=login(portsip), params=query).json()
    assert every["count"] == len(portsip.message_ids())
