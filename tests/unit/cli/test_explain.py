"""`message-detail explain`: an explanation as a person reads it in a terminal."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from message_detail.domain.explanation.explain import explain
from message_detail.domain.explanation.facts import Facts
from message_detail.domain.message import Failure, FailureCategory, Freshness, Party
from message_detail.domain.normalized import NormalizedMessage
from message_detail.domain.reconcile_policy import Schedule
from message_detail.domain.status import Status
from message_detail.domain.timeline import state_from_answer
from tests.unit.cli.conftest import Shell, problem
from tests.unit.samples import NATIVE_ID, T0, message, observation

READ = """\
Not delivered to +61491570156: the number does not exist (Cellcast: failed 21211), known since 1
June 2026 12:00:00 UTC.

answer        not delivered
why           The number does not exist, is wrong, or does not take such messages. The cause
              lies with the recipient's number.
in its words  21211 no such number
send again?   No. Check the number with the recipient, and send to the right one.
next look     None: nobody looks any more.
as of         2026-06-01T12:00:00.000Z (stored)

How we know, the newest first:
  2026-06-01T12:00:00.000Z  failed  failed
    Failed: An error ended it while it was being sent. Normally this does not change any more.
    Shown by Cellcast when somebody looked it up.
"""


@pytest.fixture(autouse=True)
def _wide(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "120")


def explanation(**changes: Any) -> dict[str, Any]:
    """An explanation as the API answers it."""
    why = Failure(category=FailureCategory.INVALID_RECIPIENT, native_code="21211", message="no such number")
    sent = message(Status.FAILED, to=(Party(address="+61491570156"),), failure=why)
    known = state_from_answer(NormalizedMessage(sent, (observation(Status.FAILED, failure=why),)))
    facts = Facts.of(known, "Cellcast", Schedule(), Freshness.STORED)
    return {**explain(facts, T0).model_dump(mode="json"), **changes}


def test_the_sentence_comes_first_then_what_to_do_then_how_we_know(shell: Shell) -> None:
    shell.says(httpx.Response(200, json=explanation()))
    ran = shell("explain", "cellcast", NATIVE_ID, "--account", "eu", "--max-age", "0")
    assert (ran.code, ran.out) == (0, READ)
    (request,) = shell.requests
    assert request.url.raw_path.decode() == f"/v1/messages/cellcast/{NATIVE_ID}/explanation?account=eu&max_age=0"


def test_as_json_it_is_the_whole_answer(shell: Shell) -> None:
    shell.says(httpx.Response(200, json=explanation()))
    assert shell("explain", "cellcast", NATIVE_ID, "--json").json == explanation()


def test_a_narrow_terminal_gets_short_lines_and_no_character_that_it_acts_on(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "50")
    shell.says(httpx.Response(200, json=explanation(sentence="Delivered to \x1b[31mAda\n\t" + "x" * 80, because=[])))
    out = shell("explain", "cellcast", NATIVE_ID).out
    assert all(len(line) <= 50 for line in out.splitlines())
    assert "\x1b" not in out
    assert "How we know" not in out


def test_keys_that_lack_or_are_null_are_left_out(shell: Shell) -> None:
    shell.says(httpx.Response(200, json={"sentence": "Delivered.", "failure": None, "next": None, "because": None}))
    ran = shell("explain", "cellcast", NATIVE_ID)
    assert ran.code == 0
    assert ran.out.startswith("Delivered.\n\n")
    assert "why" not in ran.out


def test_what_the_api_refuses_is_one_line(shell: Shell) -> None:
    shell.says(problem("message_not_found", "no message has this id", 404))
    assert "message_not_found: no message has this id" in shell.fails(1, "explain", "cellcast", "x")
