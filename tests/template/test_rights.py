"""What the functions may do, down to the keys of the table and the folders of the bucket."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from fnmatch import fnmatchcase
from inspect import signature
from typing import Any, Final

import pytest

from message_detail.domain import search_keys
from message_detail.domain.search_keys import provider_list
from tests.template.reading import FUNCTIONS, PROVIDERS, actions, statements

TABLE: Final = {"Fn::GetAtt": ["Table", "Arn"]}
DUE: Final = {"Fn::Sub": "${Table.Arn}/index/due"}
STREAM: Final = {"Fn::Sub": "${Table.Arn}/stream/*"}
BUCKET: Final = {"Fn::GetAtt": ["ContentBucket", "Arn"]}
KINDS: Final = ("Lookup", "Worker", "Webhook")
FOR_ALL: Final = ("Operations", "Reconcile")
"""Functions that do for whichever provider what those of a kind do for one."""
READ: Final = ("GetItem", "BatchGetItem", "Query")
WRITE: Final = ("PutItem", "UpdateItem", "DeleteItem", "BatchWriteItem")


def allowed(function: str, service: str = "") -> set[tuple[str, str]]:
    """(action, resource as JSON) pairs, of one service or, without the table's, of all."""
    return {
        (action, json.dumps(resource, sort_keys=True))
        for statement in statements(function)
        for resource in resources(statement)
        for action in actions(statement)
        if (action.startswith(f"{service}:") if service else not action.startswith("dynamodb:"))
    }


def resources(statement: dict[str, Any]) -> list[Any]:
    """What a statement is for: one resource, or one of each provider."""
    resource = statement["Resource"]
    return resource if isinstance(resource, list) else [resource]


def pairs(resource: Any, *names: str) -> set[tuple[str, str]]:
    return {(name, json.dumps(resource, sort_keys=True)) for name in names}


def nameless_rights(provider: str, kind: str) -> str:
    """All that a function of a kind may do, without its provider's name."""
    rights = json.dumps(list(statements(f"{provider.capitalize()}{kind}")), sort_keys=True)
    return re.sub(f"(?i){provider}", "{provider}", rights)


def secret_of(name: str) -> dict[str, str]:
    prefix = "arn:${AWS::Partition}:secretsmanager:${AWS::Region}:${AWS::AccountId}:secret:${AWS::StackName}"
    return {"Fn::Sub": f"{prefix}/{name}"}


def objects(folder: str) -> dict[str, str]:
    return {"Fn::Sub": f"${{ContentBucket.Arn}}/{folder}*"}


def patterns(statement: dict[str, Any]) -> list[str]:
    """The partition keys that a statement on the table is for."""
    condition: list[str] = statement["Condition"]["ForAllValues:StringLike"]["dynamodb:LeadingKeys"]
    return condition


def of_table(function: str) -> Iterator[dict[str, Any]]:
    yield from (one for one in statements(function) if actions(one)[0].startswith("dynamodb:"))


def may(function: str, action: str, key: str, resource: dict[str, Any] = TABLE) -> bool:
    """Whether a policy lets a function at an item, as IAM evaluates it: `*` for any text, case matters."""
    return any(
        f"dynamodb:{action}" in actions(statement)
        and statement["Resource"] == resource
        and any(fnmatchcase(key, pattern) for pattern in patterns(statement))
        for statement in of_table(function)
    )


def keys_of(provider: str) -> dict[str, str]:
    """A partition key of each kind that names its provider."""
    lists = {
        "list": provider_list(provider),
        "account list": provider_list(provider, "default"),
        "status list": provider_list(provider, None, "sent"),
        "account's status list": provider_list(provider, "default", "sent"),
    }
    return {
        "message": f"message#{provider}:default:1",
        "token": f"token#{provider}:default",
        "cooldown": f"cooldown#{provider}:default",
        "circuit": f"circuit#{provider}",
        "account": f"account#{provider}",
        "drift": f"drift#{provider}",
        "dead": f"dead#{provider}",
        "rejected": f"rejected#{provider}",
        "webhooks": f"webhooks#{provider}",
        "journal": f"journal#{provider}#0123",
        "sync": f"sync#{provider}#0123",
        "syncing": f"syncing#{provider}:default",
        "counts": f"stats#{provider}#default",
        "part of a recount": f"counted#{provider}#0123",
        "recount": f"recount#{provider}",
        "turns of recounts": f"recounting#{provider}",
        **{kind: f"index#{name}#0" for kind, name in lists.items()},
    }


#: A key of each list that holds messages of several providers.
SHARED_LISTS: Final = tuple(
    f"index#{list_of(*['x' for _ in signature(list_of).parameters])}#0"
    for name, list_of in sorted(vars(search_keys).items())
    if re.fullmatch("[a-z]+_list", name) and list_of is not provider_list
)
#: What each kind of function does with which of its provider's keys; LISTS are the search index's.
LISTS: Final = ("list", "account list", "status list", "account's status list")
NEEDED: Final[dict[str, dict[tuple[str, ...], tuple[str, ...]]]] = {
    "Lookup": {
        ("GetItem", "PutItem"): ("message",),
        ("BatchWriteItem", "DeleteItem"): LISTS,
        ("BatchGetItem",): ("message", "cooldown", "circuit"),
        ("GetItem", "UpdateItem"): ("token", "cooldown"),
        ("UpdateItem",): ("account", "drift"),
        ("Query",): ("journal",),
        ("PutItem", "UpdateItem"): ("circuit",),
    },
    "Worker": {
        ("GetItem", "PutItem", "UpdateItem"): ("message",),
        ("BatchWriteItem", "DeleteItem"): LISTS,
        ("BatchGetItem",): ("message", "cooldown", "circuit"),
        ("GetItem", "UpdateItem"): ("token", "cooldown"),
        ("UpdateItem",): ("account", "drift", "dead", "rejected", "webhooks", "journal"),
        ("PutItem", "UpdateItem"): ("circuit",),
        ("GetItem", "PutItem", "DeleteItem"): ("sync", "syncing"),
        ("Query", "UpdateItem"): ("account list",),
        ("GetItem", "Query", "PutItem", "DeleteItem"): ("counts", "part of a recount"),
        ("PutItem", "DeleteItem"): ("recount",),
    },
    "Webhook": {},
    "Operations": {
        ("GetItem", "PutItem", "DeleteItem", "Query"): ("sync", "syncing"),
        ("GetItem", "UpdateItem"): ("cooldown", "circuit"),
        ("Query",): ("account",),
        ("PutItem",): ("recount",),
    },
    "Reconcile": {
        ("UpdateItem",): ("message",),
        ("Query",): ("account",),
        ("GetItem", "PutItem", "DeleteItem", "Query"): ("sync", "syncing"),
        ("PutItem",): ("recount",),
        ("PutItem", "Query"): ("turns of recounts",),
    },
}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("provider", PROVIDERS[1:])
def test_rights_differ_from_those_of_the_first_provider_only_by_the_name(provider: str, kind: str) -> None:
    """The running system shows of the first provider's rights that each is needed."""
    assert nameless_rights(provider, kind) == nameless_rights(PROVIDERS[0], kind)


@pytest.mark.parametrize("function", FUNCTIONS)
def test_no_policy_has_a_wildcard_action_or_resource(function: str) -> None:
    for statement in statements(function):
        assert statement["Effect"] == "Allow"
        assert not {"NotAction", "NotResource", "Principal"} & set(statement)
        assert all(re.fullmatch(r"[a-z0-9]+:[A-Za-z]+", action) for action in actions(statement))
        for one in resources(statement):
            resource = json.dumps(one)
            if actions(statement) == ["secretsmanager:ListSecrets"]:
                assert one == "*", "AWS knows no list of some secrets"
                continue
            assert isinstance(one, dict), f"{resource} is no reference to one resource of the stack"
            kinds = ("Table", "Queue", "ContentBucket", "secret:", "event-bus/${EventBus}", "${AWS::StackName}-events")
            assert any(kind in resource for kind in kinds)


def test_no_function_brings_a_role_or_a_managed_policy() -> None:
    for properties in FUNCTIONS.values():
        assert "Role" not in properties
        assert all(isinstance(policy, dict) and "Statement" in policy for policy in properties.get("Policies", []))


@pytest.mark.parametrize("provider", PROVIDERS)
def test_rights_of_a_providers_functions_beyond_the_table(provider: str) -> None:
    prefix = provider.capitalize()
    queue = {"Fn::GetAtt": [f"{prefix}Queue", "Arn"]}
    dead = {"Fn::GetAtt": [f"{prefix}DeadLetterQueue", "Arn"]}
    accounts = pairs(secret_of(f"{provider}/*"), "secretsmanager:GetSecretValue")
    content = (
        pairs(objects(f"{provider}/"), "s3:GetObject", "s3:PutObject", "s3:PutObjectTagging", "s3:DeleteObject")
        | pairs(objects("messages/"), "s3:GetObject", "s3:DeleteObject")
        | pairs(BUCKET, "s3:ListBucket")
    )
    send = pairs(queue, "sqs:SendMessage")
    receive = ("sqs:ReceiveMessage", "sqs:DeleteMessage")
    assert allowed(f"{prefix}Lookup") == content | accounts
    assert allowed(f"{prefix}Worker") == (
        content | accounts | send | pairs(queue, *receive, "sqs:GetQueueAttributes") | pairs(dead, "sqs:SendMessage")
    )
    assert allowed(f"{prefix}Webhook") == accounts | send


def test_rights_of_the_functions_for_all_providers_beyond_the_table() -> None:
    each: set[tuple[str, str]] = set()
    dead: set[tuple[str, str]] = set()
    receive = ("sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:ChangeMessageVisibility")
    for provider in PROVIDERS:
        prefix = provider.capitalize()
        each |= pairs(secret_of(f"{provider}/*"), "secretsmanager:GetSecretValue")
        each |= pairs({"Fn::GetAtt": [f"{prefix}Queue", "Arn"]}, "sqs:SendMessage")
        dead |= pairs({"Fn::GetAtt": [f"{prefix}DeadLetterQueue", "Arn"]}, *receive, "sqs:GetQueueAttributes")
    assert allowed("Operations") == each | dead
    assert allowed("Reconcile") == each


def test_rights_of_the_shared_functions_beyond_the_table() -> None:
    keys = pairs(secret_of("api-keys-??????"), "secretsmanager:GetSecretValue")
    assert allowed("Authorizer") == keys | pairs(secret_of("api-keys"), "secretsmanager:GetSecretValue")
    assert allowed("Session") == keys
    erasures = {"Fn::GetAtt": ["EraseQueue", "Arn"]}
    assert allowed("Messages") == pairs(objects(""), "s3:GetObject") | pairs(erasures, "sqs:SendMessage")
    assert allowed("Erase") == (
        pairs(objects(""), "s3:GetObject", "s3:DeleteObject")
        | pairs(objects("erased/"), "s3:PutObject")
        | pairs(BUCKET, "s3:ListBucket")
        | pairs(erasures, "sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:SendMessage")
    )
    assert allowed("Public") == allowed("Console") == set()


ENDPOINTS: Final = pairs(secret_of("endpoint/*"), "secretsmanager:GetSecretValue")
EVENTS_QUEUE: Final = {"Fn::GetAtt": ["EventsQueue", "Arn"]}
BUS: Final = {"Fn::Sub": "arn:${AWS::Partition}:events:${AWS::Region}:${AWS::AccountId}:event-bus/${EventBus}"}


def test_what_reads_the_stream_may_queue_events_and_put_away_what_it_cannot_work_on() -> None:
    """And nothing at the table itself: whoever reads the stream sees all rows, and needs none."""
    assert allowed("Changes") == (
        ENDPOINTS
        | pairs("*", "secretsmanager:ListSecrets")
        | pairs(EVENTS_QUEUE, "sqs:SendMessage")
        | pairs(BUS, "events:PutEvents")
        | pairs(objects("aws/lambda/"), "s3:PutObject")
        | pairs(BUCKET, "s3:ListBucket")
    )
    (stream,) = of_table("Changes")
    assert stream["Resource"] == STREAM
    assert set(actions(stream)) == {f"dynamodb:{one}" for one in ("DescribeStream", "GetRecords", "GetShardIterator")}


def test_what_sends_events_gets_at_its_queue_the_endpoints_and_the_texts_of_messages_alone() -> None:
    read = ("sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes")
    names = pairs("*", "secretsmanager:ListSecrets")
    assert allowed("Deliver") == (
        ENDPOINTS | names | pairs(EVENTS_QUEUE, *read, "sqs:SendMessage") | pairs(objects(""), "s3:GetObject")
    )
    arn = "arn:${AWS::Partition}:sqs:${AWS::Region}:${AWS::AccountId}:${AWS::StackName}-events"
    assert allowed("Endpoints") == ENDPOINTS | names | pairs({"Fn::Sub": arn}, "sqs:SendMessage")


OF_EVENTS: Final = ("endpoint#crm", "delivery#crm#evt_1", "log#crm", "circuit#endpoint")


@pytest.mark.parametrize("function", ["Deliver", "Endpoints"])
def test_what_is_about_endpoints_gets_at_no_key_of_a_provider_but_to_read_its_messages(function: str) -> None:
    for provider in PROVIDERS:
        for name, key in keys_of(provider).items():
            found = {action for action in (*READ, *WRITE) if may(function, action, key)}
            assert found == ({"GetItem"} if (function, name) == ("Deliver", "message") else set()), key
    assert all(any(may(function, action, key) for action in (*READ, *WRITE)) for key in OF_EVENTS)


def test_nobody_else_gets_at_the_keys_of_endpoints() -> None:
    for key in OF_EVENTS:
        found = {function for function in FUNCTIONS for one in (*READ, *WRITE) if may(function, one, key)}
        assert found - {"Operations", "Messages"} == {"Deliver", "Endpoints"}, key


def test_the_stream_is_for_the_one_function_that_makes_events_of_it() -> None:
    readers = {function for function in FUNCTIONS for one in of_table(function) if one["Resource"] == STREAM}
    assert readers == {"Changes"}


# --- keys of the table ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("function", FUNCTIONS)
def test_every_statement_on_the_table_is_for_certain_keys(function: str) -> None:
    for statement in of_table(function):
        if statement["Resource"] == STREAM:
            continue  # it has no keys: who reads it reads all
        assert statement["Resource"] in (TABLE, DUE)
        assert list(statement["Condition"]) == ["ForAllValues:StringLike"]
        assert all(re.fullmatch(r"[a-z-]+#[^*]*\*?", pattern) for pattern in patterns(statement) if "#" in pattern)
        assert not {"dynamodb:Scan", "dynamodb:TransactWriteItems", "dynamodb:DeleteTable"} & set(actions(statement))


@pytest.mark.parametrize("provider", PROVIDERS)
@pytest.mark.parametrize("kind", [*KINDS, *FOR_ALL])
def test_a_function_may_do_with_its_providers_keys_what_it_does(provider: str, kind: str) -> None:
    function, keys = kind if kind in FOR_ALL else f"{provider.capitalize()}{kind}", keys_of(provider)
    needed = {(action, name) for each, names in NEEDED[kind].items() for action in each for name in names}
    found = {(action, name) for action in (*READ, *WRITE) for name, key in keys.items() if may(function, action, key)}
    assert found == needed


@pytest.mark.parametrize("provider", PROVIDERS)
@pytest.mark.parametrize("kind", KINDS)
def test_no_function_of_a_provider_gets_at_a_key_of_another(provider: str, kind: str) -> None:
    function = f"{provider.capitalize()}{kind}"
    for other in PROVIDERS:
        for key in keys_of(other).values() if other != provider else ():
            assert not [action for action in (*READ, *WRITE) if may(function, action, key)], key


def test_what_is_due_is_for_the_schedules_alone() -> None:
    for function in FUNCTIONS:
        for provider in PROVIDERS:
            assert may(function, "Query", f"{provider}#0", DUE) == (function == "Reconcile")
        assert may(function, "Query", "events#crm", DUE) == (function in ("Deliver", "Endpoints"))


@pytest.mark.parametrize("provider", PROVIDERS)
def test_of_the_lists_of_all_providers_a_provider_only_writes_entries(provider: str) -> None:
    assert len(SHARED_LISTS) >= 6
    for key in SHARED_LISTS:
        for kind in KINDS:
            found = {action for action in (*READ, *WRITE) if may(f"{provider.capitalize()}{kind}", action, key)}
            assert found == ({"BatchWriteItem", "DeleteItem"} if kind in ("Lookup", "Worker") else set())


def test_access_tokens_are_for_those_that_call_their_provider() -> None:
    for provider in PROVIDERS:
        readers = {function for function in FUNCTIONS if may(function, "GetItem", f"token#{provider}:default")}
        assert readers == {f"{provider.capitalize()}{kind}" for kind in ("Lookup", "Worker")}


def test_the_key_of_cursors_is_for_the_search_alone() -> None:
    for function in FUNCTIONS:
        found = {action for action in (*READ, *WRITE) if may(function, action, "setting#cursor-key")}
        assert found == ({"GetItem", "PutItem"} if function == "Messages" else set())


def test_the_search_sees_all_providers_and_no_token_event_or_sync() -> None:
    for provider in PROVIDERS:
        read = {
            name
            for name, key in keys_of(provider).items()
            if any(may("Messages", action, key) for action in (*READ, *WRITE))
        }
        held = {
            "message",
            "cooldown",
            "circuit",
            "account",
            "drift",
            "dead",
            "rejected",
            "webhooks",
            "counts",
            "recount",
        }
        assert read == {*held, *LISTS}
    assert all(may("Messages", "Query", key) for key in SHARED_LISTS)


def test_the_search_changes_nothing_but_erasures_and_secrets_of_the_stack() -> None:
    for provider in PROVIDERS:
        for key in (*keys_of(provider).values(), *SHARED_LISTS):
            assert not [action for action in WRITE if may("Messages", action, key)], key
    assert {action for action in WRITE if may("Messages", action, "erasure#0")} == {"PutItem"}


def test_what_erases_gets_at_messages_lists_and_erasures_and_at_nothing_else() -> None:
    for provider in PROVIDERS:
        reached = {
            name
            for name, key in keys_of(provider).items()
            if any(may("Erase", action, key) for action in (*READ, *WRITE))
        }
        assert reached == {"message", *LISTS}
    assert all(may("Erase", "Query", key) and may("Erase", "BatchWriteItem", key) for key in SHARED_LISTS)
    assert {action for action in (*READ, *WRITE) if may("Erase", action, "erasure#0")} == {"GetItem", "UpdateItem"}


def test_the_secret_behind_erased_addresses_is_for_those_who_take_erasures_on() -> None:
    for function in FUNCTIONS:
        found = {action for action in (*READ, *WRITE) if may(function, action, "setting#erasure-key")}
        assert found == ({"GetItem", "PutItem"} if function == "Messages" else set())
