"""Which port is suggested where the one that was asked for is taken."""

from __future__ import annotations

import re
import socket

import pytest

from local.ports import HOST, taken


def suggested(line: str) -> int:
    found = re.fullmatch(r"port \d+ is taken; choose another one: make run PORT=(\d+)", line)
    assert found
    return int(found[1])


def test_the_suggestion_is_another_port_that_is_free() -> None:
    with socket.create_server((HOST, 0)) as server:
        port = server.getsockname()[1]
        other = suggested(taken(port, "run"))
        assert other != port
        socket.create_server((HOST, other)).close()


@pytest.mark.parametrize("port", [3_000, 3_001])
def test_it_is_the_next_one_up_where_that_is_free(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("local.ports._is_free", lambda asked: asked != 3_001)
    assert suggested(taken(port, "run")) == 3_002


def test_behind_the_last_port_there_is_one_before_it() -> None:
    assert 0 < suggested(taken(65_535, "run")) < 65_535
