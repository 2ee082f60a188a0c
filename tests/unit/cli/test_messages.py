"""lookup, timeline and refresh."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from message_detail.domain.message import Party
from message_detail.domain.status import Status
from tests.unit.cli.conftest import API, KEY, Shell, problem, sent
from tests.unit.samples import ID, NATIVE_ID, T0, message


def whole() -> dict[str, Any]:
    """A message as the API answers it."""
    found = message(Status.DELIVERED).model_copy(update={"to": (Party(address="+61491570156"),)}).as_json()
    found["body"]["text"] = "Your parcel\tis\x1b[31m on its way"
    found["timestamps"]["sent"] = T0
    return found


def test_lookup_shows_the_essentials_in_columns(shell: Shell) -> None:
    shell.says(httpx.Response(200, json=whole()))
    ran = shell("lookup", "cellcast", NATIVE_ID)
    assert ran.code == 0
    lines = dict(line.split(maxsplit=1) for line in ran.out.splitlines())
    assert lines["id"] == ID
    assert lines["status"] == "delivered (success)"
    assert lines["to"] == "+61491570156"
    assert lines["text"] == "Your parcel is [31m on its way"
    assert lines["sent"] == T0
    (request,) = shell.requests
    assert str(request.url) == f"{API}/v1/messages/cellcast/{NATIVE_ID}"
    assert request.headers["authorization"] == f"Bearer {KEY}"


def test_lookup_says_why_it_failed_what_it_cost_and_how_old_the_copy_is(shell: Shell) -> None:
    found = whole()
    found |= {
        "status": "rejected",
        "outcome": "failure",
        "status_reason": "blocked by the carrier",
        "failure": {"category": "blocked", "permanence": "permanent", "native_code": "30007", "message": "filtered"},
        "engagement": {"opened": {"first_at": T0, "last_at": None}, "clicked": {"first_at": None}, "replied": None},
        "billing": {"lines": [{"kind": "sms", "amount": "0.05", "unit": "USD"}, {"kind": "fee", "amount": "1"}],
                    "segments": 2},
        "conversation": {"id": None, "thread_id": "t-1", "provider_conversation_id": None},
        "references": [{"type": "external_id", "value": "order/7"}],
        "provenance": {"fetched_at": T0, "freshness": "stale"},
        "withheld": True,
    }  # fmt: skip
    shell.says(httpx.Response(200, json=found))
    out = shell("lookup", "cellcast", NATIVE_ID).out
    assert [
        " ".join(line.split()) for line in out.splitlines() if line.split()[0] not in ("id", "channel", "direction")
    ] == [
        "status rejected (failure)",
        "failure blocked permanent",
        "reason blocked by the carrier",
        "in its words 30007 filtered",
        "to +61491570156",
        "text Your parcel is [31m on its way",
        f"sent {T0}",
        f"opened {T0}",
        "clicked yes, the time is not known",
        "cost 0.05 USD for sms",
        "1 (no unit is told) for fee",
        "segments 2",
        "conversation t-1",
        "references external_id order/7",
        f"as of {T0}",
        "freshness stale",
        "withheld persons and content: the key has not the scope read",
    ]


def test_lookup_of_a_message_of_odd_parts_shows_the_others(shell: Shell) -> None:
    odd = dict.fromkeys(whole()) | {"id": ID, "engagement": {"opened": True}, "billing": {"lines": None}}
    shell.says(httpx.Response(200, json=odd))
    ran = shell("lookup", "cellcast", NATIVE_ID)
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.split()[:2] == ["id", ID]


def test_lookup_as_json_is_the_whole_answer(shell: Shell) -> None:
    shell.says(httpx.Response(200, json=whole()))
    assert shell("lookup", "cellcast", NATIVE_ID, "--json").json == whole()


def test_an_id_is_encoded_whole_and_options_become_parameters(shell: Shell) -> None:
    shell.says(httpx.Response(200, json=whole()))
    shell("lookup", "portsip", "MQ==/../a?b#c%2F ü", "--account", "eu", "--max-age", "0")
    (request,) = shell.requests
    path = "/v1/messages/portsip/MQ%3D%3D%2F..%2Fa%3Fb%23c%252F%20%C3%BC"
    assert request.url.raw_path.decode() == f"{path}?account=eu&max_age=0"


def test_timeline_is_a_table(shell: Shell) -> None:
    event = {"status": "sent", "status_native": None, "occurred_at": T0, "observed_at": T0, "via": "lookup", "epoch": 0}
    event |= {"confirmed": True, "confirmed_at": T0}
    shell.says(httpx.Response(200, json={"items": [event]}))
    ran = shell("timeline", "cellcast", NATIVE_ID, "--account", "eu")
    heads = ["OCCURRED_AT", "STATUS", "STATUS_NATIVE", "OBSERVED_AT", "VIA", "EPOCH", "CONFIRMED_AT"]
    assert ran.out.splitlines()[0].split() == heads
    assert ran.out.splitlines()[1].split() == [T0, "sent", T0, "lookup", "0", T0]
    assert shell.requests[0].url.raw_path.decode() == f"/v1/messages/cellcast/{NATIVE_ID}/timeline?account=eu"
    assert shell("timeline", "cellcast", NATIVE_ID, "--json").json == {"items": [event]}


def test_refresh_takes_many_ids_in_as_many_calls_as_needed(shell: Shell) -> None:
    shell.answers = lambda request: httpx.Response(202, json={"accepted": len(sent(request)["message_ids"])})
    ids = [f"id-{number}" for number in range(1_001)]
    ran = shell("refresh", "samva", *ids, "--account", "eu")
    assert (ran.code, ran.out) == (0, "accepted 1001\n")
    assert [sent(request) for request in shell.requests] == [
        {"account": "eu", "message_ids": ids[:1_000]},
        {"account": "eu", "message_ids": ids[1_000:]},
    ]
    assert shell("refresh", "samva", "a", "--json").json == {"accepted": 1}


@pytest.mark.parametrize(
    ("answer", "line"),
    [
        (problem("message_not_found", "Cellcast has no message with this id", 404),
         "message_not_found: Cellcast has no message with this id"),
        (problem("unauthorized", "send a valid API key", 401), "unauthorized: send a valid API key"),
        (problem("rate_limited", "cooling down", 503, retry_after=7), "rate_limited: cooling down (try again in 7 s)"),
        (httpx.Response(403, json={"message": "Forbidden"}), "HTTP 403: Forbidden"),
        (httpx.Response(502, text="<html>\x1b[2J"), "HTTP 502 without a reason: is --api the API's address?"),
        (httpx.Response(301, headers={"location": "https://elsewhere.example.com"}),
         "HTTP 301 without a reason: is --api the API's address?"),
        (httpx.Response(200, text="<html>"), f"{API} did not answer with a JSON object: is it the API's address?"),
        (httpx.Response(200, json=[]), f"{API} did not answer with a JSON object: is it the API's address?"),
        (problem("x", "a\nb\x1b[2Jc", 400), "x: a b [2Jc"),
    ],
)  # fmt: skip
def test_what_the_api_refuses_is_one_line(shell: Shell, answer: httpx.Response, line: str) -> None:
    shell.says(answer)
    assert shell.fails(1, "lookup", "cellcast", NATIVE_ID) == f"message-detail lookup: {line}"
    assert len(shell.requests) == 1


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (httpx.ConnectError("refused"), f"no connection to {API} (ConnectError): check --api"),
        (httpx.ReadTimeout("slow"), "did not answer within 40 s"),
    ],
)
def test_an_api_that_cannot_be_reached_is_one_line(shell: Shell, error: Exception, reason: str) -> None:
    def fail(_: httpx.Request) -> httpx.Response:
        raise error

    shell.answers = fail
    assert reason in shell.fails(1, "lookup", "cellcast", NATIVE_ID)


@pytest.mark.parametrize(
    "argv",
    [
        ("lookup", "cellcast"),
        ("lookup", "nobody", "x"),
        ("lookup", "cellcast", ""),
        ("lookup", "cellcast", ".."),
        ("lookup", "cellcast", "\udcff"),
        ("lookup", "cellcast", "x", "--max-age", "-1"),
        ("lookup", "cellcast", "x", "--max-age", "86401"),
        ("lookup", "cellcast", "x", "--max-age", "1.5"),
        ("lookup", "cellcast", "x", "--account", "a/b"),
        ("timeline", "cellcast", "x", "--max-age", "1"),
        ("refresh", "cellcast"),
        ("refresh", "cellcast", "x", ""),
    ],
)
def test_arguments_that_cannot_be_right_cost_no_call(shell: Shell, argv: tuple[str, ...]) -> None:
    assert shell.fails(2, *argv).endswith("--help)")
    assert shell.requests == []


def searched(*matches: str, more: dict[str, str | None] | None = None) -> httpx.Response:
    items = [{"match": match, "message": whole()} for match in matches]
    return httpx.Response(200, json={"items": items, "more": more or {"address": None}})


def test_search_is_a_line_per_message_without_its_text(shell: Shell) -> None:
    shell.says(searched("message_id", "address", more={"address": "/v1/messages?address=x", "reference": None}))
    ran = shell("search", "+61 491 570 156", "--limit", "2")
    head, first, second = ran.out.splitlines()
    assert head.split() == ["MATCH", "ID", "CHANNEL", "STATUS", "AT", "FROM", ">", "TO"]
    assert first.split()[:5] == ["message_id", ID, "sms", "delivered", T0]
    assert first.split()[-1] == "+61491570156"
    assert second.startswith("address")
    assert "parcel" not in ran.all
    assert ran.err == "there is more by address: --limit shows up to 100 of each\n"
    (request,) = shell.requests
    assert request.url.raw_path.decode() == "/v1/search?q=%2B61+491+570+156&limit=2&view=summary"


def test_search_as_json_is_the_whole_answer(shell: Shell) -> None:
    shell.says(searched("reference"))
    assert shell("search", "order/7", "--json").json == {
        "items": [{"match": "reference", "message": whole()}],
        "more": {"address": None},
    }
    assert shell.requests[0].url.raw_path.decode() == "/v1/search?q=order%2F7"


def test_search_that_finds_nothing_says_so(shell: Shell) -> None:
    shell.says(searched())
    ran = shell("search", "x")
    assert (ran.code, ran.out, ran.err) == (0, "", "nothing stored has to do with this text\n")


@pytest.mark.parametrize("argv", [(" ",), ("",), ("a" * 2_001,), ("x", "--limit", "0"), ("x", "--limit", "101"), ()])
def test_search_for_nothing_is_a_wrong_usage(shell: Shell, argv: tuple[str, ...]) -> None:
    shell.fails(2, "search", *argv)
    assert shell.requests == []


def test_raw_is_what_the_provider_answered(shell: Shell) -> None:
    kept = {"fetched_at": T0, "mapping": "0123456789ab", "document": {"_id": NATIVE_ID}, "left_out": []}
    shell.says(httpx.Response(200, json=kept))
    assert shell("raw", "cellcast", NATIVE_ID, "--account", "eu").json == {"_id": NATIVE_ID}
    assert shell.requests[0].url.raw_path.decode() == f"/v1/messages/cellcast/{NATIVE_ID}/raw?account=eu"
    assert shell("raw", "cellcast", NATIVE_ID, "--json").json == kept
