"""The address that a request was sent to, in the parts that it came in. Light: the intake needs it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Url:
    """Scheme, host (with its port where one was given), path and query, each as it was sent: nothing is decoded.

    `query` is without the question mark, "" where there is none.
    """

    scheme: str
    host: str
    path: str
    query: str = ""

    def __str__(self) -> str:
        query = f"?{self.query}" if self.query else ""
        return f"{self.scheme}://{self.host}{self.path}{query}"
