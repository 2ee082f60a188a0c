"""Secrets that webhooks are signed with, in and out: as they are pasted, and the key of one of Standard Webhooks. Pure.

Light: the intake imports it.
"""

from __future__ import annotations

import base64
import string
from typing import Final

STANDARD_PREFIX: Final = "whsec_"
"""Of a secret of Standard Webhooks (https://www.standardwebhooks.com); base64 follows."""
_VERSION_PREFIX: Final = "v1,"
_BLANKS: Final = (
    string.whitespace
    + "\x1c\x1d\x1e\x1f\x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    + "\u200b\u2028\u2029\u202f\u205f\u2060\u3000\ufeff"
)
"""White space of Unicode, and what looks like none at all: pasted texts and saved files bring both."""


def clean_secret(text: str) -> str:
    """A webhook secret without what copying adds to it: white space around it, and `v1,` before `whsec_`.

    The reports it comes from: standard-webhooks issue 235 (a secret pasted with its version), and secrets saved by
    `cat` or a console with the line break at the end.
    """
    secret = text.strip(_BLANKS)
    unversioned = secret.removeprefix(_VERSION_PREFIX).lstrip(_BLANKS)
    return unversioned if unversioned.startswith(STANDARD_PREFIX) else secret


def standard_key(secret: str) -> bytes:
    """The key in a secret of Standard Webhooks; ValueError when it is not base64, or empty."""
    text = secret.removeprefix(STANDARD_PREFIX)
    key = base64.b64decode(text + "=" * (-len(text) % 4), validate=True)
    if not key:
        raise ValueError("no key")
    return key
