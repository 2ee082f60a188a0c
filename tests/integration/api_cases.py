"""Requests that schemathesis made up, turned to things that are there: stored messages, running syncs, real secrets."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final

from schemathesis import Case, GenerationMode

from message_detail.services.search_query import FILTERS
from tests.integration.conftest import System
from tests.integration.driving import PROVIDERS

#: Whose webhooks are proved by a secret in the query, and say which message they are about in a like way.
RELAYED: Final = ("carecloud", "portsip")


@dataclass(frozen=True, slots=True)
class There:
    """By provider: the id of a message that is stored and of a sync that is running, and the secret for webhooks."""

    messages: dict[str, str]
    syncs: dict[str, str]
    secrets: dict[str, str] = field(repr=False)

    @classmethod
    def in_system(cls, system: System) -> There:
        """Looks a message of each provider up, and starts a sync of each."""
        messages = {provider: system.simulators[provider].message_ids()[0] for provider in PROVIDERS}
        for provider, message_id in messages.items():
            assert system.get(f"/v1/messages/{provider}/{message_id}").status_code == 200
        started = {provider: system.post(f"/v1/providers/{provider}/sync") for provider in PROVIDERS}
        syncs = {provider: answer.json()["sync_id"] for provider, answer in started.items()}
        secrets = {provider: system.simulators[provider].account()["webhook_secrets"][0] for provider in RELAYED}
        return cls(messages, syncs, secrets)


def operation_id(case: Case[Any]) -> str:
    """The operation that a case is of."""
    return str(case.operation.definition.raw["operationId"])


def turned_to_what_is_there(case: Case[Any], there: There) -> Case[Any]:
    """A good case of the fuzzing phase, changed; the others stay, so that what isn't there is asked for, too."""
    assert case.meta is not None
    if case.meta.generation.mode is not GenerationMode.POSITIVE or case.meta.phase.name.value != "fuzzing":
        return case
    provider = case.path_parameters.get("provider", "")
    match operation_id(case):
        case "getMessage" | "getTimeline" | "explainMessage" | "getRaw":
            case.path_parameters["message_id"] = there.messages[provider]
            for name in ("account", "pointer"):  # a place that this answer need not have
                case.query.pop(name, None)
        case "getSync":
            case.path_parameters["sync_id"] = there.syncs[provider]
        case "listMessages":
            case.query = _sensible(dict(case.query))
        case "receiveWebhook" | "receiveAccountWebhook" if provider in RELAYED and isinstance(case.body, dict):
            case.query["token"] = there.secrets[provider]
            case.body["message_id"] = there.messages[provider]
            if "account" in case.path_parameters:
                case.path_parameters["account"] = "default"
    return case


def _sensible(query: dict[str, Any]) -> dict[str, Any]:
    """A search with one filter, and with what goes together with it."""
    first = next((name for name in FILTERS if name in query), "provider")
    kept = {name: value for name, value in query.items() if name not in (*FILTERS, "account", "status", "cursor")}
    return {**kept, first: query.get(first, "samva")}
