"""A message as an answer shows it: its JSON, its text and its entity tag, each made once. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from message_detail.domain import json_codec
from message_detail.domain.answer_size import fit, fits
from message_detail.domain.message import Freshness, Message
from message_detail.domain.timeline import MessageState, Snapshot, content_digest

_CIRCUMSTANCES: Final = frozenset({"provenance"})
"""What tells of one fetch: here a state's message differs from its details, whatever has been observed."""


@dataclass(frozen=True)
class MessageView:
    """A message that is shown; `details` are what it is made of."""

    message: Message
    details: Snapshot

    @classmethod
    def of(cls, state: MessageState, freshness: Freshness) -> MessageView:
        """The message of a state. ValueError where the state has none."""
        if state.message is None or state.details is None:
            raise ValueError("nothing is known of the message but its statuses")
        return cls(state.message.with_provenance(freshness=freshness), state.details)

    @cached_property
    def document(self) -> dict[str, Any]:
        """The message as JSON. What it has of its details is taken from theirs."""
        changed = self.message.model_dump(mode="json", by_alias=True, include=set(self._changed))
        return {**self.details.document, **changed}

    @cached_property
    def etag(self) -> str:
        """The entity tag (RFC 9110, 8.8.3): changes exactly when the message does. A weak one, since the circumstances
        of an answer and its compression don't change it."""
        is_of_today = self.details.stored_digest is None or self.details.stored_text is not None
        is_theirs = is_of_today and self._changed <= _CIRCUMSTANCES
        digest = self.details.digest if is_theirs else content_digest(self.document)
        return f'W/"{digest[:32]}"'

    @cached_property
    def text(self) -> str:
        """The JSON text, without what doesn't fit into an answer."""
        if not self._changed:
            text = self.details.text
        elif self._changed <= _CIRCUMSTANCES:
            text = self._with_circumstances()
        else:
            text = json_codec.dumps(self.document)
        return text if fits(text) else json_codec.dumps(fit(self.document))

    def _with_circumstances(self) -> str:
        """The text of the details with this message's provenance instead of theirs.

        Theirs is the last of such a text: what comes behind it holds no words of others, and texts escape quotes.
        """
        ours, theirs = (_provenance_text(one) for one in (self.message, self.details.message))
        before, found, after = self.details.text.rpartition(theirs)
        return f"{before}{ours}{after}" if found else json_codec.dumps(self.document)

    @cached_property
    def _changed(self) -> frozenset[str]:
        """The fields in which the message differs from its details."""
        ours, theirs = vars(self.message), vars(self.details.message)
        names = Message.model_fields
        return frozenset(name for name in names if ours[name] is not theirs[name] and ours[name] != theirs[name])


def _provenance_text(message: Message) -> str:
    """A message's provenance as it stands in its text."""
    return f',"provenance":{json_codec.dumps(message.provenance.model_dump(mode="json"))}'
