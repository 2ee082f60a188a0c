"""Secrets that are known by how they look, wherever they stand in a text: keys with a maker's prefix, JSON web tokens,
PEM blocks, the user and password of an address.

All of it is one pass: a shape begins only where the run of its characters begins, or fails within a few of them.
"""

from __future__ import annotations

import base64
import binascii
import re
from typing import Final

BLANK: Final = "[redacted]"

_PREFIXED: Final = re.compile(
    r"""(?<![A-Za-z0-9])(?:
    A(?:KIA|SIA)[A-Z0-9]{12,}+                                      # AWS: access key ids
    | gh[opsur]_[A-Za-z0-9]{8,}+ | github_pat_\w{8,}+               # GitHub
    | glpat-[\w-]{8,}+ | npm_[A-Za-z0-9]{30,}+ | hf_[A-Za-z0-9]{30,}+ | dop_v1_[0-9a-f]{16,}+
    | xox[a-z]-[\w-]{4,}+ | xapp-[\w-]{8,}+                         # Slack
    | AIza[\w-]{10,}+ | GOCSPX-[\w-]{8,}+ | ya29\.[\w-]{8,}+        # Google
    | (?:[a-z]{1,32}_)?[rs]k_[\w.+/=-]{4,}+ | whsec_[\w.+/=-]++        # Stripe, and those who write theirs alike
    | sq0[a-z]{3}-[\w-]{16,}+ | xkeysib-[\w-]{16,}+ | secret_[A-Za-z0-9]{40,}+   # Square, Brevo, Notion
    | EAA[A-Za-z0-9]{40,}+ | [0-9a-f]{32}-us[0-9]{1,2}              # Meta, Mailchimp
    | pat-[a-z]{2}[0-9]-[0-9a-f-]{16,}+ | pat[A-Za-z0-9]{14}\.[0-9a-f]{32,}+     # HubSpot, Airtable
    | pypi-[\w-]{16,}+ | ATATT[\w=-]{16,}+ | lin_api_\w{16,}+ | dapi[0-9a-f]{32} # PyPI, Atlassian, Linear, Databricks
    | hv[sb]\.[\w-]{16,}+ | dp\.[a-z]{2,8}\.\w{16,}+ | glsa_[\w-]{16,}+      # Vault, Doppler, Grafana
    | NRAK-[A-Z0-9]{16,}+ | PMAK-[\w-]{16,}+ | figd_[\w-]{16,}+               # New Relic, Postman, Figma
    | sk-[\w-]{16,}+ | key-[0-9a-f]{24,}+ | sh(?:pat|pss|pca|ppa)_[0-9a-f]{16,}+ | pit-[0-9a-f-]{16,}+
    | [0-9]{8,10}:AA[\w-]{24,}+                                     # Telegram
    )""",
    re.VERBOSE,
)
_IN_PARTS: Final = re.compile(r"(?<![\w-])(?:SG\.[\w-]{6,}+\.[\w-]{6,}+|eyJ[\w-]++\.[\w.+/=-]++)")
"""SendGrid's keys, and JSON web tokens."""
_BEARER: Final = re.compile(
    r"(?<![A-Za-z])bearer[ \t]{1,16}(?!(?:tokens?|auth[a-z]*|scheme|of|the|is|was|not|realm|error)\b)[\w.+/=~-]++",
    re.IGNORECASE,
)
_BASIC: Final = re.compile(r"(?<![A-Za-z])basic[ \t]{1,16}([\w+/-]{4,}+=*+)", re.IGNORECASE)
_USER: Final = re.compile(r"""(?<=://)[^\s/?#"'<>]++""")
_ODD_USER: Final = re.compile(r"""(?<=://)[^\s/?#"'<>@:\[\]]{0,64}:(?![0-9]{1,5}[/?#])[^\s"'<>@]{1,256}@""")
"""A password with `/`, `?` or `#` in it, as database addresses have them; what follows the colon is no port."""
_HOOK: Final = re.compile(r"(?<=hooks\.slack\.com/services/)[\w/-]++|(?<=/api/webhooks/)[0-9]{15,20}/[\w-]{40,}+")
"""The addresses of Slack's and Discord's incoming webhooks: whoever knows one can post."""
_PEM: Final = re.compile(r"(-----|---- )BEGIN ([A-Z0-9 ]{1,64}?)(-----| ----)")
"""Of the kind of RFC 7468, or of SSH2 (RFC 4716), whose four dashes have a blank between them and the words."""
_PUTTY: Final = re.compile(
    r"PuTTY-User-Key-File-[0-9]:[ \t]{0,8}(?:ssh|ecdsa)-(?:.*?Private-MAC:[ \t]{0,8}[0-9A-Fa-f]*+|.*)", re.DOTALL
)
"""PuTTY's file of a private key, to its last line, or to the end where it is cut off."""
_LONG_USER: Final = 16
"""Characters from which on a user without a password is taken for a token."""


def blanked(text: str) -> str:
    """The text without the secrets that are known by their look."""
    if "BEGIN " in text:
        text = _without_pem(text)
    if "PuTTY-" in text:
        text = _PUTTY.sub(BLANK, text)
    if "://" in text:
        text = _ODD_USER.sub(f"{BLANK}@", _USER.sub(_without_user, text))
        text = _HOOK.sub(BLANK, text)
    text = _PREFIXED.sub(BLANK, text)
    text = _IN_PARTS.sub(BLANK, text)
    text = _BEARER.sub(BLANK, text)
    return _BASIC.sub(_without_basic, text)


def _without_pem(text: str) -> str:
    """Private keys are blanked from line to line, one that is cut off to the end. Certificates tell no secret."""
    pieces: list[str] = []
    position = 0
    while begin := _PEM.search(text, position):
        pieces.append(text[position : begin.start()])
        opening, label, closing = begin.groups()
        if "CERTIFICATE" in label or "PUBLIC KEY" in label:
            pieces.append(begin[0])
            position = begin.end()
            continue
        end = f"{opening}END {label}{closing}"
        found = text.find(end, begin.end())
        pieces.append(BLANK)
        position = len(text) if found < 0 else found + len(end)
    return "".join((*pieces, text[position:]))


def _without_user(match: re.Match[str]) -> str:
    user, at, host = match[0].rpartition("@")
    if not at or (":" not in user and len(user) < _LONG_USER):
        return match[0]
    return f"{BLANK}@{host}"


def _without_basic(match: re.Match[str]) -> str:
    """HTTP Basic is the base64 of `user:password`; "basic plan" is not."""
    try:
        # What has + and / is read as well, and what ends in more = than it needs.
        plain = base64.b64decode(match[1] + "==", altchars=b"-_")
    except (binascii.Error, ValueError):
        return match[0]
    return BLANK if b":" in plain else match[0]
