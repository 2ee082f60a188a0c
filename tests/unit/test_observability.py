"""What a function counts reaches the alarms of its own stack, and no other's."""

from __future__ import annotations

import json
from typing import Any

import pytest

from message_detail import observability


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
