"""Scenes for the functions behind the API: each uses some right of theirs and says in one line what came of it."""

from __future__ import annotations

import json
import secrets
from typing import Any
from urllib.parse import quote

import httpx

from message_detail.adapters.aws.key_schema import KEY_USE
from message_detail.adapters.aws.stats import AccountHealth
from message_detail.adapters.aws.sync_state import PageResult, SyncState
from message_detail.domain.tasks import Task
from message_detail.providers.base.listing import Window
from tests.integration.conftest import KEYS
from tests.integration.driving import send
from tests.integration.least_privilege.stage import ACCOUNT, LONG_TEXT, Stage, said

# -- lookups ---------------------------------------------------------------------------------------------


def lookup(stage: Stage) -> str:
    """A message that is not stored yet."""
    return stage.lookup(stage.new_message())


def look_up_timeline(stage: Stage) -> str:
    """The timeline of a message that is not stored yet: nobody is called for it."""
    return stage.lookup(stage.new_message(), part="/timeline")


def look_up_journal(stage: Stage) -> str:
    """The journal of a message of which nothing is known."""
    path = f"/v1/messages/{stage.provider}/{quote(stage.new_message(), safe='')}/timeline"
    return said(stage.system.get(path, params={"account": ACCOUNT, "journal": "true"}))


def look_up_long(stage: Stage) -> str:
    """A new message whose text goes to the bucket."""
    return stage.lookup(stage.new_long_message())


def look_up_in_new_account(stage: Stage) -> str:
    """An account whose settings are to be read first."""
    return stage.lookup(stage.new_message(), stage.new_account())


def look_up_noted(stage: Stage) -> str:
    """What is noted of a new account once a lookup of it succeeded."""
    account = stage.new_account()
    stage.lookup(stage.new_message(), account)
    return stage.noted(account)


def look_up_throttled(stage: Stage) -> str:
    """The provider throttles, which is written down for all containers."""
    message_id = stage.new_message()
    stage.simulator.fault("rate_limited", 1, on="message", message_id=message_id, retry_after=1)
    return stage.lookup(message_id, stage.new_account())


def look_up_stored_long(stage: Stage) -> str:
    """A stored message whose text is in the bucket."""
    return _text_of(stage, stage.stored_long_message())


def look_up_stored_earlier_long(stage: Stage) -> str:
    """A stored message whose text is where texts were put at first."""
    return _text_of(stage, stage.stored_earlier_long_message())


def _text_of(stage: Stage, native_id: str) -> str:
    answer = stage.system.get(f"/v1/messages/{stage.provider}/{native_id}", params={"account": ACCOUNT})
    return _whole_or_lost(answer.json())


def _whole_or_lost(message: dict[str, Any]) -> str:
    """How a message's long text has come, or the problem that the message tells of it."""
    problems = {drift["path"]: str(drift["problem"]) for drift in message["provenance"]["drift"]}
    return "whole" if message["body"]["text"] == LONG_TEXT else problems["body.text"]


def look_up_on_probation(stage: Stage) -> str:
    """An account whose circuit is open for so long that one call may try: the one that wrote that down."""
    return stage.lookup(stage.new_message(), stage.account_on_probation())


def look_up_recovered(stage: Stage) -> str:
    """Such an account: how its circuit stands after the try."""
    account = stage.account_on_probation()
    stage.lookup(stage.new_message(), account)
    return stage.circuit_of(account)


def look_up_half_erased_earlier(stage: Stage) -> str:
    """The same of a message whose text is where texts were put at first."""
    return stage.lookup(stage.half_erased_message(stage.stored_earlier_long_message()))


def look_up_moved(stage: Stage) -> str:
    """What is left where a message stood that the provider knows otherwise than it is stored."""
    message_id = stage.outdated_message()
    stage.lookup(message_id)
    return stage.outdated_places(message_id)


def look_up_half_erased(stage: Stage) -> str:
    """A message whose erasure has to be ended first."""
    return stage.lookup(stage.half_erased_message())


# -- webhooks ---------------------------------------------------------------------------------------------


def webhook(stage: Stage) -> str:
    """A genuine webhook."""
    return said(send(stage.system, stage.hook()))


def webhook_of_new_account(stage: Stage) -> str:
    """A genuine webhook for an account whose secrets are to be read first."""
    return said(send(stage.system, stage.hook(stage.new_account())))


# -- bulk operations --------------------------------------------------------------------------------------


def refresh(stage: Stage) -> str:
    """Messages to be fetched anew."""
    body = {"account": ACCOUNT, "message_ids": [stage.new_message()]}
    return said(stage.post(f"/v1/messages/{stage.provider}/refresh", body))


def refresh_in_new_account(stage: Stage) -> str:
    """The same in an account whose settings are to be read first."""
    body = {"account": stage.new_account(), "message_ids": [stage.new_message()]}
    return said(stage.post(f"/v1/messages/{stage.provider}/refresh", body))


def start_sync(stage: Stage) -> str:
    """A sync of an account that has none."""
    return _start_sync(stage, stage.new_account())


def recount(stage: Stage) -> str:
    """A day of all accounts, one of which is known."""
    AccountHealth(stage.stack.table).register(stage.provider, ACCOUNT)
    return said(stage.post("/v1/stats/recount", {"from": "2026-06-01", "to": "2026-06-01"}))


def start_running_sync(stage: Stage) -> str:
    """A sync of an account that has one running."""
    account = stage.new_account()
    _book(stage).start(stage.provider, account, Window())
    return _start_sync(stage, account)


def start_sync_after_crash(stage: Stage) -> str:
    """A sync of an account whose last one ended, but for its lock."""
    return _start_sync(stage, leave_lock(stage, stage.new_account()))


def progress(stage: Stage) -> str:
    """How far a sync is."""
    task = _book(stage).start(stage.provider, stage.new_account(), Window())
    return said(stage.system.get(f"/v1/providers/{stage.provider}/sync/{task.sync_id}"))


def resume(stage: Stage) -> str:
    """An account that is held back, called again at once."""
    return said(stage.post(f"/v1/providers/{stage.provider}/resume", {"account": stage.new_account()}))


def redrive(stage: Stage) -> str:
    """A dead letter, brought back."""
    _bury(stage, ACCOUNT)
    return said(stage.post(f"/v1/providers/{stage.provider}/redrive", {"limit": 1}))


def redrive_past_others(stage: Stage) -> str:
    """A dead letter, brought back, and before it one of another account, which stays."""
    _bury(stage, "another", ACCOUNT)
    return said(stage.post(f"/v1/providers/{stage.provider}/redrive", {"limit": 1, "account": ACCOUNT}))


def list_dead_letters(stage: Stage) -> str:
    """A dead letter, looked at."""
    _bury(stage, ACCOUNT)
    return said(stage.system.get(f"/v1/providers/{stage.provider}/dead-letters"))


def leave_lock(stage: Stage, account: str) -> str:
    """An account's lock, as a worker leaves it that dies after the last page; the account."""
    client, table, book = stage.stack.client("dynamodb"), stage.stack.table_name, _book(stage)
    task = book.start(stage.provider, account, Window())
    key = {"pk": {"S": f"syncing#{stage.provider}:{account}"}, "sk": {"S": "lock"}}
    lock = client.get_item(TableName=table, Key=key)["Item"]
    book.record(task, PageResult(seen=0, new=0, changed=0, total=None, last=True))
    client.put_item(TableName=table, Item=lock)
    return account


def _book(stage: Stage) -> SyncState:
    return SyncState(stage.stack.table)


def _start_sync(stage: Stage, account: str) -> str:
    return said(stage.post(f"/v1/providers/{stage.provider}/sync", {"account": account}))


def _bury(stage: Stage, *accounts: str) -> None:
    """Dead letters of these accounts, and no others."""
    sqs, url = stage.stack.client("sqs"), stage.stack.dead_letter_queue_urls[stage.provider]
    sqs.purge_queue(QueueUrl=url)
    for account in accounts:
        task = Task(
            provider=stage.provider,
            account=account,
            message_id="1",
            via="webhook",
            received_at="2026-06-01T12:00:00.000Z",
        )
        sqs.send_message(QueueUrl=url, MessageBody=task.to_json())


# -- what is for all providers ----------------------------------------------------------------------------


def find_to_erase(stage: Stage) -> str:
    """A person's message is found, as an erasure would."""
    address = f"{secrets.token_hex(8)}@example.com"
    stage.stored_long_message(address)
    return _found(stage.post("/v1/erase", {"address": address, "dry_run": True}))


def begin_erasure(stage: Stage) -> str:
    """An erasure is taken on, and asked for, while there is no key for erasures yet."""
    stage.forget_key("setting#erasure-key")
    renew(stage, "Messages")
    address = f"{secrets.token_hex(8)}@example.com"
    stage.stored_long_message(address)
    answer = stage.post("/v1/erase", {"address": address})
    if answer.status_code >= 400:
        return said(answer)
    return said(stage.system.get(f"/v1/erase/{answer.json()['erase_id']}"))


def _found(answer: httpx.Response) -> str:
    return said(answer) if answer.status_code >= 400 else f"{answer.json()['messages']} found"


def list_long(stage: Stage) -> str:
    """A list of one message, whose text is in the bucket."""
    address = f"{secrets.token_hex(8)}@example.com"
    stage.stored_long_message(address)
    (found,) = stage.system.get("/v1/messages", params={"address": address}).json()["items"]
    return _whole_or_lost(found)


def list_providers(stage: Stage) -> str:
    """How the providers' accounts fare."""
    return said(stage.system.get("/v1/providers"))


def search_first_page(stage: Stage) -> str:
    """A page that others follow, while there is no key for cursors yet."""
    address = f"{secrets.token_hex(8)}@example.com"
    for _ in range(2):
        stage.stored_long_message(address)
    stage.forget_key("setting#cursor-key")
    renew(stage, "Messages")
    return said(stage.system.get("/v1/messages", params={"address": address, "limit": "1"}))


def open_session(stage: Stage) -> str:
    """A session, in a container that hasn't read the keys yet."""
    renew(stage, "Session")
    return said(stage.post("/v1/session", {"seconds": 60}))


def ask_with_unknown_key(stage: Stage) -> str:
    """A request whose key is compared with the stored ones, by a container that hasn't read them yet."""
    renew(stage, "Authorizer")
    headers = {"Authorization": f"Bearer {secrets.token_hex(8)}"}
    return said(stage.system.get("/v1/providers", key=None, headers=headers))


def ask_before_any_key_is_made(stage: Stage) -> str:
    """The same while there is no secret of keys."""
    client, secret = stage.stack.client("secretsmanager"), f"{stage.stack.stack_name}/api-keys"
    keys = json.loads(client.get_secret_value(SecretId=secret)["SecretString"])
    client.delete_secret(SecretId=secret, ForceDeleteWithoutRecovery=True)
    try:
        return ask_with_unknown_key(stage)
    finally:
        stage.stack.put_secret("api-keys", keys)
        renew(stage, "Authorizer")


def use_a_key(stage: Stage) -> str:
    """A request with a key of which nothing is noted yet; by a session, since the API remembers the key's answer."""
    table, key = stage.stack.table, KEY_USE.key(key_id=KEYS["all"].id)
    token = stage.system.post("/v1/session").json()["token"]
    table.delete(key)
    renew(stage, "Authorizer")
    answered = said(stage.system.get("/v1/providers", key=None, headers={"Authorization": f"Bearer {token}"}))
    return f"{answered} {'noted' if table.get(key) else 'not noted'}"


def renew(stage: Stage, function: str) -> None:
    """Ends a function's containers, as every change of its configuration does."""
    functions, name = stage.stack.client("lambda"), stage.functions[function]
    environment = functions.get_function_configuration(FunctionName=name)["Environment"]["Variables"]
    functions.update_function_configuration(FunctionName=name, Environment={"Variables": environment})
