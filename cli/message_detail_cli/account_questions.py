"""Asks at a terminal for what an account lacks. Secrets aren't echoed, and nothing that was given is shown again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from message_detail import providers
from message_detail.domain.redaction.secret_names import is_secret
from message_detail.providers.base.account import AccountSchema
from message_detail_cli.account_example import chosen_log_in, missing
from message_detail_cli.errors import UsageProblem
from message_detail_cli.output import note
from message_detail_cli.tools import Tools


def completed(provider: str, values: Mapping[str, Any], tools: Tools) -> dict[str, Any]:
    """The settings with what lacks asked for; as they are where nobody can be asked or nothing lacks."""
    schema = providers.account_schema(provider)
    log_in: Sequence[str] = chosen_log_in(schema, values)
    if not missing(schema, values, log_in) or not tools.attended():
        return dict(values)
    if not any(values.get(key) for keys in schema.credentials for key in keys):
        log_in = _log_in(schema, tools)
    return {**values, **{key: _answer(schema, key, tools) for key in missing(schema, values, log_in)}}


def _log_in(schema: AccountSchema, tools: Tools) -> Sequence[str]:
    """Which log-in is meant, asked for where there are several."""
    if len(schema.credentials) == 1:
        return schema.credentials[0]
    for number, keys in enumerate(schema.credentials, start=1):
        note(f"{number}: {', '.join(keys)}")
    answer = tools.ask("log in with which? [1] ").strip() or "1"
    if not (answer.isascii() and answer.isdecimal() and 1 <= int(answer[:9]) <= len(schema.credentials)):
        raise UsageProblem(f"give a number from 1 to {len(schema.credentials)}")
    return schema.credentials[int(answer) - 1]


def _answer(schema: AccountSchema, key: str, tools: Tools) -> str:
    """What is typed or pasted, without what pasting adds around it; UsageProblem where nothing is."""
    like = f" (such as {schema.examples[key]})" if key in schema.examples else ""
    ask = tools.ask_secret if is_secret(key) else tools.ask
    answer = ask(f"{key}{like}: ").strip()
    if not answer:
        raise UsageProblem(f"{key!r} is needed: see message-detail accounts example")
    return answer
