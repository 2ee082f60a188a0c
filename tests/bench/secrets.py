"""The accounts' secrets of the measured functions."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Mapping
from typing import Any, Final

from tests.bench.samples import STACK

#: What the samva accounts differ in: the provider's milliseconds, and the tasks at once.
ACCOUNTS: Final[dict[str, tuple[int, int]]] = {
    "default": (0, 5),
    "slow": (200, 5),
    "wide": (200, 10),
    "memory": (0, 10),
}
WEBHOOK_SECRET: Final = "bench-webhook-secret"


def put_accounts(endpoint: str) -> None:
    """Samva's accounts, whose provider is the upstream itself."""
    for name, (delay, places) in ACCOUNTS.items():
        settings = {
            "base_url": f"{endpoint}/{delay}",
            "api_key": "bench-key",
            "webhook_secrets": [WEBHOOK_SECRET],
            "max_concurrency": places,
        }
        put_secret(endpoint, "samva", name, settings)


def put_secret(endpoint: str, provider: str, account: str, settings: Mapping[str, Any]) -> None:
    """Creates or replaces one, without a client library, whose import might be what is measured."""
    given = {"Name": f"{STACK}/{provider}/{account}", "SecretString": json.dumps(settings)}
    request = urllib.request.Request(
        endpoint,
        data=json.dumps(given).encode(),
        headers={"X-Amz-Target": "secretsmanager.CreateSecret", "Content-Type": "application/x-amz-json-1.1"},
    )
    with urllib.request.urlopen(request, timeout=10) as answer:
        answer.read()
