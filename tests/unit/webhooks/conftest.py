"""The cloud of the webhook functions in moto; no socket is opened."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator

import pytest

from message_detail import observability
from tests.unit.aws import world
from tests.unit.container import forget
from tests.unit.webhooks.cloud import Cloud

observability.logger()  # made before a test replaces stdout, which the logger then keeps


@pytest.fixture(scope="module")
def _moto() -> Iterator[Cloud]:
    with world(), pytest.MonkeyPatch.context() as monkeypatch:
        yield Cloud(monkeypatch)
        forget()


@pytest.fixture
def cloud(_moto: Cloud) -> Cloud:
    """Made once per module, and emptied before every test."""
    _moto.clear()
    return _moto


@pytest.fixture
def logged() -> Iterator[list[str]]:
    """The lines that the functions log."""
    lines: list[str] = []

    class Keep(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            lines.append(json.dumps(record.__dict__, default=str))

    handler = Keep()
    logger = logging.getLogger(observability.logger().service)
    logger.addHandler(handler)
    yield lines
    logger.removeHandler(handler)
