"""Logs and metrics: one place, so that no body, address, name or secret ever gets into them.

Log lines hold ids, codes and counts only, and a message's id as a hash. Each is a short text that never changes, with
what varies as keys: `info("task done", provider=…)`. Lines that are logged within `correlated` have its id.

Metrics are CloudWatch EMF through Powertools, by stack and by stack and provider: an alarm can be for all providers,
and two stacks of one AWS account share none. docs/operations.md lists all lines and metrics.
"""

from __future__ import annotations

import logging
import os
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache, wraps
from traceback import extract_tb
from typing import Any, Final, TypeVar

from aws_lambda_powertools.logging import Logger
from aws_lambda_powertools.metrics import Metrics, MetricUnit

NAMESPACE: Final = "MessageDetail"
SERVICE: Final = "message-detail"
NO_STACK: Final = "-"
"""The stack of a function that runs outside of one."""
_COSTLY: Final = ("function_arn", "function_memory_size")
"""Keys of Powertools that say nothing more than `function_name` does, at 150 bytes a line."""
_CALLER: Final = 3
"""Frames from Powertools to whoever has a line written, whose place the line names."""

# Lambda's runtime gives the root logger a handler of its own. At INFO httpx tells it the address of each call, and so
# ids, phone numbers and queries; botocore says where it has found credentials.
for _library in ("httpx", "httpcore", "urllib3", "botocore", "boto3"):
    logging.getLogger(_library).setLevel(logging.WARNING)

_MEASURED: Final = deque[tuple[str, MetricUnit, float]]()
"""What is yet to be written. Powertools' metrics lose values that threads add at once, and of a name that comes for the
hundredth time they write the values there and then, before they have been told the stack and the provider."""

R = TypeVar("R")


@cache
def logger() -> Logger:
    """The structured logger of this container."""
    return Logger(service=SERVICE, log_uncaught_exceptions=False)


@cache
def metrics() -> Metrics:
    """The metrics of this container; they leave with `flush` at the end of an invocation."""
    return Metrics(namespace=NAMESPACE, service=SERVICE)


def invocation(handler: Callable[[Any, Any], R]) -> Callable[[Any, Any], R]:
    """The handler of a function whose lines name the function, the invocation, and whether it is a cold start."""

    @wraps(handler)
    def handle(event: Any, context: Any) -> R:
        logger().remove_keys(_COSTLY)
        return handler(event, context)

    return logger().inject_lambda_context(handle)


@contextmanager
def correlated(correlation_id: str, **keys: str | None) -> Iterator[None]:
    """Within it, and in this thread, every line has this id and these keys; what begins in it goes on under the id."""
    outer = dict(logger().thread_safe_get_current_keys())
    logger().thread_safe_append_keys(correlation_id=correlation_id, **keys)
    try:
        yield
    finally:
        logger().thread_safe_clear_keys()
        logger().thread_safe_append_keys(**outer)


def note(**keys: str | None) -> None:
    """Adds keys to the lines that are yet to come of this thread's piece of work."""
    logger().thread_safe_append_keys(**keys)


def correlation_id() -> str | None:
    """The id of what this thread is working on; None outside of any work."""
    current = logger().thread_safe_get_current_keys().get("correlation_id")
    return str(current) if current is not None else None


def info(line: str, **keys: Any) -> None:
    """Logs what has been done."""
    logger().info(line, stacklevel=_CALLER, extra=keys)


def warning(line: str, **keys: Any) -> None:
    """Logs what went wrong and is being dealt with, or is somebody else's mistake."""
    logger().warning(line, stacklevel=_CALLER, extra=keys)


def error(line: str, **keys: Any) -> None:
    """Logs what somebody has to look at."""
    logger().error(line, stacklevel=_CALLER, extra=keys)


def log_unexpected(bug: Exception, **keys: Any) -> None:
    """Logs a bug: what was raised where, without the error's text, which may quote a message or a person."""
    frames = [
        f"{frame.filename.rpartition('/')[2]}:{frame.lineno} {frame.name}" for frame in extract_tb(bug.__traceback__)
    ]
    error("unexpected error", error=type(bug).__name__, where=frames, **keys)
    count("unexpected_errors")


def count(name: str, value: float = 1) -> None:
    """Adds to a counter of this invocation."""
    _MEASURED.append((name, MetricUnit.Count, value))


def measure_seconds(name: str, value: float) -> None:
    """Adds a duration to this invocation's measurements."""
    _MEASURED.append((name, MetricUnit.Seconds, value))


def flush(provider: str | None = None) -> None:
    """Writes the invocation's metrics, if it made any."""
    if not _MEASURED:
        return
    collected = metrics()
    stack = os.environ.get("STACK_NAME") or NO_STACK
    collected.add_dimension(name="stack", value=stack)
    if provider is not None:
        collected.add_dimensions(service=SERVICE, stack=stack, provider=provider)
    while _MEASURED:
        name, unit, value = _MEASURED.popleft()
        collected.add_metric(name=name, unit=unit, value=value)
    if collected.metric_set:  # else what filled it last has written it
        collected.flush_metrics()
    collected.clear_metrics()
