"""What a simulator holds, and what can be done to it from Python."""

from __future__ import annotations

import asyncio
import copy
import threading
import time
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, ClassVar

from local.simulators import faults
from local.simulators.faults import Fault, Faults
from local.simulators.store import Held, Store
from local.simulators.tokens import Tokens
from local.simulators.turn import Delivery
from local.simulators.wire import Request

LOG_LENGTH = 10_000
#: The account used when none is named, and one to test isolation with.
DEFAULT = "default"
SECOND = "second"
#: The same project as `default`, reached with a token that is given instead of a login.
STATIC = "static"


class Desk(ABC):
    """The state of one vendor's service. Its methods may be called from any thread.

    :param origin: scheme, host and port where it is served; its paths begin with `/<provider>`.
    :param clock: seconds since 1970, for token life and the log.
    """

    provider: ClassVar[str]
    #: Follows `/<provider>` in the account's base URL.
    base_path: ClassVar[str] = ""
    id_field: ClassVar[str] = "id"
    #: The vendor's field for the last change.
    updated_field: ClassVar[str | None] = None
    #: The object in an answer that is the message; None where the answer is the message itself.
    envelope: ClassVar[str | None] = None
    #: The field with the vendor's word of the status, and what it says from call to call as messages go on: usual
    #: ways and odd ones, at least three.
    status_field: ClassVar[str] = "status"
    histories: ClassVar[Sequence[Sequence[Any]]]
    fixtures: ClassVar[Mapping[str, Sequence[Held]]]
    #: Settings per account (without `base_url`), by the keys of the provider's account schema.
    credentials: ClassVar[Mapping[str, Mapping[str, Any]]]
    default_options: ClassVar[Mapping[str, Any]] = {}
    #: Fault kinds besides the common ones.
    extra_kinds: ClassVar[frozenset[str]] = frozenset()
    #: Field updates the vendor's documentation knows nothing of.
    drifted: ClassVar[Mapping[str, Any]]
    #: What the vendor documents: so many calls in so many seconds, and the most messages on a page of its list.
    rate_limit: ClassVar[tuple[int, int] | None] = None
    page_limit: ClassVar[int | None] = None
    #: How many calls a listed message takes besides, where the list gives less of it than a lookup.
    calls_beside_list: ClassVar[int] = 0
    #: Calls that a lookup of a message that is not there makes besides.
    asked_besides: ClassVar[frozenset[str]] = frozenset()
    access: Tokens
    refresh: Tokens | None = None

    def __init__(self, origin: str = "http://127.0.0.1:8000", clock: Callable[[], float] = time.time) -> None:
        self.origin = origin
        self.clock = clock
        self.lock = threading.RLock()
        self.store = Store(self.id_field)
        self.faults = Faults()
        self.log: deque[dict[str, Any]] = deque(maxlen=LOG_LENGTH)
        self.options: dict[str, Any] = {}
        self.closed = False
        self.waiting: set[asyncio.Event] = set()
        self.reset(tokens=True)

    @abstractmethod
    def deliver(self, delivery: Delivery) -> tuple[dict[str, str], bytes]:
        """Headers and raw body of a webhook.

        :raises ValueError: an event or style the provider doesn't know.
        """

    @abstractmethod
    def reset_tokens(self) -> None:
        """Set `access` (and `refresh`), with no token in them but the static ones."""

    def later(self, text: str) -> str:
        """The vendor's time a minute later, in the vendor's notation: ISO 8601 with an offset."""
        moved = datetime.fromisoformat(text) + timedelta(minutes=1)
        return moved.isoformat(timespec="milliseconds" if "." in text else "seconds").replace("+00:00", "Z")

    def tell(self, message_id: str, words: Sequence[Any], number: int) -> tuple[dict[str, str], bytes]:
        """One of several different webhooks about a message whose status goes through these words."""
        return self.webhook(message_id, changes={self.status_field: words[min(number, len(words) - 1)]})

    def credential(self, request: Request) -> str | None:
        """The token or key that the request carries."""
        return request.bearer()

    @property
    def base_url(self) -> str:
        """The accounts' base URL."""
        return f"{self.origin}/{self.provider}{self.base_path}"

    @property
    def kinds(self) -> frozenset[str]:
        """The fault kinds this provider knows."""
        return faults.COMMON | self.extra_kinds

    def account(self, name: str = DEFAULT) -> dict[str, Any]:
        """The settings of an account that works now.

        :raises KeyError: no such account.
        """
        with self.lock:
            return {"base_url": self.base_url, **copy.deepcopy(dict(self.credentials[name]))}

    def account_names(self) -> list[str]:
        """The accounts there are; `static` (where it exists) sees the messages of `default`."""
        return list(self.credentials)

    def owner(self, account: str) -> str:
        """The account in whose name messages are held."""
        return DEFAULT if account == STATIC else account

    def message_ids(self, account: str = DEFAULT) -> list[str]:
        """The ids of the messages held, in the order they were added."""
        with self.lock:
            return list(self.store.accounts.get(self.owner(account), {}))

    def find_account(self, request: Request) -> str | None:
        """The account whose credentials the request carries, whether or not they are still good."""
        return self.access.owner(self.credential(request))

    def expire(self, account: str = DEFAULT, *, refresh: bool = False) -> None:
        """End the account's access tokens (and its refresh tokens) now; static keys stay."""
        with self.lock:
            self.access.kill_all(account)
            if refresh and self.refresh:
                self.refresh.kill_all(account)

    def reset(self, *, tokens: bool = False) -> None:
        """Back to the messages, options and empty log of the start; credentials only when asked to."""
        with self.lock:
            self.store.load(self.fixtures)
            self.faults.clear()
            self.log.clear()
            self.options = dict(self.default_options)
            if tokens:
                self.reset_tokens()

    def put(self, message: Mapping[str, Any], account: str = DEFAULT, **parts: Any) -> str:
        """Add or replace a message; gives its id. Parts that aren't named stay as they were."""
        with self.lock:
            owner = self.owner(account)
            before = self.store.find(owner, str(message[self.id_field]))
            kept = {**(before.parts if before else {}), **parts}
            return self.store.put(owner, Held(dict(message), "set through the control interface", kept))

    def drop(self, message_id: str, account: str = DEFAULT) -> None:
        """Take a message away.

        :raises NotHeld: there is none.
        """
        with self.lock:
            self.store.drop(self.owner(account), message_id)

    def script(
        self,
        message_id: str,
        steps: Sequence[Mapping[str, Any]],
        *,
        account: str = DEFAULT,
        by_get: bool = True,
    ) -> None:
        """Field updates to come, one per step: `by_get`, each call for the message makes one and answers it.

        :raises NotHeld: there is no such message.
        """
        with self.lock:
            held = self.store.get(self.owner(account), message_id)
            held.steps = [dict(step) for step in steps]
            held.by_get = by_get

    def advance(self, message_id: str, account: str = DEFAULT) -> bool:
        """Make the next step of the message's script; false if none is left.

        :raises NotHeld: there is no such message.
        """
        with self.lock:
            return self.store.get(self.owner(account), message_id).step(self.updated_field, self.later)

    def requests(self, call: str | None = None, message_id: str | None = None) -> list[dict[str, Any]]:
        """The log of vendor calls, oldest first; of one kind of call or one message, if asked to."""
        with self.lock:
            return [
                entry
                for entry in self.log
                if call in (None, entry["call"]) and message_id in (None, entry["message_id"])
            ]

    def fault(self, kind: str, count: int | None = None, **settings: Any) -> None:
        """Set a fault, as `POST /_control/fault` does.

        :raises BadFault: it can't be set.
        """
        with self.lock:
            self.faults.add(Fault.of({"kind": kind, "count": count, **settings}, self.kinds))

    def webhook(
        self,
        message_id: str,
        event: str | None = None,
        *,
        account: str = DEFAULT,
        style: str | None = None,
        event_id: str | None = None,
        at: str | None = None,
        secret: str | None = None,
        changes: Mapping[str, Any] | None = None,
    ) -> tuple[dict[str, str], bytes]:
        """A genuine webhook about a message, authenticated as the vendor does: headers and raw body.

        `event` and `style` are the provider's: see its `deliver`. `event_id` repeats a delivery, `at` is its
        time (RFC 3339; now, when left out), `secret` is used instead of the account's, and `changes` are put
        into the payload before it is signed.

        :raises ValueError: an event or style the provider doesn't know.
        """
        with self.lock:
            held = self.store.find(self.owner(account), message_id)
            when = datetime.fromisoformat(at).timestamp() if at else self.clock()
            return self.deliver(
                Delivery(message_id, event, account, held, when, style, event_id, secret, changes or {})
            )

    def close(self) -> None:
        """End all waiting. To be called on the event loop that serves the app."""
        self.closed = True
        for event in self.waiting:
            event.set()
