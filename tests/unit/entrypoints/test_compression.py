"""Answers are compressed for who asks for it, and for nobody else."""

from __future__ import annotations

import base64
import gzip
import json
from typing import Any

import pytest

from message_detail.entrypoints import compression
from message_detail.entrypoints.public import public_handler
from tests.unit.container import Context
from tests.unit.entrypoints.events import http

LARGE = "/v1/openapi.json"
SMALL = "/v1/health"


def get(path: str, accept_encoding: str, method: str = "GET") -> dict[str, Any]:
    return public_handler(http(path, method=method, headers={"accept-encoding": accept_encoding}), Context())


@pytest.mark.parametrize(
    "accepted",
    [
        "gzip",
        "GZip",
        "gzip, deflate, br",
        "br;q=1.0, gzip;q=0.8",
        "deflate,gzip ;q=0.1",
        "x-gzip",
        "*",
        "gzip,identity",
    ],
)
def test_who_accepts_gzip_gets_it(accepted: str) -> None:
    plain, packed = get(LARGE, ""), get(LARGE, accepted)
    assert (packed["headers"]["content-encoding"], packed["isBase64Encoded"]) == ("gzip", True)
    assert gzip.decompress(base64.b64decode(packed["body"])).decode() == plain["body"]
    assert len(packed["body"]) < len(plain["body"]) / 3


@pytest.mark.parametrize(
    "accepted",
    [
        "",
        "identity",
        "br",
        "gzip;q=0",
        "gzip;q=0.000",
        "*;q=0",
        "gzip;q=0, *",
        "gzip;q=x",
        "gzipped",
        "identity, gzip;q=0.5",
    ],
)
def test_who_does_not_gets_the_answer_as_it_is(accepted: str) -> None:
    plain = get(LARGE, accepted)
    assert "content-encoding" not in plain["headers"]
    assert not plain["isBase64Encoded"]
    assert json.loads(plain["body"])["openapi"]


@pytest.mark.parametrize("path", [LARGE, SMALL])
@pytest.mark.parametrize("accepted", ["", "gzip"])
def test_a_cache_is_told_that_the_answer_depends_on_it(path: str, accepted: str) -> None:
    assert get(path, accepted)["headers"]["vary"] == "accept-encoding"


def test_what_fits_one_packet_is_not_compressed() -> None:
    small = get(SMALL, "gzip")
    assert len(small["body"]) < compression.LEAST_BYTES
    assert "content-encoding" not in small["headers"]


def test_head_tells_of_the_body_that_get_would_send() -> None:
    head, whole = get(LARGE, "gzip", "HEAD"), get(LARGE, "gzip")
    assert (head["body"], head["isBase64Encoded"]) == ("", False)
    assert head["headers"]["content-encoding"] == whole["headers"]["content-encoding"]


def test_a_header_of_any_sort_breaks_nothing() -> None:
    for accepted in (";;,", "gzip;q=nan", "gzip;q=1;q=0", "=", "gzip;", ",,,gzip" * 1000):
        assert get(LARGE, accepted)["statusCode"] == 200
