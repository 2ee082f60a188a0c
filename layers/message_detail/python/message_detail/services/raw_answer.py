"""What a provider last answered about a message, as it is shown: whole, or a part of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from message_detail import observability
from message_detail.domain.errors import InvalidRequest, StorageRefused
from message_detail.domain.sealed_answer import at_pointer
from message_detail.domain.timeline import Snapshot


@dataclass(frozen=True, slots=True)
class RawAnswer:
    """An answer, when it was fetched (canonical timestamp), and the version of the provider's tables that read it."""

    fetched_at: str
    mapping: str | None
    document: dict[str, Any] = field(repr=False)

    @classmethod
    def of(cls, details: Snapshot) -> RawAnswer | None:
        """What the details were made of; None where it isn't kept, or is no more. StorageUnavailable."""
        if details.answer is None:
            return None
        try:
            document = details.answer.document()
        except (StorageRefused, ValueError) as error:
            observability.warning("answer lost", reason=str(error))
            return None
        return cls(details.fetched_at, details.message.provenance.mapping, document)

    def part(self, pointer: str | None) -> Any:
        """What stands at a place of the document (RFC 6901), all of it without one; InvalidRequest if nothing does."""
        try:
            return at_pointer(self.document, pointer or "")
        except (LookupError, TypeError, ValueError):
            raise InvalidRequest("pointer: names no place of this answer") from None
