"""Secrets that a running text tells by name: headers, parameters, settings, members of JSON that is cut off, XML.

One pass from separator to separator (`:` or `=`): a bounded look back finds the name, and what is blanked is passed
over, so that the work grows as the text does.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final, NamedTuple
from urllib.parse import quote, unquote

from message_detail.domain.redaction.secret_names import IN_ADDRESSES, is_secret
from message_detail.domain.redaction.secret_shapes import BLANK

_HINTS: Final = (
    "auth", "bearer", "code", "connect.sid", "contrase", "cookie", "credential", "cvc", "cvv", "heslo", "hmac", "jwt",
    "kennw", "key", "mnemonic", "otp", "pass", "phrase", "pin", "pw", "secret", "senha", "sess", "sig", "token",
    "-u ", "-user ",
)  # fmt: skip
_ODD: Final = "\u00ad\u0307\u200b-\u200d\u2060\ufeff\uff3b-\uff5a"
"""In letters of one case: what nobody sees, the dot of a capital i that has one, and wide letters."""
_HINT: Final = re.compile(
    f"(?=[{''.join(sorted({hint[0] for hint in _HINTS}))}{_ODD}])(?:{'|'.join(map(re.escape, _HINTS))}|[{_ODD}])"
)
"""Without one of these, in letters of one case, a text names no secret. Not by a flag for cases: with one, every hint
is tried at every letter, which made this nine tenths of what a text costs."""
_SEPARATOR: Final = re.compile("[:=]")
MAX_SEPARATORS: Final = 100_000
"""A text with more of them that may name a secret is blanked whole: each costs a look at what stands before it."""
_LOOK_BACK: Final = 160
_NAME_BACKWARDS: Final = re.compile(
    r"""[ \t]{0,8}\]?(["'`]?)\\{0,8}([\w.$\u00ad\u200b-\u200d\u2060\ufeff-]{1,64})"""
    r"(?:[ ]([\w.$-]{1,32}))?(?:[ ]([\w.$-]{1,32}))?"
)
_START: Final = re.compile(r"""[=>]{0,2}[ \t]{0,16}(\r?\n\s{0,16})?(\\{0,8})(["'`]?)""")
_ENDS: Final = {quote: re.compile(rf"(?<!\\)(\\*+){quote}") for quote in "\"'`"}
"""A quote with all the backslashes before it."""
_WORD: Final = re.compile(r"""(?:[^\s,;&}\])"'<>\\]|\\(?![nrt"'\\]))++""")
_PARAMETER: Final = re.compile(r"""[^\s&#"'<>\\]++""")
_LINE: Final = re.compile(r"[^\r\n]++")
_LINE_INSIDE: Final = re.compile(r'[^\r\n\\"]*+(?:(?:\\(?![rn])|"(?!\s{0,8}(?:[,}\]:]|\Z)))[^\r\n\\"]*+)*+')
"""A line inside of a JSON string: to the end of the string, or to a line's end that is escaped."""
_SCHEME: Final = re.compile(r"(?:token|api-?key|digest|negotiate|ntlm|hmac|aws4-[\w-]{1,32})[ \t]", re.IGNORECASE)
_LITERAL: Final = re.compile(
    r"true|false|null|none|nil|undefined|yes|no|ok|expired|invalid|missing|required|revoked|malformed|unknown|not|must"
    r"|[-+]?[0-9]{1,64}(?:\.[0-9]{1,64})?",
    re.IGNORECASE,
)
"""What stands where a secret would and is none: of errors that tell of one, too ("invalid token: expired")."""
_DIGITS_ARE_SECRET: Final = re.compile(r"(?:pin|otp|pass|pwd|password|passwd|passcode|code|cv[cv])\Z", re.IGNORECASE)
_SHORTEST_PIN: Final = 4
WHOLE_LINES: Final = frozenset({"authorization", "proxy-authorization", "cookie", "set-cookie"})
_NAMED: Final = re.compile(r"""[ \t]{0,16}\\{0,8}["']([\w .$-]{1,64})\\{0,8}["']""")
_ELEMENT: Final = re.compile(
    r"(?:<|&lt;)([\w:.-]{1,64})(?:\s[^<>&]{0,200})?(?:>|&gt;)((?:<!\[CDATA\[)?+(?:[^<&]++|&(?!lt;))++)"
)
"""An element of XML, also one that was escaped to stand in another."""
_OPTION: Final = re.compile(r"""(?<![^\s"'`])--?([A-Za-z][\w-]{0,63})[ \t]{1,16}(["']?)([^\s"'`\\-][^\s"'`\\]*+)""")
"""An option of a command, with its value: `--api-key x`, `-u user:password`."""
_TABBED: Final = re.compile(r"^([\w.$-]{1,64})\t{1,8}([^\s]++)(?=[ \t]{0,8}\r?$)", re.MULTILINE)
"""A line of two columns: the name and the value. Of more columns a line is the head of a table."""
_USERS: Final = frozenset({"u", "user", "proxy-user"})
"""Options whose value is a user, and behind a colon the password."""
_RUN: Final = re.compile(r"""[^\s&"'<>\\]++""")
_ESCAPED: Final = re.compile(r"%(?:3[ad]|40|5[bd])", re.IGNORECASE)

NAME_KEYS: Final = frozenset({"name", "key", "header", "headername", "field", "param", "parameter", "k", "n"})
VALUE_KEYS: Final = frozenset({"value", "values", "val", "v", "content", "headervalue"})
"""Members of which one names what the other holds: `{"name": "Authorization", "value": "…"}`."""


def blanked(text: str) -> str:
    """The text without the values of what is named like a secret. Numbers and truth values stay."""
    if _HINT.search(text.casefold()) is None:
        return text
    if text.count(":") + text.count("=") > MAX_SEPARATORS:
        return BLANK
    if "<" in text or "&lt;" in text:
        text = _ELEMENT.sub(_without_content, text)
    if "\t" in text:
        text = _TABBED.sub(_without_content, text)
    if "-" in text:
        text = _OPTION.sub(_without_value, text)
    return _Pass(text).result()


def unescaped(text: str, blanked: Callable[[str], str]) -> str:
    """The text, with what is percent-encoded in it blanked by `blanked` as if it were not, and then encoded again."""

    def without(match: re.Match[str]) -> str:
        if _ESCAPED.search(match[0]) is None:
            return match[0]
        plain = unquote(match[0])
        hidden = blanked(plain)
        if hidden == plain:
            return match[0]
        encoded = quote(hidden, safe="[]:/@,;+")
        return encoded.replace("%3D", "=", 1) if "=" in match[0] else encoded

    return _RUN.sub(without, text) if _ESCAPED.search(text) else text


def _without_content(match: re.Match[str]) -> str:
    inner = match[2].strip()
    if not inner or inner == BLANK or _LITERAL.fullmatch(inner) or not is_secret(match[1]):
        return match[0]
    return f"{match[0][: match.start(2) - match.start()]}{BLANK}"


def _without_value(match: re.Match[str]) -> str:
    name, value = match[1], match[3]
    user, colon, password = value.partition(":")
    if colon and password and name in _USERS and "//" not in value:
        hidden = f"{user}:{BLANK}"
    elif is_secret(name) and value != BLANK and not _LITERAL.fullmatch(value):
        hidden = BLANK
    else:
        return match[0]
    return f"{match[0][: match.start(3) - match.start()]}{hidden}"


class _Name(NamedTuple):
    """What stands before a separator: the name's last word, and the name with one and two words before it.

    quoted: it stands in quotes of its own. opening: the character before it, `\\n` for a line's end that is escaped.
    inside: its line has a quote before it, so that it may stand inside of a string.
    """

    last: str
    whole: tuple[str, ...]
    quoted: bool
    opening: str
    inside: bool

    @property
    def secret(self) -> bool:
        """Whether it names a secret: the last word does, or it does together with one or two before it."""
        return any(is_secret(name) for name in self.whole)


class _Pass:
    """One pass over a text."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.pieces: list[str] = []
        self.copied = 0
        self.named = False

    def result(self) -> str:
        """The text with the secrets blanked."""
        position = 0
        while separator := _SEPARATOR.search(self.text, position):
            place = self._secret_at(separator.start())
            if place is None:
                position = separator.end()
                continue
            begin, position = place
            self.pieces += (self.text[self.copied : begin], BLANK)
            self.copied = position
        return "".join((*self.pieces, self.text[self.copied :]))

    def _secret_at(self, separator: int) -> tuple[int, int] | None:
        """From where to where the secret stands that the separator introduces, if it does."""
        name = self._name_before(separator)
        if name is None or self.text.startswith("://", separator):
            return None
        if self._is_secret(name, separator):
            return self._value_after(name, separator)
        return None

    def _name_before(self, separator: int) -> _Name | None:
        head = self.text[max(self.copied, separator - _LOOK_BACK) : separator][::-1]
        found = _NAME_BACKWARDS.match(head)
        if found is None:
            return None
        words = [word[::-1] for word in found.groups()[1:] if word]
        opening = head[found.end(2) : found.end(2) + 1]
        if opening == "\\" and words[0][0] in "nrt":  # a line's end that is escaped, and not a letter of the name
            words[0], opening = words[0][1:], "\\n"
        whole = tuple(" ".join(words[count::-1]) for count in range(len(words)))
        line = head[found.end(2) :].partition("\n")[0]
        return _Name(words[0], whole, bool(found[1]), opening, '"' in line)

    def _is_secret(self, name: _Name, separator: int) -> bool:
        """By its own name, as the parameter of an address, or because the member before has named it."""
        word = name.last.casefold()
        if word in NAME_KEYS and (value := _NAMED.match(self.text, separator + 1)):
            self.named = is_secret(value[1])
            return False
        if self.named and word in VALUE_KEYS:
            self.named = False
            return True
        in_address = name.opening in ("?", "&") and self.text[separator] == "=" and word in IN_ADDRESSES
        return name.secret or in_address

    def _value_after(self, name: _Name, separator: int) -> tuple[int, int] | None:
        start = _START.match(self.text, separator + 1)
        if start is None or (start[1] and not name.quoted):
            return None
        begin = start.start(3)
        if start[3]:
            end = self._closing(start.end(3), start[3], len(start[2]))
            return None if self.text[begin + 1 : end - 1] in ("", BLANK) else (begin, end)
        begin = start.end()
        end = self._end(name, begin, self.text[separator])
        value = self.text[begin:end]
        stays = not value or value == BLANK or (value.startswith(BLANK[:-1]) and end - begin < len(BLANK))
        return None if stays or self._is_literal(name, value) else (begin, end)

    def _closing(self, start: int, quote: str, escapes: int) -> int:
        """Behind the quote that ends a value, the end of the text where none does."""
        for found in _ENDS[quote].finditer(self.text, start):
            backslashes = len(found[1])
            if backslashes <= escapes if escapes else backslashes % 2 == 0:
                return found.end()
        return len(self.text)

    def _end(self, name: _Name, begin: int, separator: str) -> int:
        """Where a value without quotes ends: with its line that of a header, else with its word."""
        header = name.last.casefold() in WHOLE_LINES or (separator == ":" and "-" in name.last)
        if name.opening in ("?", "&") and separator == "=":
            pattern = _PARAMETER
        elif header or _SCHEME.match(self.text, begin):
            pattern = _LINE_INSIDE if name.inside else _LINE
        else:
            pattern = _WORD
        found = pattern.match(self.text, begin, self._limit(name, begin))
        return found.end() if found else begin

    def _limit(self, name: _Name, begin: int) -> int:
        """Behind what no value goes on: the quote that the name itself began with.

        It is looked for before the line's end is, or each of many headers in one line would look at the whole line.
        """
        if name.quoted or name.opening not in _ENDS:
            return len(self.text)
        closing = self.text.find(name.opening, begin)
        return len(self.text) if closing < 0 else closing

    @staticmethod
    def _is_literal(name: _Name, value: str) -> bool:
        """Whether a value is a number or a truth value, and no PIN in words."""
        if _LITERAL.fullmatch(value) is None:
            return False
        is_pin = _DIGITS_ARE_SECRET.search(name.last) is not None and len(value) >= _SHORTEST_PIN
        return name.quoted or not value.isdecimal() or not is_pin
