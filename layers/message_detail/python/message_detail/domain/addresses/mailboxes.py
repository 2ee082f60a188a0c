"""Who is named in the address fields of e-mails, as mail clients really write them. Pure, and linear in the text.

Own reader: `email.utils` gives other answers on Python 3.13 than on 3.11, drops what no standard allows (unquoted
commas and brackets in names), and follows nested comments by recursion.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final
from urllib.parse import unquote

from message_detail.domain.addresses.encoded_words import decoded, hide_an_address
from message_detail.domain.addresses.named_numbers import named_number
from message_detail.domain.addresses.phone_numbers import only_digits

_TOKEN: Final = re.compile(r'["(),;\n<]')
_IN_QUOTES: Final = re.compile(r'\\.|"', re.DOTALL)
_UNQUOTED: Final = re.compile(r'\\(.)|"', re.DOTALL)
_LOCAL: Final = re.compile(r"[^\s<>()\[\],;:\\\"@\x00-\x1f\x7f]+")
_DOMAIN: Final = re.compile(r"[^\s<>()\[\],;:\\\"@/?#!$%&*=+{}|~'`^\x00-\x1f\x7f]+")
_LITERAL: Final = re.compile(r"\[[0-9A-Za-z:.]+\]")
_ATOM: Final = re.compile(r"[\w!#$%&'*+/=?^`{|}~.-]+")
_SCHEME: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]{1,31}:")
_MAILTO: Final = "mailto:"
_CONTROLS: Final = dict.fromkeys((*range(32), 127))
_NUMBER: Final = re.compile(r"[\s+\d().\-/]+")
_WRAPPING: Final = "<>[](){}'\"`\u2018\u2019\u201c\u201d\u00ab\u00bb,;"
_ENDS: Final = f"{_WRAPPING}:!?"
_DASHES: Final = frozenset("-\u2013\u2014|/\u00b7\u2022")
"""Words that part a name from the address after it."""
_BETWEEN: Final = re.compile(r"[|\uff0c\uff1b\u3001]")
"""Signs that part addresses where a word holds several; the first may stand in a local part, too."""
_ESCAPED: Final = (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&amp;", "&"))
_WIDE: Final = {0x3000: " ", **{code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}}
"""Full-width ASCII, as input methods of East Asia write it."""
NOT_MAIL: Final = frozenset(
    {"sip", "sips", "xmpp", "im", "skype", "h323", "acct", "matrix", "tel", "whatsapp", "viber"}
)
"""Schemes (RFC 3986) whose addresses may look like `user@host` and are no mailboxes."""


@dataclass(frozen=True, slots=True)
class Mailbox:
    """One recipient of a field. `address` is what stands where an address stands, in the writer's own spelling, None
    when nothing does; `raw` is this recipient's part of the field, `name` its name, decoded."""

    raw: str
    address: str | None = None
    name: str | None = None


def mailboxes(text: str) -> tuple[Mailbox, ...]:
    """Everybody that a field names, in order; at least one for any text that isn't blank.

    Separators are commas, semicolons and line breaks. A part without an address belongs to the name of the one after
    it (`Doe, Jane <jane@example.com>`), unless it is a number.
    """
    if "@" not in text and "\uff20" in text:
        text = text.translate(_WIDE)
    if "&lt;" in text:
        for escaped, plain in _ESCAPED:
            text = text.replace(escaped, plain)
    link = text.lstrip(" \t\n<")
    if link[: len(_MAILTO)].lower() == _MAILTO:
        text = unquote(link[len(_MAILTO) :].removeprefix("//").partition("?")[0].rstrip(" \t\n>"))
    if "=?" in text and hide_an_address(text):
        text = decoded(text)
    found = _boxes(text)
    if "=?" in text and not any(box.address for box in found):
        whole = _boxes(decoded(text))
        return whole if any(box.address for box in whole) else found
    return found


def addr_spec(text: str) -> str | None:
    """The e-mail address (RFC 5322 addr-spec) that a text is, its domain in lower case and without a trailing dot.

    None when it is none. Quotes that the local part doesn't need are left out. A prefix as in `Team:` or `SMTP:` goes.
    """
    local, at, domain = text.strip().rpartition("@")
    domain = domain.lower().rstrip(".")
    if not at or not (_DOMAIN.fullmatch(domain) or _LITERAL.fullmatch(domain)) or ".." in domain or domain[0] in ".-":
        return None
    if local.endswith('"'):
        return _with_quoted_local(local, domain)
    scheme = _SCHEME.match(local)
    if scheme and (scheme[0][:-1].lower() in NOT_MAIL or local.startswith("//", scheme.end())):
        return None
    local = local.rpartition(":")[2]
    return f"{local}@{domain}" if _LOCAL.fullmatch(local) else None


def _boxes(text: str) -> tuple[Mailbox, ...]:
    return tuple(_glued(box for segment in _segments(text) for box in _read(segment)))


def _with_quoted_local(local: str, domain: str) -> str | None:
    prefix, _, quoted = local.partition('"')
    plain = _UNQUOTED.sub(r"\1", quoted[:-1])
    if not plain or (prefix and not prefix.endswith(":")) or any(ord(character) < 32 for character in plain):
        return None
    if _ATOM.fullmatch(plain):
        return f"{plain}@{domain}"
    escaped = plain.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"@{domain}'


def _segments(text: str) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """The parts between separators: as written, without comments, and the comments."""
    cuts, comments = _marks(text)
    start = taken = 0
    for cut in (*cuts, len(text)):
        spans = []
        while taken < len(comments) and comments[taken][0] < cut:
            spans.append(comments[taken])
            taken += 1
        if text[start:cut].strip():
            yield _without_comments(text, start, cut, spans)
        start = cut + 1


def _without_comments(
    text: str, start: int, end: int, spans: list[tuple[int, int]]
) -> tuple[str, str, tuple[str, ...]]:
    pieces, at = [], start
    for opened, closed in spans:
        pieces.append(text[at:opened])
        at = closed + 1
    pieces.append(text[at:end])
    return text[start:end].strip(), "".join(pieces).strip(), tuple(text[a + 1 : b] for a, b in spans)


def _marks(text: str) -> tuple[list[int], list[tuple[int, int]]]:
    """Where separators stand outside of quotes and comments, and the outermost comments. What never closes is text."""
    cuts: list[int] = []
    closed: list[tuple[int, int]] = []
    opened: list[int] = []
    at, quotes = 0, True
    last_angle = text.rfind(">")
    while (token := _TOKEN.search(text, at)) is not None:
        at = token.end()
        match token[0]:
            case '"':
                end = _end_of_quotes(text, at) if quotes and not text[at - 2 : at - 1].isalnum() else None
                quotes = quotes and (end is not None or text[at - 2 : at - 1].isalnum())
                at = end or at
            case "(":
                opened.append(at - 1)
            case ")":
                if opened:
                    closed.append((opened.pop(), at - 1))
            case "<":
                # The parameters of `<sip:user@host;transport=udp>` part nobody.
                at = text.find(">", at) if at < last_angle and _SCHEME.match(text, at) else at
            case "\n" if text[at : at + 1] in (" ", "\t"):
                continue  # a folded header line
            case _:
                cuts.append(at - 1)
    comments = _outermost(closed)
    return _outside(cuts, comments), comments


def _end_of_quotes(text: str, at: int) -> int | None:
    """The place after the closing quotes, None when there are none."""
    while (token := _IN_QUOTES.search(text, at)) is not None:
        at = token.end()
        if token[0] == '"':
            return at
    return None


def _outermost(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    for span in sorted(spans):
        if not found or span[0] > found[-1][1]:
            found.append(span)
    return found


def _outside(cuts: list[int], comments: list[tuple[int, int]]) -> list[int]:
    found, index = [], 0
    for cut in cuts:
        while index < len(comments) and comments[index][1] < cut:
            index += 1
        if index == len(comments) or cut < comments[index][0]:
            found.append(cut)
    return found


def _read(segment: tuple[str, str, tuple[str, ...]]) -> Iterator[Mailbox]:
    """The mailboxes of one segment: `name <address>`, else the words that are addresses, else one without."""
    raw, bare, comments = segment
    comment = " ".join(comments)
    if several := _in_angles(bare):
        yield from several
        return
    inner, around = _angle(bare)
    if inner is not None:
        yield Mailbox(raw, inner, _name(around, inner) or _name(comment, inner))
        return
    words, rest = _words(bare)
    if not words and "@" in comment:
        words, rest = _words(comment)[0], bare
    if len(words) == 1:
        yield Mailbox(raw, words[0], _name(rest, words[0]) or _name(comment, words[0]))
    elif words:
        yield from (Mailbox(word, word) for word in words)
    else:
        yield from _in_quotes(raw) or (_beside_a_name(raw),)


def _in_angles(text: str) -> tuple[Mailbox, ...]:
    """Everybody in `A <a@x> B <b@x>`, which nothing parts; () where fewer than two are in angle brackets."""
    if text.count("<") < 2:
        return ()
    found: list[Mailbox] = []
    quotes, balanced = 0, text.count('"') % 2 == 0
    for part in text.split(">")[:-1]:
        name, angle, inner = part.rpartition("<")
        quotes += part.count('"') - part.count('\\"')
        if angle and not (quotes % 2 and balanced) and addr_spec(inner):
            found.append(Mailbox(f"{part.strip()}>", inner.strip(), _name(name, inner.strip())))
    return tuple(found) if len(found) > 1 else ()


def _in_quotes(text: str) -> tuple[Mailbox, ...]:
    """Everybody whom a text in quotes names, quotes and all; () where it names nobody."""
    if len(text) < 2 or not text[0] == text[-1] == '"' or "@" not in text:
        return ()
    inner = text[1:-1].replace('"', " ")
    found = tuple(box for segment in _segments(inner) for box in _read(segment))
    return found if any(box.address for box in found) else ()


def _beside_a_name(text: str) -> Mailbox:
    """The number that stands beside a name, or in quotes; else the text as it is."""
    found = named_number(text)
    return Mailbox(text, found[0], _name(found[1], found[0])) if found else Mailbox(text)


def _angle(text: str) -> tuple[str | None, str]:
    """What stands in the last pair of angle brackets, if it can be an address, and what stands around it."""
    end = text.rfind(">")
    start = text.rfind("<", 0, max(end, 0))
    if start < 0:
        return None, text
    inner = text[start + 1 : end].strip()
    if addr_spec(inner) or _SCHEME.match(inner) or only_digits(inner):
        return inner, f"{text[:start]} {text[end + 1 :]}"
    return None, text


def _words(text: str) -> tuple[list[str], str]:
    """The words that are addresses, and the others as one text."""
    quoted = text.rfind('"@')
    start = text.find('"') if quoted > 0 else -1
    if 0 <= start < quoted:
        end = len(text[: quoted + 2]) + len((text[quoted + 2 :].split() or [""])[0])
        word = text[start:end].rstrip(_WRAPPING)
        if addr_spec(word):
            return [word], f"{text[:start]} {text[end:]}"
    if "@" not in text:
        return [], text
    group, colon, members = text.partition(": ")
    text = members if colon and "@" not in group else text
    addresses: list[str] = []
    others: list[str] = []
    for word in _parted(text):
        plain = "@" not in word or addr_spec(word)
        stripped = word if plain else word.lstrip(_WRAPPING).rstrip(_ENDS)
        is_address = addr_spec(stripped) or _is_id(stripped)
        if is_address and plain and others and not addresses and not _ends_a_name(others[-1]):
            return [], text  # `a b@example.com` may be anybody's
        (addresses if is_address else others).append(stripped)
    return addresses, " ".join(word for word in others if word not in _DASHES)


def _parted(text: str) -> Iterator[str]:
    """The words of a text, and the parts of one that holds several addresses."""
    for word in text.split():
        yield from [word] if word.count("@") < 2 or addr_spec(word) else filter(None, _BETWEEN.split(word))


def _ends_a_name(word: str) -> bool:
    """Whether what follows a word is no more of the name: `"Doe, Jane" jane@example.com`, `Jane - jane@example.com`."""
    return word.endswith('"') or word in _DASHES


def _is_id(word: str) -> bool:
    return "@" in word and bool(_SCHEME.match(word)) and not word.endswith("@")


def _name(text: str, address: str) -> str | None:
    if not text.strip():
        return None
    plain = _UNQUOTED.sub(r"\1", text) if '"' in text else text
    name = decoded(" ".join(plain.split()).translate(_CONTROLS))
    if len(name) > 1 and name[0] == name[-1] == "'":
        name = name[1:-1]
    return None if not name or name.casefold() == address.casefold() else name


def _glued(boxes: Iterator[Mailbox]) -> Iterator[Mailbox]:
    """Parts without an address joined to the name of the address that follows them."""
    pending: list[Mailbox] = []
    for box in boxes:
        if box.address is None and not _NUMBER.fullmatch(box.raw):
            pending.append(box)
        elif box.address is not None and pending:
            before = ", ".join(one.raw for one in pending)
            name = _name(", ".join(filter(None, (before, box.name))), box.address)
            yield Mailbox(f"{before}, {box.raw}", box.address, name)
            pending = []
        else:
            yield from pending
            pending = []
            yield box
    yield from pending
