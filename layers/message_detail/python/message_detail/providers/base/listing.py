"""Listing: what a provider has to supply so that its messages can be walked page by page through the queue."""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import Any, TypeVar

from message_detail.domain.errors import AnswerTooLarge, MessageNotFound, ProviderBadAnswer, ProviderRefused
from message_detail.domain.json_codec import NumberText
from message_detail.providers.base.account import Account
from message_detail.providers.base.provider import Document, Request, Response


@dataclass(frozen=True, slots=True)
class Window:
    """The time that a sync is about, canonical timestamps; None: without limit on that side.

    Providers widen it as their filters need (days, local times), so items outside it may come: they are stored, too.
    """

    since: str | None = None
    until: str | None = None


@dataclass(frozen=True, slots=True)
class Listed:
    """One message of a page. `document` is what the list gives of it in full, None when it has to be fetched.

    A list may give a summary: only what `Provider.normalize` maps to the same message as a fetch would is a document.
    """

    message_id: str
    document: Document | None = None
    updated_at: str | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """One page. `cursor` leads to the next one, None at the end. `total` counts all, when the provider tells it.

    `skipped` counts entries that are no message with an id, `passed` names those that are left out because they are
    outside the window. `anew`: the walk has had to begin again, so that what comes may have been seen before.
    """

    items: tuple[Listed, ...]
    cursor: str | None
    total: int | None = None
    skipped: int = 0
    passed: tuple[str, ...] = ()
    anew: bool = False


PageSteps = Generator[Request, Response, Page]
"""A provider's way to one page: yields requests, is sent their answers, returns the page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """How a provider's messages are walked: `page(account, window, cursor)`, the first cursor being None.

    A cursor is text that the provider's package makes and reads; it holds all that is needed to go on after a crash
    (pass, offset, page, watermark), and is at most 1,000 characters.
    """

    page: Callable[[Account, Window, str | None], PageSteps]


P = TypeVar("P")


def fitting(
    ask: Callable[[P], Request], place: P, smaller: Callable[[P], P | None]
) -> Generator[Request, Response, tuple[P, Response]]:
    """Asks for the page at a place, and where the answer is too large to be taken in for ever smaller ones, until
    `smaller` has none. The place that was answered, and its answer."""
    answer = yield ask(place)
    while isinstance(answer.error, AnswerTooLarge) and (less := smaller(place)) is not None:
        place = less
        answer = yield ask(place)
    return place, answer


def read_page(answer: Response, vendor: str, *path: str) -> dict[str, Any]:
    """The object of a page's answer that holds the list, which is under the last of these names and is one.

    Raises the answer's error, ProviderRefused where there is no list at this address, ProviderBadAnswer without one.
    """
    if isinstance(answer.error, MessageNotFound):  # what the calls of a message mean by it
        raise ProviderRefused(
            f"{vendor} refused to list messages with {answer.status}: check base_url"
        ) from answer.error
    if answer.error is not None:
        raise answer.error
    found: Any = answer.object()
    for name in path[:-1]:
        found = found.get(name) if isinstance(found, dict) else None
    if not isinstance(found, dict) or not isinstance(found.get(path[-1]), list):
        raise ProviderBadAnswer(f"the answer holds no {'.'.join(path)}")
    return found


def count_or_none(value: object) -> int | None:
    """A counter in an answer, which may come as text; None where it is none."""
    text = str(value)
    return int(text) if text.isdecimal() else None


def goes_on(count: int, limit: int, read: int, total: int | None) -> bool:
    """Whether more may follow a page of `count` entries (`limit`: of a full one) with which `read` were read.

    A provider's `total` may be wrong: a full page has a successor whatever it says, an empty one has none.
    """
    return count >= limit or (count > 0 and total is not None and read < total)


def usable(entries: list[Any], key: str) -> list[dict[str, Any]]:
    """The entries of a page that are messages with an id under `key`: a text, or a whole number."""
    return [entry for entry in entries if isinstance(entry, dict) and _is_id(entry.get(key))]


def _is_id(value: Any) -> bool:
    if isinstance(value, str):
        return bool(value) and not isinstance(value, NumberText)
    return isinstance(value, int) and not isinstance(value, bool)
