"""What each category of failure means to a person: why, with whom the cause lies, whether to send again, what to do.

`{number}` becomes what the channel reaches people by (number, address, account), `{source}` the provider.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from message_detail.domain.explanation.model import TryAgain
from message_detail.domain.message import Failure, FailureCategory, Permanence

ASK: Final = "Ask {source}, with the message's id, before it is sent again."
LATER: Final = "Try again later; if it fails again, ask {source} with the message's id."
_BY_PERMANENCE: Final = {Permanence.PERMANENT: TryAgain.NO, Permanence.TEMPORARY: TryAgain.LATER}


@dataclass(frozen=True, slots=True, kw_only=True)
class FailureText:
    """The texts of a category. `why` ends a sentence; None: what the status says. `cause`: where it lies;
    None where the category doesn't tell.

    `again` holds where the provider doesn't say whether it is for good; where `fixed`, whatever it says. `advice` is by
    what `try_again` tells.
    """

    why: str | None
    meaning: str
    cause: str | None
    again: TryAgain
    fixed: bool = False
    advice: Mapping[TryAgain, str] = field(default_factory=dict)

    def try_again(self, permanence: Permanence) -> TryAgain:
        """Whether to send again."""
        return self.again if self.fixed else _BY_PERMANENCE.get(permanence, self.again)

    def advice_for(self, permanence: Permanence) -> str:
        """What to do."""
        again = self.try_again(permanence)
        return self.advice.get(again) or (LATER if again is TryAgain.LATER else ASK)


FAILURES: Final[dict[FailureCategory, FailureText]] = {
    FailureCategory.INVALID_RECIPIENT: FailureText(
        why="the {number} does not exist",
        meaning="The {number} does not exist, is wrong, or does not take such messages.",
        cause="with the recipient's {number}",
        again=TryAgain.NO,
        advice={TryAgain.NO: "Check the {number} with the recipient, and send to the right one."},
    ),
    FailureCategory.UNREACHABLE: FailureText(
        why="the {number} does not exist or cannot be reached",
        meaning="The {number} cannot be reached: switched off, out of reach, or no longer in use.",
        cause="on the recipient's side",
        again=TryAgain.LATER,
        advice={
            TryAgain.LATER: "Try again in some hours; if it fails again, check the {number} or use another way.",
            TryAgain.NO: "Check the {number} with the recipient, or use another way.",
        },
    ),
    FailureCategory.BUSY: FailureText(
        why="the line was busy",
        meaning="The recipient's line was busy.",
        cause="on the recipient's side",
        again=TryAgain.LATER,
        fixed=True,
        advice={TryAgain.LATER: "Try again in some minutes."},
    ),
    FailureCategory.NO_ANSWER: FailureText(
        why="nobody answered",
        meaning="Nobody answered.",
        cause="on the recipient's side",
        again=TryAgain.LATER,
        fixed=True,
        advice={TryAgain.LATER: "Try again at another time, or use another way."},
    ),
    FailureCategory.OPTED_OUT: FailureText(
        why="the recipient has opted out",
        meaning="The recipient has opted out of messages from this sender.",
        cause="with the recipient, who wishes so",
        again=TryAgain.NO,
        fixed=True,
        advice={TryAgain.NO: "Do not send again. Only the recipient can undo this, by opting in."},
    ),
    FailureCategory.CONSENT_MISSING: FailureText(
        why="the recipient's consent is missing",
        meaning="No consent of the recipient to such messages is on record.",
        cause="with us, until the consent is on record",
        again=TryAgain.NO,
        fixed=True,
        advice={TryAgain.NO: "Ask for the recipient's consent, and send again once {source} has it on record."},
    ),
    FailureCategory.BLOCKED: FailureText(
        why="the sender or the recipient is blocked",
        meaning="The sender, the recipient or the route is blocked, or not registered as it has to be.",
        cause="with a block at {source} or the carrier",
        again=TryAgain.NO,
        advice={TryAgain.NO: "Find out at {source} who is blocked and why; until that is settled it would fail again."},
    ),
    FailureCategory.SPAM: FailureText(
        why="it was taken for spam",
        meaning="The receiving system or the carrier took it for spam.",
        cause="with the message's content, or the sender's reputation",
        again=TryAgain.NO,
        advice={
            TryAgain.NO: "Change its wording and links, and check the sender's reputation, before another is sent."
        },
    ),
    FailureCategory.CONTENT_REJECTED: FailureText(
        why="its content was refused",
        meaning="Its content is not allowed, too long, or in a form that is not taken.",
        cause="with the message's content",
        again=TryAgain.NO,
        fixed=True,
        advice={TryAgain.NO: "Change its content, and send it as a new message."},
    ),
    FailureCategory.TEMPLATE_ERROR: FailureText(
        why="it needs an approved template that fits",
        meaning="It needs a template that is approved and fits: in its language, in its variables, to this recipient.",
        cause="with the message's template",
        again=TryAgain.NO,
        fixed=True,
        advice={TryAgain.NO: "Choose a template that is approved and fits, and send it as a new message."},
    ),
    FailureCategory.MEDIA_ERROR: FailureText(
        why="an attached file could not be used",
        meaning="An attached file could not be fetched, is too large, or of a type that is not taken.",
        cause="with the attached file",
        again=TryAgain.NO,
        fixed=True,
        advice={TryAgain.NO: "Check the file's address, type and size, and send it as a new message."},
    ),
    FailureCategory.RATE_LIMITED: FailureText(
        why="too much was sent at once",
        meaning="More was sent at once than is allowed.",
        cause="with the pace at which we send",
        again=TryAgain.LATER,
        fixed=True,
        advice={TryAgain.LATER: "Send it again later, and more slowly."},
    ),
    FailureCategory.AUTH_ERROR: FailureText(
        why="the sending account was not let in",
        meaning="The credentials of the sending account were refused, or have run out.",
        cause="with the sending account's settings",
        again=TryAgain.LATER,
        fixed=True,
        advice={
            TryAgain.LATER: "Whoever runs the account has to mend its credentials at {source}; then send it again."
        },
    ),
    FailureCategory.PROVIDER_ERROR: FailureText(
        why="{source} reported an error",
        meaning="An error at {source}, which tells no reason that we know.",
        cause="with {source}, as far as we know",
        again=TryAgain.LATER,
    ),
    FailureCategory.CARRIER_ERROR: FailureText(
        why="the carrier did not take it",
        meaning="The carrier refused it or had an error.",
        cause="with the carrier",
        again=TryAgain.LATER,
    ),
    FailureCategory.EXPIRED: FailureText(
        why="it could not be delivered in time",
        meaning="It could not be delivered before its time ran out; often the device was off.",
        cause="on the recipient's side",
        again=TryAgain.LATER,
        advice={TryAgain.LATER: "Send it again if it still matters."},
    ),
    FailureCategory.CANCELED: FailureText(
        why=None,
        meaning="A person or a program withdrew it before it went out.",
        cause="with whoever withdrew it",
        again=TryAgain.YES,
        fixed=True,
        advice={TryAgain.YES: "Send it again if it is still wanted."},
    ),
    FailureCategory.BOUNCED_HARD: FailureText(
        why="the receiving server returned it for good",
        meaning="The receiving server returned it for good: mostly, there is no such mailbox.",
        cause="with the recipient's {number}",
        again=TryAgain.NO,
        fixed=True,
        advice={TryAgain.NO: "Check the {number} with the recipient, and do not send to this one again."},
    ),
    FailureCategory.BOUNCED_SOFT: FailureText(
        why="the receiving server could not take it this time",
        meaning="The receiving server returned it for now: a full mailbox, a server that was down.",
        cause="on the recipient's side",
        again=TryAgain.LATER,
        fixed=True,
        advice={TryAgain.LATER: "Try again in some hours."},
    ),
    FailureCategory.UNKNOWN: FailureText(
        why=None,
        meaning="{source} tells no reason, or one that we do not know.",
        cause=None,
        again=TryAgain.UNKNOWN,
    ),
}


def text_of(failure: Failure) -> FailureText:
    """The texts of a failure."""
    return FAILURES[failure.category]
