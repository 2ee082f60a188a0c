"""Which names stand for secrets: of headers, members, parameters and variables, in any way of joining words.

A name is read as words (`X-Auth-Key`, `xAuthKey` and `x_auth_key` are the same three). It names a secret when its
last word does, or its last two together; words that only say which of several secrets it is may follow. What is
merely about a secret has another last word: `token_type`, `cookie_consent`, `signature_status`, `tokens_used`.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Final

_LONGEST: Final = 128
"""Characters at the end of a name that are looked at."""
_WORDS: Final = re.compile(r"[A-Z]{1,128}(?![a-z])|[A-Z]?[a-z]{1,128}|[^\W\dA-Za-z_]{1,128}")

_WHOLE: Final = frozenset(
    {
        "auth", "authorization", "bearer", "contrasena", "cookie", "cookies", "credential", "credentials", "cvc",
        "cvv", "heslo", "hmac", "jwt", "kennwort", "mnemonic", "motdepasse", "otp", "pass", "passcode", "passphrase",
        "passwd", "password", "passwords",
        "passwort", "pin", "pw", "pwd", "secret", "secrets", "senha", "session", "sessions", "sig", "signature",
        "signatures", "token", "tokens", "totp",
    }
)  # fmt: skip
"""Words that name a secret when a name ends in them."""
_ENDINGS: Final = (
    "accesskey",
    "apikey",
    "authkey",
    "authtoken",
    "cookie",
    "credentials",
    "passphrase",
    "password",
    "passwd",
    "privatekey",
    "recoveryphrase",
    "secret",
    "secretkey",
    "seedphrase",
    "sessid",
    "sessionid",
    "sessionkey",
    "signature",
    "signingkey",
    "token",
)
"""Ends of words that were written as one: `apikey`, `clientsecret`, `PHPSESSID`."""
_KEYS: Final = frozenset(
    {
        "access", "account", "admin", "aes", "api", "app", "application", "auth", "authentication",
        "authorization", "bot", "client", "consumer", "crypto", "decryption", "deploy", "dev", "developer",
        "encryption", "function", "functions", "hmac", "integration", "jwt", "license", "master", "private",
        "rest", "root", "rsa", "secret", "security", "server", "service", "session", "shared", "sign",
        "signature", "signing", "ssh", "storage", "subscription", "symmetric", "token", "webhook", "write",
    }
)  # fmt: skip
"""What makes a secret of a following `key`."""
_CODES: Final = frozenset(
    {
        "access", "auth", "authentication", "authorization", "login", "mfa", "otp", "pass", "pin", "recovery",
        "security", "totp", "verification",
    }
)  # fmt: skip
"""What makes a secret of a following `code`."""
_PHRASES: Final = frozenset({"backup", "mnemonic", "pass", "recovery", "secret", "seed"})
"""What makes a secret of a following `phrase`."""
_AFTER: Final = frozenset(
    {
        "again", "base", "confirm", "confirmation", "current", "data", "digest", "enc", "encoded", "encrypted",
        "hash", "header", "new", "old", "plain", "plaintext", "previous", "raw", "repeat", "salt", "seed", "sha",
        "text", "v", "value", "values",
    }
)  # fmt: skip
"""Words that may follow: the secret in another form, or one of several."""
_IDS: Final = frozenset({"session", "secret", "cookie"})
"""Whose ids are as good as they are, as an access key's is."""
IN_ADDRESSES: Final = frozenset({"code", "key"})
"""Names that mean a secret in the query of an address only."""


def is_secret(name: str) -> bool:
    """Whether what has this name is a secret."""
    return _is_secret(name[-_LONGEST:])


@lru_cache(maxsize=4096)
def _is_secret(name: str) -> bool:
    words = [word.casefold() for word in _WORDS.findall(name if name.isascii() else _in_plain_letters(name))]
    while len(words) > 1 and words[-1] in _AFTER:
        words.pop()
    if not words:
        return False
    last, before = words[-1], words[-2] if len(words) > 1 else ""
    return (
        last in _WHOLE
        or last.endswith(_ENDINGS)
        or (last in ("key", "keys") and before in _KEYS)
        or (last == "code" and before in _CODES)
        or (last == "phrase" and before in _PHRASES)
        or (last == "number" and before == "pin")
        or (last == "sid" and before == "connect")
        or words[-3:] == ["mot", "de", "passe"]
        or (last == "id" and (before in _IDS or words[-3:-1] == ["access", "key"]))
    )


def _in_plain_letters(name: str) -> str:
    """The name without accents and characters that nobody sees, wide letters as the usual ones."""
    return "".join(
        character
        for character in unicodedata.normalize("NFKD", name)
        if unicodedata.category(character) not in ("Mn", "Cf")
    )
