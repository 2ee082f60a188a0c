"""`sam local invoke` with one event, and what came out of it in a few words."""

from __future__ import annotations

import json
import subprocess
import time
from dataclasses import dataclass
from typing import Any, Final

from local.sam_local.events import Invocation
from local.sam_local.session import Sam, sam_environment
from local.stack import ROOT

#: More than a function may take (120 s) and its container needs to start.
INVOKE_SECONDS: Final = 240.0
_LONGEST: Final = 100
#: What an answer's body is about: a problem's code, a message's status, the number of tasks.
_TELLING: Final = ("code", "status", "accepted")


@dataclass(frozen=True, slots=True)
class Outcome:
    """good: the function did what the event asks for."""

    good: bool
    text: str
    seconds: float = 0.0


def invoke(sam: Sam, event: Invocation) -> Outcome:
    """Run it to its end. What it printed is in the event's log."""
    start = time.monotonic()
    command = sam.command("invoke", event.function, "--event", str(event.file))
    with sam.log(event.name).open("w", encoding="utf-8") as log:
        try:
            done = subprocess.run(
                command,
                cwd=ROOT,
                env=sam_environment(),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
                timeout=INVOKE_SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return Outcome(False, "no answer", time.monotonic() - start)
        log.write(done.stdout)
    good, text = described(done.stdout)
    return Outcome(good and done.returncode == 0, text, time.monotonic() - start)


def described(output: str) -> tuple[bool, str]:
    """Whether the result on the last line of `output` is a good one, and the result in a few words."""
    try:
        result = json.loads((output.strip().splitlines() or [""])[-1])
    except ValueError:
        return False, "no result"
    if not isinstance(result, dict):
        return True, _short(result)
    if "errorType" in result:
        return False, _short(f"{result['errorType']}: {result.get('errorMessage')}")
    if "batchItemFailures" in result:
        failed = len(result["batchItemFailures"])
        return failed == 0, f"{failed} of the tasks failed" if failed else "every task done"
    if "statusCode" in result:
        return result["statusCode"] < 400, f"{result['statusCode']} {_short(_body(result))}"
    return True, _short(result)


def _body(result: dict[str, Any]) -> Any:
    """The telling part of an answer's body, else all of it."""
    body = result.get("body") or ""
    try:
        content = json.loads(body)
    except ValueError:
        return body
    if isinstance(content, dict):
        return next((f"{name} {content[name]}" for name in _TELLING if name in content), content)
    return content


def _short(value: Any) -> str:
    text = " ".join(value.split()) if isinstance(value, str) else json.dumps(value)
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
