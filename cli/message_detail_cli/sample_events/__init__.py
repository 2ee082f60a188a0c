"""A webhook as a provider would send it, signed with an account's secret: to try the whole way of one.

A provider whose webhooks have a shape or a signature of their own has a module here, named as the provider; all others
are posted as a relay posts: the message's id, with the secret as a password.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec

from message_detail_cli.sample_events.shared import Signed, relayed

Sample = Callable[[str, str, str, float], Signed]
"""Of a message's id, the event's word, the secret and the time (seconds since 1970)."""


def sample_of(provider: str) -> Sample:
    """What makes a provider's webhooks."""
    name = f"{__name__}.{provider}"
    if find_spec(name) is None:
        return relayed
    sample: Sample = import_module(name).sample
    return sample
