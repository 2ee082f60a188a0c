"""What `make run` prints to try: a shell reads each line as it was meant."""

from __future__ import annotations

import json
import shlex
import subprocess
from types import SimpleNamespace
from typing import Any

import pytest

from local.hints import curls, eval_line
from local.samples import Sample
from local.simulators import SIMULATORS
from tests.unit.samples import stand_in

URL, KEY = "http://127.0.0.1:3000", "key-of-the-run"
NAMES = tuple(sorted(SIMULATORS))


def made() -> dict[str, Any]:
    return {name: simulator() for name, simulator in SIMULATORS.items()}


def test_the_eval_line_gives_the_command_its_api_and_its_accounts() -> None:
    stack = SimpleNamespace(api_url=URL, stack_name="local", emulator=SimpleNamespace(url="http://127.0.0.1:4000"))
    line = eval_line(stand_in(stack), KEY, made())
    ran = subprocess.run(
        ["bash", "-c", f"{line}; env"],
        env={"AWS_PROFILE": "mine", "PATH": "/bin:/usr/bin"},
        capture_output=True,
        text=True,
    )
    environ = dict(pair.partition("=")[::2] for pair in ran.stdout.splitlines())
    assert environ["MESSAGE_DETAIL_API"] == URL
    assert environ["MESSAGE_DETAIL_KEY"] == KEY
    assert environ["MESSAGE_DETAIL_STACK"] == "local"
    assert environ["AWS_ENDPOINT_URL"] == "http://127.0.0.1:4000"
    assert environ["AWS_REGION"] == environ["AWS_DEFAULT_REGION"]
    assert environ["MESSAGE_DETAIL_SIMULATORS"].startswith("http://127.0.0.1")
    assert "AWS_PROFILE" not in environ
    assert "SIMULATORS" not in eval_line(stand_in(stack), KEY, {})


@pytest.mark.parametrize("name", NAMES)
def test_there_is_a_call_to_try_for_each_part_and_its_webhook_is_a_genuine_one(name: str) -> None:
    simulators = made()
    message_id = simulators[name].message_ids()[0]
    lines = dict(curls(URL, KEY, Sample(name, message_id, "lookup", {}), simulators))
    assert list(lines) == ["search", "webhook", "outage on", "outage off", "sync", "drift"]
    words = {label: shlex.split(line) for label, line in lines.items()}
    assert {line[0] for line in words.values()} == {"curl"}
    webhook = words["webhook"]
    assert webhook[-1] == f"{URL}/v1/webhooks/{name}"
    assert message_id in json.dumps(json.loads(webhook[webhook.index("--data-binary") + 1]))
    assert KEY not in lines["webhook"]
    assert words["outage on"][-1] == words["outage off"][-1] == f"{simulators[name].origin}/{name}/_control/fault"
    assert lines["drift"].count(" && ") == 2


def test_without_simulators_the_list_is_what_to_try() -> None:
    assert [label for label, _ in curls(URL, KEY, None, {})] == ["list"]
