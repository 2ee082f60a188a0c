"""An explanation as the API answers it."""

from __future__ import annotations

import hashlib
from enum import StrEnum
from typing import Final

from pydantic import Field

from message_detail.domain import json_codec
from message_detail.domain.message import Failure, Freshness, Part, Timestamp, Via
from message_detail.domain.status import Status


class Answer(StrEnum):
    """What happened, in one word. `unclear`: an uncertain outcome, a status that we don't know, or a webhook and the
    provider's API that disagree."""

    DELIVERED = "delivered"
    READ = "read"
    RECEIVED = "received"
    NOT_DELIVERED = "not_delivered"
    WITHDRAWN = "withdrawn"
    ON_ITS_WAY = "on_its_way"
    SCHEDULED = "scheduled"
    UNCLEAR = "unclear"


SETTLED: Final = frozenset({Answer.DELIVERED, Answer.READ, Answer.RECEIVED, Answer.NOT_DELIVERED, Answer.WITHDRAWN})
"""Answers that normally don't change any more."""


class TryAgain(StrEnum):
    """Whether to send the message again. `no`: it has arrived, may yet, or would fail again."""

    NO = "no"
    YES = "yes"
    LATER = "later"
    UNKNOWN = "unknown"


class Evidence(Part):
    """How we know: one status observed. `at` is when it happened, else when we learned of it."""

    at: Timestamp
    via: Via
    status: Status
    status_native: str | None
    confirmed: bool
    text: str


class ExplainedFailure(Failure):
    """Why the message failed; `text` says what the category means and with whom the cause lies."""

    text: str


class NextLook(Part):
    """When the message is looked at again by itself, and until when."""

    at: Timestamp
    text: str


class Explanation(Part):
    """What happened to a message. Neither `sentence` nor `because` nor `advice` holds anything of its text.

    `because`: the evidence, newest first, at most 100 entries. `advice`: what a person can do. `next` is null once
    nobody looks any more. `as_of` is when the data was fetched; of a message of which only webhooks have told, when the
    last one came.
    """

    answer: Answer
    sentence: str
    because: tuple[Evidence, ...] = Field(max_length=100)
    failure: ExplainedFailure | None
    try_again: TryAgain
    advice: str | None
    next: NextLook | None
    as_of: Timestamp
    freshness: Freshness

    @property
    def text(self) -> str:
        """As JSON text."""
        return json_codec.dumps(self.model_dump(mode="json"))

    @property
    def etag(self) -> str:
        """The entity tag (RFC 9110, 8.8.3), a weak one: changes when the explanation does, however fresh it is.

        Once all is settled, the next look is a circumstance of the fetch, too: a day after it, for engagement.
        """
        circumstances = {"as_of", "freshness", *(("next",) if self.answer in SETTLED else ())}
        said = self.model_dump(mode="json", exclude=circumstances)
        return f'W/"{hashlib.sha256(json_codec.canonical(said).encode()).hexdigest()[:32]}"'
