"""What a function counts reaches the alarms of its own stack, and no other's; what it logs tells what it is about."""

from __future__ import annotations

import io
import json
import logging
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from message_detail import observability

Lines = Callable[[], list[dict[str, Any]]]


@pytest.fixture
def stack(monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("STACK_NAME", "production")
    return "production"


def written(capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    (line,) = [line for line in capsys.readouterr().out.splitlines() if "_aws" in line]
    document: dict[str, Any] = json.loads(line)
    return document


def sets(document: dict[str, Any]) -> list[list[str]]:
    (directive,) = document["_aws"]["CloudWatchMetrics"]
    assert directive["Namespace"] == "MessageDetail"
    return [sorted(names) for names in directive["Dimensions"]]


def test_a_providers_metric_is_for_alarms_of_the_stack_and_of_the_provider(
    stack: str, capsys: pytest.CaptureFixture[str]
) -> None:
    observability.count("dead")
    observability.flush("samva")
    document = written(capsys)
    assert sets(document) == [["service", "stack"], ["provider", "service", "stack"]]
    assert (document["service"], document["stack"], document["provider"]) == ("message-detail", stack, "samva")


def test_what_is_not_per_provider_has_no_dimension_of_one(stack: str, capsys: pytest.CaptureFixture[str]) -> None:
    observability.count("dead")
    observability.flush("samva")
    written(capsys)
    observability.count("erased", 2)
    observability.flush()
    document = written(capsys)
    assert sets(document) == [["service", "stack"]]
    assert "provider" not in document


def test_outside_of_a_stack_metrics_are_written_all_the_same(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("STACK_NAME", raising=False)
    observability.count("received")
    observability.flush("samva")
    assert written(capsys)["stack"] == observability.NO_STACK


def test_nothing_is_written_where_nothing_was_counted(stack: str, capsys: pytest.CaptureFixture[str]) -> None:
    observability.flush("samva")
    assert capsys.readouterr().out == ""


def test_what_is_counted_very_often_keeps_its_stack_and_provider(
    stack: str, capsys: pytest.CaptureFixture[str]
) -> None:
    for _ in range(400):
        observability.count("drift")
    observability.flush("samva")
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert sum(sum(line["drift"]) for line in lines) == 400
    assert {(line["stack"], line.get("provider")) for line in lines} == {(stack, "samva")}
    observability.count("drift")
    observability.flush("portsip")
    assert sets(written(capsys)) == [["service", "stack"], ["provider", "service", "stack"]]


# --- the log


class Context:
    function_name = "worker"
    memory_limit_in_mb = 512
    invoked_function_arn = "arn:aws:lambda:us-east-1:123456789012:function:worker"
    aws_request_id = "request-1"


@pytest.fixture
def lines() -> Iterator[Lines]:
    """What is logged while a test runs."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(observability.logger().registered_formatter)
    observability.logger().addHandler(handler)
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    logging.getLogger(observability.SERVICE).removeHandler(handler)


def test_every_line_of_an_invocation_names_it(lines: Lines) -> None:
    handler = observability.invocation(lambda event, context: observability.info("task done", provider="samva"))
    handler({}, Context())
    handler({}, Context())
    first, second = lines()
    assert (first["function_name"], first["function_request_id"]) == ("worker", "request-1")
    assert second["cold_start"] is False
    assert (first["message"], first["level"], first["provider"]) == ("task done", "INFO", "samva")
    assert not {"function_arn", "function_memory_size"} & first.keys()


def test_a_line_names_the_place_that_wrote_it(lines: Lines) -> None:
    observability.info("one")
    observability.warning("two")
    observability.error("three")
    assert [(line["level"], line["location"].partition(":")[0]) for line in lines()] == [
        (level, "test_a_line_names_the_place_that_wrote_it") for level in ("INFO", "WARNING", "ERROR")
    ]


def test_lines_within_a_piece_of_work_have_its_id_and_keys_and_those_after_it_have_not(lines: Lines) -> None:
    with observability.correlated("outer-id", provider="samva"):
        with observability.correlated("inner-id", message_hash="abc"):
            observability.info("inner")
            assert observability.correlation_id() == "inner-id"
        observability.info("outer")
    observability.info("after")
    inner, outer, after = lines()
    assert (inner["correlation_id"], inner["provider"], inner["message_hash"]) == ("inner-id", "samva", "abc")
    assert (outer["correlation_id"], outer["provider"], outer.get("message_hash")) == ("outer-id", "samva", None)
    assert not {"correlation_id", "provider", "message_hash"} & after.keys()
    assert observability.correlation_id() is None


def test_what_one_thread_works_on_is_in_no_line_of_another(lines: Lines) -> None:
    together = threading.Barrier(10)

    def work(number: int) -> None:
        with observability.correlated(f"work-{number}", message_hash=str(number)):
            together.wait(10)
            observability.info("begun", number=number)
            together.wait(10)
            observability.info("done", number=number)
        observability.info("after", number=number)

    with ThreadPoolExecutor(10) as pool:
        list(pool.map(work, range(10)))
        list(pool.map(work, range(10, 20)))
    for line in lines():
        expected = (f"work-{line['number']}", str(line["number"])) if line["message"] != "after" else (None, None)
        assert (line.get("correlation_id"), line.get("message_hash")) == expected
    assert len(lines()) == 60


def test_an_exception_ends_a_piece_of_work_as_well(lines: Lines) -> None:
    with pytest.raises(ValueError, match="bug"), observability.correlated("some-id"):
        raise ValueError("bug")
    assert observability.correlation_id() is None
