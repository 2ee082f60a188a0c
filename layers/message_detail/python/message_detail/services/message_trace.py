"""All that is known of what happened to one message here: its statuses, and the journal of what led to them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from message_detail.adapters.aws.journal import Journal
from message_detail.domain.errors import MessageNotFound
from message_detail.domain.journal import Entry, read_journal
from message_detail.domain.message import Observation
from message_detail.domain.message_ids import check_message_id, message_id
from message_detail.domain.timeline import MessageState
from message_detail.providers import load_webhook
from message_detail.services.messages import Messages


@dataclass(frozen=True, slots=True)
class Trace:
    """What happened to a message: the statuses observed, and the journal."""

    events: tuple[Observation, ...]
    entries: tuple[Entry, ...]

    def in_order(self) -> list[Observation | Entry]:
        """All of it in the order in which we learned of it; of one moment, what led to a status comes before it."""
        return sorted((*self.entries, *self.events), key=_moment)


class MessageTraces:
    """The traces of one provider's messages. `now` gives seconds since 1970."""

    def __init__(self, messages: Messages, journal: Journal, now: Callable[[], float]) -> None:
        self._messages = messages
        self._journal = journal
        self._now = now

    def read(self, account_name: str, native_id: str) -> Trace:
        """The trace of a message, or of an id of which none is stored, also in an account that isn't there any more;
        MessageNotFound or UnknownAccount where nothing is known of it."""
        provider = self._messages.provider.name
        about = message_id(provider, account_name, check_message_id(native_id))
        state, gone = self._state(about)
        window = load_webhook(provider).window_seconds
        entries = read_journal(state, window, self._journal.read(about), self._now())
        if not entries and not state.events:
            account = self._messages.account(account_name)
            raise gone or MessageNotFound(
                "nothing is known of this id, and nothing was told of it in the last 7 days",
                provider=provider,
                account=account.name,
            )
        return Trace(state.timeline, tuple(entries))

    def _state(self, about: str) -> tuple[MessageState, MessageNotFound | None]:
        """What is stored, and why nothing is where the message was erased."""
        try:
            return self._messages.store.read(about).state, None
        except MessageNotFound as erased:
            return MessageState(), erased


def _moment(one: Observation | Entry) -> str:
    return one.at if isinstance(one, Entry) else one.observed_at
