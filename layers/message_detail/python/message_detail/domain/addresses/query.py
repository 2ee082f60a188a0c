"""What an address that somebody asks for can mean, as lists of the index: the same for search and for erasure. Pure.

Whoever asks needn't know how a provider wrote an address. A number without its country code can be several, so it is
read in every region that an account of ours has.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from message_detail.domain.addresses.phone_numbers import (
    MAX_DIGITS,
    MIN_DIGITS,
    MIN_INTERNATIONAL,
    older_forms,
    prefixed,
    readings,
)
from message_detail.domain.addresses.reader import Address, national_key, read_all, search_key
from message_detail.domain.errors import InvalidRequest
from message_detail.domain.message import AddressType
from message_detail.domain.search_keys import address_list, national_list

MOST_ADDRESSES: Final = 10
"""In one text; each is looked for in lists of its own."""

Regions = Callable[[], Iterable[str]]
"""Gives the regions (ISO 3166) of the accounts, in which national numbers are read; called only for a number."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked for. `count` is how many addresses the text names.

    `numbers` are the numbers in E.164 that digits without a country code can be, `national` says that they are such.
    """

    lists: tuple[str, ...]
    count: int
    national: bool = False
    numbers: tuple[str, ...] = ()


def no_regions() -> Iterable[str]:
    """The regions of no account at all."""
    return ()


def asked(text: str, regions: Regions = no_regions) -> Asked:
    """What a text asks for. InvalidRequest where it names nobody, or more addresses than can be looked for at once."""
    found = read_all(text)
    if not found:
        raise InvalidRequest("address: names nobody: there is nothing in it but separators")
    if len(found) > MOST_ADDRESSES:
        raise InvalidRequest(f"address: must name at most {MOST_ADDRESSES} addresses; there are {len(found)}")
    known = frozenset(regions()) if any(_is_number(one) or national_key(one.text) for one in found) else frozenset()
    numbers = _meant(found[0], known) if len(found) == 1 else ()
    return Asked(
        lists=tuple(dict.fromkeys(name for address in found for name in _lists(address, known))),
        count=len({search_key(address) for address in found}),
        national=len(found) == 1 and bool(_national_digits(found[0], known)),
        numbers=numbers,
    )


def address_lists(text: str, regions: Regions = no_regions) -> tuple[str, ...]:
    """The lists of an address in any spelling."""
    return asked(text, regions).lists


def _lists(address: Address, regions: frozenset[str]) -> Iterator[str]:
    yield address_list(search_key(address))
    if address.kind is AddressType.PHONE and address.canonical:
        yield from _without_plus(address.canonical, regions)
    if digits := _national_digits(address, regions):
        yield national_list(digits)
        for number in _meant(address, regions):
            yield address_list(number)
            yield from _without_plus(number, regions)


def _without_plus(number: str, regions: frozenset[str]) -> Iterator[str]:
    """The lists of a number as it may have been written without the plus, its country unknown to us.

    Short ones are left out: they would meet the national numbers of other countries. So is what is another number in
    a region of ours.
    """
    for form in (number, *older_forms(number)):
        digits = form.removeprefix("+")
        if len(digits) >= MIN_INTERNATIONAL and set(readings(digits, regions)) <= {number}:
            yield address_list(digits)


def _meant(address: Address, regions: frozenset[str]) -> tuple[str, ...]:
    return readings(_national_digits(address, regions), regions)


def _is_number(address: Address) -> bool:
    return address.kind is AddressType.PHONE


def _national_digits(address: Address, regions: frozenset[str]) -> str:
    """The digits of a number without a country code, "" for any other address and where they are too few or many.

    What begins with a prefix of calls abroad is such where it is another number in a region of ours.
    """
    digits = national_key(address.text)
    if digits is None or not MIN_DIGITS <= len(digits) <= MAX_DIGITS + len("0011"):
        return ""
    if address.canonical is None:
        return digits
    is_abroad = address.canonical == prefixed(digits)
    return digits if is_abroad and set(readings(digits, regions)) != {address.canonical} else ""
