"""Which words of the API are good news and which are bad, as a terminal's colours."""

from __future__ import annotations

from typing import Final

from message_detail.domain.status import Outcome, Status, outcome_for

GOOD: Final = "green"
BAD: Final = "red"
WAITING: Final = "yellow"
_BY_OUTCOME: Final = {
    Outcome.SUCCESS: GOOD, Outcome.FAILURE: BAD, Outcome.PENDING: WAITING, Outcome.UNCERTAIN: WAITING,
}  # fmt: skip
_COLOURS: Final = {
    **dict.fromkeys(("ok", "done", "on", "true"), GOOD),
    **dict.fromkeys(("open", "refused", "unusable", "failed", "dead", "permanent", "expired"), BAD),
    **dict.fromkeys(("cooling_down", "paused", "running", "waiting", "stale", "temporary"), WAITING),
    **{str(outcome): colour for outcome, colour in _BY_OUTCOME.items()},
    **{str(status): _BY_OUTCOME[outcome_for(status)] for status in Status},
}


def colour_of(text: str) -> str:
    """The colour of a status, an outcome or a state, by its first word; empty for one that has none."""
    return _COLOURS.get(text.partition(" ")[0], "")
