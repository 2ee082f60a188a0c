"""Answers that are broken in ways common to all providers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from local.simulators.faults import Fault
from local.simulators.wire import Answer, html_answer, json_answer

JSON = {"content-type": "application/json"}


def front(fault: Fault) -> Answer | None:
    """What something in front of the vendor's service would answer; `None`: the vendor answers itself."""
    match fault.kind:
        case "html":
            return html_answer(200, "Sign in")
        case "bad_gateway":
            return html_answer(502, "502 Bad Gateway")
        case "malformed":
            return Answer(200, b'{"data": {"id": "tru', JSON)
        case "empty":
            return Answer(200, b"", JSON)
        case "truncate":
            return Answer(200, b'{"data": {}}' * 8, JSON, cut=True)
        case "redirect":
            return Answer(fault.status or 302, b"", {"location": fault.location})
        case "status":
            return Answer(fault.status or 418)
    return None


def changed(
    payload: Mapping[str, Any], id_field: str, fault: Fault | None, drifted: Mapping[str, Any]
) -> dict[str, Any]:
    """A copy of the payload with a fault's change made to it."""
    copy = dict(payload)
    if fault is None:
        return copy
    if fault.kind == "wrong_id":
        copy[id_field] = f"{str(copy.get(id_field))[:-1]}0f"
    elif fault.kind == "no_id":
        copy.pop(id_field, None)
    elif fault.kind == "drift":
        copy.update(fault.fields or drifted)
    return copy


def swollen(answer: Answer, fault: Fault) -> Answer:
    """A good answer made as large as the fault says."""
    if answer.status != 200:
        return answer
    body = {**answer.json(), "padding": "x" * fault.size}
    return Answer(200, json_answer(200, body).body, answer.headers, chunked=fault.chunked)
