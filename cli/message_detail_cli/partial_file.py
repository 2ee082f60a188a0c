"""A file that is written piece by piece and is there once it is whole; broken off, it is gone on with where it ended.

While it is written it is called `<name>.part`, and `<name>.part.json` says what of it is done: what is behind that was
written in the moment of a crash, and is written again.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from message_detail_cli.errors import CliError, UsageProblem


class PartialFile:
    """A file to be written. `what`: the parameters of the export, by which one that broke off is known again."""

    def __init__(self, path: Path, what: Mapping[str, Any]) -> None:
        self._path = path
        self._part = path.with_name(f"{path.name}.part")
        self._state = path.with_name(f"{path.name}.part.json")
        self._what = hashlib.sha256(json.dumps(dict(what), sort_keys=True).encode()).hexdigest()
        self._file: IO[bytes] | None = None
        self.messages = 0

    @contextmanager
    def opened(self) -> Iterator[tuple[str | None, int]]:
        """Open for `add`: where the next page is (None: at the beginning), and how many messages are there already."""
        state = self._read()
        self.messages = int(state.get("messages", 0))
        try:
            with self._part.open("r+b" if state else "wb") as self._file:
                self._file.truncate(int(state.get("bytes", 0)))
                self._file.seek(0, os.SEEK_END)
                yield state.get("next"), self.messages
        except OSError as error:
            raise CliError(f"{self._part}: {error.strerror or error}") from None

    def add(self, text: str, messages: int, following: str | None) -> None:
        """Writes a page, and notes that it is there."""
        if self._file is None:
            raise ValueError("not opened")
        self._file.write(text.encode())
        self._file.flush()
        os.fsync(self._file.fileno())
        self.messages += messages
        if following is not None:
            done = {"what": self._what, "messages": self.messages, "bytes": self._file.tell(), "next": following}
            self._write(json.dumps(done))

    def finish(self, convert: Callable[[Path, Path], None] | None = None) -> None:
        """Puts the whole file, or what is made of it, in its place."""
        if convert is not None:
            made = self._path.with_name(f"{self._path.name}.made")
            convert(self._part, made)
            self._part.unlink()
            made.replace(self._path)
        else:
            self._part.replace(self._path)
        self._state.unlink(missing_ok=True)

    def _read(self) -> dict[str, Any]:
        try:
            state = json.loads(self._state.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        if not isinstance(state, dict) or not self._part.is_file():
            return {}
        if state.get("what") != self._what:
            again = f"end that one, or remove {self._state} to begin anew"
            raise UsageProblem(f"{self._part} is of another export: {again}")
        return state

    def _write(self, text: str) -> None:
        fresh = self._state.with_name(f"{self._state.name}.new")
        fresh.write_text(text, encoding="utf-8")
        fresh.replace(self._state)
