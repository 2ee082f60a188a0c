"""What changes go out by: made only where they do, and no record of the stream holds up the others."""

from __future__ import annotations

import json
from typing import Any

import pytest

from message_detail.adapters.aws.key_schema import ACCOUNT, CIRCUIT, COOLDOWN, ENDPOINT, INDEX_ENTRY, MESSAGE
from tests.template.reading import RESOURCES, TEMPLATE

CONDITION = "EventsGoOut"
OUT = {name: item for name, item in RESOURCES.items() if item.get("Condition") == CONDITION}


def test_without_events_nothing_of_it_is_made() -> None:
    """Neither queues, functions and alarms nor the stream, which is paid for by what is read of it."""
    words = ("Event", "Changes", "Deliver", "Stream")
    named = {name for name in RESOURCES if any(word in name for word in words)}
    assert named <= set(OUT)
    assert TEMPLATE["Conditions"][CONDITION] == {"Fn::Equals": [{"Ref": "Events"}, "Active"]}
    assert TEMPLATE["Parameters"]["Events"]["Default"] == "Disabled"
    assert TEMPLATE["Parameters"]["EventBus"]["Default"] == ""
    condition, made, otherwise = RESOURCES["Table"]["Properties"]["StreamSpecification"]["Fn::If"]
    assert (condition, made) == (CONDITION, {"StreamViewType": "NEW_AND_OLD_IMAGES"})
    assert otherwise == {"Ref": "AWS::NoValue"}


def test_what_is_not_made_is_referred_to_by_nothing_that_is() -> None:
    """But by an output or a variable that asks for it in the same condition."""
    for name, item in RESOURCES.items():
        if item.get("Condition") != CONDITION:
            text = json.dumps(item["Properties"])
            for other in OUT:
                assert f'{{"Ref": "{other}"}}' not in text.replace(f'["{CONDITION}", {{"Ref": "{other}"}}', ""), name
                assert f'"Fn::GetAtt": ["{other}"' not in text, name


def test_the_stream_is_read_whole_and_a_record_that_fails_is_put_away() -> None:
    mapping = RESOURCES["ChangesRecords"]["Properties"]
    assert mapping["EventSourceArn"] == {"Fn::GetAtt": ["Table", "StreamArn"]}
    assert mapping["StartingPosition"] == "TRIM_HORIZON"
    assert (mapping["BatchSize"], mapping["MaximumBatchingWindowInSeconds"]) == (100, 1)
    assert mapping["BisectBatchOnFunctionError"] is True
    assert mapping["MaximumRetryAttempts"] == 20
    assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    assert mapping["DestinationConfig"]["OnFailure"]["Destination"] == {"Fn::GetAtt": ["ContentBucket", "Arn"]}


def patterns() -> dict[str, Any]:
    (one,) = RESOURCES["ChangesRecords"]["Properties"]["FilterCriteria"]["Filters"]
    pattern: dict[str, Any] = json.loads(one["Pattern"])
    return pattern


@pytest.mark.parametrize("kind", [MESSAGE, COOLDOWN, CIRCUIT, ACCOUNT, ENDPOINT], ids=lambda kind: kind.name)
def test_rows_of_which_events_are_made_pass_the_filter(kind: Any) -> None:
    assert {"prefix": kind.prefix} in patterns()["dynamodb"]["Keys"]["pk"]["S"]


def test_lambda_is_not_called_for_what_is_deleted_nor_for_the_search_index() -> None:
    told = patterns()
    assert told["eventName"] == ["INSERT", "MODIFY"], "an expiry deletes, and is no event"
    prefixes = [one["prefix"] for one in told["dynamodb"]["Keys"]["pk"]["S"]]
    assert not any(INDEX_ENTRY.prefix.startswith(prefix) for prefix in prefixes)


def test_events_that_can_not_be_taken_are_kept_longest() -> None:
    queue, dead = (RESOURCES[name]["Properties"] for name in ("EventsQueue", "EventsDeadLetterQueue"))
    assert queue["RedrivePolicy"]["deadLetterTargetArn"] == {"Fn::GetAtt": ["EventsDeadLetterQueue", "Arn"]}
    assert dead["MessageRetentionPeriod"] == queue["MessageRetentionPeriod"] == 14 * 24 * 3600
    assert queue["SqsManagedSseEnabled"] is dead["SqsManagedSseEnabled"] is True
