"""What a message's row is like in each version, and how a row of one version becomes one of the next. Pure.

A row says its version as `schema_version`; those of the first release say none. It is brought up to date where it is
read, and stored so with its next write. A change of its shape, or of the message's in it, is a new version here:
docs/decisions/other-releases.md says how to make one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from message_detail.adapters.aws.attributes import Item, get_number
from message_detail.domain.earlier_search_keys import entries_of_version_1
from message_detail.domain.message import Message
from message_detail.domain.search_keys import Entry

SCHEMA_VERSION: Final = "schema_version"


@dataclass(frozen=True, slots=True)
class Row:
    """A row as a step sees it: the item's attributes, and the document that they hold.

    The document is the message's JSON, with `events` and `further_parties` beside its keys and all texts in place. It
    may be anything that JSON can say: a person, or a release that is yet to come, may have written the row as well.
    """

    attributes: Item
    document: dict[str, Any]


Step = Callable[[Row], Row]
"""Makes a row of the version before one of its own; one that is so already stays as it is, since a release that was
rolled back writes rows of later ones under its own version."""


@dataclass(frozen=True, slots=True)
class RowVersion:
    """A version: the release that began it, what is new, and where there is no step why rows of before need none.

    `entries` gives the index entries (of a message with its sort time) that its rows have, and today's do not.
    """

    release: str
    changes: str
    step: Step | None = None
    entries: Callable[[Message, str], frozenset[Entry]] | None = None


VERSIONS: Final = (
    RowVersion("0.1.0", "The first: its rows bear no `schema_version`.", entries=entries_of_version_1),
    RowVersion(
        "0.2.0",
        "Rows bear their `schema_version`, and may have a `place` and `further_parties`: where these are missing the "
        "message is no container and names nobody else. Texts of events can be in the bucket, too. Messages stand in "
        "other lists.",
    ),
    RowVersion(
        "0.2.0",
        "Events say since when they are confirmed (`confirmed_at`): null where nobody kept the time. Messages say that "
        "nothing of them is `withheld`, as is so of all that are stored. Rows may have a fetch that is to confirm "
        "announcements (`confirm_at`, `confirmed_for`) and the webhook events that were taken in (`seen`): where these "
        "are missing none is planned, and none is known. Texts are `packed` in one attribute, which `row_packing` "
        "unpacks: where it is missing they are in attributes of their own. They name the tables that made them "
        "(`mapping`), and beside them is what they were made of (`raw`, or `raw_place` in the bucket): before the next "
        "fetch neither is known. Those whose outcome is uncertain stand in a list of these.",
    ),
    RowVersion(
        "0.2.0",
        "Rows may say which of their writes changed the message last (`event_revision`), and what that one changed "
        "(`event`): where these are missing no change was told. One that is erased may name the `erasure` that it is "
        "part of: where that is missing it was of none.",
    ),
)
CURRENT: Final = len(VERSIONS)


def row_version(item: Item) -> int:
    """The version of a row; the first one's for a row that says none, or something else."""
    return get_number(item, SCHEMA_VERSION) or 1


def steps_after(version: int, versions: Sequence[RowVersion] = VERSIONS) -> tuple[Step, ...]:
    """The steps from a version to the newest, in order; none from a version that is yet to come."""
    return tuple(one.step for one in versions[version:] if one.step is not None)


def earlier_entries(
    version: int, message: Message, sort_at: str, versions: Sequence[RowVersion] = VERSIONS
) -> frozenset[Entry] | None:
    """The index entries that a row has by its version, besides those that it would have today; None for today's."""
    if version >= len(versions):
        return None
    sources = (one.entries for one in versions[version - 1 :])
    return frozenset().union(*(entries(message, sort_at) for entries in sources if entries is not None))
