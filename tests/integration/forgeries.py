"""Webhooks that must do nothing: forged ones, and genuine ones that can't be read. Made from a simulator's own."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import cycle, islice
from typing import Final

from local.simulators.base import Simulator
from message_detail.providers.base.webhook import MAX_BYTES
from tests.integration.driving import Hook

FORGED: Final = (401, "signature_invalid")
UNREADABLE: Final = (400, "invalid_request")
TOO_LARGE: Final = (413, "invalid_request")
OLD: Final = "2026-01-05T10:00:00.000Z"
PROOFS: Final = ("authorization", "x-ghl-signature", "x-webhook-signature", "webhook-signature")


@dataclass(frozen=True, slots=True)
class Forgery:
    """One webhook, named after what is wrong with it, and the status and code that refuse it."""

    name: str
    hook: Hook
    refusal: tuple[int, str] = FORGED


Make = Callable[[Simulator, str, random.Random], Forgery | None]


def forgeries(simulator: Simulator, count: int) -> Iterator[Forgery]:
    """So many, of all kinds that the provider's way of proving knows, each about another message."""
    draw = random.Random(simulator.provider)
    made = (make(simulator, _message_id(number), draw) for number, make in enumerate(cycle(_KINDS)))
    return islice((forgery for forgery in made if forgery is not None), count)


def _message_id(number: int) -> str:
    return f"forged-{number:06d}"


def _genuine(simulator: Simulator, message_id: str, **options: object) -> Hook:
    return Hook(simulator.provider, *simulator.webhook(message_id, **options))  # type: ignore[arg-type]


def _proof(hook: Hook) -> str:
    return next(name for name in PROOFS if name in hook.headers)


def _with_proof(hook: Hook, value: str | None) -> Hook:
    others = {name: held for name, held in hook.headers.items() if name != _proof(hook)}
    return replace(hook, headers=others if value is None else {**others, _proof(hook): value})


def _is_signed(simulator: Simulator) -> bool:
    return simulator.provider in ("highlevel", "samva")


def _missing(simulator: Simulator, message_id: str, _draw: random.Random) -> Forgery:
    return Forgery("missing", _with_proof(_genuine(simulator, message_id), None))


def _truncated(simulator: Simulator, message_id: str, draw: random.Random) -> Forgery:
    hook = _genuine(simulator, message_id)
    proof = hook.headers[_proof(hook)]
    return Forgery("truncated", _with_proof(hook, proof[: draw.randrange(len(proof) - 4)].strip()))


def _one_character(simulator: Simulator, message_id: str, draw: random.Random) -> Forgery:
    hook = _genuine(simulator, message_id)
    proof = hook.headers[_proof(hook)]
    at = draw.randrange(len(proof) // 2, len(proof) - 4)  # not the padding, whose bits base64 passes over
    return Forgery("one character changed", _with_proof(hook, f"{proof[:at]}{_other(proof[at])}{proof[at + 1 :]}"))


def _other(character: str) -> str:
    return "B" if character in "Aa" else "A"


def _not_applicable(simulator: Simulator, message_id: str, _draw: random.Random) -> Forgery:
    return Forgery("N/A", _with_proof(_genuine(simulator, message_id), "N/A"))


def _noise(simulator: Simulator, message_id: str, draw: random.Random) -> Forgery:
    text = "".join(chr(draw.randrange(33, 126)) for _ in range(draw.randrange(1, 200)))
    return Forgery("noise", _with_proof(_genuine(simulator, message_id), text))


def _other_accounts(simulator: Simulator, message_id: str, _draw: random.Random) -> Forgery | None:
    if simulator.provider == "highlevel":  # one key signs for all accounts
        return None
    return Forgery("another account's", _genuine(simulator, message_id, account="second"))


def _body_changed(simulator: Simulator, message_id: str, draw: random.Random) -> Forgery | None:
    if not _is_signed(simulator):
        return None
    hook = _genuine(simulator, message_id)
    at = draw.randrange(len(hook.body))
    body = hook.body[:at] + bytes([hook.body[at] ^ 1]) + hook.body[at + 1 :]
    # Signatures are checked before the body is looked at; but the account is found by it.
    return Forgery("body changed by one bit", replace(hook, body=body))


def _old_standard(simulator: Simulator, message_id: str, _draw: random.Random) -> Forgery | None:
    if simulator.provider != "samva":
        return None
    return Forgery("old, Standard Webhooks", _genuine(simulator, message_id, style="gen3", at=OLD))


def _legacy_only(simulator: Simulator, message_id: str, _draw: random.Random) -> Forgery | None:
    if simulator.provider != "highlevel":
        return None
    hook = _genuine(simulator, message_id)
    legacy = {name: value for name, value in hook.headers.items() if name != "x-ghl-signature"}
    signature = hook.headers["x-ghl-signature"]
    return Forgery("the new signature as the old", replace(hook, headers={**legacy, "x-wh-signature": signature}))


def _too_large(simulator: Simulator, message_id: str, _draw: random.Random) -> Forgery:
    hook = _genuine(simulator, message_id)
    return Forgery("too large", replace(hook, body=hook.body + b" " * MAX_BYTES), TOO_LARGE)


def _no_object(simulator: Simulator, message_id: str, draw: random.Random) -> Forgery | None:
    """Authenticated by a secret, and no JSON object, nor a list of some."""
    if _is_signed(simulator):
        return None
    bodies = (b"", b"[5]", b"null", b'"x"', b"\xff\xfe", b'{"message_id": ', b"message_id=1", b"[" * 5_000)
    return Forgery("no JSON object", replace(_genuine(simulator, message_id), body=draw.choice(bodies)), UNREADABLE)


def _no_id(simulator: Simulator, message_id: str, draw: random.Random) -> Forgery | None:
    """Authentic, and without a usable id."""
    useless: object = draw.choice(["", 7.5, None, [], {}, True])
    if simulator.provider == "highlevel":
        return None  # such an event is genuine and about no message
    name = {"cellcast": "_id", "samva": "messageId"}.get(simulator.provider, "message_id")
    return Forgery("no id", _genuine(simulator, message_id, changes={name: useless}), UNREADABLE)


def _long_id(simulator: Simulator, _message_id: str, _draw: random.Random) -> Forgery:
    return Forgery("an id that nothing can have", _genuine(simulator, "x" * 2_000), UNREADABLE)


_KINDS: Final[tuple[Make, ...]] = (
    _missing,
    _truncated,
    _one_character,
    _not_applicable,
    _noise,
    _other_accounts,
    _body_changed,
    _old_standard,
    _legacy_only,
    _too_large,
    _no_object,
    _no_id,
    _long_id,
)
