"""How the providers and their accounts fare, and what is to be looked into."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Final

from message_detail.adapters.aws.stats import REFUSED, UNUSABLE, AccountHealth, AccountState, DriftSeen
from message_detail.adapters.aws.throttle import Throttle
from message_detail.adapters.aws.webhook_facts import NONE_CAME, WebhookBook
from message_detail.providers import names

BY_WEIGHT: Final = ("ok", "cooling_down", "open", REFUSED, UNUSABLE)
"""How an account may stand: what passes by itself, then what somebody has to mend. A provider stands as the worst of
its accounts."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How a provider fares. `accounts`: those that have been used, each as its health and what holds it back say."""

    provider: str
    state: str
    accounts: tuple[dict[str, Any], ...]
    dead_letters_last_day: int
    drift_last_day: int


class Overview:
    """What is known of all providers together."""

    def __init__(self, health: AccountHealth, throttle: Throttle, webhooks: WebhookBook) -> None:
        self._health = health
        self._throttle = throttle
        self._webhooks = webhooks

    def standings(self) -> list[Standing]:
        """How each provider fares."""
        return [self._standing(name) for name in names()]

    def drift_seen(self) -> list[DriftSeen]:
        """What providers answered in the last 30 days that the tables don't know."""
        return [row for name in names() for row in self._health.drift_seen(name)]

    def _standing(self, name: str) -> Standing:
        webhooks = self._webhooks.read(name)
        accounts = tuple(
            {**self._account(name, state), "webhook": asdict(webhooks.get(state.account, NONE_CAME))}
            for state in self._health.accounts(name)
        )
        return Standing(
            provider=name,
            state=max((account["state"] for account in accounts), key=BY_WEIGHT.index, default=BY_WEIGHT[0]),
            accounts=accounts,
            dead_letters_last_day=self._health.dead_of_last_day(name),
            drift_last_day=self._health.drift_of_last_day(name),
        )

    def _account(self, provider: str, health: AccountState) -> dict[str, Any]:
        account = {**asdict(health), **self._throttle.account_state(provider, health.account)}
        trouble = account.pop("trouble")
        return {**account, "state": trouble} if trouble in BY_WEIGHT else account
