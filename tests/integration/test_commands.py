"""The command, its tools for assistants and the Python client, each against the running system."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

import anyio
import pytest
from mcp import Client as Assistant
from mcp import StdioServerParameters

from message_detail_client import ApiError, Client
from tests.integration.conftest import KEYS, System
from tests.integration.driving import PROVIDERS

pytestmark = pytest.mark.usefixtures("simulators")
CLI: Final = Path(__file__).parents[2] / "cli"


def environ(system: System, key: str) -> dict[str, str]:
    """What names the running system to the command."""
    return {
        "PYTHONPATH": str(CLI),
        "MESSAGE_DETAIL_API": system.stack.api_url,
        "MESSAGE_DETAIL_KEY": KEYS[key].value,
        "MESSAGE_DETAIL_CONFIG": "/dev/null",
    }


def ran(system: System, *words: str, stdin: str = "", code: int = 0) -> str:
    """What a command line prints."""
    command = [sys.executable, "-m", "message_detail_cli", *words]
    told = subprocess.run(
        command, env=environ(system, "all"), input=stdin, capture_output=True, text=True, timeout=120, check=False
    )
    assert told.returncode == code, told.stdout + told.stderr
    return told.stdout


def first(system: System, provider: str) -> str:
    return system.simulators[provider].message_ids()[0]


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_message_is_looked_up_explained_found_and_listed(system: System, provider: str) -> None:
    whole_id = f"{provider}:default:{first(system, provider)}"
    message = json.loads(ran(system, "lookup", whole_id, "--json"))
    assert message["id"] == whole_id
    assert json.loads(ran(system, "explain", whole_id, "--json"))["sentence"].endswith(".")
    assert json.loads(ran(system, "timeline", whole_id, "--json"))["items"]
    assert json.loads(ran(system, "raw", whole_id))
    found = json.loads(ran(system, "search", whole_id, "--json"))["items"]
    assert [item["message"]["id"] for item in found] == [whole_id]
    listed = ran(system, "list", "--provider", provider, "--all", "-o", "csv")
    assert whole_id in [line.partition(",")[0] for line in listed.splitlines()]
    assert ran(system, "refresh", "-", stdin=f"{whole_id}\n") == "accepted 1\n"


def test_a_message_that_is_not_there_is_exit_code_1(system: System) -> None:
    assert ran(system, "lookup", f"{PROVIDERS[0]}:default:{'0' * 24}", code=1) == ""


def test_the_client_reads_the_same(system: System) -> None:
    provider = PROVIDERS[0]
    with Client(system.stack.api_url, KEYS["all"].value) as client:
        message = client.get_message(provider, first(system, provider))
        assert message["id"] in [found["id"] for found in client.pages(client.list_messages, limit=1)]
        with pytest.raises(ApiError) as refused:
            client.get_message("nobody", "1")
    assert refused.value.code == "unknown_provider"


@pytest.mark.parametrize("content", [False, True])
def test_an_assistant_sees_persons_and_texts_only_with_content(system: System, content: bool) -> None:
    found = [system.get(f"/v1/messages/{name}/{quote(first(system, name))}").json() for name in PROVIDERS]
    texts = [message["body"]["text"].splitlines()[0][:30] for message in found if message["body"]["text"]]
    addresses = [party["address"] for message in found for party in message["to"] if party["address"]]
    assert texts
    assert addresses
    words = ["-m", "message_detail_cli", "mcp", *(["--content"] if content else [])]
    pipe = StdioServerParameters(command=sys.executable, args=words, env=environ(system, "all"))

    async def ask() -> list[Any]:
        async with Assistant(pipe) as assistant:
            calls = [("get_message", {"message_id": message["id"]}) for message in found]
            calls += [("explain_message", arguments) for _, arguments in calls]
            return [await assistant.call_tool(*call) for call in [*calls, ("list_problems", {}), ("find_messages", {})]]

    results = anyio.run(ask)
    assert [result for result in results if result.is_error] == []
    told = "".join(result.content[0].text for result in results)
    assert [text in told for text in texts] == [content] * len(texts)
    assert [address in told for address in addresses] == [content] * len(addresses)
