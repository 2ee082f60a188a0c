"""ministack, the AWS emulator, as a subprocess that listens on loopback only and ends with us.

https://github.com/ministackorg/ministack (MIT); pinned in requirements/.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Final

import boto3
from botocore.config import Config

REGION: Final = "us-east-1"
#: The emulator takes these for the account's root user; everybody else needs a policy.
ROOT_CREDENTIALS: Final = ("test", "test")
SERVICES: Final = (
    "apigateway,cloudformation,dynamodb,events,iam,lambda,logs,monitoring,s3,scheduler,secretsmanager,sns,sqs,sts"
)
PROGRAM: Final = Path(__file__).with_name("enforcing_emulator.py")
START_SECONDS: Final = 30.0
STOP_SECONDS: Final = 5.0


class EmulatorError(RuntimeError):
    """The emulator does not start or does not do what it is asked; the text says what to look at."""


def free_port() -> int:
    """A TCP port of 127.0.0.1 that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Emulator:
    """A running ministack: `with Emulator() as emulator: emulator.client("sqs")`.

    Policies are enforced (AUTH), down to the table's keys: functions get the credentials of their role. `port` 0
    takes a free one. environment: more variables for the functions.
    """

    def __init__(self, port: int = 0, environment: Mapping[str, str] | None = None) -> None:
        self.port = port or free_port()
        self.environment = dict(environment or {})
        self.folder = Path()
        self._process: subprocess.Popen[bytes] | None = None
        self._session: Any = boto3.Session(*ROOT_CREDENTIALS, region_name=REGION)

    @property
    def url(self) -> str:
        """Where its AWS API listens."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def log(self) -> str:
        """What it has printed so far, functions' logs included."""
        path = self.folder / "ministack.log"
        return path.read_text(errors="replace") if path.exists() else ""

    def client(self, service: str) -> Any:
        """A boto3 client with the root user's rights."""
        config = Config(retries={"max_attempts": 1}, s3={"addressing_style": "path"}, max_pool_connections=32)
        return self._session.client(service, endpoint_url=self.url, config=config)

    def held(self, queue_url: str) -> list[dict[str, Any]]:
        """All messages of a queue: those put off and those being worked on, too, which no call of SQS shows."""
        address = f"{self.url}/_ministack/sqs/messages?QueueUrl={queue_url}"
        with urllib.request.urlopen(address, timeout=10) as answer:
            accounts = json.load(answer)["messages"]
        return [
            message for regions in accounts.values() for queues in regions.values() for message in queues[queue_url]
        ]

    def start(self) -> None:
        """Start it and wait until it answers; EmulatorError if it doesn't."""
        self.folder = Path(tempfile.mkdtemp(prefix="message-detail-"))
        with (self.folder / "ministack.log").open("wb") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-P", str(PROGRAM)],  # -P: none of our modules hides one of its
                env=self._environment(),
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # Ctrl-C is for us; we end it in order, with all its children
            )
        deadline = time.monotonic() + START_SECONDS
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > deadline:
                tail = "\n".join(self.log.splitlines()[-5:])
                self.stop()
                raise EmulatorError(f"ministack did not start: {tail or 'it printed nothing'}")
            time.sleep(0.02)

    def stop(self) -> None:
        """End it and every function that it started, and remove its files."""
        if self._process is not None:
            _end_group(self._process)
            self._process = None
            shutil.rmtree(self.folder, ignore_errors=True)

    def __enter__(self) -> Emulator:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/_ministack/health", timeout=1):
                return True
        except (urllib.error.URLError, OSError):
            return False

    def _environment(self) -> dict[str, str]:
        """A clean one: what is set here also reaches the functions."""
        temporary = self.folder / "tmp"
        temporary.mkdir(exist_ok=True)
        kept = {name: os.environ[name] for name in ("PATH", "LANG", "SSL_CERT_FILE") if name in os.environ}
        return kept | {
            "AUTH": "true",
            "BIND_HOST": "127.0.0.1",
            "MINISTACK_HOST": "127.0.0.1",
            "GATEWAY_PORT": str(self.port),
            "SERVICES": SERVICES,
            "IOT_MTLS_ENABLED": "0",
            "SFTP_ENABLED": "0",
            "DOCKER_HOST": "unix:///nonexistent",
            "LAMBDA_WARM_TTL_SECONDS": "30",
            "HOME": str(temporary),
            "TMPDIR": str(temporary),
            "STATE_DIR": str(temporary / "state"),
            "PYTHONUNBUFFERED": "1",
            **self.environment,
        }


def _end_group(process: subprocess.Popen[bytes]) -> None:
    """SIGTERM to the process and its children, SIGKILL to what is left after some seconds."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(process.pid, number)
        except ProcessLookupError:
            break
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            continue
    process.wait(STOP_SECONDS)
