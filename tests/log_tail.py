"""What a function logged, as `Invoke` gives it back: the last 4 KB of its log."""

from __future__ import annotations

import base64
import json
from typing import Any, Final

TAIL_BYTES: Final = 4096
"""https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html#lambda-Invoke-request-LogType"""


def logged_objects(log_result: str) -> list[dict[str, Any]]:
    """The lines of a `LogResult` that are JSON objects.

    Of a log that fills it, the first line is left out: it may have lost its beginning, and what is left of a metrics
    line may itself begin with a whole object.
    """
    tail = base64.b64decode(log_result)
    lines = tail.decode(errors="replace").splitlines()
    if len(tail) >= TAIL_BYTES:
        del lines[0]
    return [json.loads(line) for line in lines if line.startswith("{") and line.endswith("}")]
