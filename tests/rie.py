"""Built functions under AWS's Runtime Interface Emulator, as Lambda runs them: Python 3.13, AWS's client, the layer.

The emulator comes with the SAM CLI (.venv-sam), the client is in .venv-rie, which holds nothing that a function may
import by mistake. One emulator runs one function and one invocation at a time; a second one beside it would crash it.
https://github.com/aws/aws-lambda-runtime-interface-emulator
"""

from __future__ import annotations

import json
import os
import platform
import re
import signal
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import TracebackType
from typing import Any, Final

from samtranslator.yaml_helper import yaml_parse

from local.emulator import REGION, free_port

ROOT: Final = Path(__file__).resolve().parents[1]
PYTHON: Final = ROOT / ".venv-rie" / "bin" / "python"
#: What the processor is called by us, in the template, and in the emulator's file name.
ARCHITECTURE: Final = {"x86_64": "x86_64", "aarch64": "arm64", "arm64": "arm64"}.get(platform.machine(), "")
START_SECONDS: Final = 30.0
STOP_SECONDS: Final = 5.0
#: More than any function may take (the worker: 120), so that it is the emulator that ends one.
ANSWER_SECONDS: Final = 150.0
_INIT: Final = re.compile(r"INIT REPORT\(durationMs: ([\d.]+)\)")


class RieFailed(RuntimeError):
    """The emulator does not start or does not answer; the text is the end of what it said."""


@dataclass(frozen=True, slots=True)
class Function:
    """A function as it was built. layers: the folders that Lambda puts on Python's path; timeout: seconds."""

    name: str
    handler: str
    folder: Path
    layers: tuple[Path, ...]
    timeout: int = 29
    memory: int = 512
    log_format: str = "JSON"


@dataclass(frozen=True, slots=True)
class Answer:
    """What an invocation gave: the payload, and what the function logged, line by line."""

    payload: Any
    log: tuple[str, ...] = field(repr=False)

    @property
    def failed(self) -> bool:
        """Whether the invocation itself failed, so that AWS would try it again or answer 500."""
        return isinstance(self.payload, dict) and "errorMessage" in self.payload

    def body(self) -> Any:
        """The JSON body of an HTTP answer."""
        return json.loads(self.payload["body"])


def reason_against() -> str | None:
    """Why no function can be run here, or None."""
    if not ARCHITECTURE or emulator() is None:
        return "there is no Runtime Interface Emulator here: `make .venv-sam/.stamp` installs it (x86-64 or arm64 only)"
    if not PYTHON.exists():
        return "there is no .venv-rie: install Python 3.13, then `make .venv-rie/.stamp` (`make test` does, too)"
    return None


def emulator() -> Path | None:
    """The emulator's program for this machine."""
    name = f"aws-lambda-rie-{ARCHITECTURE}"
    found = (ROOT / ".venv-sam").glob(f"lib/python3*/site-packages/samcli/local/rapid/{name}")
    return next(found, None)


def functions_of(build: Path) -> dict[str, Function]:
    """The functions of a folder of `sam build`, by their names in the template."""
    build = build.resolve()
    template = yaml_parse((build / "template.yaml").read_text(encoding="utf-8"))
    shared = template["Globals"]["Function"]
    defaults = {name: parameter.get("Default") for name, parameter in template["Parameters"].items()}

    def function(name: str, own: Mapping[str, Any]) -> Function:
        timeout, memory = own.get("Timeout", shared["Timeout"]), own.get("MemorySize", shared["MemorySize"])
        layers = [template["Resources"][reference["Ref"]]["Properties"] for reference in shared["Layers"]]
        return Function(
            name=name,
            handler=own["Handler"],
            folder=build / own["CodeUri"],
            layers=tuple(build / layer["ContentUri"] / "python" for layer in layers),
            timeout=int(defaults[timeout["Ref"]] if isinstance(timeout, dict) else timeout),
            memory=int(defaults[memory["Ref"]]),
            log_format=shared["LoggingConfig"]["LogFormat"],
        )

    return {
        name: function(name, resource["Properties"])
        for name, resource in template["Resources"].items()
        if resource["Type"] == "AWS::Serverless::Function"
    }


class Rie:
    """`with Rie(function, variables) as rie: rie.invoke(event)`.

    variables: the function's environment. timeout: in seconds, instead of the function's own.

    It loads the function with the first invocation. RieFailed when it doesn't start.
    """

    def __init__(self, function: Function, variables: Mapping[str, str], timeout: int | None = None) -> None:
        self.function = function if timeout is None else replace(function, timeout=timeout)
        self._variables = dict(variables)
        self._port, self._runtime_port = free_port(), free_port()
        self._folder = tempfile.TemporaryDirectory(prefix="message-detail-rie-")
        self._process: subprocess.Popen[bytes] | None = None
        self._read = 0

    @property
    def init_milliseconds(self) -> float | None:
        """What loading the function took, by the emulator's own clock; None before the first invocation."""
        found = _INIT.search(self._text("rapid.log"))
        return float(found[1]) if found else None

    def start(self) -> None:
        """Start the emulator, and wait until it listens."""
        program = emulator()
        if program is None:
            raise RieFailed(str(reason_against()))
        addresses = ["--runtime-interface-emulator-address", f"127.0.0.1:{self._port}"]
        addresses += ["--runtime-api-address", f"127.0.0.1:{self._runtime_port}"]
        command = [str(program), *addresses, "--log-level", "info", str(PYTHON), "-m", "awslambdaric"]
        with self._path("function.log").open("wb") as output, self._path("rapid.log").open("wb") as log:
            self._process = subprocess.Popen(
                [*command, self.function.handler],
                cwd=self.function.folder,
                env=self._environment(),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=log,
                start_new_session=True,  # Ctrl-C is for us; we end it in order
            )
        deadline = time.monotonic() + START_SECONDS
        while not self._listens():
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise RieFailed(self._end_of_logs())
            time.sleep(0.01)

    def invoke(self, event: Any) -> Answer:
        """One invocation to its end. event: anything that JSON can say."""
        url = f"http://127.0.0.1:{self._port}/2015-03-31/functions/function/invocations"
        request = urllib.request.Request(url, json.dumps(event).encode())
        try:
            with _open(request) as answer:
                raw = answer.read()
        except OSError as error:
            raise RieFailed(f"{type(error).__name__}: {error}; {self._end_of_logs()}") from None
        return Answer(_parsed(raw), self._new_lines())

    def close(self) -> None:
        """End it and the function."""
        if self._process is not None:
            self._process.send_signal(signal.SIGTERM)  # it ends the function's process, too
            try:
                self._process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self._kill()
            self._process = None
        self._folder.cleanup()

    def __enter__(self) -> Rie:
        try:
            self.start()
        except BaseException:  # an interrupt, too, must leave no process running
            self.close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _environment(self) -> dict[str, str]:
        """A clean one, as Lambda's: what this machine's own says about AWS or Python must not reach a function."""
        function = self.function
        return {
            "PATH": os.defpath,
            "LANG": "en_US.UTF-8",
            "TZ": ":UTC",
            "PYTHONPATH": os.pathsep.join(map(str, function.layers)),
            "PYTHONNOUSERSITE": "1",
            "PYTHONDONTWRITEBYTECODE": "1",  # Lambda's folders can't be written to
            "LAMBDA_TASK_ROOT": str(function.folder),
            "AWS_REGION": REGION,
            "AWS_DEFAULT_REGION": REGION,
            "AWS_LAMBDA_FUNCTION_NAME": function.name,
            "AWS_LAMBDA_FUNCTION_TIMEOUT": str(function.timeout),
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(function.memory),
            "AWS_LAMBDA_LOG_FORMAT": function.log_format,
            **self._variables,
        }

    def _listens(self) -> bool:
        with suppress(OSError), socket.create_connection(("127.0.0.1", self._port), 1):
            return True
        return False

    def _kill(self) -> None:
        """By the number of each process: the function is a child in a process group of its own."""
        assert self._process is not None
        threads = Path(f"/proc/{self._process.pid}/task")  # any of which may have started it
        numbers = [number for children in threads.glob("*/children") for number in children.read_text().split()]
        for number in (self._process.pid, *map(int, numbers)):
            with suppress(ProcessLookupError):
                os.kill(number, signal.SIGKILL)
        self._process.wait(STOP_SECONDS)

    def _new_lines(self) -> tuple[str, ...]:
        """What was logged since the last time. Its last line is the report, which comes after the answer."""
        deadline = time.monotonic() + STOP_SECONDS
        while "REPORT RequestId" not in (text := self._text("function.log")[self._read :]):
            if time.monotonic() > deadline:
                break
            time.sleep(0.005)
        self._read += len(text)
        return tuple(text.splitlines())

    def _end_of_logs(self) -> str:
        lines = f"{self._text('rapid.log')}\n{self._text('function.log')}".split("\n")
        return " / ".join([f"{self.function.name} under the emulator", *lines[-8:]])

    def _path(self, name: str) -> Path:
        return Path(self._folder.name, name)

    def _text(self, name: str) -> str:
        path = self._path(name)
        return path.read_text(encoding="utf-8", errors="replace") if path.exists() else ""


def _open(request: urllib.request.Request) -> Any:
    """The answer, whatever its status is. No proxy: it is this machine."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        return opener.open(request, timeout=ANSWER_SECONDS)
    except urllib.error.HTTPError as error:
        return error


def _parsed(raw: bytes) -> Any:
    """JSON, else the text: the emulator tells of a function that took too long in plain words."""
    try:
        return json.loads(raw)
    except ValueError:
        return raw.decode(errors="replace")
