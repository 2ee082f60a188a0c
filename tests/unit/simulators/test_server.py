"""The simulators behind a real server, on loopback only."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
from collections.abc import Iterator

import httpx
import pytest

from local.simulators.server import Running, serve


@pytest.fixture
def running() -> Iterator[Running]:
    with serve() as server:
        yield server


@pytest.mark.integration
def test_the_real_server_resets_cuts_and_ends_waiting_when_closed(running: Running) -> None:
    simulator = running.simulators["cellcast"]
    headers = {"authorization": f"Bearer {simulator.account()['token']}"}
    url = f"{simulator.base_url}/api/v2/report/message/6752b76d5e000000000000000"
    with httpx.Client(timeout=10, headers=headers) as client:
        assert client.get(url).json()["data"]["status"] == "delivered"
        simulator.fault("reset", 1)
        with pytest.raises(httpx.TransportError):
            client.get(url)
        simulator.fault("truncate", 1)
        with pytest.raises(httpx.RemoteProtocolError):
            client.get(url)
        simulator.fault("hang", 1, seconds=60)
        waiting = threading.Thread(target=client.get, args=(url,))
        waiting.start()
        while not simulator.waiting:
            assert waiting.is_alive()
        running.close()
        waiting.join(5)
        assert not waiting.is_alive()
        with pytest.raises(httpx.ConnectError):
            client.get(url)


@pytest.mark.integration
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_process_stops_cleanly(number: signal.Signals) -> None:
    command = [sys.executable, "-m", "local.simulators", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        origin = process.stdout.readline().removeprefix("simulators ").strip()
        names = httpx.get(f"{origin}/samva/_control/accounts").json()
        assert names["default"]["base_url"] == f"{origin}/samva/api/v1"
        process.send_signal(number)
        assert process.wait(10) == 0
        assert process.stderr.read() == ""
