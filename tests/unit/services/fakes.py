"""What use cases are given in place of AWS: a queue and secrets that keep what they are told."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from message_detail.domain.errors import MessageDetailError, UnknownAccount
from message_detail.domain.tasks import AnyTask
from message_detail.providers.base.account import Account, AccountSchema, build


class FakeQueue:
    """Keeps what is sent; refuses with `refusal` where that is set."""

    def __init__(self) -> None:
        self.sent: list[Any] = []
        self.delays: list[float] = []
        self.dead: list[tuple[str, str, str]] = []
        self.refusal: MessageDetailError | None = None

    def send(self, task: AnyTask, delay: float = 0.0) -> None:
        self._check()
        self.sent.append(task)
        self.delays.append(delay)

    def send_all(self, tasks: Iterable[AnyTask]) -> int:
        self._check()
        queued = list(tasks)
        self.sent.extend(queued)
        return len(queued)

    def dead_letter(self, body: str, account: str, reason: str) -> None:
        self._check()
        self.dead.append((body, account, reason))

    def _check(self) -> None:
        if self.refusal is not None:
            raise self.refusal


class FakeSqs:
    """An SQS client whose queue is a list."""

    def __init__(self) -> None:
        self.bodies: list[str] = []

    def send_message(self, *, MessageBody: str, **_: Any) -> dict[str, Any]:
        self.bodies.append(MessageBody)
        return {}

    def send_message_batch(self, *, Entries: list[dict[str, Any]], **_: Any) -> dict[str, Any]:
        self.bodies += [entry["MessageBody"] for entry in Entries]
        return {}


class FakeSecrets:
    """Accounts by name; any other is unknown."""

    def __init__(self, **accounts: dict[str, Any]) -> None:
        self.accounts = accounts
        self.read: list[str] = []

    def account(self, provider: str, name: str, schema: AccountSchema) -> Account:
        self.read.append(name)
        if name not in self.accounts:
            raise UnknownAccount("there is no such account")
        return build(provider, name, self.accounts[name], schema)
