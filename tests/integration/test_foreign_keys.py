"""With one provider's credentials nothing of another is read, written or deleted, though they share table and bucket.

Each role's policy, as deployed, is given to a user of its own, whose requests the emulator answers as it would the
role's. Here each role tries the keys of one other provider; tests/template has the policies tried on all of them.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from local.stack import LocalStack
from message_detail.providers import names
from tests.integration.conftest import System
from tests.integration.least_privilege.rights import policy_of
from tests.template.reading import FUNCTIONS
from tests.template.test_rights import keys_of

PROVIDERS: Final = names()
DENIED: Final = frozenset({"AccessDeniedException", "AccessDenied"})
OF_A_PROVIDER: Final = [name for name in FUNCTIONS if name.startswith(tuple(one.capitalize() for one in PROVIDERS))]


def key(pk: str) -> dict[str, Any]:
    return {"pk": {"S": pk}, "sk": {"S": "message"}}


def requests(table: str, pk: str) -> dict[str, dict[str, Any]]:
    """A request of each sort that touches an item."""
    put = {"PutRequest": {"Item": key(pk)}}
    return {
        "get_item": {"TableName": table, "Key": key(pk)},
        "put_item": {"TableName": table, "Item": key(pk)},
        "update_item": {"TableName": table, "Key": key(pk)},
        "delete_item": {"TableName": table, "Key": key(pk)},
        "query": {
            "TableName": table,
            "KeyConditionExpression": "pk = :pk",
            "ExpressionAttributeValues": {":pk": {"S": pk}},
        },
        "batch_get_item": {"RequestItems": {table: {"Keys": [key(pk)]}}},
        "batch_write_item": {"RequestItems": {table: [put]}},
    }


@contextmanager
def as_role_of(stack: LocalStack, function: str) -> Iterator[Callable[[str], Any]]:
    """Gives clients with the rights of a function's role."""
    iam, user = stack.client("iam"), f"as-{function}"
    iam.create_user(UserName=user)
    iam.put_user_policy(UserName=user, PolicyName="own", PolicyDocument=json.dumps(policy_of(stack, function)))
    made = iam.create_access_key(UserName=user)["AccessKey"]
    session: Any = boto3.Session(made["AccessKeyId"], made["SecretAccessKey"], region_name="us-east-1")
    config = Config(retries={"max_attempts": 1}, s3={"addressing_style": "path"})
    try:
        yield lambda service: session.client(service, endpoint_url=stack.emulator.url, config=config)
    finally:
        iam.delete_access_key(UserName=user, AccessKeyId=made["AccessKeyId"])
        iam.delete_user_policy(UserName=user, PolicyName="own")
        iam.delete_user(UserName=user)


def refused(call: Callable[..., Any], **arguments: Any) -> bool:
    try:
        call(**arguments)
    except ClientError as error:
        return error.response["Error"]["Code"] in DENIED
    return False


@pytest.mark.parametrize("function", OF_A_PROVIDER)
def test_a_foreign_item_can_be_neither_read_nor_written_nor_deleted(system: System, function: str) -> None:
    stack = system.stack
    own = next(name for name in PROVIDERS if function.startswith(name.capitalize()))
    foreign = keys_of(PROVIDERS[PROVIDERS.index(own) - 1]).values()
    with as_role_of(stack, function) as client_of:
        database = client_of("dynamodb")
        open_to_it = [
            (pk, name)
            for pk in (*foreign, "setting#cursor-key")
            for name, arguments in requests(stack.table_name, pk).items()
            if not refused(getattr(database, name), **arguments)
        ]
        assert refused(database.scan, TableName=stack.table_name)
    assert open_to_it == []


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_batch_with_one_foreign_item_is_refused_as_a_whole(system: System, provider: str) -> None:
    stack, other = system.stack, PROVIDERS[PROVIDERS.index(provider) - 1]
    own, foreign = keys_of(provider)["list"], keys_of(other)["list"]
    with as_role_of(stack, f"{provider.capitalize()}Worker") as client_of:
        database = client_of("dynamodb")

        def batch(*pks: str) -> dict[str, Any]:
            return {"RequestItems": {stack.table_name: [{"PutRequest": {"Item": key(pk)}} for pk in pks]}}

        assert refused(database.batch_write_item, **batch(own, foreign))
        assert not refused(database.batch_write_item, **batch(own))
        database.delete_item(TableName=stack.table_name, Key=key(own))


def test_what_is_due_of_no_provider_of_ours_is_not_told(system: System) -> None:
    def due(shard: str) -> dict[str, Any]:
        return {
            "TableName": system.stack.table_name,
            "IndexName": "due",
            "KeyConditionExpression": "due_shard = :shard",
            "ExpressionAttributeValues": {":shard": {"S": shard}},
        }

    with as_role_of(system.stack, "Reconcile") as client_of:
        database = client_of("dynamodb")
        assert not [provider for provider in PROVIDERS if refused(database.query, **due(f"{provider}#0"))]
        assert refused(database.query, **due("nobody#0"))


@pytest.mark.parametrize("provider", PROVIDERS)
@pytest.mark.parametrize("kind", ["Lookup", "Worker"])
def test_a_text_of_another_provider_is_neither_read_nor_written_nor_deleted(
    system: System, provider: str, kind: str
) -> None:
    stack, bucket = system.stack, system.stack.bucket_name
    root, folder = stack.client("s3"), "0" * 64
    for name in PROVIDERS:
        root.put_object(Bucket=bucket, Key=f"{name}/{folder}/1", Body=b"text")
    with as_role_of(stack, f"{provider.capitalize()}{kind}") as client_of:
        s3 = client_of("s3")
        for other in PROVIDERS:
            named = {"Bucket": bucket, "Key": f"{other}/{folder}/1"}
            calls = [
                refused(s3.get_object, **named),
                refused(s3.put_object, **named),
                refused(s3.delete_object, **named),
            ]
            assert calls == [other != provider] * 3
    for name in PROVIDERS:
        root.delete_object(Bucket=bucket, Key=f"{name}/{folder}/1")
