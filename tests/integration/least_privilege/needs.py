"""Why each right is there: a scene that needs it, what comes of the scene, and what comes of it without the right."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from tests.integration.least_privilege import scenes_events as events
from tests.integration.least_privilege import scenes_http as http
from tests.integration.least_privilege import scenes_queue as queue
from tests.integration.least_privilege.rights import Right
from tests.integration.least_privilege.stage import Stage


@dataclass(frozen=True, slots=True)
class Need:
    """A scene; how its outcome begins with the right, and what it says without."""

    scene: Callable[[Stage], str]
    done: str
    refused: str


Row = tuple[str, str, str, Need]
"""A kind of function, a statement's Sid, a service with the actions that one need stands for, and the need."""

_TABLE: Final = "storage_refused: the table refuses (AccessDenied"
_BUCKET: Final = "storage_refused: the content bucket refuses (AccessDenied"
_SECRETS: Final = "storage_refused: the secret store refuses (AccessDenied"
_QUEUE: Final = "storage_refused: the queue refuses (AccessDenied"
_DEAD: Final = "dead: storage_refused"
_ERASED: Final = "404 message_not_found: the message was erased"
_NOT_NOW: Final = "503 storage_unavailable: the webhook can't be taken in"
_GONE: Final = "drop: message_not_found"
_LOST: Final = "a text is lost"
_NO_ACCOUNT: Final = "dead: unknown_account"
_REFUSED: Final = "failed: storage_refused"
_DENIED: Final = "refuses (AccessDenied"
_LEFT: Final = "left on the queue"
_FAILED: Final = "the table refuses (AccessDenied"

_ROWS: Final[tuple[Row, ...]] = (
    ("Lookup", "Messages", "dynamodb GetItem", Need(http.look_up_timeline, "404 message_not_found", _TABLE)),
    ("Lookup", "Messages", "dynamodb PutItem", Need(http.lookup, "200", _TABLE)),
    ("Lookup", "Lists", "dynamodb BatchWriteItem", Need(http.lookup, "200", _TABLE)),
    ("Lookup", "Lists", "dynamodb DeleteItem", Need(http.look_up_moved, "gone", "left")),
    ("Lookup", "BeforeCalls", "dynamodb BatchGetItem", Need(http.look_up_in_new_account, "200", _TABLE)),
    ("Lookup", "State", "dynamodb GetItem UpdateItem", Need(http.look_up_throttled, "503 rate_limited", _TABLE)),
    ("Lookup", "Counts", "dynamodb UpdateItem", Need(http.look_up_noted, "noted", "nothing is noted")),
    ("Lookup", "Journal", "dynamodb Query", Need(http.look_up_journal, "404 message_not_found", _TABLE)),
    ("Lookup", "Circuits", "dynamodb PutItem", Need(http.look_up_on_probation, "200", _TABLE)),
    ("Lookup", "Circuits", "dynamodb UpdateItem", Need(http.look_up_recovered, "CLOSED", "HALF_OPEN")),
    ("Lookup", "Content", "s3 GetObject", Need(http.look_up_stored_long, "whole", "lost")),
    ("Lookup", "Content", "s3 PutObject", Need(http.look_up_long, "200", _BUCKET)),
    ("Lookup", "Content", "s3 DeleteObject", Need(http.look_up_half_erased, _ERASED, _BUCKET)),
    ("Lookup", "EarlierContent", "s3 GetObject", Need(http.look_up_stored_earlier_long, "whole", "lost")),
    ("Lookup", "EarlierContent", "s3 DeleteObject", Need(http.look_up_half_erased_earlier, _ERASED, _BUCKET)),
    ("Lookup", "Contents", "s3 ListBucket", Need(http.look_up_half_erased, _ERASED, _BUCKET)),
    ("Lookup", "Accounts", "secretsmanager GetSecretValue", Need(http.look_up_in_new_account, "200", _SECRETS)),
    #
    ("Worker", "Messages", "dynamodb GetItem", Need(queue.list_page, "done", "aside: storage_refused")),
    ("Worker", "Messages", "dynamodb PutItem", Need(queue.fetch, "done", _DEAD)),
    ("Worker", "Messages", "dynamodb UpdateItem", Need(queue.fetch_due_of_no_account, _NO_ACCOUNT, _DEAD)),
    ("Worker", "Lists", "dynamodb BatchWriteItem", Need(queue.fetch, "done", _DEAD)),
    ("Worker", "Lists", "dynamodb DeleteItem", Need(queue.fetch_moved, "gone", "left")),
    ("Worker", "BeforeCalls", "dynamodb BatchGetItem", Need(queue.fetch_for_new_account, "done", _DEAD)),
    ("Worker", "State", "dynamodb GetItem UpdateItem", Need(queue.fetch_throttled, "later: rate_limited", _DEAD)),
    ("Worker", "Counts", "dynamodb UpdateItem", Need(queue.fetch_noted, "noted", "nothing is noted")),
    ("Worker", "Circuits", "dynamodb PutItem", Need(queue.fetch_on_probation, "done", _DEAD)),
    ("Worker", "Circuits", "dynamodb UpdateItem", Need(queue.fetch_recovered, "CLOSED", "HALF_OPEN")),
    ("Worker", "Fetches", "dynamodb PutItem", Need(queue.fetch_for_event, "done", _DEAD)),
    ("Worker", "Fetches", "dynamodb DeleteItem", Need(queue.fetch_for_event_in_vain, "given back", "kept")),
    ("Worker", "Syncs", "dynamodb GetItem", Need(queue.list_for_no_account, _NO_ACCOUNT, _DEAD)),
    ("Worker", "Syncs", "dynamodb PutItem", Need(queue.list_for_no_account, _NO_ACCOUNT, _DEAD)),
    ("Worker", "Syncs", "dynamodb DeleteItem", Need(queue.lock_of_no_account, "unlocked", "locked")),
    ("Worker", "Census", "dynamodb Query", Need(queue.count_day, "done", _DEAD)),
    (
        "Worker",
        "Census",
        "dynamodb UpdateItem",
        Need(queue.count_day_of_earlier_release, "filled in", "left as it was"),
    ),
    ("Worker", "Numbers", "dynamodb GetItem Query PutItem", Need(queue.count_day, "done", _DEAD)),
    ("Worker", "Numbers", "dynamodb DeleteItem", Need(queue.count_day_that_had_more, "done", _DEAD)),
    ("Worker", "Recounts", "dynamodb PutItem DeleteItem", Need(queue.count_day, "done", _DEAD)),
    ("Worker", "Content", "s3 GetObject", Need(queue.fetch_again_long, _GONE, _LOST)),
    ("Worker", "Content", "s3 PutObject", Need(queue.fetch_long, "done", _DEAD)),
    ("Worker", "Content", "s3 DeleteObject", Need(queue.fetch_half_erased, _GONE, _DEAD)),
    ("Worker", "EarlierContent", "s3 GetObject", Need(queue.fetch_again_earlier_long, _GONE, _LOST)),
    ("Worker", "EarlierContent", "s3 DeleteObject", Need(queue.fetch_half_erased_earlier, _GONE, _DEAD)),
    ("Worker", "Contents", "s3 ListBucket", Need(queue.fetch_half_erased, _GONE, _DEAD)),
    ("Worker", "Accounts", "secretsmanager GetSecretValue", Need(queue.fetch_for_new_account, "done", _DEAD)),
    ("Worker", "Queue", "sqs SendMessage", Need(queue.fetch_throttled, "later: rate_limited", _DEAD)),
    ("Worker", "DeadLetters", "sqs SendMessage", Need(queue.dead_letter, "dead: invalid_request", "left on the queue")),
    #
    ("Webhook", "Accounts", "secretsmanager GetSecretValue", Need(http.webhook_of_new_account, "200", _NOT_NOW)),
    ("Webhook", "Queue", "sqs SendMessage", Need(http.webhook, "200", _QUEUE)),
    #
    ("Operations", "Syncs", "dynamodb PutItem", Need(http.start_sync, "202", _TABLE)),
    ("Operations", "Syncs", "dynamodb GetItem", Need(http.start_running_sync, "202", _TABLE)),
    ("Operations", "Syncs", "dynamodb DeleteItem", Need(http.start_sync_after_crash, "202", _TABLE)),
    ("Operations", "Syncs", "dynamodb Query", Need(http.progress, "200", _TABLE)),
    ("Operations", "Known", "dynamodb Query", Need(http.recount, "202", _TABLE)),
    ("Operations", "Recounts", "dynamodb PutItem", Need(http.recount, "202", _TABLE)),
    ("Operations", "Holds", "dynamodb GetItem UpdateItem", Need(http.resume, "200", _TABLE)),
    ("Operations", "Accounts", "secretsmanager GetSecretValue", Need(http.refresh_in_new_account, "202", _SECRETS)),
    ("Operations", "Queue", "sqs SendMessage", Need(http.refresh, "202", _QUEUE)),
    ("Operations", "DeadLetters", "sqs ReceiveMessage DeleteMessage", Need(http.redrive, "202", _QUEUE)),
    ("Operations", "DeadLetters", "sqs ChangeMessageVisibility", Need(http.redrive_past_others, "202", _QUEUE)),
    ("Operations", "DeadLetters", "sqs GetQueueAttributes", Need(http.list_dead_letters, "200", _QUEUE)),
    #
    ("Reconcile", "Due", "dynamodb Query", Need(queue.queue_due, "queued", _FAILED)),
    ("Reconcile", "Messages", "dynamodb UpdateItem", Need(queue.queue_due, "queued", _FAILED)),
    ("Reconcile", "Known", "dynamodb Query", Need(queue.sync_by_schedule, "syncs 1", _FAILED)),
    ("Reconcile", "Syncs", "dynamodb PutItem", Need(queue.sync_by_schedule, "syncs 1", "syncs 0")),
    ("Reconcile", "Syncs", "dynamodb GetItem", Need(queue.sync_by_schedule_while_running, "syncs 1", "syncs 0")),
    ("Reconcile", "Syncs", "dynamodb Query", Need(queue.sync_by_schedule, "syncs 1", _FAILED)),
    ("Reconcile", "Syncs", "dynamodb DeleteItem", Need(queue.sync_by_schedule_after_crash, "syncs 1", "syncs 0")),
    ("Reconcile", "RecountTurns", "dynamodb Query", Need(queue.recount_by_schedule, "begun", _FAILED)),
    ("Reconcile", "RecountTurns", "dynamodb PutItem", Need(queue.recount_by_schedule, "begun", "not begun")),
    ("Reconcile", "Recounts", "dynamodb PutItem", Need(queue.recount_by_schedule, "begun", "not begun")),
    ("Reconcile", "Accounts", "secretsmanager GetSecretValue", Need(queue.sync_by_schedule, "syncs 1", "syncs 0")),
    (
        "Reconcile",
        "Queue",
        "sqs SendMessage",
        Need(queue.queue_due, "queued", "the queue refuses (AccessDenied"),
    ),
    #
    ("Messages", "Messages", "dynamodb BatchGetItem", Need(http.find_to_erase, "1 found", _TABLE)),
    ("Messages", "Lists", "dynamodb Query", Need(http.find_to_erase, "1 found", _TABLE)),
    ("Messages", "Counts", "dynamodb Query", Need(http.list_providers, "200", _TABLE)),
    ("Messages", "Pressure", "dynamodb GetItem", Need(http.list_providers, "200", _TABLE)),
    ("Messages", "Secrets", "dynamodb GetItem PutItem", Need(http.begin_erasure, "200", _TABLE)),
    ("Messages", "Erasures", "dynamodb GetItem PutItem", Need(http.begin_erasure, "200", _TABLE)),
    ("Messages", "Content", "s3 GetObject", Need(http.list_long, "whole", "lost")),
    ("Messages", "Queue", "sqs SendMessage", Need(http.begin_erasure, "200", _QUEUE)),
    #
    ("Erase", "Messages", "dynamodb GetItem BatchGetItem PutItem", Need(queue.erase_long, "1 erased", _REFUSED)),
    ("Erase", "Lists", "dynamodb Query BatchWriteItem", Need(queue.erase_long, "1 erased", _REFUSED)),
    ("Erase", "Erasures", "dynamodb GetItem UpdateItem", Need(queue.erase_long, "1 erased", "left on the queue")),
    ("Erase", "Content", "s3 GetObject", Need(queue.erase_long, "1 erased", _LOST)),
    ("Erase", "Content", "s3 DeleteObject", Need(queue.erase_long, "1 erased", _REFUSED)),
    ("Erase", "Erased", "s3 PutObject", Need(queue.erase_long, "1 erased", _REFUSED)),
    ("Erase", "Contents", "s3 ListBucket", Need(queue.erase_long, "1 erased", _REFUSED)),
    ("Erase", "Queue", "sqs SendMessage", Need(queue.erase_what_is_yet_to_come, "waited for", "left on the queue")),
    #
    ("Endpoints", "States", "dynamodb BatchGetItem", Need(events.list_endpoints, "told", _TABLE)),
    ("Endpoints", "States", "dynamodb UpdateItem", Need(events.pause, "200", _TABLE)),
    ("Endpoints", "Deliveries", "dynamodb GetItem", Need(events.replay, "202", _TABLE)),
    ("Endpoints", "Deliveries", "dynamodb BatchGetItem", Need(events.list_waiting, "200", _TABLE)),
    ("Endpoints", "Deliveries", "dynamodb UpdateItem", Need(events.resume, "200", _TABLE)),
    ("Endpoints", "Log", "dynamodb Query", Need(events.list_deliveries, "200", _TABLE)),
    ("Endpoints", "Log", "dynamodb PutItem", Need(events.try_endpoint, "200", _TABLE)),
    ("Endpoints", "Circuits", "dynamodb UpdateItem", Need(events.resume, "200", _TABLE)),
    ("Endpoints", "Due", "dynamodb Query", Need(events.list_waiting, "200", _TABLE)),
    ("Endpoints", "Endpoints", "secretsmanager GetSecretValue", Need(events.list_endpoints, "told", _SECRETS)),
    ("Endpoints", "EndpointNames", "secretsmanager ListSecrets", Need(events.list_endpoints, "told", _SECRETS)),
    ("Endpoints", "Queue", "sqs SendMessage", Need(events.replay, "202", _QUEUE)),
    #
    ("Changes", "Endpoints", "secretsmanager GetSecretValue", Need(events.change_for_new_container, "queued", _DENIED)),
    (
        "Changes",
        "EndpointNames",
        "secretsmanager ListSecrets",
        Need(events.change_for_new_container, "queued", _DENIED),
    ),
    ("Changes", "Queue", "sqs SendMessage", Need(events.change, "queued", _DENIED)),
    ("Changes", "Bus", "events PutEvents", Need(events.change, "queued", _DENIED)),
    #
    ("Deliver", "States", "dynamodb BatchGetItem", Need(events.deliver_from_new_container, "event delivered", _LEFT)),
    (
        "Deliver",
        "States",
        "dynamodb UpdateItem",
        Need(events.deliver_from_new_container, "event delivered", "delivery not noted"),
    ),
    ("Deliver", "Deliveries", "dynamodb GetItem DeleteItem", Need(events.deliver_waiting, "event delivered", _LEFT)),
    ("Deliver", "Deliveries", "dynamodb PutItem", Need(events.deliver_in_vain, "event not delivered", _LEFT)),
    ("Deliver", "Deliveries", "dynamodb UpdateItem", Need(events.queue_waiting, "queued", _DENIED)),
    ("Deliver", "Log", "dynamodb PutItem", Need(events.deliver, "event delivered", "delivery not noted")),
    ("Deliver", "Circuits", "dynamodb BatchGetItem", Need(events.deliver_held_back, "event held", "event delivered")),
    ("Deliver", "Circuits", "dynamodb PutItem", Need(events.deliver_on_probation, "event delivered", _LEFT)),
    ("Deliver", "Circuits", "dynamodb UpdateItem", Need(events.deliver_recovered, "CLOSED", "HALF_OPEN")),
    ("Deliver", "Due", "dynamodb Query", Need(events.queue_waiting, "queued", _DENIED)),
    ("Deliver", "Messages", "dynamodb GetItem", Need(events.deliver_whole, "event delivered", _LEFT)),
    ("Deliver", "Content", "s3 GetObject", Need(events.deliver_whole, "event delivered", "text lost")),
    (
        "Deliver",
        "Endpoints",
        "secretsmanager GetSecretValue",
        Need(events.deliver_from_new_container, "event delivered", _LEFT),
    ),
    ("Deliver", "EndpointNames", "secretsmanager ListSecrets", Need(events.queue_waiting, "queued", _DENIED)),
    ("Deliver", "Queue", "sqs SendMessage", Need(events.deliver_in_vain, "event not delivered", _LEFT)),
    #
    ("Session", "ReadApiKeys", "secretsmanager GetSecretValue", Need(http.open_session, "201", _SECRETS)),
    ("Authorizer", "ReadApiKeys", "secretsmanager GetSecretValue", Need(http.ask_with_unknown_key, "401", "500")),
    (
        "Authorizer",
        "FindNoApiKeys",
        "secretsmanager GetSecretValue",
        Need(http.ask_before_any_key_is_made, "401", "500"),
    ),
    ("Authorizer", "KeyUses", "dynamodb UpdateItem", Need(http.use_a_key, "200 noted", "200 not noted")),
)

_POLLED: Final = (
    "Lambda polls the queue in the function's name and wants these three, as the page "
    "'Configuring an Amazon SQS queue to trigger an AWS Lambda function' of the SQS developer guide says; "
    "the emulator polls without asking. tests/template says that the worker has them."
)
_TAGGED: Final = (
    "S3 wants it for an object that is written with tags, as the page 'PutObject' of its API reference says; "
    "the emulator asks for s3:PutObject alone. tests/unit/adapters says when an object has one."
)
_STREAM: Final = (
    "Lambda reads the stream in the function's name and wants these three, as the page 'Using AWS Lambda with Amazon "
    "DynamoDB' of its developer guide says; the emulator reads without asking."
)
_PUT_AWAY: Final = (
    "Lambda puts away in the function's name what can't be worked on, and wants both, as the page 'Retaining discarded "
    "batches' of its developer guide says; the emulator puts nothing away."
)
_ONLY_ON_AWS: Final[tuple[tuple[str, str, str, str], ...]] = (
    ("Worker", "Queue", "sqs ReceiveMessage DeleteMessage GetQueueAttributes", _POLLED),
    ("Deliver", "Queue", "sqs ReceiveMessage DeleteMessage GetQueueAttributes", _POLLED),
    ("Changes", "Stream", "dynamodb DescribeStream GetRecords GetShardIterator", _STREAM),
    ("Changes", "PutAway", "s3 PutObject", _PUT_AWAY),
    ("Changes", "Contents", "s3 ListBucket", _PUT_AWAY),
    ("Erase", "Queue", "sqs ReceiveMessage DeleteMessage GetQueueAttributes", _POLLED),
    ("Lookup", "Content", "s3 PutObjectTagging", _TAGGED),
    ("Worker", "Content", "s3 PutObjectTagging", _TAGGED),
)

Key = tuple[str, str, str]
"""A kind of function, a statement's Sid, and an action."""


def _keys(kind: str, sid: str, named: str) -> list[Key]:
    service, *actions = named.split()
    return [(kind, sid, f"{service}:{action}") for action in actions]


NEEDS: Final[dict[Key, Need]] = {key: need for *names, need in _ROWS for key in _keys(*names)}
ONLY_ON_AWS: Final[dict[Key, str]] = {key: why for *names, why in _ONLY_ON_AWS for key in _keys(*names)}
"""Rights that nothing here can show the need of, with the reason why they are kept."""


def key_of(right: Right) -> Key:
    """Where the tables have a right."""
    return right.kind, right.sid, right.action
