"""Samva's statuses: the words, the history, the times, and the attempt that each belongs to.

Vendor pages: "Get Message" and "Messages", https://samva.app; webhook events `message.*`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from message_detail.domain.message import Direction, Failure, FailureCategory, Observation, Permanence, Timestamps
from message_detail.domain.status import Outcome, Status, outcome_for
from message_detail.domain.times import instant_or_none
from message_detail.providers.base.address_texts import structure
from message_detail.providers.base.document_reader import DocumentReader
from message_detail.providers.base.message_builder import StatusHistory
from message_detail.providers.samva.payload import SamvaMessage
from message_detail.providers.samva.structures import first_text
from message_detail.providers.samva.words import STATUSES, settled, word_key

PERMANENCES: Final[dict[str, Permanence]] = {
    "hard": Permanence.PERMANENT,
    "permanent": Permanence.PERMANENT,
    "soft": Permanence.TEMPORARY,
    "temporary": Permanence.TEMPORARY,
    "transient": Permanence.TEMPORARY,
}
"""What `errorDetails` may say of a bounce; its shape is undocumented."""

_BOUNCES: Final = {
    Permanence.PERMANENT: FailureCategory.BOUNCED_HARD,
    Permanence.TEMPORARY: FailureCategory.BOUNCED_SOFT,
}
REASONS: Final[dict[str, tuple[FailureCategory, Permanence]]] = {
    "suppressed": (FailureCategory.BLOCKED, Permanence.PERMANENT),
    "dropped": (FailureCategory.BLOCKED, Permanence.UNKNOWN),
    "blocked": (FailureCategory.BLOCKED, Permanence.UNKNOWN),
    "expired": (FailureCategory.EXPIRED, Permanence.TEMPORARY),
    "canceled": (FailureCategory.CANCELED, Permanence.PERMANENT),
    "cancelled": (FailureCategory.CANCELED, Permanence.PERMANENT),
    "undelivered": (FailureCategory.CARRIER_ERROR, Permanence.UNKNOWN),
    "undeliverable": (FailureCategory.CARRIER_ERROR, Permanence.UNKNOWN),
    "hard_bounced": (FailureCategory.BOUNCED_HARD, Permanence.PERMANENT),
    "hard_bounce": (FailureCategory.BOUNCED_HARD, Permanence.PERMANENT),
    "soft_bounced": (FailureCategory.BOUNCED_SOFT, Permanence.TEMPORARY),
    "soft_bounce": (FailureCategory.BOUNCED_SOFT, Permanence.TEMPORARY),
}
"""What a status word by itself tells of the failure."""
_STATUS_KEYS: Final = ("status", "state", "newStatus", "event")
_TIME_KEYS: Final = (
    "timestamp",
    "at",
    "time",
    "createdAt",
    "created_at",
    "occurredAt",
    "changedAt",
    "updatedAt",
    "date",
)
_LIST_KEYS: Final = ("history", "statusHistory", "items", "entries", "statuses", "events", "data")


@dataclass(frozen=True, slots=True)
class Sighting:
    """That the answer shows the message to have stood at a status. The native word where it has one."""

    status: Status
    at: str | None
    native: str | None = None


def read_status(payload: SamvaMessage, reader: DocumentReader, direction: Direction, fetched_at: str) -> Status:
    """The status that the answer's own word says."""
    status = _word("status", payload.status, reader)
    scheduled = reader.moment("scheduledAt", payload.scheduledAt)
    if status is Status.QUEUED and scheduled is not None and scheduled > fetched_at:
        return Status.SCHEDULED
    return settled(status, direction)


def _word(path: str, native: str | None, reader: DocumentReader) -> Status:
    known = STATUSES.get(word_key(native)) if native is not None else Status.UNKNOWN
    return reader.word(path, native, STATUSES, Status.UNKNOWN) if known is None else known


def read_failure(payload: SamvaMessage, *, bounced: bool) -> Failure:
    """Why a message failed or bounced. Whether it is for good is unknown unless `errorDetails` or the word says."""
    data = structure(payload.errorDetails)
    details = data if isinstance(data, dict) else {}
    kind = first_text(details, ("bounceType", "bounce_type", "permanence", "type")) or ""
    permanence = PERMANENCES.get(kind.strip().casefold(), _flagged(details))
    by_bounce = _BOUNCES.get(permanence, FailureCategory.UNKNOWN) if bounced else FailureCategory.PROVIDER_ERROR
    category, by_word = REASONS.get(word_key(payload.status or ""), (by_bounce, permanence))
    return Failure(
        category=category,
        permanence=by_word if permanence is Permanence.UNKNOWN else permanence,
        native_code=first_text(details, ("code", "errorCode", "error_code")),
        message=payload.lastError,
    )


def _flagged(details: dict[str, Any]) -> Permanence:
    if isinstance(details.get("permanent"), bool):
        return Permanence.PERMANENT if details["permanent"] else Permanence.TEMPORARY
    if isinstance(details.get("retryable"), bool):
        return Permanence.TEMPORARY if details["retryable"] else Permanence.PERMANENT
    return Permanence.UNKNOWN


def observe_all(
    history: StatusHistory, payload: SamvaMessage, reader: DocumentReader, direction: Direction, times: Timestamps
) -> None:
    """Note every status that the history and the times show, each at its attempt, none twice."""
    found: dict[tuple[Status, int, str | None], str | None] = {}
    sightings = [*_history(payload, reader), *_timed(payload, reader)]
    if history.status is Status.RECEIVED and times.received is not None:
        sightings.append(Sighting(Status.RECEIVED, times.received))
    for sighting in sightings:
        status = settled(sighting.status, direction)
        # For an inbound message the time of reading is ours, not that of its arrival.
        is_ours = direction is Direction.INBOUND and sighting.status is Status.READ
        at = None if is_ours else sighting.at
        key = (status, _read_epoch(status, sighting.at, history, times.last_attempt), at)
        found[key] = found.get(key) or sighting.native
    dated = {(status, epoch) for status, epoch, at in found if at is not None}
    for (status, epoch, at), native in found.items():
        if at is not None or (status, epoch) not in dated:
            history.observe(status, at=at, native=native, epoch=epoch)


def _read_epoch(status: Status, at: str | None, history: StatusHistory, last_attempt: str | None) -> int:
    """The attempt that a sighting belongs to: an old failure must not mark the new attempt failed."""
    if history.epoch == 0:
        return 0
    if at is not None and last_attempt is not None:
        return history.epoch - 1 if at < last_attempt else history.epoch
    # It can't be told. The answer's own word is of now; another failure, or an undated entry, is of before.
    is_old = status is not history.status and (at is None or outcome_for(status) is Outcome.FAILURE)
    return history.epoch - 1 if is_old else history.epoch


def _timed(payload: SamvaMessage, reader: DocumentReader) -> Iterator[Sighting]:
    """Each time is an observation of its own, so that a status word that lags its times does no harm."""
    whatsapp = payload.whatsappMetadata
    for path, native, status in (
        ("sentAt", payload.sentAt, Status.SENT),
        ("deliveredAt", payload.deliveredAt, Status.DELIVERED),
        ("readAt", payload.readAt, Status.READ),
        ("failedAt", payload.failedAt, Status.FAILED),
        ("whatsappMetadata.sentAt", whatsapp.sentAt, Status.SENT),
        ("whatsappMetadata.deliveredAt", whatsapp.deliveredAt, Status.DELIVERED),
        ("whatsappMetadata.readAt", whatsapp.readAt, Status.READ),
    ):
        at = reader.moment(path, native)
        if at is not None:
            yield Sighting(status, at)


def _history(payload: SamvaMessage, reader: DocumentReader) -> Iterator[Sighting]:
    for word, time in read_history(payload):
        yield Sighting(_word("statusHistory", word, reader), reader.moment("statusHistory", time), word)


def read_history(payload: SamvaMessage) -> Iterator[tuple[str, Any]]:
    """The words of the history, each with its time where it has one."""
    return _entries(structure(payload.statusHistory))


def _entries(data: Any) -> Iterator[tuple[str, Any]]:
    """Words and times of a history: a list of entries or of words, one entry, or words mapped to times."""
    if isinstance(data, list):
        for entry in data:
            if isinstance(entry, str) and entry:
                yield entry, None
            elif isinstance(entry, dict) and (word := first_text(entry, _STATUS_KEYS)):
                yield word, _time_in(entry)
    elif isinstance(data, dict):
        inner = next((data[key] for key in _LIST_KEYS if isinstance(data.get(key), list)), None)
        if inner is not None:
            yield from _entries(inner)
        elif first_text(data, _STATUS_KEYS):
            yield from _entries([data])
        else:
            times = ((key, _time_at(data, key)) for key in data if word_key(key) in STATUSES)
            yield from ((key, time) for key, time in times if time is not None)


def _time_in(entry: Mapping[str, Any]) -> Any:
    """The time of an entry in whatever form it is; None where it has none."""
    return next((entry[key] for key in _TIME_KEYS if entry.get(key) not in (None, "", True, False)), None)


def _time_at(data: Mapping[str, Any], word: str) -> Any:
    """The time that a word is mapped to, by itself or in an object."""
    value = data[word]
    if not isinstance(value, dict):
        return first_text(data, (word,))
    return next((time for time in (value, _time_in(value)) if instant_or_none(time) is not None), None)


def with_failure(observations: tuple[Observation, ...], epoch: int, failure: Failure) -> tuple[Observation, ...]:
    """The observations, with the reason given to a failure of this attempt that the status word lags."""
    return tuple(
        seen.model_copy(update={"failure": failure})
        if seen.status is Status.FAILED and seen.epoch == epoch and seen.failure is None
        else seen
        for seen in observations
    )
