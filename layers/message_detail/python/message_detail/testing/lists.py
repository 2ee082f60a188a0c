"""What a test knows of a provider's list: how its pages are written, and how they are asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from message_detail.adapters.provider_steps import classified, run_steps
from message_detail.providers.base.account import Account, build
from message_detail.providers.base.listing import Listing, Page, Window
from message_detail.providers.base.provider import Provider, Request, Response

EVERYTHING = Window()


class WritePage(Protocol):
    """Writes the body of a page: its entries, its number from 1, whether another follows, and what it says of the
    number of all (None: nothing)."""

    def __call__(self, items: list[Any], *, number: int, more: bool, total: int | None) -> Any:
        """The body."""
        ...


ServePage = Callable[[Request, Sequence[Any]], tuple[list[Any], Any]]
"""Answers a request for a page of a list of these entries as the vendor does: the page's entries, and its body."""


@dataclass(frozen=True, kw_only=True)
class ListFacts:
    """A provider's list.

    settings: of an account. id_field: of an entry's id. write: as the vendor writes a page. reads: the fields of an
    entry that the listing looks at. cursor: what every cursor has. serve: for a list that is asked for smaller pages
    where one is too large to be taken in; None where that ends it. skips: whether a message that is too large for a
    page of its own is left out, rather than ending the list.
    """

    provider: Provider
    listing: Listing
    settings: Mapping[str, Any]
    id_field: str
    write: WritePage
    reads: Sequence[str] = ()
    cursor: Mapping[str, Any] = field(default_factory=dict)
    serve: ServePage | None = None
    skips: bool = True

    @property
    def account(self) -> Account:
        """An account."""
        return build(self.provider.name, "default", self.settings, self.provider.schema)

    def page(self, call: Callable[[Request], Response], window: Window = EVERYTHING, cursor: str | None = None) -> Page:
        """A page, whose requests are answered by `call`."""
        return run_steps(self.listing.page(self.account, window, cursor), call)

    def read(self, items: list[Any], window: Window = EVERYTHING, cursor: str | None = None) -> Page:
        """What is read in a list of one page."""
        body = self.write(items, number=1, more=False, total=len(items))
        return self.page(lambda _: classified(self.provider, Response(200, {}, body)), window, cursor)

    def entries(self, *numbers: int) -> list[dict[str, Any]]:
        """Entries with ids made of a range of numbers."""
        return [{self.id_field: f"m{number}"} for number in range(*numbers)]
