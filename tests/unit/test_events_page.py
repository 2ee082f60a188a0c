"""The receivers of docs/events.md, run as they stand there: they take what is signed, keep the greatest revision."""

from __future__ import annotations

import json
import re
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from standardwebhooks import Webhook

from local.emulator import free_port
from message_detail.domain.events_out.event import Event, EventType, body, trial_event
from message_detail.entrypoints.openapi.events import MEANINGS, event_schema
from tests.unit.samples import T0

PAGE = Path(__file__).parents[2] / "docs" / "events.md"
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
OTHER = "whsec_plJ3nmyCDGBKInavdOK15jsl9QpGdbRY"

Kept = Callable[[], dict[str, Any]]


def code(language: str) -> str:
    """The page's block of code in a language."""
    (found,) = re.findall(rf"```{language}\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    return str(found)


@contextmanager
def running(folder: Path, *command: str) -> Iterator[str]:
    """A receiver's process, and its address."""
    port = free_port()
    process = subprocess.Popen([*command, str(port), SECRET], cwd=folder)
    url = f"http://127.0.0.1:{port}"
    try:
        for _ in range(200):
            try:
                httpx.get(url, timeout=1, trust_env=False)
                break
            except httpx.ConnectError:
                time.sleep(0.05)
        yield url
    finally:
        process.kill()
        process.wait()


@pytest.fixture(params=["python", "js"])
def receiver(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[str, Kept]]:
    """The address of a receiver, and what it has kept: status by subject."""
    if request.param == "js" and shutil.which("node") is None:
        pytest.fail("the page's receiver in JavaScript needs node to be run")
    file = tmp_path / f"receiver.{'py' if request.param == 'python' else 'mjs'}"
    file.write_text(code(request.param), encoding="utf-8")
    program = sys.executable if request.param == "python" else "node"
    with running(tmp_path, program, str(file)) as url:

        def of_python() -> dict[str, Any]:
            with sqlite3.connect(tmp_path / "messages.db") as database:
                return dict(database.execute("SELECT subject, status FROM latest").fetchall())

        def of_javascript() -> dict[str, Any]:
            kept = httpx.get(url, trust_env=False).json()
            return {subject: one["status"] for subject, one in kept.items()}

        yield url, of_python if request.param == "python" else of_javascript


def changed(revision: int, status: str, subject: str = "cellcast:default:1") -> Event:
    return Event(
        id=f"evt_{revision}",
        type=EventType.STATUS_CHANGED,
        subject=subject,
        time=T0,
        data={"status": status},
        provider="cellcast",
        account="default",
        revision=revision,
    )


def deliver(url: str, event: Event, secret: str = SECRET, minutes: int = 0, altered: bool = False) -> int:
    content, at = body(event.document("https://api.example.com")), datetime.now(UTC) - timedelta(minutes=minutes)
    signature = Webhook(secret).sign(event.id, at, content.decode())
    headers = {"webhook-id": event.id, "webhook-timestamp": str(int(at.timestamp())), "webhook-signature": signature}
    sent = content.replace(b"delivered", b"bounced!!") if altered else content
    return httpx.post(url, content=sent, headers=headers, trust_env=False).status_code


def test_any_order_and_any_duplicate_end_in_the_greatest_revision(receiver: tuple[str, Kept]) -> None:
    url, kept = receiver
    events = [changed(2, "sent"), changed(10, "delivered"), changed(9, "sending"), changed(1, "queued")]
    for event in (*events, *reversed(events), changed(3, "failed", "samva:default:2")):
        assert deliver(url, event) == 204
    assert kept() == {"cellcast:default:1": "delivered", "samva:default:2": "failed"}


def test_what_is_forged_altered_or_old_is_refused(receiver: tuple[str, Kept]) -> None:
    url, kept = receiver
    event = changed(1, "delivered")
    assert deliver(url, event, secret=OTHER) == 401
    assert deliver(url, event, altered=True) == 401
    assert deliver(url, event, minutes=6) == 401
    assert kept() == {}


def test_an_event_without_a_revision_is_taken_and_changes_nothing(receiver: tuple[str, Kept]) -> None:
    url, kept = receiver
    assert deliver(url, trial_event("evt_1", T0, "crm")) == 204
    assert kept() == {}


def test_the_page_names_every_type_of_event() -> None:
    rows = re.findall(r"^\| `(message_detail\.[a-z_.]+)` \|", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    assert set(rows) == {kind.value for kind in EventType} == {kind.value for kind in MEANINGS}


def test_the_pages_example_is_an_event_but_for_the_times_that_it_leaves_out() -> None:
    from jsonschema import Draft202012Validator

    example = json.loads(re.findall(r"```json\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)[0])
    schema = event_schema()
    schema["$defs"]["Timestamps"]["required"] = []
    Draft202012Validator(schema).validate(example)
