"""What the status of an error answer means where nothing else tells: the usual end of `Provider.classify`."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from message_detail.domain.errors import (
    MessageNotFound,
    ProviderError,
    ProviderRefused,
    ProviderUnavailable,
    RateLimited,
)

ABSENT: Final = frozenset({404, 410})
"""Not found, and gone (RFC 9110, 15.5)."""
OF_THE_ACCOUNT: Final = frozenset({401, 402, 403, 407})
"""Who asks is refused, whatever it asks for."""
_NOTHING: Final[Mapping[int, str]] = MappingProxyType({})


def by_status(
    vendor: str, status: int, *, refusals: Mapping[int, str] = _NOTHING, said: str | None = None
) -> ProviderError | None:
    """The error that a status stands for; None below 400.

    refusals: what to tell of a refusal with one of these statuses: what the operator has to change. said: the code
    words of the answer, told with the status of any other refusal.
    """
    if status < 400:
        return None
    if status == 429:
        return RateLimited(f"{vendor} throttles this account")
    if status in ABSENT:
        return MessageNotFound(f"{vendor} has no message with this id")
    if status >= 500:
        return ProviderUnavailable(f"{vendor} answered {status}")
    refusal = ProviderRefused(refusals.get(status, f"{vendor} refused the request with {said or status}"))
    refusal.of_one_request = status not in OF_THE_ACCOUNT and status not in refusals
    return refusal
