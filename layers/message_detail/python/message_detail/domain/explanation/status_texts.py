"""What each status means to a person: the answer, whether it will change, and how a sentence says it.

`{to}` and `{from_}` become " to +61…" and " from +61…", or nothing where nobody is known; `{source}` is the provider.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from message_detail.domain.explanation.model import Answer, TryAgain
from message_detail.domain.message import Kind
from message_detail.domain.status import Status

FINAL: Final = "Normally this does not change any more."
OPEN: Final = "This will change."


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusText:
    """The texts of a status.

    `meaning` goes on with `changes`. `word` stands in a sentence about the status itself. `out` and `in_` begin the
    sentence about a message that was sent or came in, `call` and `other` end it for a call and for what is neither.
    `why` is the reason of a failure of which nothing else is known. `again` and `advice` hold where it is no failure.
    """

    answer: Answer
    meaning: str
    changes: str
    word: str
    out: str
    in_: str
    call: str
    other: str
    why: str | None = None
    again: TryAgain = TryAgain.NO
    advice: str | None = None


WAIT: Final = "Wait: sending it again now could make it arrive twice."

STATUSES: Final[dict[Status, StatusText]] = {
    Status.UNKNOWN: StatusText(
        answer=Answer.UNCLEAR,
        meaning="{source} uses a word that our tables do not have, or none.",
        changes="It may change.",
        word="unknown",
        out="Unclear what became of the message{to}",
        in_="Unclear what became of the message{from_}",
        call="unclear how it ended",
        other="unclear what became of it",
        again=TryAgain.UNKNOWN,
        advice="Look it up in {source} itself before it is sent again.",
    ),
    Status.SCHEDULED: StatusText(
        answer=Answer.SCHEDULED,
        meaning="It is to be sent later.",
        changes=OPEN,
        word="scheduled",
        out="Scheduled to be sent{to}",
        in_="Scheduled to be sent{from_}",
        call="scheduled",
        other="scheduled",
        advice="Nothing to do: {source} sends it when its time has come.",
    ),
    Status.QUEUED: StatusText(
        answer=Answer.ON_ITS_WAY,
        meaning="{source} has accepted it and not handed it on yet.",
        changes=OPEN,
        word="waiting to be sent",
        out="Waiting to be sent{to}",
        in_="On its way{from_}, not received yet",
        call="waiting to be placed",
        other="waiting to be sent",
        advice=WAIT,
    ),
    Status.SENDING: StatusText(
        answer=Answer.ON_ITS_WAY,
        meaning="{source} is handing it on.",
        changes=OPEN,
        word="being sent",
        out="Being sent{to}",
        in_="On its way{from_}, not received yet",
        call="in progress",
        other="being sent",
        advice=WAIT,
    ),
    Status.DEFERRED: StatusText(
        answer=Answer.ON_ITS_WAY,
        meaning="It failed this time, and {source} will try again by itself.",
        changes=OPEN,
        word="delayed",
        out="Not delivered{to} yet, {source} will try again",
        in_="Not received{from_} yet, {source} will try again",
        call="not connected yet, {source} will try again",
        other="not delivered yet, {source} will try again",
        advice="Wait: {source} tries again by itself.",
    ),
    Status.SENT: StatusText(
        answer=Answer.ON_ITS_WAY,
        meaning="It was handed to the carrier or platform; nobody has confirmed its delivery.",
        changes="It changes when the delivery is confirmed or fails, which not every carrier tells.",
        word="sent",
        out="Sent{to}, delivery not confirmed",
        in_="On its way{from_}, not received yet",
        call="placed, not answered yet",
        other="sent, delivery not confirmed",
        advice=WAIT,
    ),
    Status.CANCELED: StatusText(
        answer=Answer.WITHDRAWN,
        meaning="It was withdrawn before it was sent.",
        changes=FINAL,
        word="withdrawn",
        out="Withdrawn before it was sent{to}",
        in_="Withdrawn before it came in{from_}",
        call="given up before it was answered",
        other="withdrawn",
        again=TryAgain.YES,
        advice="Send it again if it is still wanted.",
    ),
    Status.REJECTED: StatusText(
        answer=Answer.NOT_DELIVERED,
        meaning="It was refused, by {source} or by a rule, and not sent.",
        changes=FINAL,
        word="refused",
        out="Not sent{to}",
        in_="Not received{from_}",
        call="not placed",
        other="not sent",
        why="it was refused",
        again=TryAgain.UNKNOWN,
    ),
    Status.EXPIRED: StatusText(
        answer=Answer.NOT_DELIVERED,
        meaning="It could not be delivered before its time ran out.",
        changes=FINAL,
        word="expired",
        out="Not delivered{to}",
        in_="Not received{from_}",
        call="not connected",
        other="not delivered",
        why="its time ran out",
        again=TryAgain.LATER,
    ),
    Status.FAILED: StatusText(
        answer=Answer.NOT_DELIVERED,
        meaning="An error ended it while it was being sent.",
        changes=FINAL,
        word="failed",
        out="Not delivered{to}",
        in_="Not received{from_}",
        call="not connected",
        other="not delivered",
        why="{source} reported a failure without a reason that we know",
        again=TryAgain.UNKNOWN,
    ),
    Status.UNDELIVERED: StatusText(
        answer=Answer.NOT_DELIVERED,
        meaning="The carrier took it and could not deliver it.",
        changes=FINAL,
        word="undelivered",
        out="Not delivered{to}",
        in_="Not received{from_}",
        call="not connected",
        other="not delivered",
        why="the carrier took it and could not deliver it",
        again=TryAgain.UNKNOWN,
    ),
    Status.BOUNCED: StatusText(
        answer=Answer.NOT_DELIVERED,
        meaning="The receiving system returned it.",
        changes=FINAL,
        word="returned",
        out="Not delivered{to}",
        in_="Not received{from_}",
        call="not connected",
        other="not delivered",
        why="the receiving system returned it",
        again=TryAgain.UNKNOWN,
    ),
    Status.RECEIVED: StatusText(
        answer=Answer.RECEIVED,
        meaning="It came in.",
        changes=FINAL,
        word="received",
        out="Received{from_}",
        in_="Received{from_}",
        call="received",
        other="received",
    ),
    Status.DELIVERED: StatusText(
        answer=Answer.DELIVERED,
        meaning="It has arrived.",
        changes="It may still be read, and an e-mail may still be returned.",
        word="delivered",
        out="Delivered{to}",
        in_="Received{from_}",
        call="connected",
        other="delivered",
    ),
    Status.READ: StatusText(
        answer=Answer.READ,
        meaning="The recipient has read it.",
        changes=FINAL,
        word="read",
        out="Read by{by}",
        in_="Received{from_} and read",
        call="connected",
        other="read",
    ),
}


def word_of(status: Status, kind: Kind) -> str:
    """A status by itself; of a call, the beginning of what ends its sentence."""
    texts = STATUSES[status]
    return texts.call.partition(",")[0] if kind is Kind.CALL else texts.word
