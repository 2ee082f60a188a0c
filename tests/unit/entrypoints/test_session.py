"""POST /v1/session, GET /v1/me, and what the authorizer makes of a session's token."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import Any

import pytest

from message_detail import bootstrap
from message_detail.domain.scopes import SCOPES
from message_detail.domain.times import add_seconds, from_epoch
from message_detail.entrypoints.authorizer import authorizer_handler
from message_detail.entrypoints.session import session_handler
from message_detail.services.callers import key_hash
from tests.unit.container import Context, make_anew
from tests.unit.entrypoints.conftest import STACK, Cloud
from tests.unit.entrypoints.document import fits
from tests.unit.entrypoints.events import body_of, http
from tests.unit.entrypoints.test_lookup import assert_problem

NOW = 1_780_315_200.0
SECRET = f"{STACK}/api-keys"
KEYS = {"all": SCOPES, "reader": ("read",), "meta": ("metadata",), "writer": ("write",), "nothing": ()}


class Clock:
    """Where all look for the time."""

    seconds = NOW

    def __call__(self) -> float:
        return self.seconds


def store(cloud: Cloud, names: Iterable[str] = KEYS, **changed: Any) -> None:
    """The secret of the keys as it is now, in a container that has not read it yet."""
    entries = [{"id": name, "sha256": key_hash(f"key-{name}"), "scopes": list(KEYS[name]), **changed} for name in names]
    text = json.dumps({"keys": entries})
    try:
        cloud.secrets.create_secret(Name=SECRET, SecretString=text)
    except cloud.secrets.exceptions.ResourceExistsException:
        cloud.secrets.put_secret_value(SecretId=SECRET, SecretString=text)
    make_anew("secrets", "callers")


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    object.__setattr__(bootstrap.services(), "now", made)
    monkeypatch.setattr("message_detail.entrypoints.http.time.time", made)
    return made


@pytest.fixture(autouse=True)
def _keys(cloud: Cloud, clock: Clock) -> None:
    store(cloud)


def who(bearer: str) -> dict[str, Any]:
    """What the authorizer says of somebody."""
    answer = authorizer_handler({"type": "REQUEST", "headers": {"authorization": f"Bearer {bearer}"}}, Context())
    context: dict[str, Any] = answer["context"]
    return context


def call(path: str, bearer: str, method: str = "GET", body: Any = None) -> dict[str, Any]:
    """A request as it arrives after the authorizer."""
    event = http(path, method=method, body=body)
    event["requestContext"]["authorizer"]["lambda"] = who(bearer)
    return fits(session_handler(event, Context()), f"{method} {path}")


def opened(key: str = "all", **body: Any) -> dict[str, Any]:
    response = call("/v1/session", f"key-{key}", "POST", body or None)
    assert response["statusCode"] == 201, response["body"]
    assert response["headers"]["cache-control"] == "no-store"
    session: dict[str, Any] = body_of(response)
    return session


@pytest.mark.parametrize(
    ("key", "body", "scopes", "seconds"),
    [
        ("all", {}, ["metadata", "read"], 28_800),
        ("reader", {}, ["read"], 28_800),
        ("meta", {"seconds": 60}, ["metadata"], 60),
        ("reader", {"scopes": ["metadata"]}, ["metadata"], 28_800),
        ("all", {"scopes": ["read", "write", "read"], "seconds": 28_800}, ["read", "write"], 28_800),
        ("writer", {"scopes": ["write"]}, ["write"], 28_800),
    ],
)
def test_a_key_opens_a_session_with_some_of_its_scopes(
    key: str, body: dict[str, Any], scopes: list[str], seconds: int
) -> None:
    session = opened(key, **body)
    expires_at = add_seconds(from_epoch(NOW), seconds)
    assert (session["scopes"], session["expires_at"]) == (scopes, expires_at)
    told = {"key_id": key, "scopes": " ".join(scopes), "expires_at": expires_at, "session": "yes"}
    assert who(session["token"]) == told
    me = body_of(call("/v1/me", session["token"]))
    shown = {"key_id": key, "scopes": [one for one in SCOPES if one in scopes], "expires_at": expires_at}
    assert me == shown | {"session": True, "providers": None, "accounts": None}


def test_of_a_key_itself_there_is_no_end_unless_it_was_given_one(cloud: Cloud, clock: Clock) -> None:
    key = {"key_id": "reader", "scopes": ["read"], "session": False, "providers": None, "accounts": None}
    assert body_of(call("/v1/me", "key-reader")) == key | {"expires_at": None}
    end = from_epoch(NOW + 60)
    store(cloud, expires_at=end)
    assert body_of(call("/v1/me", "key-reader")) == key | {"expires_at": end}


def test_a_key_ends_with_its_sessions(cloud: Cloud, clock: Clock) -> None:
    end = from_epoch(NOW + 600)
    store(cloud, expires_at=end)
    session = opened("reader")
    assert session["expires_at"] == end, "no session outlives its key"
    short = opened("reader", seconds=60)
    assert short["expires_at"] == from_epoch(NOW + 60)
    remembered = http("/v1/me")
    remembered["requestContext"]["authorizer"]["lambda"] = who("key-reader")
    clock.seconds = NOW + 600
    make_anew("secrets", "callers")
    assert who("key-reader") == who(session["token"]) == {"reason": "wrong"}
    assert_problem(session_handler(remembered, Context()), 401, "unauthorized")


def test_a_session_is_for_what_its_key_is_for(cloud: Cloud) -> None:
    limits = {"providers": ["cellcast", "samva"], "accounts": ["cellcast:default"]}
    store(cloud, **limits)
    told = {"providers": "cellcast samva", "accounts": "cellcast:default"}
    token = opened("reader")["token"]
    assert who("key-reader").items() >= told.items()
    assert who(token).items() >= told.items()
    me = body_of(call("/v1/me", token))
    assert (me["providers"], me["accounts"]) == (limits["providers"], limits["accounts"])
    store(cloud, accounts=["cellcast:main"])
    assert who(token)["accounts"] == "cellcast:main", "also of one that was opened before"


@pytest.mark.parametrize("end", ["2026-06-01T12:00:00.000Z", "2020-01-01T00:00:00.000Z", "", 0])
def test_a_key_that_has_ended_is_nobodys(cloud: Cloud, end: Any) -> None:
    store(cloud, expires_at=end)
    assert who("key-reader") == {"reason": "wrong"}


@pytest.mark.parametrize(
    ("key", "body"),
    [("meta", {"scopes": ["read"]}), ("reader", {"scopes": ["read", "write"]}), ("writer", {}), ("nothing", {})],
)
def test_no_session_has_more_than_its_key(key: str, body: dict[str, Any]) -> None:
    assert_problem(call("/v1/session", f"key-{key}", "POST", body), 403, "forbidden")


@pytest.mark.parametrize(
    ("body", "detail"),
    [
        ({"seconds": 59}, "seconds: must be a whole number of seconds from 60 to 28800"),
        ({"seconds": 28_801}, "seconds: must be a whole number of seconds from 60 to 28800"),
        ({"seconds": "60"}, "seconds: must be a whole number"),
        ({"seconds": True}, "seconds: must be a whole number"),
        ({"seconds": 60.5}, "seconds: must be a whole number"),
        ({"seconds": 1e400}, "seconds: must be a whole number"),
        ({"seconds": None}, "seconds: must not be null"),
        ({"scopes": []}, "scopes: must be a list of one or more of metadata, read, write, admin"),
        ({"scopes": "read"}, "scopes: must be a list"),
        ({"scopes": ["root"]}, "scopes[0]: must be one of metadata, read, write, admin"),
        ({"scopes": ["read", 7]}, "scopes[1]: must be a string"),
        ({"scopes": None}, "scopes: must not be null"),
        ({"key_id": "all"}, "unknown key 'key_id'; known are: scopes, seconds"),
    ],
    ids=repr,
)
def test_a_session_that_can_not_be_is_refused_with_the_reason(body: dict[str, Any], detail: str) -> None:
    text = json.dumps(body).replace("Infinity", "1e400")
    refused = assert_problem(call("/v1/session", "key-all", "POST", text), 422, "invalid_request")
    assert refused["detail"].startswith(detail)


@pytest.mark.parametrize(
    ("body", "status", "words"),
    [
        ('{"seconds": 60, "seconds": 61}', 400, "'seconds' more than once"),
        ('{"scopes": ["read"]', 400, "no valid JSON"),
        ("[]", 400, "must be a JSON object"),
        (" " * 1_048_577, 413, "more than"),
    ],
    ids=["a key twice", "cut", "a list", "large"],
)
def test_a_body_that_is_no_request_is_refused(body: str, status: int, words: str) -> None:
    assert words in assert_problem(call("/v1/session", "key-all", "POST", body), status, "invalid_request")["detail"]


def test_no_session_opens_another() -> None:
    token = opened()["token"]
    assert_problem(call("/v1/session", token, "POST", {}), 403, "forbidden")


def test_a_session_ends_even_where_the_authorizer_s_answer_is_remembered(clock: Clock) -> None:
    token = opened(seconds=60)["token"]
    remembered = http("/v1/me")
    remembered["requestContext"]["authorizer"]["lambda"] = who(token)
    clock.seconds += 59.9
    assert session_handler(remembered, Context())["statusCode"] == 200
    clock.seconds += 0.1
    assert session_handler(remembered, Context())["statusCode"] == 401
    assert who(token) == {"reason": "wrong"}


def test_a_session_ends_with_its_key_and_not_with_another(cloud: Cloud) -> None:
    token = opened("reader")["token"]
    store(cloud, ["all", "reader"])
    assert who(token)["key_id"] == "reader"
    store(cloud, ["all"])
    assert who(token) == {"reason": "wrong"}
    store(cloud, ["reader"], sha256=key_hash("the next key of this name"))
    assert who(token) == {"reason": "wrong"}


def test_a_session_has_no_scope_that_its_key_has_lost(cloud: Cloud) -> None:
    token = opened(scopes=["read", "write", "metadata"])["token"]
    store(cloud, ["all"], scopes=["read"])
    assert who(token)["scopes"] == "read metadata"


def test_a_key_that_is_revoked_while_it_is_remembered_opens_nothing(cloud: Cloud) -> None:
    event = http("/v1/session", method="POST")
    event["requestContext"]["authorizer"]["lambda"] = who("key-reader")
    store(cloud, ["all"])
    assert_problem(fits(session_handler(event, Context()), "POST /v1/session"), 401, "unauthorized")


def test_who_sends_no_token_of_ours_is_told_the_same_whatever_is_wrong(clock: Clock, cloud: Cloud) -> None:
    token, other = opened(seconds=60)["token"], opened("reader")["token"]
    store(cloud, ["all"])
    clock.seconds += 61
    wrong = [token, other, token[:-1], token + "A", token.upper(), f"{token}.{token}", "mds1.", "x" * 1_000_000]
    answers = {json.dumps(who(one)) for one in wrong}
    assert answers == {'{"reason": "wrong"}'}
    bodies = [body_of(call("/v1/me", one)) for one in wrong]
    assert len({body["detail"] for body in bodies}) == 1


def test_no_token_gets_into_the_log(logged: Callable[[], str]) -> None:
    token = opened()["token"]
    call("/v1/me", token)
    call("/v1/me", f"{token}x")
    text = logged()
    assert '"message":"session opened"' in text
    assert token[:24] not in text
    assert "key-all" not in text


def test_other_paths_and_parameters_are_none_of_these() -> None:
    event = http("/v1/me", query="x=1")
    assert_problem(session_handler(event, Context()), 400, "invalid_request")
    assert_problem(session_handler(http("/v1/session"), Context()), 404, "not_found")
