"""The end of a log is read wherever it was cut off."""

from __future__ import annotations

import base64

import pytest

from message_detail import observability
from tests.log_tail import TAIL_BYTES, logged_objects


def tail_of(log: str) -> str:
    """The `LogResult` of an invocation that logged this."""
    return base64.b64encode(log.encode()[-TAIL_BYTES:]).decode()


def metrics_line(capsys: pytest.CaptureFixture[str]) -> str:
    """What the metrics of an invocation are written as."""
    observability.flush()  # what tests before this one may have left
    capsys.readouterr()
    observability.count("reconciled", 0)
    observability.flush("acme")
    return capsys.readouterr().out


def test_a_short_log_is_read_whole(capsys: pytest.CaptureFixture[str]) -> None:
    log = f'START\n{{"message": "reconciled"}}\n{metrics_line(capsys)}END\n'
    first, second = logged_objects(tail_of(log))
    assert first == {"message": "reconciled"}
    assert second["reconciled"] == [0.0]
    assert logged_objects("") == []


def test_a_log_that_is_cut_off_within_a_line_of_metrics_gives_the_lines_after_it(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Wherever the cut is: before the line's inner objects, too, which look like lines of their own."""
    line, last = metrics_line(capsys), '{"message": "done"}\n'
    for kept in range(1, len(line) + 1):
        filler = "x" * (TAIL_BYTES - kept - len(last) - 1) + "\n"
        assert logged_objects(tail_of(line + filler + last)) == [{"message": "done"}]
