"""Headers that every answer of ours has, so that no browser makes more of it than it is.

OWASP HTTP Headers Cheat Sheet; Content-Security-Policy: https://www.w3.org/TR/CSP3/. Light: the intake imports it.
"""

from __future__ import annotations

import base64
import hashlib
import re
from typing import Final

ON_EVERY_ANSWER: Final = {
    "x-content-type-options": "nosniff",
    "strict-transport-security": "max-age=63072000; includeSubDomains",
    "referrer-policy": "no-referrer",
    # Of an answer that is no page a browser may do nothing at all. Pages bring a policy of their own.
    "content-security-policy": "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
}
_INLINE: Final = re.compile(r"<(script|style)>(.*?)</\1>", re.DOTALL)


def page_policy(page: str) -> str:
    """The Content-Security-Policy under which a page of ours runs its own inline script and style, and nothing else."""
    sources: dict[str, list[str]] = {"script": [], "style": []}
    for tag, text in _INLINE.findall(page):
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        sources[tag].append(f"'sha256-{digest}'")
    inline = "".join(f"; {tag}-src {' '.join(hashes)}" for tag, hashes in sources.items() if hashes)
    return (
        f"default-src 'none'; connect-src 'self'{inline}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
