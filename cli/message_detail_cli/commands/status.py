"""`message-detail status`: how a deployment fares, on one screen; for a person, and for a cron job by the exit code."""

from __future__ import annotations

import argparse
import time as clock
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any, Final

from message_detail.domain.times import add_seconds, canonical
from message_detail_cli.api import Api, api_of, url_of
from message_detail_cli.cloud import Cloud
from message_detail_cli.errors import OK, REFUSED, CliError
from message_detail_cli.moments import now
from message_detail_cli.output import add_table, note, on_terminal, say_pairs, show_table, state, time
from message_detail_cli.tools import Tools, cloud_of

MORE: Final = (
    "The exit code is 1 where somebody has to look: the API fails, an account is refused, unusable or cut off, or "
    "there are dead letters. How many tasks wait is asked of AWS, unless --api says where the API is."
)
HEAD: Final = ("provider", "account", "state", "last success", "last webhook", "waiting", "dead", "drift (day)")
TROUBLE: Final = ("open", "refused", "unusable")
"""States of an account that don't pass by themselves, or only when the provider is back."""
SOON_SECONDS: Final = 7 * 86_400
"""A key that ends within that time is told of."""
WAITING: Final = [f"ApproximateNumberOfMessages{kind}" for kind in ("", "NotVisible", "Delayed")]


def options(parser: argparse.ArgumentParser) -> None:
    """Its own options."""
    add_table(parser)


def run(arguments: argparse.Namespace, tools: Tools) -> int:
    """Everything that is asked for is told, also where some of it is wrong."""
    api = api_of(arguments, tools)
    began = clock.monotonic()
    api.get("/v1/health")
    took = round(1000 * (clock.monotonic() - began))
    waiting = {} if arguments.api else _waiting(cloud_of(arguments))
    with ThreadPoolExecutor() as pool:
        me, drift = pool.submit(api.get, "/v1/me"), pool.submit(api.get, "/v1/drift")
        items = api.get("/v1/providers")["items"]
        dead = pool.map(partial(_dead, api), items)
        providers = [
            {**item, "dead_letters": letters, "waiting": waiting.get(item["provider"])}
            for item, letters in zip(items, dead, strict=True)
        ]
        key, drifting = me.result(), drift.result()["items"]
    problems = list(_problems(providers))
    told = {
        "ok": not problems,
        "problems": problems,
        "api": {"url": url_of(arguments, tools), "milliseconds": took},
        "key": key,
        "providers": providers,
        "drift": len(drifting),
    }
    _show(arguments, told)
    return REFUSED if problems else OK


def _show(arguments: argparse.Namespace, told: Mapping[str, Any]) -> None:
    if not arguments.json and arguments.output == "table":
        api, key = told["api"], told["key"]
        say_pairs({"API": f"{state('ok')}  {api['url']}  ({api['milliseconds']} ms)", "key": _key(key)})
        print()
    show_table(arguments, told, HEAD, list(_rows(told["providers"])), "this key is for no provider that is known")
    for line in [*told["problems"], *_remarks(told)]:
        note(line)
    if told["ok"] and on_terminal():
        note("all is well")


def _rows(providers: Sequence[Mapping[str, Any]]) -> Iterator[Sequence[Any]]:
    """A line for each account; what is counted by provider stands in its first one."""
    for item in providers:
        counts: Sequence[Any] = (item["waiting"], item["dead_letters"], item["drift_last_day"])
        for account in item["accounts"] or ({"account": "-", "state": item["state"]},):
            webhook = account.get("webhook") or {}
            times = time(account.get("last_success")), time(webhook.get("last_received"))
            yield (item["provider"], account["account"], state(account["state"]), *times, *counts)
            counts = ("", "", "")


def _problems(providers: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """What somebody has to look at."""
    for item in providers:
        for account in item["accounts"]:
            if account["state"] in TROUBLE:
                why = account.get("last_error_detail") or account.get("last_error_code") or "its calls are held back"
                yield f"{item['provider']} {account['account']} is {account['state']}: {why}"
        if item["dead_letters"]:
            yield f"{item['provider']} has {item['dead_letters']} dead letters: message-detail dead {item['provider']}"


def _remarks(told: Mapping[str, Any]) -> Iterator[str]:
    """What is good to know."""
    if told["drift"]:
        yield f"{told['drift']} places where providers answer what the tables don't know: message-detail drift"
    end = told["key"].get("expires_at")
    if end and end < add_seconds(canonical(now()), SOON_SECONDS):
        yield f"this key ends at {end}: message-detail keys create makes another"


def _key(key: Mapping[str, Any]) -> str:
    limits = ", ".join([*(key.get("providers") or ()), *(key.get("accounts") or ())])
    return f"{key['key_id']} ({', '.join(key['scopes'])}{f'; for {limits}' if limits else ''})"


def _dead(api: Api, item: Mapping[str, Any]) -> int:
    """How many dead letters a provider has now."""
    return int(api.get(f"/v1/providers/{item['provider']}/dead-letters", {"limit": 1})["total"])


def _waiting(cloud: Cloud) -> dict[str, int]:
    """How many tasks wait or are worked on, by provider; none where AWS can't be asked, which is told."""
    try:
        urls = {name: url for name, url in cloud.outputs.items() if name.endswith("QueueUrl")}
        return {
            name.removesuffix("QueueUrl").lower(): _depth(cloud, url)
            for name, url in urls.items()
            if not name.endswith("DeadLetterQueueUrl")
        }
    except CliError as error:
        note(f"how many tasks wait can't be told: {error}")
        return {}


def _depth(cloud: Cloud, url: str) -> int:
    found = cloud.call("sqs", "get_queue_attributes", QueueUrl=url, AttributeNames=WAITING)["Attributes"]
    return sum(int(found[name]) for name in WAITING)
