"""The environment of a function, read once on first use."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache


@dataclass(frozen=True, slots=True)
class Settings:
    """Names of the resources that the template made. Empty where a function is not given one.

    A function of one provider has one queue; one of all providers has theirs by the provider's name. `events` says
    whether changes go out, `api_url` where their schema is to be had, and `endpoint_networks` to which networks of
    nobody's on the internet they may go where an endpoint doesn't say. `account_remedy`: what makes an account that is
    missing, where it is not a secret's creation.
    """

    table_name: str
    content_bucket: str
    stack_name: str
    queue_url: str
    dead_letter_queue_url: str
    api_keys_secret: str
    max_receives: int
    retention_days: int
    reconcile_plan: str
    events: bool = False
    events_queue_url: str = ""
    event_bus: str = ""
    api_url: str = ""
    endpoint_networks: tuple[str, ...] = ()
    account_remedy: str = ""
    queue_urls: Mapping[str, str] = field(default_factory=dict)
    dead_letter_queue_urls: Mapping[str, str] = field(default_factory=dict)


def is_complete(*names: str) -> bool:
    """Whether each of these variables has a value; nothing of the environment is kept yet."""
    return all(os.environ.get(name) for name in names)


@cache
def settings() -> Settings:
    """The settings of this container."""
    env = os.environ
    return Settings(
        table_name=env.get("TABLE_NAME", ""),
        content_bucket=env.get("CONTENT_BUCKET", ""),
        stack_name=env.get("STACK_NAME", ""),
        queue_url=env.get("QUEUE_URL", ""),
        dead_letter_queue_url=env.get("DEAD_LETTER_QUEUE_URL", ""),
        api_keys_secret=env.get("API_KEYS_SECRET", ""),
        max_receives=int(env.get("MAX_RECEIVES") or 5),
        retention_days=int(env.get("RETENTION_DAYS") or 0),
        reconcile_plan=env.get("RECONCILE_PLAN", ""),
        events=env.get("EVENTS") == "Active",
        events_queue_url=env.get("EVENTS_QUEUE_URL", ""),
        event_bus=env.get("EVENT_BUS", ""),
        api_url=env.get("API_URL", ""),
        endpoint_networks=tuple(filter(None, env.get("ENDPOINT_NETWORKS", "").split(","))),
        account_remedy=env.get("ACCOUNT_REMEDY", ""),
        queue_urls=_by_provider(env.get("QUEUE_URLS", "")),
        dead_letter_queue_urls=_by_provider(env.get("DEAD_LETTER_QUEUE_URLS", "")),
    )


def _by_provider(pairs: str) -> dict[str, str]:
    """`name=url,name=url` as the template joins them."""
    return dict(pair.split("=", 1) for pair in pairs.split(",") if "=" in pair)
