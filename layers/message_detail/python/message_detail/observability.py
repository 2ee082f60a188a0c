"""Logs and metrics: one place, so that no body, address, name or secret ever gets into them.

Log lines hold ids, codes and counts only. Metrics are CloudWatch EMF through Powertools, by stack and by stack and
provider: an alarm can be for all providers, and two stacks of one AWS account share none. docs/operations.md lists all.
"""

from __future__ import annotations

import logging
import os
from functools import cache
from traceback import extract_tb
from typing import Final

from aws_lambda_powertools.logging import Logger
from aws_lambda_powertools.metrics import Metrics, MetricUnit

NAMESPACE: Final = "MessageDetail"
SERVICE: Final = "message-detail"
NO_STACK: Final = "-"
"""The stack of a function that runs outside of one."""

# Lambda's runtime gives the root logger a handler of its own. At INFO httpx tells it the address of each call, and so
# ids, phone numbers and queries; botocore says where it has found credentials.
for _library in ("httpx", "httpcore", "urllib3", "botocore", "boto3"):
    logging.getLogger(_library).setLevel(logging.WARNING)


@cache
def logger() -> Logger:
    """The structured logger of this container."""
    return Logger(service=SERVICE, log_uncaught_exceptions=False)


@cache
def metrics() -> Metrics:
    """The metrics of this container; they leave with `flush` at the end of an invocation."""
    return Metrics(namespace=NAMESPACE, service=SERVICE)


def log_unexpected(error: Exception, **context: str | None) -> None:
    """Logs a bug: what was raised where, without the error's text, which may quote a message or a person."""
    frames = [
        f"{frame.filename.rpartition('/')[2]}:{frame.lineno} {frame.name}" for frame in extract_tb(error.__traceback__)
    ]
    logger().error("unexpected error", extra={"error": type(error).__name__, "where": frames, **context})
    count("unexpected_errors")


def count(name: str, value: float = 1) -> None:
    """Adds to a counter of this invocation."""
    metrics().add_metric(name=name, unit=MetricUnit.Count, value=value)


def measure_seconds(name: str, value: float) -> None:
    """Adds a duration to this invocation's measurements."""
    metrics().add_metric(name=name, unit=MetricUnit.Seconds, value=value)


def flush(provider: str | None = None) -> None:
    """Writes the invocation's metrics, if it made any."""
    collected = metrics()
    if not collected.metric_set:
        return
    stack = os.environ.get("STACK_NAME") or NO_STACK
    collected.add_dimension(name="stack", value=stack)
    if provider is not None:
        collected.add_dimensions(service=SERVICE, stack=stack, provider=provider)
    collected.flush_metrics()
