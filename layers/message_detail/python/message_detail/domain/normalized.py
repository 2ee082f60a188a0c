"""What one answer of a provider makes: the message, and every status that it shows. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field

from message_detail.domain.message import Message, Observation, Party
from message_detail.domain.sealed_answer import SealedAnswer


@dataclass(frozen=True, slots=True)
class NormalizedMessage:
    """A document as our schema, and every status that it shows the message to have had.

    `place` is for messages that are containers: the place in it of the part whose content is shown. Details of a later
    part come before those of an earlier one, whichever was fetched later.

    `answer` is what it was made of, None where that is not to be kept.

    `further_parties` are people whom the document names besides the message's own parties (those of the other e-mails
    of a thread, say): search and erasure find the message by them, too.
    """

    message: Message
    observations: tuple[Observation, ...]
    place: int = 0
    answer: SealedAnswer | None = field(default=None, compare=False)
    further_parties: tuple[Party, ...] = ()
