"""What of messages a caller is shown: all with the scope `read`, with `metadata` alone neither persons nor content.

Every answer that shows messages, or what providers said of them, has been here. Those that show persons are on record.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from message_detail import observability
from message_detail.adapters.aws.rejected_webhooks import Rejected
from message_detail.adapters.aws.stats import DriftSeen
from message_detail.domain.explanation.facts import Facts
from message_detail.domain.message import Message, Observation
from message_detail.domain.message_ids import message_hash
from message_detail.domain.message_view import MessageView
from message_detail.domain.reach import EVERYTHING, Reach
from message_detail.domain.scopes import READ
from message_detail.domain.withholding.masks import mask_in_text
from message_detail.domain.withholding.withhold import withhold, withhold_observation
from message_detail.entrypoints.http import HttpRequest, scopes_of
from message_detail.entrypoints.limits import reach_of
from message_detail.services.dead_letters import DeadLetters
from message_detail.services.overview import Standing

MOST_NAMED: Final = 400
"""Messages that a line names: as many as any answer shows."""


@dataclass(frozen=True, slots=True)
class Viewer:
    """A caller who reads. `sees_persons`: and what messages say. `key_id` is the name of the caller's key, `reach` what
    that is for."""

    key_id: str
    sees_persons: bool
    reach: Reach = EVERYTHING

    @classmethod
    def of(cls, request: HttpRequest) -> Viewer:
        """Who sent a request."""
        return cls(str(request.caller.get("key_id")), READ in scopes_of(request), reach_of(request))

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

    def dead_letters(self, provider: str, found: DeadLetters) -> DeadLetters:
        """A provider's dead letters as the caller may see them: why one died may be told in a provider's words."""
        items = found.items
        if self.reach.accounts_of(provider) is not None:
            items = [one for one in items if one.account is not None and self.reach.includes(provider, one.account)]
            found = DeadLetters(items, len(items))  # how many there are in all is of all accounts
        if self.sees_persons:
            return found
        return replace(found, items=[replace(one, detail=one.detail and mask_in_text(one.detail)) for one in items])

    def standings(self, standings: Iterable[Standing]) -> list[Standing]:
        """How the providers and accounts within reach fare."""
        return [
            replace(one, accounts=tuple(a for a in one.accounts if self.reach.includes(one.provider, a["account"])))
            for one in standings
            if self.reach.touches(one.provider)
        ]

    def rejected(self, provider: str, webhooks: Iterable[Rejected]) -> list[Rejected]:
        """The refused webhooks that named an account within reach."""
        if self.reach.accounts_of(provider) is None:
            return list(webhooks)
        return [one for one in webhooks if one.account is not None and self.reach.includes(provider, one.account)]

    def drift(self, rows: Iterable[DriftSeen]) -> list[DriftSeen]:
        """The list of drift as the caller may see it: a sample is a word of an answer, of whichever account."""
        return [self._drift(row) for row in rows if self.reach.touches(row.provider)]

    def _drift(self, row: DriftSeen) -> DriftSeen:
        if not self.sees_persons:
            row = replace(row, path=mask_in_text(row.path), sample=None)
        if self.reach.accounts_of(row.provider) is None:
            return row
        example = row.example if row.example is not None and self.reach.has(row.example) else None
        return replace(row, sample=None, example=example)
