"""What of messages a caller is shown: all with the scope `read`, with `metadata` alone neither persons nor content.

Every answer that shows messages, or what providers said of them, has been here. Those that show persons are on record.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from message_detail import observability
from message_detail.adapters.aws.stats import DriftSeen
from message_detail.domain.explanation.facts import Facts
from message_detail.domain.message import Message, Observation
from message_detail.domain.message_ids import message_hash
from message_detail.domain.message_view import MessageView
from message_detail.domain.scopes import READ
from message_detail.domain.withholding.masks import mask_in_text
from message_detail.domain.withholding.withhold import withhold, withhold_observation
from message_detail.entrypoints.http import HttpRequest, scopes_of
from message_detail.services.dead_letters import Buried

MOST_NAMED: Final = 400
"""Messages that a line names: as many as any answer shows."""


@dataclass(frozen=True, slots=True)
class Viewer:
    """A caller who reads. `sees_persons`: and what messages say. `key_id` is the name of the caller's key."""

    key_id: str
    sees_persons: bool

    @classmethod
    def of(cls, request: HttpRequest) -> Viewer:
        """Who sent a request."""
        return cls(str(request.caller.get("key_id")), READ in scopes_of(request))

    def audit(self, message_ids: Sequence[str]) -> None:
        """Puts on record whose persons and content an answer shows to whom; one line for each answer that does."""
        if self.sees_persons and message_ids:
            hashes = [message_hash(one) for one in message_ids[:MOST_NAMED]]
            observability.info("messages shown", key_id=self.key_id, messages=hashes, count=len(message_ids))

    def view(self, view: MessageView) -> MessageView:
        """The message, its text and its tag as the caller may see them."""
        return view if self.sees_persons else replace(view, message=withhold(view.message))

    def messages(self, messages: Iterable[Message]) -> tuple[Message, ...]:
        """The messages as the caller may see them. They are to be whole: what a provider repeats of a text is told by
        the text, which what is withheld lacks like any summary."""
        return tuple(messages) if self.sees_persons else tuple(map(withhold, messages))

    def events(self, events: Iterable[Observation]) -> tuple[Observation, ...]:
        """The timeline as the caller may see it."""
        return tuple(events) if self.sees_persons else tuple(map(withhold_observation, events))

    def facts(self, facts: Facts) -> Facts:
        """What an explanation is made of, as the caller may see it."""
        return facts if self.sees_persons else facts.withheld()

    def dead_letters(self, letters: Iterable[Buried]) -> list[Buried]:
        """Dead letters as the caller may see them: why one died may be told in a provider's words."""
        if self.sees_persons:
            return list(letters)
        return [replace(one, detail=one.detail and mask_in_text(one.detail)) for one in letters]

    def drift(self, rows: Iterable[DriftSeen]) -> list[DriftSeen]:
        """The list of drift as the caller may see it: a sample is a word of a provider's answer."""
        if self.sees_persons:
            return list(rows)
        return [replace(row, path=mask_in_text(row.path), sample=None) for row in rows]
