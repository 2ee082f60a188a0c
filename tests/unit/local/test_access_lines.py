"""A line for each request, which holds no secret and no person, and for which no request waits."""

from __future__ import annotations

import os

import pytest

from local.access_lines import AccessLines, shown


def lines_of(*requests: tuple[str, str, int, bytes], on: bool = True) -> list[str]:
    reader, writer = os.pipe()
    lines = AccessLines(writer)
    lines.on = on
    for method, target, status, content in requests:
        lines.write(method, target, status, content, 0.0234)
    os.close(writer)
    with os.fdopen(reader) as said:
        return said.read().splitlines()


def test_a_line_says_how_a_request_ended_and_why_it_was_refused() -> None:
    said = lines_of(
        ("GET", "/v1/messages/cellcast/a%2Fb?max_age=0", 200, b"{}"),
        ("POST", "/v1/webhooks/cellcast?token=s3cret", 401, b'{"code":"signature_invalid"}'),
        ("GET", "/v1/search?q=%2B61491570157", 500, b"\x1f\x8b gzip"),
    )
    assert [line[10:] for line in said] == [
        "200     23 ms  GET  /v1/messages/cellcast/a/b?max_age=…",
        "401     23 ms  POST  /v1/webhooks/cellcast?token=…  signature_invalid",
        "500     23 ms  GET  /v1/search?q=…",
    ]


@pytest.mark.parametrize(
    ("target", "told"),
    [
        ("/v1/health", "/v1/health"),
        ("/a?b", "/a?b=…"),
        ("/a?s3cret%20text=1&x=2", "/a?…&x=…"),
        ("/%1b[31m", "/?[31m"),
        ("/" + "a" * 500, "/" + "a" * 159),
        ("//[", "(not an address)"),
        ("/a?" + "b=1&" * 100, "(not an address)"),
    ],
    ids=["plain", "no-value", "odd-name", "control", "long", "broken", "many"],
)
def test_what_was_asked_for_is_shown_as_a_terminal_may_show_it(target: str, told: str) -> None:
    assert shown(target) == told


def test_nothing_is_written_until_it_is_on() -> None:
    assert lines_of(("GET", "/v1/health", 200, b""), on=False) == []


def test_no_request_waits_for_a_pipe_that_nobody_reads() -> None:
    reader, writer = os.pipe()
    lines = AccessLines(writer)
    lines.on = True
    for _ in range(5_000):
        lines.write("GET", "/v1/health", 200, b"", 0.001)
    os.close(reader)
    lines.write("GET", "/v1/health", 200, b"", 0.001)
    os.close(writer)
