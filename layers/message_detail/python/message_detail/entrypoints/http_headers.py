"""Headers that every answer of ours has, so that no browser makes more of it than it is.

OWASP HTTP Headers Cheat Sheet; Content-Security-Policy: https://www.w3.org/TR/CSP3/. Light: the intake imports it.
"""

from __future__ import annotations

from typing import Final

ON_EVERY_ANSWER: Final = {
    "x-content-type-options": "nosniff",
    "strict-transport-security": "max-age=63072000; includeSubDomains",
    "referrer-policy": "no-referrer",
    # Of an answer that is no page a browser may do nothing at all. Pages bring a policy of their own.
    "content-security-policy": "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
}
