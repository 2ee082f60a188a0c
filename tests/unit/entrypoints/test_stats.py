"""Statistics over HTTP: counted through the queue, told with every key, refused with what to do."""

from __future__ import annotations

import json
from typing import Any

import pytest

from message_detail.domain.statistics.days import day_of
from message_detail.entrypoints.messages import messages_handler
from message_detail.entrypoints.operations import operations_handler
from message_detail.entrypoints.reconcile import reconcile_handler
from tests.unit.container import Context
from tests.unit.entrypoints.conftest import Cloud
from tests.unit.entrypoints.document import fits
from tests.unit.entrypoints.events import body_of, http
from tests.unit.entrypoints.timed import CELLCAST, Timed
from tests.unit.samples import NOW, says

TODAY = day_of(NOW)


def show(query: str = "", **event: Any) -> dict[str, Any]:
    return fits(messages_handler(http("/v1/stats", query=query, **event), Context()), "GET /v1/stats")


def recount(body: Any, **event: Any) -> dict[str, Any]:
    request = http("/v1/stats/recount", method="POST", body=body, **event)
    return fits(operations_handler(request, Context()), "POST /v1/stats/recount")


@pytest.fixture
def stored(timed: Timed) -> Timed:
    timed.cloud.vendor.then(says(status="delivered"))
    timed.lookup()
    return timed


def test_a_recount_counts_the_days_and_statistics_say_so_until_it_has(stored: Timed) -> None:
    answer = recount({"from": TODAY, "to": TODAY})
    assert (answer["statusCode"], body_of(answer)) == (202, {"days": [TODAY]})
    before = body_of(show(f"from={TODAY}&to={TODAY}"))
    assert (before["counting"], before["as_of"], before["rows"][0]["messages"]) == (True, None, 0)
    stored.count()
    after = body_of(show(f"from={TODAY}&to={TODAY}&group_by=day,provider,country"))
    assert after["counting"] is False
    assert after["open_days"] == [TODAY]
    assert after["as_of"] >= f"{TODAY}T12:00"
    (row,) = after["rows"]
    assert (row["day"], row["provider"], row["account"], row["country"]) == (TODAY, "cellcast", None, "AU")
    assert (row["messages"], row["decided"], row["delivered"], row["by_status"]) == (1, 1, 1, {"delivered": 1})
    assert (row["delivery_rate"], row["no_rate"], row["delivery_rate_interval"]) == (
        "1.000000",
        None,
        ["0.206549", "1.000000"],
    )


def test_the_minutes_job_has_today_counted_by_itself(stored: Timed) -> None:
    reconcile_handler(CELLCAST, Context())
    (task,) = stored.count()
    assert (task.last_day, task.checked) == (TODAY, False)
    assert body_of(show(f"from={TODAY}"))["rows"][0]["messages"] == 1


def test_statistics_hold_nothing_of_a_person(stored: Timed) -> None:
    recount({"from": TODAY, "to": TODAY})
    stored.count()
    told = json.dumps(body_of(show("group_by=day,provider,account,channel,direction,country", scopes="metadata")))
    assert "491570156" not in told


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("from=yesterday", "from: must be a day, like 2026-11-01"),
        ("group_by=week", "group_by: must be one or several of"),
    ],
)
def test_bad_parameters_are_400(cloud: Cloud, query: str, said: str) -> None:
    answer = show(query)
    assert answer["statusCode"] == 400
    assert body_of(answer)["detail"].startswith(said)


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({}, 422),
        ({"from": TODAY}, 422),
        ({"from": TODAY, "to": "x"}, 422),
        ("[]", 400),
        ({"from": TODAY, "to": TODAY, "x": 1}, 422),
    ],
    ids=str,
)
def test_a_bad_recount_is_refused(cloud: Cloud, body: Any, status: int) -> None:
    assert recount(body)["statusCode"] == status


def test_a_recount_is_for_admins(cloud: Cloud) -> None:
    assert recount({"from": TODAY, "to": TODAY}, scopes="read write")["statusCode"] == 403
    assert show(scopes="metadata")["statusCode"] == 200
