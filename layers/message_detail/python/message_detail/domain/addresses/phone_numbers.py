"""Phone numbers as people, programs and carriers write them, read as E.164 (ITU-T). Pure; no text takes long.

A number with a country code may be any that its country's plan has room for, for plans grow. One without is a number
only where it is *valid* in its region: `12345` is a short code, not +61 12345.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from phonenumbers import PhoneNumber

MAX_TEXT: Final = 100
"""Characters of the longest spelling that is read, extension and all."""
MIN_DIGITS: Final = 7
"""Fewer are a short code, or an extension of a switchboard."""
MAX_DIGITS: Final = 15
"""E.164's most, country code included."""
MIN_INTERNATIONAL: Final = 11
"""Bare digits of at least so many are taken for a number with its country code where no known region says otherwise."""

_DIGIT: Final = re.compile("[0-9]")
_SHAPE: Final = re.compile(r"[\s(]{0,4}(\+{0,2})([\d\s().\-/]{2,60})")
_EXTENSION: Final = re.compile(
    r"[\s,;]{0,4}(?:extension|extn|ext|x|#|poste|durchwahl|ramal|anexo|доб)\.?[\s:=.]{0,3}\d{1,9}", re.IGNORECASE
)
_JSON_FLOAT: Final = re.compile(r"(\+?\d{7,15})\.0")
_EXPONENT: Final = re.compile(r"(\d)\.(\d{6,14})[eE]\+?(\d{1,2})")
"""A number that a spreadsheet or a float made: exact where its digits reach to the last but two."""
_CODELESS: Final = re.compile(r"(.{0,60})\(0\)(.{0,60})")
_MEXICO: Final = re.compile(r"52(?:1|01|1?044|1?045)(\d{10})")
"""+52 1 and the prefixes 044 and 045 of mobiles ended in 2019 and 2020: plan of the IFT, Mexico."""
_ARGENTINA: Final = re.compile(r"5490([1-9]\d{9,11})")
"""The trunk zero between the 9 of mobiles and the area's code."""
_BRAZIL: Final = re.compile(r"55([1-9]\d)([6-9]\d{7})")
"""Mobiles have had a ninth digit, 9, before the other eight everywhere since 2016: Anatel's resolution 553."""

_DOTS: Final = {"\u00b7": ".", "\u2022": ".", "\u2027": ".", "\u30fb": ".", "\u30fc": "-"}
"""What else stands between groups of digits."""
_DRAMA: Final = re.compile(r"44(?:7700900|1632960)\d{3}")
"""Numbers for drama (Ofcom), as examples have them: no plan of an operator, and so not valid."""

_NO_REGION: Final = "ZZ"


def load() -> None:
    """Loads what numbers are read with, for who is sure to meet some; else the first number does. It takes 20 ms."""
    import phonenumbers  # noqa: F401


def tidy(text: str) -> str:
    """Text without invisible characters, with plain digits, dashes and single blanks."""
    if text.isascii() and text.isprintable():
        return " ".join(text.split())
    if text.isascii():
        return " ".join("".join(c if c.isprintable() else " " if c.isspace() else "" for c in text).split())
    characters = (_plain(character) for character in unicodedata.normalize("NFKC", text))
    return " ".join("".join(characters).split())


def only_digits(text: str) -> tuple[bool, str] | None:
    """Whether a number's country code is said (by a plus), and its digits; None when the text is no number at all.

    An extension, and a trunk zero in brackets behind a country code, are left out.
    """
    if len(text) > MAX_TEXT or (text.isascii() and _DIGIT.search(text) is None):
        return None
    plain = tidy(text)
    if extension := _EXTENSION.search(plain):
        plain = plain[: extension.start()] if extension.end() == len(plain) else plain
    if number := _JSON_FLOAT.fullmatch(plain):
        plain = number[1]
    elif number := _EXPONENT.fullmatch(plain):
        plain = _without_exponent(number, plain)
    shape = _SHAPE.fullmatch(plain)
    digits = "".join(filter(str.isdigit, shape[2])) if shape else ""
    # No country code begins with a zero: a plus before one is left over from a form that had it in front.
    return (bool(shape[1]) and digits[0] != "0", digits) if shape and digits else None


def _without_exponent(number: re.Match[str], text: str) -> str:
    zeros = int(number[3]) - len(number[2])
    return f"{number[1]}{number[2]}{'0' * zeros}" if 0 <= zeros <= 2 else text


def e164(text: str, region: str | None = None, *, international: bool = False) -> str | None:
    """The number in E.164, or None when its country is unknown or it is no number.

    region: ISO 3166, in any case, of numbers written without a country code. international: bare digits begin with
    their country code, as WhatsApp's ids do.
    """
    found = only_digits(text)
    if found is None:
        return None
    plus, digits = found
    if plus:
        return _international(digits, tidy(text))
    abroad = _international(digits) if international and len(digits) > MIN_DIGITS else None
    return abroad or _national(digits, region) or prefixed(digits)


def prefixed(digits: str) -> str | None:
    """The number behind the prefix of calls abroad, `00` or North America's `011`; None when there is none."""
    if digits.startswith("00"):
        return _international(digits[2:]) or _international(digits[4:], valid=True)  # Australia's is 0011
    if digits.startswith("011") and len(digits) - 3 >= MIN_INTERNATIONAL - 1:
        return _international(digits[3:], valid=True)
    return None


def readings(text: str, regions: Iterable[str] = ()) -> tuple[str, ...]:
    """Every number in E.164 that a text can mean where it may come from any of these regions."""
    found = only_digits(text)
    if found is None:
        return ()
    plus, digits = found
    if plus:
        candidates: list[str | None] = [_international(digits, tidy(text))]
    else:
        candidates = [_national(digits, region) for region in sorted(set(regions))]
        candidates.append(prefixed(digits))
        if len(digits) > MIN_DIGITS:
            candidates.append(_international(digits, valid=True))
    return tuple(dict.fromkeys(filter(None, candidates)))


def older_forms(number: str) -> tuple[str, ...]:
    """How a number in E.164 was written before its country changed its plan, with the plus."""
    digits = number.removeprefix("+")
    if re.fullmatch(r"52\d{10}", digits):
        return (f"+521{digits[2:]}",)
    if brazilian := re.fullmatch(r"55(\d\d)9([6-9]\d{7})", digits):
        return (f"+55{brazilian[1]}{brazilian[2]}",)
    return ()


def _international(digits: str, text: str = "", *, valid: bool = False) -> str | None:
    """Digits that begin with a country code, and the text that they stand in.

    `valid`: no number that its plan merely has room for.
    """
    import phonenumbers  # its metadata is loaded only where there is a number

    written = list(_modern(digits))
    if trunk := _CODELESS.search(text):
        written.append("".join(filter(str.isdigit, trunk[1] + trunk[2])))
    parsed = [number for number in map(_parsed, written) if number is not None]
    for number in parsed:
        if phonenumbers.is_valid_number(number) or _DRAMA.fullmatch(_written(number)[1:]):
            return _written(number)
    if valid or len(digits) <= MIN_DIGITS:
        return None
    possible = phonenumbers.ValidationResult.IS_POSSIBLE
    return next((_written(n) for n in parsed if phonenumbers.is_possible_number_with_reason(n) == possible), None)


def _national(digits: str, region: str | None) -> str | None:
    """Digits as they are dialled in a region, if they are a valid number there."""
    if not region or not MIN_DIGITS <= len(digits) <= MAX_DIGITS + 5:
        return None
    import phonenumbers

    code = phonenumbers.country_code_for_region(region.upper())
    number = _parsed(digits, region.upper())
    candidates = [_written(number).removeprefix("+")] if number is not None else []
    candidates += [f"{code}{digits.lstrip('0')}"] if code in (52, 55) else []
    return next(filter(None, (_international(one, valid=True) for one in candidates)), None)


def is_local(digits: str, region: str) -> bool:
    """Whether digits may be dialled in some place of a region, without the area's code."""
    import phonenumbers

    number = _parsed(digits, region.upper())
    local = phonenumbers.ValidationResult.IS_POSSIBLE_LOCAL_ONLY
    return number is not None and phonenumbers.is_possible_number_with_reason(number) == local


@lru_cache(maxsize=256)  # most messages go to, or come from, a few countries' numbers, and are counted several times
def region_of(number: str) -> str | None:
    """The country of a number in E.164 (ISO 3166); where countries share a code and its plan doesn't tell them apart,
    the one that has most of it. None where it is of no country (+800 and its like)."""
    import phonenumbers

    parsed = _parsed(number.removeprefix("+")) if len(number) <= MAX_DIGITS + 1 else None
    if parsed is None or parsed.country_code is None:
        return None
    region = phonenumbers.region_code_for_number(parsed)
    region = region or phonenumbers.region_code_for_country_code(parsed.country_code)
    return region if region and region.isalpha() and region != _NO_REGION else None


def _modern(digits: str) -> Iterator[str]:
    """The digits in their country's newest form first, then as they are."""
    if mexican := _MEXICO.fullmatch(digits):
        yield f"52{mexican[1]}"
    if brazilian := _BRAZIL.fullmatch(digits):
        yield f"55{brazilian[1]}9{brazilian[2]}"
    if argentinian := _ARGENTINA.fullmatch(digits):
        yield from (f"549{argentinian[1]}", f"54{argentinian[1]}")
    yield digits


def _parsed(digits: str, region: str | None = None) -> PhoneNumber | None:
    import phonenumbers

    try:
        return phonenumbers.parse(digits if region else f"+{digits}", region)
    except phonenumbers.NumberParseException:
        return None


def _written(number: PhoneNumber) -> str:
    import phonenumbers

    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _plain(character: str) -> str:
    category = unicodedata.category(character)
    if category == "Nd":
        return str(unicodedata.decimal(character))
    if category == "Cc":
        return " " if character.isspace() else ""
    return _DOTS.get(character) or {"Pd": "-", "Cf": ""}.get(category, character)
