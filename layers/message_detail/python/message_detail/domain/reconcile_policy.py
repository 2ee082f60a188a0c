"""When a stored message is looked at again by itself: at growing intervals until it is final or its horizon is over.

Pure. A message that is not final at its horizon has an uncertain outcome, still open to a late answer. One that was
delivered is looked at daily for a week where its provider tells engagement afterwards. One of which a part was left
out is looked at as if it were not final. One that came in with neither text nor file is looked at thrice within ten
minutes: providers announce it while they still copy its files
(https://github.com/GoHighLevel/highlevel-api-docs/issues/299; Twilio's media are late in the same way). One whose
status a webhook has announced is looked at where the fetch that was to confirm it is not made in time.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field
from typing import Final

from message_detail.domain import json_codec
from message_detail.domain.message import NOT_FETCHED, Channel, Direction, Kind, Message, Via
from message_detail.domain.status import Outcome
from message_detail.domain.timeline import MessageState
from message_detail.domain.times import add_seconds, seconds_between

MINUTE: Final = 60.0
HOUR: Final = 3600.0
DAY: Final = 86_400.0
MEDIA_CHANNELS: Final = frozenset(
    {
        Channel.SMS,  # what providers call an MMS that came in, as long as its files are not there
        Channel.MMS,
        Channel.RCS,
        Channel.WHATSAPP,
        Channel.WEBCHAT,
        Channel.LIVE_CHAT,
        Channel.FACEBOOK,
        Channel.INSTAGRAM,
        Channel.GOOGLE_BUSINESS,
        Channel.TIKTOK,
        Channel.OTHER,
        Channel.UNKNOWN,
    }
)
"""Where a message may be a file and nothing else. E-mails and calls come whole."""


@dataclass(frozen=True, slots=True)
class Plan:
    """Intervals (seconds after the last change) and, per channel, the horizon (seconds) after which it is given up.

    `media_intervals` are seconds after we first learned of the message.
    """

    intervals: tuple[float, ...] = (MINUTE, 5 * MINUTE, 30 * MINUTE, 2 * HOUR, 12 * HOUR, 24 * HOUR, 72 * HOUR)
    horizons: dict[Channel, float] = field(
        default_factory=lambda: {
            Channel.PUSH: HOUR,
            Channel.IN_APP: HOUR,
            Channel.VOICE: 4 * HOUR,
            Channel.VOICEMAIL: 4 * HOUR,
        }
    )
    horizon: float = 72 * HOUR
    engagement_interval: float = DAY
    engagement_days: int = 7
    media_intervals: tuple[float, ...] = (10.0, MINUTE, 10 * MINUTE)

    def horizon_for(self, message: Message) -> float:
        """Seconds after the last change at which the message is given up."""
        return self.horizons.get(message.channel, self.horizon)


DEFAULT_PLAN: Final = Plan()
CONFIRM_GRACE_SECONDS: Final = 60.0
"""How long after its moment the fetch that confirms an announcement counts as lost on its queue."""


def read_plan(text: str) -> Plan:
    """The plan of a setting: a JSON object with some of `intervals`, `media_intervals`, `horizon`, `horizons` (by
    channel), `engagement_interval` (all in seconds) and `engagement_days`; what it leaves out is as by default.

    ValueError says which key is wrong. An empty text is the default plan.
    """
    if not text.strip():
        return DEFAULT_PLAN
    values = json_codec.loads(text)
    if not isinstance(values, dict) or set(values) - set(Plan.__dataclass_fields__):
        raise ValueError(f"RECONCILE_PLAN: must be a JSON object with keys of {', '.join(Plan.__dataclass_fields__)}")
    horizons = values.get("horizons", {})
    lists = {name: values[name] for name in ("intervals", "media_intervals") if name in values}
    numbers = [*horizons.values(), *(values[key] for key in set(values) - set(lists) - {"horizons"})]
    numbers += [number for intervals in lists.values() for number in intervals]
    if not all(isinstance(number, int | float) and number > 0 for number in numbers):
        raise ValueError("RECONCILE_PLAN: every number must be above 0")
    values |= {name: tuple(sorted(intervals)) for name, intervals in lists.items()}
    if "horizons" in values:
        values["horizons"] = {**DEFAULT_PLAN.horizons, **{Channel(name): horizons[name] for name in horizons}}
    return Plan(**values)


def last_change(state: MessageState) -> str | None:
    """When we last learned something new of the message's status."""
    return max((event.observed_at for event in state.events.values()), default=None)


def _next_for_status(state: MessageState, reports_engagement: bool, plan: Plan) -> str | None:
    message, changed = state.message, last_change(state)
    if message is None or changed is None or state.fetched is None:
        return None
    if message.final:
        after = [_next_for_parts(message, changed, state.fetched[0], plan)]
        if reports_engagement:
            after.append(_next_for_engagement(message, changed, state.fetched[0], plan))
        return min((look for look in after if look is not None), default=None)
    if message.outcome is Outcome.UNCERTAIN:
        return None
    start, horizon = _start(message, changed), plan.horizon_for(message)
    looks = (add_seconds(start, interval) for interval in (*plan.intervals, horizon) if interval <= horizon)
    return next((look for look in looks if look > state.fetched[0]), add_seconds(state.fetched[0], HOUR))


def next_look_for_media(state: MessageState, plan: Plan = DEFAULT_PLAN) -> str | None:
    """When to look whether an inbound message without text has its files; None when it has, or it is too late."""
    message = state.message
    first = min(state.events.values(), key=lambda event: event.observed_at, default=None)
    if message is None or first is None or state.fetched is None or not awaits_media(message):
        return None
    if first.via is Via.SYNC and _is_older(message, first.observed_at, max(plan.media_intervals, default=0.0)):
        return None
    looks = (add_seconds(first.observed_at, interval) for interval in plan.media_intervals)
    return next((look for look in looks if look > state.fetched[0]), None)


@dataclass(frozen=True, slots=True)
class Schedule:
    """When the messages of an account are looked at again by themselves.

    `reports_engagement`: the provider tells what recipients do after the delivery. `media`: late files are waited for.
    """

    plan: Plan = DEFAULT_PLAN
    reports_engagement: bool = False
    media: bool = True

    def next_look(self, state: MessageState) -> str | None:
        """When to look again (canonical timestamp), None: no more."""
        looks = (
            _next_for_status(state, self.reports_engagement, self.plan),
            next_look_for_media(state, self.plan) if self.media else None,
            _next_for_confirmation(state),
        )
        return min((look for look in looks if look is not None), default=None)

    def ends(self, state: MessageState) -> str | None:
        """Until when it is looked at again if nothing new is learned; None where no look is planned."""
        ends = (
            _end_for_status(state, self.reports_engagement, self.plan),
            _end_for_media(state, self.plan) if self.media else None,
        )
        return max((end for end in ends if end is not None), default=None)


@dataclass(frozen=True, slots=True)
class FixedSchedule:
    """One look, whose time has been set whatever is known of the message (canonical timestamp); None: there is none."""

    at: str | None

    def next_look(self, _state: MessageState) -> str | None:
        """When to look again."""
        return self.at


NEVER: Final = FixedSchedule(None)


def _next_for_confirmation(state: MessageState) -> str | None:
    """When to make up for the confirming fetch, should it not be made; None where none is awaited."""
    if state.confirm_at is None or not state.awaits_confirmation:
        return None
    return add_seconds(state.confirm_at, CONFIRM_GRACE_SECONDS)


def kept_look(planned: str | None, look: str | None, state: MessageState) -> str | None:
    """When to look again where a look was planned before: then, if that makes up for the confirming fetch as well.

    Another moment costs two units of the index `due`, and of a burst each event would name one a little later.
    """
    if planned is None or look is None or state.confirm_at is None or not state.awaits_confirmation:
        return look
    return planned if state.confirm_at < planned <= look else look


def awaits_media(message: Message) -> bool:
    """Whether an inbound message on a channel that carries files shows nothing of what was sent."""
    if message.direction is not Direction.INBOUND or message.channel not in MEDIA_CHANNELS:
        return False
    if message.kind not in (Kind.MESSAGE, Kind.UNKNOWN) or message.attachments or message.interaction is not None:
        return False
    body = message.body
    return not any(_is_visible(text) for text in (body.text, body.html, body.preview) if text)


def _is_visible(text: str) -> bool:
    """Whether a text shows anything: platforms put a zero-width blank where there must be a text."""
    return any(not one.isspace() and unicodedata.category(one) not in ("Cf", "Cc") for one in text)


def _is_older(message: Message, than: str, seconds: float) -> bool:
    """Whether the message is from so long before that its files have come, if they ever do."""
    times = message.timestamps
    at = times.received or times.created or times.sent
    return at is not None and seconds_between(at, than) > seconds


def gives_up(state: MessageState, now: str, plan: Plan = DEFAULT_PLAN) -> bool:
    """Whether the message, fetched just now and still not final, has passed its horizon."""
    message, changed = state.message, last_change(state)
    if message is None or changed is None or message.final:
        return False
    return seconds_between(_start(message, changed), now) >= plan.horizon_for(message)


def _start(message: Message, changed: str) -> str:
    """From when on the looks at a message that isn't final are counted."""
    return max(changed, message.timestamps.scheduled or changed)


def _end_for_status(state: MessageState, reports_engagement: bool, plan: Plan) -> str | None:
    message, changed = state.message, last_change(state)
    if message is None or changed is None or _next_for_status(state, reports_engagement, plan) is None:
        return None
    if not message.final:
        return add_seconds(_start(message, changed), plan.horizon_for(message))
    ends = []
    if _lacks_parts(message):
        ends.append(add_seconds(changed, max(plan.intervals, default=0.0)))
    if reports_engagement and _may_be_engaged(message):
        ends.append(add_seconds(changed, plan.engagement_days * DAY))
    return max(ends)


def _end_for_media(state: MessageState, plan: Plan) -> str | None:
    if next_look_for_media(state, plan) is None:
        return None
    first = min(event.observed_at for event in state.events.values())
    return add_seconds(first, max(plan.media_intervals))


def _next_for_parts(message: Message, changed: str, fetched_at: str, plan: Plan) -> str | None:
    """When to fetch what was left out; None when nothing was, or all looks that the plan has were in vain."""
    if not _lacks_parts(message):
        return None
    looks = (add_seconds(changed, interval) for interval in plan.intervals)
    return next((look for look in looks if look > fetched_at), None)


def _lacks_parts(message: Message) -> bool:
    return any(entry.problem == NOT_FETCHED for entry in message.provenance.drift)


def _may_be_engaged(message: Message) -> bool:
    return message.outcome is Outcome.SUCCESS and message.direction is Direction.OUTBOUND


def _next_for_engagement(message: Message, changed: str, fetched_at: str, plan: Plan) -> str | None:
    if not _may_be_engaged(message):
        return None
    look = add_seconds(fetched_at, plan.engagement_interval)
    return look if seconds_between(changed, look) <= plan.engagement_days * DAY else None
