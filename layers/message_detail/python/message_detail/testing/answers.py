"""Which of a recording's answers are about its message, and which of their places can be changed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

from message_detail.adapters.provider_steps import classified
from message_detail.domain.json_leaves import Path
from message_detail.providers.base.provider import Provider, Response
from message_detail.testing.leaves import get, leaves, objects
from message_detail.testing.recordings import Recording

Exchange = list[dict[str, Any]]


def answers_about_the_message(provider: Provider, recording: Recording) -> Exchange:
    """The successful answers that an id of the message was needed to ask for (lists of settings tell nothing of it)."""
    known = {recording.message_id}
    found: Exchange = []
    for step in recording.exchange:
        body = step.get("body")
        if not isinstance(body, dict) or "$text" in body:
            continue
        answer = classified(provider, Response(step["status"], step.get("headers", {}), body))
        if answer.ok and any(quote(one, safe="") in step["path"] for one in known):
            found.append(step)
            known |= {leaf for _, leaf in leaves(body) if isinstance(leaf, str) and len(leaf) > 5}
    return found


def replaceable(body: Any) -> Iterator[Path]:
    """The places of a body where another value can stand: leaves, and all objects but the body itself."""
    yield from (path for path, _ in leaves(body) if path)
    yield from (path for path in objects(body) if path)


def names_in(recording: Recording) -> set[str]:
    """Every member's name in a recording's answers."""
    bodies = [step.get("body") for step in recording.exchange]
    return {str(key) for body in bodies for place in objects(body) for key in get(body, place)}


def is_needed(provider: Provider, recording: Recording, step: dict[str, Any], place: Path) -> bool:
    """Whether the place holds what no fetch can do without: the id, its wrapper, or a word that says how it went."""
    body = step["body"]
    original = next(one["body"] for one in recording.exchange if one["path"] == step["path"])
    holds_id = any(leaf == recording.message_id for _, leaf in leaves(get(original, place)))
    says_how_it_went = classified(provider, Response(step["status"], {}, body)).error is not None
    return holds_id or get(original, place) == recording.message_id or says_how_it_went
