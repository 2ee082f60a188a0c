"""What the mappings of all providers share: gathering observations, and closing a message.

Kept apart from the reader, which is about values; this is about the message as a whole.
"""

from __future__ import annotations

from typing import Any

from message_detail.domain.message import (
    Direction,
    Failure,
    Message,
    Observation,
    Party,
    Provenance,
    Upstream,
)
from message_detail.domain.message_ids import message_id
from message_detail.domain.normalized import NormalizedMessage
from message_detail.domain.redaction.redact import redact
from message_detail.domain.sealed_answer import SealedAnswer
from message_detail.domain.status import Status, by_direction, is_final, outcome_for
from message_detail.providers.base.document_reader import DocumentReader
from message_detail.providers.base.provider import Context


class StatusHistory:
    """The status side of a message in the making: the answer's own status, and every status it has been seen at.

    `status` is what the answer says now, `native` the provider's word for it.
    """

    def __init__(
        self,
        status: Status,
        native: str | None,
        *,
        reason: str | None = None,
        failure: Failure | None = None,
        epoch: int = 0,
    ) -> None:
        self.status = status
        self.native = native
        self.reason = reason
        self.failure = failure
        self.epoch = epoch
        self._seen: list[tuple[Status, str | None, str | None, int]] = []

    def observe(
        self, status: Status, *, at: str | None = None, native: str | None = None, epoch: int | None = None
    ) -> None:
        """Note a status that the answer shows. `at` is the provider's time of it; the native word is the
        answer's own where the status is the answer's own, else the given one."""
        self._seen.append((status, native, at, self.epoch if epoch is None else epoch))

    def observations(self, context: Context, direction: Direction) -> tuple[Observation, ...]:
        """The observations, the answer's own status last (it is added when nothing noted it)."""
        own = (self.status, self.epoch)
        if own not in {(status, epoch) for status, _, _, epoch in self._seen}:
            self.observe(self.status)
        return tuple(
            Observation(
                status=by_direction(status, direction),
                status_native=self.native if (status, epoch) == own else native,
                occurred_at=at,
                observed_at=context.fetched_at,
                via=context.via,
                epoch=epoch,
                reason=self.reason if (status, epoch) == own else None,
                failure=self.failure if (status, epoch) == own else None,
                confirmed_at=context.fetched_at,
            )
            for status, native, at, epoch in self._seen
        )


def build_message(
    reader: DocumentReader,
    context: Context,
    history: StatusHistory,
    *,
    source_updated_at: str | None,
    direction: Direction,
    further_parties: tuple[Party, ...] = (),
    **fields: Any,
) -> NormalizedMessage:
    """The message of these fields, with identity, status, extensions, drift and provenance filled in.

    `further_parties`: see `NormalizedMessage`; they may be among the message's own.
    """
    status = by_direction(history.status, direction)
    upstream = fields.get("upstream")
    if isinstance(upstream, Upstream) and upstream.response is not None:  # JSON of any shape, like an unknown field
        fields["upstream"] = upstream.model_copy(update={"response": redact(upstream.response)})
    account = context.account
    message = Message(
        id=message_id(account.provider, account.name, context.message_id),
        provider=account.provider,
        account=account.name,
        provider_message_id=context.message_id,
        direction=direction,
        status=status,
        status_native=history.native,
        status_reason=history.reason,
        final=is_final(status),
        outcome=outcome_for(status),
        failure=history.failure,
        extensions=reader.extensions(),
        provenance=Provenance(
            via=context.via,
            fetched_at=context.fetched_at,
            source_updated_at=source_updated_at,
            mapping=context.mapping,
            drift=reader.drift(),
        ),
        **fields,
    )
    return NormalizedMessage(
        message,
        history.observations(context, direction),
        answer=SealedAnswer.of(reader.sealed),
        further_parties=_beyond_own(message, further_parties),
    )


def _beyond_own(message: Message, others: tuple[Party, ...]) -> tuple[Party, ...]:
    """Those who are not among the message's own parties."""
    own = (message.from_, *message.to, *message.cc, *message.bcc, *message.reply_to)
    known = {(one.address, one.address_raw) for one in own if one is not None}
    return tuple(dict.fromkeys(one for one in others if (one.address, one.address_raw) not in known))
