"""The functions' logs are files while the system runs, each line once."""

from __future__ import annotations

import stat
from pathlib import Path
from typing import Any

from local.log_files import LogFiles
from tests.unit.samples import stand_in


class Stack:
    """A stack of two functions, and its logs, as far as they are asked for."""

    def __init__(self) -> None:
        self.log_groups = {"SamvaLookup": "/a", "Authorizer": "/b"}
        self.logged: dict[str, list[tuple[int, str]]] = {"/a": [], "/b": []}

    def client(self, _service: str) -> Any:
        return stand_in(self)

    def filter_log_events(self, *, logGroupName: str, startTime: int) -> dict[str, Any]:
        events = [(at, text) for at, text in self.logged[logGroupName] if at >= startTime]
        return {"events": [{"timestamp": at, "message": text} for at, text in events]}


def test_each_line_is_written_once_also_within_a_millisecond(tmp_path: Path) -> None:
    stack = Stack()
    logs = LogFiles(tmp_path / "logs", stand_in(stack))
    logs.start()
    stack.logged["/a"] += [(1, "one\n"), (2, "two")]
    logs.save()
    stack.logged["/a"] += [(2, "two, too"), (3, "three")]
    logs.save()
    stack.logged["/b"] += [(9, "of another")]
    logs.close()
    assert (tmp_path / "logs" / "SamvaLookup.log").read_text() == "one\ntwo\ntwo, too\nthree\n"
    assert (tmp_path / "logs" / "Authorizer.log").read_text() == "of another\n"
    assert stat.S_IMODE((tmp_path / "logs" / "Authorizer.log").stat().st_mode) == 0o600


def test_the_logs_of_an_earlier_run_make_way(tmp_path: Path) -> None:
    (tmp_path / "SamvaLookup.log").write_text("old")
    logs = LogFiles(tmp_path, stand_in(Stack()))
    logs.start()
    logs.close()
    assert (tmp_path / "SamvaLookup.log").read_text() == ""
