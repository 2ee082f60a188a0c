"""AWS in moto: an empty world for each test, and clients that are made once for all of them.

A world costs milliseconds, a client up to a hundred; and a client asks whatever world is there when it asks.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any, Final

import boto3
import pytest
from botocore.loaders import JSONFileLoader
from moto import mock_aws
from moto.sqs.models import SQSBackend

REGION: Final = "us-east-1"


@contextmanager
def world() -> Iterator[None]:
    """An empty AWS, for the code under test as well: a region and nobody's credentials are in the environment."""
    with mock_aws(), pytest.MonkeyPatch.context() as environment:
        environment.setenv("AWS_DEFAULT_REGION", REGION)
        environment.setattr(SQSBackend, "receive_message", _receive_at_once)
        yield


_receive: Final = SQSBackend.receive_message


def _receive_at_once(backend: SQSBackend, queue: str, count: int, _wait_seconds: int, *more: Any) -> Any:
    """An empty queue says so without the wait: who waits for it here is the one who would fill it."""
    return _receive(backend, queue, count, 0, *more)


@cache
def client(service: str) -> Any:
    """The client of a service that tests share; it is asked while a world is there."""
    return _session().client(service)


@cache
def _session() -> Any:
    return boto3.Session("testing", "testing", region_name=REGION)


def read_descriptions_once(patch: pytest.MonkeyPatch) -> None:
    """For clients that the code under test makes: each session of botocore parses megabytes of JSON anew."""
    patch.setattr(JSONFileLoader, "load_file", staticmethod(cache(JSONFileLoader().load_file)))
