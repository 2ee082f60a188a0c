"""The one way out: whatever a provider or the network does becomes one of our errors."""

from __future__ import annotations

import gzip
import json
import ssl
import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import httpx
import pytest

from message_detail.adapters.access_tokens import SavedToken, Tokens
from message_detail.adapters.http_exchange import MAX_ANSWER_BYTES
from message_detail.adapters.provider_client import USER_AGENT, ProviderClient
from message_detail.domain.errors import (
    AnswerTooLarge,
    MessageDetailError,
    MessageNotFound,
    ProviderBadAnswer,
    ProviderRefused,
    ProviderTimeout,
    ProviderUnavailable,
    RateLimited,
    UnknownAccount,
)
from message_detail.providers import load, names
from message_detail.providers.base.account import Account, build
from message_detail.providers.base.provider import Look, Provider, Request, Steps
from message_detail.providers.cellcast.provider import PROVIDER
from message_detail.version import __version__
from tests.unit.providers.cases import CASES
from tests.unit.samples import NATIVE_ID, Vendor, account, answer, says, stand_in


class NoTokens:
    """A token table that no test here may touch."""

    def read_token(self, account: Account) -> SavedToken | None:
        raise AssertionError("an account with a static key has no token")

    take_lease = save_token = end_lease = read_token


def provider_client(transport: httpx.BaseTransport) -> ProviderClient:
    return ProviderClient(Tokens(stand_in(NoTokens())), transport)


def fetch(vendor: Vendor, message_id: str = NATIVE_ID, seconds: float = 5.0, **changes: Any) -> dict[str, Any]:
    return provider_client(vendor.transport).session(PROVIDER, account(**changes), seconds).fetch(message_id)


def test_a_call_is_authenticated_named_and_unredirected() -> None:
    vendor = Vendor(says())
    assert fetch(vendor)["_id"] == NATIVE_ID
    (request,) = vendor.requests
    assert str(request.url) == f"https://api.cellcast.com/api/v2/report/message/{NATIVE_ID}"
    assert request.headers["authorization"] == "Bearer key-of-the-tests"
    assert request.headers["user-agent"] == USER_AGENT == f"message-detail/{__version__}"
    assert request.headers["content-type"] == "application/json"


IDS = [
    "a/b",
    "a?b=c",
    "a#b",
    "100%",
    "a+b",
    "x=y",
    "../../admin",
    "a/../b",
    "ünï",
    "a b",
    "%2e%2e",
    "x" * 1000,
    "a;b",
    "a\\b",
    "@evil.example.com",
    "\n",
]


@pytest.mark.parametrize("message_id", IDS)
def test_an_id_never_changes_what_is_called(message_id: str) -> None:
    vendor = Vendor(says(_id=message_id))
    fetch(vendor, message_id)
    (request,) = vendor.requests
    prefix, _, last = request.url.raw_path.decode().rpartition("/")
    assert request.url.host == "api.cellcast.com"
    assert prefix == "/api/v2/report/message"
    assert httpx.URL(f"https://x/{last}").path == "/" + message_id
    assert not request.url.query


def _slow(request: httpx.Request) -> httpx.Response:
    raise httpx.ReadTimeout("too slow", request=request)


def _gzip(content: bytes) -> httpx.Response:
    return httpx.Response(200, headers={"content-encoding": "gzip"}, stream=httpx.ByteStream(content))


FAILURES: list[tuple[str, Any, type[MessageDetailError]]] = [
    ("connect error", httpx.ConnectError("refused"), ProviderUnavailable),
    ("reset", httpx.ReadError("reset by peer"), ProviderUnavailable),
    ("garbled", httpx.RemoteProtocolError("no HTTP"), ProviderUnavailable),
    ("connect timeout", httpx.ConnectTimeout("slow"), ProviderTimeout),
    ("read timeout", _slow, ProviderTimeout),
    ("pool timeout", httpx.PoolTimeout("busy"), ProviderTimeout),
    ("proxy", httpx.ProxyError("no"), ProviderUnavailable),
    ("not HTTP", httpx.LocalProtocolError("bad header"), ProviderRefused),
    ("no such protocol", httpx.UnsupportedProtocol("ftp"), ProviderRefused),
    ("bad address", httpx.InvalidURL("what"), ProviderRefused),
    ("not JSON", httpx.Response(200, text="<html>sign in</html>"), ProviderBadAnswer),
    ("empty", httpx.Response(200), ProviderBadAnswer),
    ("a list", httpx.Response(200, json=[1]), ProviderBadAnswer),
    ("null", httpx.Response(200, json=None), ProviderBadAnswer),
    ("nested without end", httpx.Response(200, content=b"[" * 100_000), ProviderBadAnswer),
    ("not UTF-8", httpx.Response(200, content=b'{"a":"\xff"}'), ProviderBadAnswer),
    ("broken gzip", lambda _: _gzip(b"nope"), ProviderBadAnswer),
    ("too large", httpx.Response(200, content=b" " * (MAX_ANSWER_BYTES + 1)), AnswerTooLarge),
    ("gzip bomb", lambda _: _gzip(gzip.compress(b" " * (MAX_ANSWER_BYTES + 1))), AnswerTooLarge),
    ("no id", httpx.Response(200, json={"status": True, "data": {"status": "sent"}}), ProviderBadAnswer),
    ("another's id", says(_id="6a1c0de5f0aa11bb22cc33de"), ProviderBadAnswer),
    ("redirect elsewhere", httpx.Response(302, headers={"location": "https://evil.example.com/"}), ProviderBadAnswer),
    ("redirect to http", httpx.Response(302, headers={"location": "http://api.cellcast.com/"}), ProviderBadAnswer),
    ("redirect to nowhere", httpx.Response(302), ProviderBadAnswer),
    ("redirect without end", httpx.Response(307, headers={"location": "/again"}), ProviderBadAnswer),
    ("500", httpx.Response(500, text="oops"), ProviderUnavailable),
    ("503", httpx.Response(503), ProviderUnavailable),
    ("429", httpx.Response(429), RateLimited),
    ("401", httpx.Response(401, json={"code": 401, "message": "Token expired", "stack": "APIError"}), ProviderRefused),
    ("404", httpx.Response(404), MessageNotFound),
    ("418", httpx.Response(418), ProviderRefused),
]  # fmt: skip


@pytest.mark.parametrize(
    ("how", "expected"), [(how, error) for _, how, error in FAILURES], ids=[name for name, _, _ in FAILURES]
)
def test_no_foreign_exception_leaks(how: Any, expected: type[MessageDetailError]) -> None:
    with pytest.raises(MessageDetailError) as caught:
        fetch(Vendor(how))
    assert type(caught.value) is expected
    assert caught.value.provider == "cellcast"
    assert caught.value.account == "default"
    assert "key-of-the-tests" not in repr(caught.value) + caught.value.detail


TRANSPORT_ERRORS = [
    error for error in vars(httpx).values() if isinstance(error, type) and issubclass(error, httpx.TransportError)
]


@pytest.mark.parametrize("error", TRANSPORT_ERRORS, ids=lambda error: error.__name__)
def test_no_error_that_the_http_client_has_for_its_transport_leaks(error: type[httpx.TransportError]) -> None:
    with pytest.raises(MessageDetailError):
        fetch(Vendor(error("as the client has it")))


def test_a_redirect_on_the_same_server_is_followed() -> None:
    vendor = Vendor(httpx.Response(307, headers={"location": "/api/v3/there"}), says())
    assert fetch(vendor)["_id"] == NATIVE_ID
    assert vendor.requests[1].url.path == "/api/v3/there"


ELSEWHERE = [
    "javascript:alert(1)",
    "http://[::1",
    "http://[::1]/",
    "/ \tx",
    "/a\x7fb",
    "",
    " ",
    "//evil.example.com/",
    "https://api.cellcast.com:444/",
    "https://api.cellcast.com:99999/",
    "https://api.cellcast.com:x/",
    "https://api.cellcast.com@evil.example.com/",
    "https://user:password@api.cellcast.com/",
    "https://api.cellcast.com.evil.example.com/",
    "https://xn--/",
    "https://\xe9\xad\xff./",
    "data:,x",
    "mailto:a@b",
    "ftp://api.cellcast.com/",
]


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("location", ELSEWHERE)
def test_a_redirect_to_no_address_of_this_server_is_a_bad_answer(location: str, status: int) -> None:
    vendor = Vendor(lambda _: httpx.Response(status, headers=[(b"Location", location.encode("latin-1"))]))
    with pytest.raises(ProviderBadAnswer, match="redirects to another address"):
        fetch(vendor)
    assert len(vendor.requests) == 1


@pytest.mark.parametrize(
    "location", ["https://API.cellcast.com:443/there?a=b", "//api.cellcast.com/there?a=b#part", "/there?a=b"]
)
def test_the_same_server_may_be_written_in_other_ways(location: str) -> None:
    vendor = Vendor(httpx.Response(308, headers={"location": location}), says())
    assert fetch(vendor)["_id"] == NATIVE_ID
    assert vendor.requests[1].url.raw_path == b"/there?a=b"


@pytest.mark.parametrize(
    ("status", "method", "body"),
    [(302, "GET", b""), (303, "GET", b""), (307, "POST", b'{"a":"b"}'), (308, "POST", b'{"a":"b"}')],
)
def test_a_303_makes_a_get_of_a_request_and_a_307_does_not_and_the_query_is_that_of_the_new_address(
    status: int, method: str, body: bytes
) -> None:
    vendor = Vendor(httpx.Response(status, headers={"location": "/there?c=d"}), httpx.Response(200, json={}))
    request = Request(path="/here", method="POST", query={"q": "1"}, json={"a": "b"})
    provider_client(vendor.transport).session(PROVIDER, account(), 5).call(request)
    there = vendor.requests[1]
    assert (there.method, there.read(), there.url.raw_path) == (method, body, b"/there?c=d")


def test_reading_stops_at_the_size_limit() -> None:
    read = 0

    def endless() -> Iterator[bytes]:
        nonlocal read
        while True:
            read += 1_000_000
            yield b" " * 1_000_000

    with pytest.raises(ProviderBadAnswer, match="larger"):
        fetch(Vendor(lambda _: httpx.Response(200, content=endless())))
    assert read <= MAX_ANSWER_BYTES + 1_000_000


def test_an_answer_that_drips_ends_at_the_deadline(monkeypatch: pytest.MonkeyPatch) -> None:
    passed = iter(range(0, 1_000_000))
    monkeypatch.setattr(time, "monotonic", lambda: float(next(passed)))

    def dripping() -> Iterator[bytes]:
        while True:
            yield b" "

    with pytest.raises(ProviderTimeout):
        fetch(Vendor(lambda _: httpx.Response(200, content=dripping())), seconds=60)


def test_no_call_is_made_when_no_time_is_left() -> None:
    vendor = Vendor(says())
    with pytest.raises(ProviderTimeout):
        fetch(vendor, seconds=0)
    assert vendor.requests == []


def test_the_time_limits_are_the_account_s_and_within_the_call_s() -> None:
    vendor = Vendor(says())
    fetch(vendor, seconds=30, timeout_seconds=7)
    limits = vendor.requests[0].extensions["timeout"]
    assert limits["read"] == pytest.approx(7, abs=0.5)
    assert limits["connect"] == pytest.approx(5, abs=0.5)
    fetch(vendor, seconds=3)
    assert vendor.requests[1].extensions["timeout"]["read"] <= 3


def test_the_provider_s_retry_after_reaches_the_error() -> None:
    with pytest.raises(RateLimited) as caught:
        fetch(Vendor(httpx.Response(429, headers={"retry-after": "17"})))
    assert caught.value.retry_after == 17


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize("wait", ["86400", "99999999999", "1e400", "Fri, 31 Dec 9999 23:59:59 GMT"])
def test_no_wait_that_a_provider_asks_for_is_longer_than_15_minutes(status: int, wait: str) -> None:
    with pytest.raises((RateLimited, ProviderUnavailable)) as caught:
        fetch(Vendor(httpx.Response(status, headers={"retry-after": wait})))
    assert caught.value.retry_after == 900


def test_tls_is_verified_and_an_untrusted_certificate_is_refused() -> None:
    def untrusted(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("TLS") from ssl.SSLCertVerificationError("self-signed")

    with pytest.raises(ProviderRefused, match="certificate"):
        fetch(Vendor(untrusted))


def test_a_certificate_authority_that_is_none_is_named() -> None:
    portsip = load("portsip")
    own = build(
        "portsip",
        "default",
        {"base_url": "https://pbx.example.com:8887/api", "token": "t", "ca_certificate": "not a certificate"},
        portsip.schema,
    )
    with pytest.raises(UnknownAccount, match="ca_certificate"):
        ProviderClient(Tokens(stand_in(NoTokens()))).session(portsip, own, 5)


def test_a_key_that_no_header_can_hold_is_refused() -> None:
    for key in ("schlüssel\u2603", "two\nlines"):
        with pytest.raises(ProviderRefused):
            fetch(Vendor(says()), token=key)


def test_connections_are_reused() -> None:
    vendor = Vendor(says())
    one = provider_client(vendor.transport)
    for _ in range(3):
        one.session(PROVIDER, account(), 5).fetch(NATIVE_ID)
    assert len(one._clients) == 1


def test_no_cookie_of_one_account_s_answer_goes_out_with_another_s_request() -> None:
    welcome = httpx.Response(200, headers={"set-cookie": "session=of-the-first; Path=/"}, json=answer())
    vendor = Vendor(welcome, says(), says())
    one = provider_client(vendor.transport)
    for own in (account(token="first"), account(token="second"), account(token="first")):
        one.session(PROVIDER, own, 5).fetch(NATIVE_ID)
    assert [request.headers.get("cookie") for request in vendor.requests] == [None, None, None]


def test_numbers_that_no_float_holds_stay_exact() -> None:
    def odd(_: httpx.Request) -> httpx.Response:
        body = httpx.Response(200, json=answer()).text.replace(
            '"sent"', '"sent","exact":0.12345678901234567890,"huge":1e999,"nan":NaN'
        )
        return httpx.Response(200, text=body)

    document = fetch(Vendor(odd))
    assert (document["exact"], document["huge"], document["nan"]) == ("0.12345678901234567890", "1e999", "NaN")


def test_lone_surrogates_become_writable() -> None:
    document = fetch(
        Vendor(httpx.Response(200, text=httpx.Response(200, json=answer()).text.replace("Your", "\\ud83d Your")))
    )
    assert document["message"].encode().decode() == "\ufffd Your parcel is on its way"


@pytest.mark.parametrize("name", names())
@pytest.mark.parametrize(
    ("how", "expected"), [(how, error) for _, how, error in FAILURES[:20]], ids=[n for n, _, _ in FAILURES[:20]]
)
def test_no_foreign_exception_leaks_for_any_provider(name: str, how: Any, expected: type[MessageDetailError]) -> None:
    provider: Provider = load(name)
    own = CASES[name].lists.account
    with pytest.raises(MessageDetailError) as caught:
        provider_client(Vendor(how).transport).session(provider, own, 5).fetch(NATIVE_ID)
    assert type(caught.value) is expected


# --- what a fetch can do without


def spare_steps(account: Account, message_id: str, look: Look) -> Steps:
    """A message and a part that the fetch can do without."""
    answer = yield Request(path="/message")
    part = yield Request(path="/part", spare=True)
    return {**answer.object(), "_part": part.object(), "_error": part.error, "_because": look.part}


def with_parts() -> Provider:
    return replace(
        PROVIDER, retrieve_parts=spare_steps, classify=lambda a: RateLimited("slow down") if a.status == 429 else None
    )


@pytest.mark.parametrize(
    ("how", "error"),
    [
        (httpx.Response(429, headers={"retry-after": "9"}), RateLimited),
        (httpx.Response(500), ProviderRefused),
        (httpx.ReadTimeout("slow"), ProviderTimeout),
        (httpx.ConnectError("down"), ProviderUnavailable),
        (httpx.Response(200, content=b"x" * (MAX_ANSWER_BYTES + 1)), ProviderBadAnswer),
    ],
)
def test_no_error_of_a_spare_request_ends_the_fetch(how: Any, error: type[MessageDetailError]) -> None:
    vendor = Vendor(httpx.Response(200, json={"_id": NATIVE_ID}), how)
    session = provider_client(vendor.transport).session(with_parts(), account(), 5)
    document = session.fetch(NATIVE_ID, Look(part="p1"))
    assert (document["_part"], document["_because"]) == ({}, "p1")
    assert isinstance(document["_error"], error)
    assert session.pause_seconds == (9.0 if error is RateLimited else 0.0)


def test_a_spare_request_is_made_only_while_there_is_plenty_of_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("message_detail.adapters.provider_session.SPARE_SHARE", 0.0)
    vendor = Vendor(httpx.Response(200, json={"_id": NATIVE_ID}))
    document = provider_client(vendor.transport).session(with_parts(), account(), 5).fetch(NATIVE_ID)
    assert isinstance(document["_error"], ProviderTimeout)
    assert len(vendor.requests) == 1


CZECH = "Příliš žluťoučký kůň"


@pytest.mark.parametrize(
    ("declared", "written"),
    [
        ("windows-1250", "windows-1250"),
        ("Windows-1250", "cp1250"),
        ('"iso-8859-2"', "iso-8859-2"),
        ("utf-8", "utf-8"),
        ("UTF-8", "utf-8-sig"),
        ("utf-16", "utf-16"),
        ("iso-8859-1", "utf-8"),
        ("no-such-charset", "utf-8"),
        ("punycode", "utf-8"),
    ],
)
def test_an_answer_is_read_by_its_charset(declared: str, written: str) -> None:
    content = json.dumps(answer(message=CZECH), ensure_ascii=False).encode(written)
    headers = {"content-type": f"application/json; charset={declared}"}
    assert fetch(Vendor(httpx.Response(200, content=content, headers=headers)))["message"] == CZECH


@pytest.mark.parametrize(
    "declared",
    ["utf-8", "us-ascii", "no-such-charset", "punycode", "unicode_escape", "zlib", "idna", "cp9999", "", "x" * 9999],
)
def test_an_answer_in_no_charset_that_is_known_is_a_bad_one(declared: str) -> None:
    content = json.dumps(answer(message=CZECH), ensure_ascii=False).encode("windows-1250")
    headers = {"content-type": f"application/json; charset={declared}"}
    with pytest.raises(ProviderBadAnswer):
        fetch(Vendor(httpx.Response(200, content=content, headers=headers)))


def test_a_redirect_without_end_in_its_address_is_refused() -> None:
    with pytest.raises(ProviderBadAnswer, match="too long"):
        fetch(Vendor(httpx.Response(302, headers={"location": "/" + "a" * 60_000})))


def test_no_spare_request_is_made_once_the_budget_is_nearly_used_up() -> None:
    vendor = Vendor(httpx.Response(200, json={"_id": NATIVE_ID}))
    provider = replace(with_parts(), pause_after=lambda _answer: 7.0)
    session = provider_client(vendor.transport).session(provider, account(), 5)
    document = session.fetch(NATIVE_ID)
    assert session.pause_seconds == 7.0
    assert isinstance(document["_error"], ProviderTimeout)
    assert len(vendor.requests) == 1


def meant(name: str, status: int, text: str, content_type: str = "text/plain") -> MessageDetailError | None:
    """What such an answer means to a provider."""
    vendor = Vendor(httpx.Response(status, content=text.encode(), headers={"content-type": content_type}))
    session = provider_client(vendor.transport).session(load(name), account(), 5)
    return session.call(Request(path="/", authenticated=False)).error


@pytest.mark.parametrize("name", names())
@pytest.mark.parametrize("status", [400, 404, 410, 422, 500])
@pytest.mark.parametrize("text", ["Message not found", "message does not exist\r\n", '"No such message"'])
def test_no_such_message_is_heard_in_an_error_without_json(name: str, status: int, text: str) -> None:
    assert type(meant(name, status, text)) is MessageNotFound
    assert type(meant(name, status, text, "application/json")) is MessageNotFound


@pytest.mark.parametrize("name", names())
@pytest.mark.parametrize(
    "text",
    ["Bad request", "<p>Message not found</p>", '{"message": "Message not found"', "Message not found" + " " * 2000],
)
def test_neither_a_page_nor_broken_json_nor_a_long_text_is_heard(name: str, text: str) -> None:
    assert type(meant(name, 400, text)) is ProviderRefused


@pytest.mark.parametrize("name", names())
def test_a_text_of_a_success_or_of_refused_credentials_or_of_a_gateway_is_no_saying(name: str) -> None:
    assert type(meant(name, 200, "Message not found")) is ProviderBadAnswer
    assert type(meant(name, 401, "Message not found")) is ProviderRefused
    assert type(meant(name, 503, "Service not found")) is ProviderUnavailable
    throttled = RateLimited if CASES[name].error("text") else ProviderRefused
    assert type(meant(name, 400, "Rate limit exceeded")) is throttled
