"""`make sam-local`: the env file against the running stack, the relay, and with Docker the whole of it."""

from __future__ import annotations

import os
import shlex
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest

from local.emulator import free_port
from local.package import load_template
from local.sam_local.engine import docker
from local.sam_local.files import AWS_VARIABLES, environment, template_for_containers
from local.sam_local.image import BASE
from local.sam_local.invoke import described
from local.sam_local.prerequisites import NotReady, prerequisites
from local.sam_local.relay import Relay
from local.sam_local.session import deployed
from local.stack import ROOT, LocalStack

KEY = "key-of-the-test"
#: The build, the image and the first containers take most of it.
SECONDS = 600
Variables = dict[str, set[str]]


def declared(template: dict[str, Any]) -> Variables:
    """The names of the variables that a template sets, by function."""
    shared = set(template["Globals"]["Function"]["Environment"]["Variables"])
    return {
        name: shared | set(item["Properties"].get("Environment", {}).get("Variables", {}))
        for name, item in template["Resources"].items()
        if item["Type"] == "AWS::Serverless::Function"
    }


def test_the_env_file_covers_every_function_and_every_variable_that_the_template_sets(stack: LocalStack) -> None:
    made = environment(deployed(stack), stack.emulator.port)
    template = load_template(ROOT)
    assert {name: set(values) - set(AWS_VARIABLES) for name, values in made.items()} == declared(template)
    handed_on = declared(template_for_containers(template, ROOT, "x86_64"))
    assert {name: set(values) for name, values in made.items()} == handed_on


def test_the_env_file_names_the_running_stack_by_the_host_of_containers(stack: LocalStack) -> None:
    made = environment(deployed(stack), stack.emulator.port)
    assert {values["TABLE_NAME"] for values in made.values()} == {stack.table_name}
    for provider, url in stack.queue_urls.items():
        assert made[f"{provider.capitalize()}Worker"]["QUEUE_URL"] == url.replace("127.0.0.1", "localhost")
    assert not [value for values in made.values() for value in values.values() if "127.0.0.1" in value]


@contextmanager
def echoing() -> Iterator[int]:
    """A server that sends back what it gets once the caller has said all; its port."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            connection, _ = listener.accept()
            with connection, connection.makefile("rb") as stream:
                connection.sendall(stream.read())

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield int(listener.getsockname()[1])
        thread.join(10)


def test_the_relay_passes_bytes_on_both_ways_and_each_end() -> None:
    sent = os.urandom(3_000_000)
    with echoing() as port:
        relay = Relay("127.0.0.1", 0, target=port)
        with socket.create_connection(("127.0.0.1", relay.port), 10) as caller:

            def write() -> None:
                caller.sendall(sent)
                caller.shutdown(socket.SHUT_WR)

            writer = threading.Thread(target=write)
            writer.start()
            with caller.makefile("rb") as stream:
                assert stream.read() == sent
            writer.join()
        relay.close()


def test_a_caller_of_nothing_is_hung_up_on_and_a_closed_relay_refuses() -> None:
    relay = Relay("127.0.0.1", 0, target=free_port())
    with socket.create_connection(("127.0.0.1", relay.port), 10) as caller:
        assert caller.recv(1) == b""
    relay.close()
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", relay.port), 10)


@contextmanager
def sam_local(port: int) -> Iterator[dict[str, str]]:
    """`make sam-local ARGS=start-api` until the end of the block; what it printed, by the first word of the line."""
    command = [sys.executable, "-m", "local.sam_local", "start-api"]
    package = str(ROOT / "layers" / "message_detail" / "python")
    variables = {**os.environ, "PORT": str(port), "API_KEY": KEY, "PYTHONPATH": package}
    process = subprocess.Popen(command, cwd=ROOT, env=variables, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    printed: dict[str, str] = {}
    try:
        for line in process.stdout:
            word, _, rest = line.strip().partition(" ")
            printed[word] = rest.strip()
            if word == "ready":
                break
        yield printed
    finally:
        process.send_signal(signal.SIGINT)
        said, _ = process.communicate(timeout=120)
    assert (process.returncode, said) == (0, "stopped\n")


@pytest.fixture
def _docker() -> None:
    try:
        architecture = prerequisites(ROOT).architecture
    except NotReady as error:
        pytest.skip(f"sam local is not tried: {error}")
    base = f"{BASE}-{architecture}"
    if docker("image", "inspect", base).returncode:
        pytest.skip(f"sam local is not tried: the image {base} is not there; docker pull {base}")


@pytest.mark.timeout(SECONDS)
@pytest.mark.usefixtures("_docker")
def test_built_functions_answer_in_containers_by_the_api_and_by_an_event_and_leave_nothing() -> None:
    port = free_port()
    with sam_local(port) as printed:
        assert printed["ready"] == f"http://127.0.0.1:{port}"
        words = shlex.split(printed["try"])
        answer = httpx.get(words[-1], headers={"Authorization": f"Bearer {KEY}"}, timeout=120, trust_env=False)
        assert (answer.status_code, answer.json()["provenance"]["freshness"]) == (200, "live")
        wrong = httpx.get(words[-1], headers={"Authorization": "Bearer wrong"}, timeout=120, trust_env=False)
        assert (wrong.status_code, wrong.json()["code"]) == (401, "unauthorized")
        by_hand = subprocess.run(
            shlex.split(printed["or"]), cwd=ROOT, capture_output=True, text=True, timeout=240, check=False
        )
        assert described(by_hand.stdout)[0], by_hand.stdout + by_hand.stderr
    assert "message-detail-sam-local" not in docker("images").stdout + docker("ps", "--all").stdout
