"""erase: shows, asks, erases what was shown, and says how that ended."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from message_detail_cli.main import main
from message_detail_cli.tools import Tools
from tests.unit.cli.conftest import Ran, Shell, problem, sent

ADA = "+61 491 570 156"
ID = "7d1c9a52e0f84b3c8a6f5e4d3c2b1a09"
FOUND: dict[str, Any] = {
    "messages": 2,
    "by_provider": {"cellcast": 1, "samva": 1},
    "spellings": ["+61491570156", "0491 570 156"],
    "contact_ids": ["c1"],
    "not_covered": ["the backups of the table"],
}


def found(**changes: Any) -> httpx.Response:
    return httpx.Response(200, json={**FOUND, **changes})


def begun() -> httpx.Response:
    return httpx.Response(202, json={"erase_id": ID, **FOUND})


def progress(state: str, erased: int, **changes: Any) -> httpx.Response:
    body = {"erase_id": ID, "state": state, "messages": 2, "erased": erased, "left": 2 - erased, "reason": None}
    times = {"asked_at": "2026-06-01T12:00:00.000Z", "changed_at": "2026-06-01T12:00:05.000Z", "ended_at": None}
    return httpx.Response(200, json={**body, **times, "key_id": "k", "subject": "s", **changes})


def at_a_terminal(shell: Shell, answer: str, *argv: str) -> Ran:
    """A command line at a terminal, where somebody answers what is asked."""
    asked: list[str] = []

    def ask(text: str) -> str:
        asked.append(text)
        return answer

    shell.capsys.readouterr()
    transport = httpx.MockTransport(shell._answer)
    tools = Tools(shell.environ, transport, shell.slept.append, lambda: b"", attended=lambda: True, ask=ask)
    code = main(argv, tools)
    captured = shell.capsys.readouterr()
    return Ran(code, captured.out, captured.err + "".join(asked))


def test_it_shows_what_there_is_asks_and_follows_the_erasure_to_its_end(shell: Shell) -> None:
    shell.says(found(), begun(), progress("running", 0), progress("running", 1), progress("done", 2))
    ran = at_a_terminal(shell, "y", "erase", ADA)
    assert ran.code == 0
    for shown in ("0491 570 156", "cellcast: 1", "c1", "the backups of the table", "erase these 2 messages for good?"):
        assert shown in ran.err
    assert ran.err.index("0491 570 156") < ran.err.index(f"erasure {ID}")
    assert "erased 1, left 1" in ran.err
    assert "done" in ran.out
    look, erase, *polls = shell.requests
    assert (look.method, look.url.path, sent(look)) == ("POST", "/v1/erase", {"address": ADA, "dry_run": True})
    assert (erase.method, erase.url.path, sent(erase)) == ("POST", "/v1/erase", {"address": ADA, "expected": 2})
    assert {(one.method, one.url.path) for one in polls} == {("GET", f"/v1/erase/{ID}")}
    assert len(polls) == 3


@pytest.mark.parametrize("answer", ["", "n", "no", "yess", "2"])
def test_whoever_does_not_agree_erases_nothing(shell: Shell, answer: str) -> None:
    shell.says(found())
    ran = at_a_terminal(shell, answer, "erase", ADA)
    assert ran.code == 1
    assert "nothing is erased" in ran.err
    assert len(shell.requests) == 1


def test_where_nobody_can_be_asked_nothing_is_called(shell: Shell) -> None:
    assert "add --yes" in shell.fails(2, "erase", ADA)
    assert shell.requests == []


def test_a_script_says_yes_and_how_many_there_must_be(shell: Shell) -> None:
    shell.says(found(), begun(), progress("done", 2))
    ran = shell("erase", ADA, "--yes", "--expected", "2", "--json")
    assert (ran.code, ran.json["state"], ran.json["erased"]) == (0, "done", 2)
    assert sent(shell.requests[1]) == {"address": ADA, "expected": 2}


def test_without_a_number_a_script_leaves_it_to_the_api_to_ask_for_one(shell: Shell) -> None:
    refusal = problem("invalid_request", "expected: 105 messages are found, more than 100", 422)
    shell.says(found(messages=105), refusal)
    ran = shell("erase", ADA, "--yes")
    assert ran.code == 1
    assert "105 messages are found" in ran.err
    assert sent(shell.requests[1]) == {"address": ADA}


def test_another_number_than_is_expected_erases_nothing(shell: Shell) -> None:
    shell.says(found())
    assert "2 messages are found, not the 3" in shell.fails(1, "erase", ADA, "--yes", "--expected", "3")
    assert len(shell.requests) == 1


def test_a_dry_run_only_shows(shell: Shell) -> None:
    shell.says(found())
    ran = shell("erase", ADA, "--dry-run")
    assert ran.code == 0
    assert "0491 570 156" in ran.out
    assert shell("erase", ADA, "--dry-run", "--json").json == FOUND
    assert all(sent(request)["dry_run"] is True for request in shell.requests)


@pytest.mark.parametrize(
    ("argv", "body"),
    [
        (("--contact-id", "42"), {"contact_id": "42"}),
        (
            ("--contact-id", "42", "--provider", "samva", "--account", "eu"),
            {"contact_id": "42", "provider": "samva", "account": "eu"},
        ),
        (("--messages", "samva:default:1", "samva:eu:2"), {"message_ids": ["samva:default:1", "samva:eu:2"]}),
    ],
    ids=["contact", "contact of an account", "messages"],
)
def test_a_contact_and_messages_are_erased_as_well(shell: Shell, argv: tuple[str, ...], body: dict[str, Any]) -> None:
    shell.says(found(), begun(), progress("done", 2))
    assert shell("erase", *argv, "--yes").code == 0
    assert [sent(request) for request in shell.requests[:2]] == [{**body, "dry_run": True}, body]


def test_an_erasure_that_is_there_is_followed(shell: Shell) -> None:
    shell.says(progress("running", 1), progress("done", 2))
    assert shell("erase", "--id", ID, "--json").json["state"] == "done"
    assert [request.method for request in shell.requests] == ["GET", "GET"]


def test_one_that_fails_says_why(shell: Shell) -> None:
    shell.says(found(), begun(), progress("failed", 1, reason="storage_refused"))
    ran = shell("erase", ADA, "--yes")
    assert ran.code == 1
    assert "storage_refused" in ran.err
    assert "failed" in ran.out


def test_a_short_outage_does_not_end_the_waiting(shell: Shell) -> None:
    shell.says(found(), begun(), problem("storage_unavailable", "away", 503), progress("done", 2))
    assert shell("erase", ADA, "--yes").code == 0


@pytest.mark.parametrize(
    "argv",
    [
        (),
        (ADA, "--contact-id", "42"),
        (ADA, "--id", ID),
        (ADA, "--provider", "samva"),
        ("--contact-id", "42", "--account", "eu"),
        (ADA, "--expected", "-1"),
        (ADA, "--expected", "x"),
    ],
    ids=str,
)
def test_what_can_not_be_meant_is_refused_without_a_call(shell: Shell, argv: tuple[str, ...]) -> None:
    shell.fails(2, "erase", *argv, "--yes")
    assert shell.requests == []


def test_a_number_that_could_be_several_is_told_with_what_to_do(shell: Shell) -> None:
    shell.says(problem("invalid_request", "address: it can be +49… or +61…: give the country code", 422))
    assert "give the country code" in shell.fails(1, "erase", "0491 570 156", "--yes")
