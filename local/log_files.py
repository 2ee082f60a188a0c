"""The functions' logs as files, one for each function, written while the system runs."""

from __future__ import annotations

import threading
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from botocore.exceptions import BotoCoreError, ClientError

from local.kept_data import write_private
from local.stack import LocalStack

SAVE_SECONDS: Final = 5.0


class LogFiles:
    """The logs of a stack's functions in a folder, those of this run only."""

    def __init__(self, folder: Path, stack: LocalStack) -> None:
        self.folder = folder
        self._stack = stack
        self._groups = stack.log_groups
        self._written: dict[str, tuple[int, int]] = {}  # until which millisecond, and how many of that one
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._keep_saving, name="logs", daemon=True)

    def start(self) -> None:
        """Write from now on."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        for function in self._groups:
            write_private(self.folder / f"{function}.log", "")
        self._thread.start()

    def close(self) -> None:
        """Write for the last time."""
        self._end.set()
        self._thread.join()
        self.save()

    def save(self) -> None:
        """The files hold all that has been logged."""
        for function, group in self._groups.items():
            lines = [line for event in self._new(group) if (line := str(event["message"]).rstrip())]
            if lines:
                with (self.folder / f"{function}.log").open("a", encoding="utf-8") as file:
                    file.write("\n".join(lines) + "\n")

    def _new(self, group: str) -> list[dict[str, Any]]:
        """What came since the last time; of the last millisecond more may come, and what was written is passed over."""
        since, written = self._written.get(group, (0, 0))
        found = self._stack.client("logs").filter_log_events(logGroupName=group, startTime=since)["events"]
        events = sorted(found, key=lambda event: int(event["timestamp"]))
        if events:
            last = events[-1]["timestamp"]
            self._written[group] = last, sum(event["timestamp"] == last for event in events)
        return events[written:]

    def _keep_saving(self) -> None:
        while not self._end.wait(SAVE_SECONDS):
            with suppress(
                BotoCoreError, ClientError
            ):  # on a busy machine the emulator may be late: the next time, then
                self.save()
