"""Amounts of money as people and machines write them: a decimal string, and the currency where it stands beside it.

Which of comma and full stop is the decimal one is told by the last of both, by a second one of the same kind, or by
the digits behind it. Where that leaves two readings (`1,234`), there is none: a factor of a thousand is not guessed.
"""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from typing import Final, NamedTuple

SYMBOLS: Final[dict[str, str | None]] = {
    "€": "EUR",
    "£": "GBP",
    "₹": "INR",
    "KČ": "CZK",
    "ZŁ": "PLN",
    "US$": "USD",
    "A$": "AUD",
    "AU$": "AUD",
    "NZ$": "NZD",
    "R$": "BRL",
    "S$": "SGD",
    "HK$": "HKD",
    "NT$": "TWD",
    "MX$": "MXN",
    "C$": "CAD",
    "CA$": "CAD",
    "$": None,  # of twenty countries
    "¥": None,  # of two
}
"""What stands for a currency (ISO 4217; https://www.unicode.org/cldr); None where it stands for several."""

MAX_SIZE: Final = 64
"""Characters of an amount."""
_MOST_DIGITS: Final = 40
_AMOUNT: Final = re.compile(
    r"""(?P<sign>[+-]?)\s{0,2}
    (?P<code>(?:[A-Z]{3}(?=\s{0,2}[A-Z]{0,2}[$€£₹¥]))?)\s{0,2}
    (?P<before>(?:[A-Z]{3}|[A-Z]{0,2}[$€£₹¥]|KČ|ZŁ)?)\s{0,2}
    (?P<inner>[+-]?)
    (?P<number>[0-9.,][0-9.,'’\s]{0,48}(?:E[+-]?[0-9]{1,3})?)
    \s{0,2}(?P<after>(?:[A-Z]{0,2}[$€£₹¥]|KČ|ZŁ)?)\s{0,2}(?P<last>(?:[A-Z]{3})?)""",
    re.VERBOSE,
)
_ISO_4217: Final = (
    "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CLP CNY "
    "COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR "
    "ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK "
    "MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF "
    "SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD UYU "
    "UZS VES VND VUV WST XAF XCD XOF XPF YER ZAR ZMW ZWG"
)
CURRENCIES: Final = frozenset(_ISO_4217.split())
"""ISO 4217 of what is in circulation (https://www.iso.org/iso-4217-currency-codes.html)."""
_GROUPED: Final = re.compile(r"[0-9]{1,3}(?:[.,][0-9]{3})+|[0-9]{1,2}(?:,[0-9]{2}){1,5},[0-9]{3}")
"""Groups of thousands; in India the others are of two digits."""
_SPACED: Final = re.compile(
    r"[0-9]{1,3}(?:['’\s][0-9]{3})*(?:[.,][0-9.,]*)?(?:E[+-]?[0-9]{1,3})?|[0-9.,]+(?:E[+-]?[0-9]{1,3})?"
)
"""Spaces and apostrophes stand between thousands only."""


class Amount(NamedTuple):
    """A decimal in plain notation and its unit, None where none is written or it stands for several."""

    decimal: str
    unit: str | None


def read_amount(text: str) -> Amount | None:
    """The amount in a text; None where it is none, or can be read in two ways."""
    found = _AMOUNT.fullmatch(text.strip().upper().replace("−", "-")) if len(text) <= MAX_SIZE else None
    if found is None or (found["sign"] and found["inner"]):
        return None
    marks = [mark for name in ("code", "before", "after", "last") if (mark := found[name])]
    if not all(mark in SYMBOLS or mark in CURRENCIES for mark in marks):
        return None
    units = {unit for mark in marks if (unit := SYMBOLS.get(mark, mark))}
    if len(units) > 1 or len(marks) > 2:
        return None
    number = _plain(found["number"])
    decimal = None if number is None else plain_decimal((found["sign"] or found["inner"]) + number)
    return None if decimal is None else Amount(decimal, next(iter(units), None))


def find_currency(text: str) -> str | None:
    """The ISO 4217 code that a text is, or that its sign stands for; None where it is none, or of several."""
    mark = text.strip().upper()
    return mark if mark in CURRENCIES else SYMBOLS.get(mark)


def plain_decimal(text: str) -> str | None:
    """A number as a decimal in plain notation; None where it is none, or beyond any amount."""
    try:
        amount = Decimal(text.strip())
    except InvalidOperation:
        return None
    if not amount.is_finite() or abs(amount.adjusted()) > _MOST_DIGITS:
        return None
    return f"{amount:f}"


def _plain(number: str) -> str | None:
    """Digits with a full stop before the decimals, and nothing between thousands."""
    if not _SPACED.fullmatch(number.rstrip()):
        return None
    digits = re.sub(r"['’\s]", "", number)
    separators = [mark for mark in digits if mark in ".,"]
    if not separators or separators == ["."]:
        return digits
    last = separators[-1]
    if len(separators) > 1 and separators.count(last) == len(separators):  # of one kind: thousands
        return re.sub("[.,]", "", digits) if _GROUPED.fullmatch(digits) else None
    whole, _, decimals = digits.rpartition(last)
    if separators.count(last) > 1 or (("," in whole or "." in whole) and not _GROUPED.fullmatch(whole)):
        return None
    if len(separators) == 1 and len(decimals) == 3 and whole.lstrip("0"):
        return None  # "1,234" is either
    return f"{re.sub('[.,]', '', whole)}.{decimals}"
