"""The one reader of addresses: messages, the search index, search and erasure mean the same by an address. Pure.

- `read(text)`: one address. `read_all(text)`: everybody that a field names, one `Address` each.
- `keys(text)`: what a text is listed and looked for under. All spellings of one address have one key: an e-mail
  address in lower case with its domain in punycode, a number in E.164. No two addresses share one: dots and `+tag` of
  a local part are never left out, and digits whose country is unknown have no plus.

docs/decisions/addresses.md says what is one address and what isn't. `parties.py` makes parties of this.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final
from urllib.parse import unquote

from message_detail.domain.addresses.mailboxes import Mailbox, addr_spec, mailboxes
from message_detail.domain.addresses.phone_numbers import MAX_DIGITS, MIN_DIGITS, e164, is_local, only_digits, tidy
from message_detail.domain.message import AddressType

MAX_CHARACTERS: Final = 2_000
"""Longer texts are nobody's address; they are never normalized (which takes longer than linear time)."""
_LONGEST_KEPT: Final = 128
"""Characters of a text whose reading is kept: a message names its people several times, and a batch's messages their
account's number; to read one anew takes 0.1 ms."""
_SCHEME: Final = re.compile(r"([A-Za-z][A-Za-z0-9+.-]{1,31})(?:;[A-Za-z0-9=,;-]{1,60})?:")
_NUMBER_SCHEMES: Final = frozenset(
    {"tel", "sms", "smsto", "mms", "rcs", "callto", "whatsapp", "viber", "signal", "imessage", "facetime", "fax"}
    | {"phone", "ph", "mobile", "mob", "cell", "telephone", "telefon"}
)
"""RFC 3966 (tel), RFC 5724 (sms), the prefixes that trunks and gateways put before numbers, and labels of forms and
address cards (RFC 6350: `TEL;TYPE=cell:`)."""
_WITH_COUNTRY: Final = frozenset({"whatsapp", "viber"})
"""Networks whose numbers always begin with their country code."""
_SIP: Final = frozenset({"sip", "sips"})
_ID_SCHEMES: Final = frozenset({"xmpp", "im", "skype", "h323", "acct", "matrix", "urn"})
_LINKS: Final = _NUMBER_SCHEMES | _SIP | _ID_SCHEMES
_OF_HEADER: Final = re.compile(
    r"(<sips?:[^<>\s]{1,512}>)\s{0,4}(?:;\s{0,4}[\w.!%*`'~-]{1,64}=[\w.!%*+`'~:\[\]-]{0,256}){1,16}(?=\s{0,4}(?:,|$))",
    re.IGNORECASE,
)
"""`<sip:…>;tag=1`: parameters of the header (RFC 3261, 20.20 and 20.39), which part nobody, behind those of the
address itself, which stand inside of the brackets."""
_NUMBERS: Final = re.compile(r"[\s+\d().\-/|&,;]+")
_BEFORE_PLUS: Final = re.compile(r"[/|&\s](?=\s{0,4}\+)")
_WORD_BETWEEN: Final = re.compile(r"(?<=\d)\s{1,4}(?:and|or)\s{1,4}(?=\+\d)", re.IGNORECASE)
_WHATSAPP_USERS: Final = ("s.whatsapp.net", "c.us")
_WHATSAPP_IDS: Final = ("g.us", "lid", "broadcast", "newsletter", "call", "bot", "hosted", "hosted.lid")
"""Parts after the @ of WhatsApp's ids (JIDs): a user's is a number, with a device behind a colon; of others none."""


@dataclass(frozen=True, slots=True)
class Address:
    """One address as it was read. `canonical`: E.164, or an e-mail address with its domain in lower case, else None.

    `raw` is its part of the field, as written; `text` what of it is the address; `name` stands beside it.
    """

    raw: str
    kind: AddressType = AddressType.UNKNOWN
    canonical: str | None = None
    name: str | None = None
    text: str = ""


def read_all(text: str, region: str | None = None, *, international: bool = False) -> tuple[Address, ...]:
    """Everybody that a text names, in order; () for a blank one.

    region: ISO 3166, of numbers without a country code. international: bare digits begin with their country code.
    """
    reading = _read_all if len(text) <= _LONGEST_KEPT else _read_all.__wrapped__
    return reading(text, region, international)


@lru_cache(maxsize=512)
def _read_all(text: str, region: str | None, international: bool) -> tuple[Address, ...]:
    if ">" in text and ";" in text:
        text = _OF_HEADER.sub(r"\1", text)
    if only_digits(text) is not None or _is_one_link(text):
        return (_one(Mailbox(text), region, international),)
    if text.count("+") > 1:
        text = _WORD_BETWEEN.sub(",", text)
    if _NUMBERS.fullmatch(text) and text.count("+") > 1:
        text = _BEFORE_PLUS.sub(",", text)
    found = tuple(_one(box, region, international) for box in mailboxes(text))
    if any(address.canonical or address.kind is not AddressType.UNKNOWN for address in found):
        return found
    return (Address(text, text=text),) if found else ()  # commas between the words of one name


def read(text: str, region: str | None = None, *, international: bool = False) -> Address:
    """The one address that a text names; where it names several, or none, it has no canonical form."""
    found = read_all(text, region, international=international)
    if len(found) != 1:
        return Address(text, text=text)
    return found[0] if found[0].raw == text else replace(found[0], raw=text)


def keys(text: str) -> tuple[str, ...]:
    """The keys of everybody that a text names."""
    return tuple(dict.fromkeys(key for address in read_all(text) if (key := search_key(address))))


def search_key(address: Address) -> str:
    """The key of one address; "" for a blank one."""
    if address.canonical is not None:
        return canonical_key(address.canonical)
    if len(address.text) > MAX_CHARACTERS:
        return f"sha256:{hashlib.sha256(address.text.encode('utf-8', 'surrogatepass')).hexdigest()}"
    number = _digits(address.text)
    if number is not None:
        return f"+{number[1]}" if number[0] else number[1]
    plain = tidy(address.text).strip("<>")
    scheme, rest = _split(plain)
    if scheme in _SIP:
        return f"sip:{_sip_target(rest)}".casefold()
    return plain.casefold()


def canonical_key(canonical: str) -> str:
    """The key of a canonical address."""
    local, at, domain = canonical.rpartition("@")
    if not at or len(canonical) > MAX_CHARACTERS:
        return canonical
    local = local if local.isascii() else unicodedata.normalize("NFC", local)
    return f"{local.lower()}@{_ascii_domain(domain)}"


def national_key(raw: str) -> str | None:
    """The digits of a number that is written without its country code; None for anything else."""
    number = _digits(raw)
    return number[1] if number is not None and not number[0] else None


def _digits(text: str) -> tuple[bool, str] | None:
    """As `only_digits`, the prefix and the parameters of a link apart."""
    if len(text) > MAX_CHARACTERS:
        return None
    scheme, rest = _split(tidy(text).strip("<>"))
    if scheme in _SIP:
        rest = _dialled(rest)
    return only_digits(unquote(rest).partition(";")[0] if scheme in _NUMBER_SCHEMES | _SIP else text)


def _is_one_link(text: str) -> bool:
    """Whether a text is one `tel:…`, `sip:…` or the like, whose semicolons begin parameters."""
    scheme, rest = _split(text.lstrip(" <"))
    return scheme in _LINKS and "," not in rest and ">" not in rest.rstrip()[:-1] and ":" not in rest.partition(";")[2]


def _one(box: Mailbox, region: str | None, international: bool) -> Address:
    text = box.address if box.address is not None else box.raw
    kind, canonical = _judged(text, region, international) if len(text) <= MAX_CHARACTERS else _long(text)
    return Address(box.raw, kind, canonical, box.name, text)


def _long(text: str) -> tuple[AddressType, str | None]:
    address = addr_spec(text)
    return (AddressType.EMAIL if address else AddressType.UNKNOWN), address


def _judged(text: str, region: str | None, international: bool) -> tuple[AddressType, str | None]:
    """What sort of address a text is, and its canonical form."""
    plain = _visible(text).strip("<> \t\r\n")
    scheme, rest = _split(plain)
    if scheme in _NUMBER_SCHEMES:
        return _of_scheme(rest, region, international or scheme in _WITH_COUNTRY)
    if scheme in _SIP:
        dialled = _dialled(rest)
        number = _of_scheme(dialled, region, international)[1] if dialled else None
        return (AddressType.PHONE, number) if number else (AddressType.ID, None)
    if scheme in _ID_SCHEMES:
        return AddressType.ID, None
    user, at, network = plain.rpartition("@")
    if at and network.lower() in _WHATSAPP_IDS:
        return AddressType.ID, None
    if at and network.lower() in _WHATSAPP_USERS:
        number = e164(re.split(r"[:._]", user)[0], international=True)
        return (AddressType.PHONE, number) if number else (AddressType.ID, None)
    if at:
        address = addr_spec(unquote(rest.removeprefix("//").partition("?")[0]) if scheme == "mailto" else plain)
        return (AddressType.EMAIL, address) if address else (AddressType.UNKNOWN, None)
    return _number(plain, region, international)


def _of_scheme(rest: str, region: str | None, international: bool) -> tuple[AddressType, str | None]:
    user, _, parameters = unquote(rest).removeprefix("//").partition("?")[0].partition(";")
    context = re.search(r"phone-context=(\+[\d().-]{1,20})(?:;|$)", parameters)
    number = user.partition("@")[0]
    if context and not number.startswith("+"):
        number = f"{context[1]}{number}"
    kind, canonical = _number(number, region, international)
    return (kind if kind is AddressType.PHONE else AddressType.ID), canonical


def _number(text: str, region: str | None, international: bool) -> tuple[AddressType, str | None]:
    """A phone number, or the digits of a short code, an extension or an id."""
    found = only_digits(text)
    if found is None:
        return AddressType.UNKNOWN, None
    number = e164(text, region, international=international)
    plus, digits = found
    if number is not None or plus:
        return AddressType.PHONE, number
    short = len(digits) < MIN_DIGITS or (region and len(digits) <= 8 and not is_local(digits, region))
    return (AddressType.ID if short or len(digits) > MAX_DIGITS + 5 else AddressType.PHONE), None


def _split(text: str) -> tuple[str, str]:
    """The scheme of a text in lower case, "" without one, and what stands behind it."""
    scheme = _SCHEME.match(text)
    return (scheme[1].lower().rstrip("."), text[scheme.end() :]) if scheme else ("", text)


def _dialled(rest: str) -> str:
    """The number that a SIP address calls (RFC 3261, 19.1.6), with its parameters; "" where it calls a user."""
    user, _, parameters = rest.partition("@")
    number = unquote(user).partition(":")[0]  # behind it stands a password
    return number if number.startswith("+") or "user=phone" in parameters.lower() else ""


def _sip_target(rest: str) -> str:
    """User and host of a SIP address (RFC 3261), without port and parameters."""
    return re.sub(r":\d{1,5}$", "", rest.partition(";")[0].partition("?")[0])


def _visible(text: str) -> str:
    """Text without invisible characters (bidi marks, zero widths, controls)."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(c for c in text if unicodedata.category(c) not in ("Cf", "Cc") or c in "\t\r\n")


def _ascii_domain(domain: str) -> str:
    """The domain of a canonical address in punycode (IDNA 2008, UTS 46), as it is when it can't be one."""
    if domain.isascii():
        return domain
    import idna  # its tables are loaded only where they are needed

    try:
        return idna.encode(domain, uts46=True).decode("ascii")
    except (idna.IDNAError, UnicodeError):
        return unicodedata.normalize("NFC", domain)
