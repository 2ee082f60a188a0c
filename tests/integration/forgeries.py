"""Webhooks that must do nothing: forged ones, and genuine ones that can't be read. Made from a simulator's own."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import cycle, islice
from typing import Any, Final

from local.simulators.base import Simulator
from message_detail.providers.base.webhook import MAX_BYTES
from message_detail.testing import Scheme
from message_detail.testing.schemes import as_form
from tests.integration.driving import Hook
from tests.unit.webhooks.schemes import SCHEMES_OF

FORGED: Final = (401, "signature_invalid")
UNREADABLE: Final = (400, "invalid_request")
TOO_LARGE: Final = (413, "invalid_request")
OLD: Final = "2026-01-05T10:00:00.000Z"
_USELESS_TEXTS: Final[list[Any]] = [""]
"""What is no id in a form, whose fields are texts."""
_USELESS: Final = [*_USELESS_TEXTS, 7.5, None, [], {}, True]


@dataclass(frozen=True, slots=True)
class Forgery:
    """One webhook, named after what is wrong with it, and the status and code that refuse it."""

    name: str
    hook: Hook
    refusal: tuple[int, str] = FORGED


@dataclass(frozen=True)
class Forger:
    """Makes webhooks of a simulator's, proved as one of its provider's schemes says, and spoils them."""

    simulator: Simulator
    scheme: Scheme
    draw: random.Random

    def genuine(self, message_id: str, **options: Any) -> Hook:
        """A webhook that is taken in."""
        made = self.simulator.webhook(message_id, style=self.scheme.style, **options)
        return Hook(self.simulator.provider, *made)

    def proof(self, hook: Hook) -> str:
        """What proves it."""
        return hook.headers[self.scheme.proof]

    def with_proof(self, hook: Hook, value: str | None) -> Hook:
        """The same with another proof; None: without any."""
        others = {name: held for name, held in hook.headers.items() if name != self.scheme.proof}
        return replace(hook, headers=others if value is None else {**others, self.scheme.proof: value})


Make = Callable[[Forger, str], Forgery | None]


def forgeries(simulator: Simulator, count: int) -> Iterator[Forgery]:
    """So many, of all kinds that the provider's ways of proving know, each about another message."""
    draw = random.Random(simulator.provider)
    schemes = [scheme for scheme in SCHEMES_OF[simulator.provider] if scheme.proof != "token"]  # that is no header
    forgers = [Forger(simulator, scheme, draw) for scheme in schemes]
    kinds = cycle([(forger, make) for make in _KINDS for forger in forgers])
    made = (make(forger, f"forged-{number:06d}") for number, (forger, make) in enumerate(kinds))
    return islice((forgery for forgery in made if forgery is not None), count)


def _missing(forger: Forger, message_id: str) -> Forgery:
    return Forgery("missing", forger.with_proof(forger.genuine(message_id), None))


def _truncated(forger: Forger, message_id: str) -> Forgery:
    hook = forger.genuine(message_id)
    proof = forger.proof(hook)
    return Forgery("truncated", forger.with_proof(hook, proof[: forger.draw.randrange(len(proof) - 4)].strip()))


def _one_character(forger: Forger, message_id: str) -> Forgery:
    hook = forger.genuine(message_id)
    proof = forger.proof(hook)
    at = forger.draw.randrange(len(proof) // 2, len(proof) - 4)  # not the padding, whose bits base64 passes over
    changed = f"{proof[:at]}{_other(proof[at])}{proof[at + 1 :]}"
    return Forgery("one character changed", forger.with_proof(hook, changed))


def _other(character: str) -> str:
    return "B" if character in "Aa" else "A"


def _not_applicable(forger: Forger, message_id: str) -> Forgery:
    return Forgery("N/A", forger.with_proof(forger.genuine(message_id), "N/A"))


def _noise(forger: Forger, message_id: str) -> Forgery:
    text = "".join(chr(forger.draw.randrange(33, 126)) for _ in range(forger.draw.randrange(1, 200)))
    return Forgery("noise", forger.with_proof(forger.genuine(message_id), text))


def _other_accounts(forger: Forger, message_id: str) -> Forgery | None:
    if forger.scheme.shared_key:
        return None
    return Forgery("another account's", forger.genuine(message_id, account="second"))


def _body_changed(forger: Forger, message_id: str) -> Forgery | None:
    if not forger.scheme.covers_body:
        return None
    hook = forger.genuine(message_id)
    at = forger.draw.randrange(len(hook.body))
    body = hook.body[:at] + bytes([hook.body[at] ^ 1]) + hook.body[at + 1 :]
    # Signatures are checked before the body is looked at; but the account is found by it.
    return Forgery("body changed by one bit", replace(hook, body=body))


def _old(forger: Forger, message_id: str) -> Forgery | None:
    if forger.scheme.tolerance is None:
        return None
    return Forgery("signed long ago", forger.genuine(message_id, at=OLD))


def _too_large(forger: Forger, message_id: str) -> Forgery:
    hook = forger.genuine(message_id)
    return Forgery("too large", replace(hook, body=hook.body + b" " * MAX_BYTES), TOO_LARGE)


def _unreadable(forger: Forger, message_id: str) -> Forgery | None:
    """Authenticated by a secret, and no event."""
    if forger.scheme.covers_body:
        return None
    body = forger.draw.choice([body for body in forger.scheme.unreadable.values() if len(body) < MAX_BYTES])
    return Forgery("no event", replace(forger.genuine(message_id), body=body), UNREADABLE)


def _no_id(forger: Forger, message_id: str) -> Forgery | None:
    """Authentic, and without a usable id."""
    if not forger.scheme.needs_id:
        return None
    useless = forger.draw.choice(_USELESS_TEXTS if forger.scheme.encode is as_form else _USELESS)
    return Forgery("no id", forger.genuine(message_id, changes={forger.scheme.id_field: useless}), UNREADABLE)


def _long_id(forger: Forger, _message_id: str) -> Forgery:
    return Forgery("an id that nothing can have", forger.genuine("x" * 2_000), UNREADABLE)


_KINDS: Final[tuple[Make, ...]] = (
    _missing,
    _truncated,
    _one_character,
    _not_applicable,
    _noise,
    _other_accounts,
    _body_changed,
    _old,
    _too_large,
    _unreadable,
    _no_id,
    _long_id,
)
