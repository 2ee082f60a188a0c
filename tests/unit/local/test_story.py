"""`make demo` says of each step what it expected, and ends with 1 where it came out otherwise."""

from __future__ import annotations

import contextlib

import pytest

from local import story
from local.simulators import SIMULATORS
from local.story import PROVIDER, CameOutOtherwise, Story


def told(lines: list[str]) -> Story:
    return Story("http://127.0.0.1:9", SIMULATORS[PROVIDER](), lines.append)


def test_a_step_shows_what_came_out() -> None:
    lines: list[str] = []
    told(lines)._expect({"status": "queued", "body": "a text"}, status="queued")
    assert lines == ['   > {"status": "queued"}']


def test_a_step_that_comes_out_otherwise_ends_the_story() -> None:
    lines: list[str] = []
    with pytest.raises(CameOutOtherwise, match=r'expected .*"freshness": "live"'):
        told(lines)._expect({"status": "sent", "freshness": "live"}, status="queued", freshness="live")
    assert lines == ['   > {"status": "sent", "freshness": "live"}']


def test_its_exit_code_says_so(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def otherwise(_cleanup: contextlib.ExitStack) -> None:
        raise CameOutOtherwise("expected more")

    for name in ("interrupt_on_signals", "ended_once"):
        monkeypatch.setattr(story, name, contextlib.nullcontext)
    monkeypatch.setattr(story, "_tell", otherwise)
    assert story.main() == 1
    assert "expected more" in capsys.readouterr().err
    monkeypatch.setattr(story, "_tell", lambda _cleanup: None)
    assert story.main() == 0
