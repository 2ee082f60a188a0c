"""Access tokens: shared, renewed by one at a time, and saved before they are used."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import Any

import pytest
from botocore.exceptions import ClientError

from message_detail.adapters.access_tokens import LEASE_SECONDS, Tokens
from message_detail.adapters.aws.token_store import DynamoTokens
from message_detail.domain.errors import ProviderRefused, ProviderUnavailable, StorageUnavailable
from message_detail.providers.base.account import Account, AccountSchema, build
from message_detail.providers.base.provider import Request, Response, Token, TokenLogin
from tests.unit.conftest import TABLE, Clock, OneAtATime, table_of

KEYS = AccountSchema(
    credentials=(("refresh_token",), ("password",)), default_base_url="https://api.example.com", optional=("version",)
)


def account(**values: Any) -> Account:
    return build("cellcast", "default", values or {"refresh_token": "seed"}, KEYS)


@dataclass
class Vendor:
    """Gives out access tokens; with rotation a refresh token works once."""

    rotating: bool = True
    alive: str = "seed"
    made: int = 0
    used: list[str] = field(default_factory=list)
    fail_with: Exception | None = None

    def call(self, request: Request) -> Response:
        if self.fail_with is not None:
            raise self.fail_with
        given = (request.form or {}).get("refresh_token")
        self.used.append(given or "password")
        if given is not None and given != self.alive:
            return Response(400, {}, {}, ProviderRefused("dead refresh token"))
        self.made += 1
        if self.rotating:
            self.alive = f"refresh-{self.made}"
        body = {"access_token": f"access-{self.made}", "refresh_token": self.alive, "expires_in": 3600}
        return Response(200, {}, body)

    def login(self, *, sign_in: bool = False, refresh: bool = True, seed: bool = True) -> TokenLogin:
        return TokenLogin(
            read=_read,
            rejected=lambda answer: answer.status == 401,
            sign_in=(lambda _: Request(path="/login", form={}, authenticated=False)) if sign_in else None,
            refresh=(lambda _, token: Request(path="/token", form={"refresh_token": token}, authenticated=False))
            if refresh
            else None,
            seed=(lambda own: own.require("refresh_token")) if seed else None,
        )


def _read(answer: Response, _account: Account) -> Token:
    if answer.error is not None:
        raise answer.error
    body = answer.object()
    return Token(body["access_token"], body["expires_in"], body.get("refresh_token"))


@pytest.fixture
def table(dynamodb: Any) -> DynamoTokens:
    return DynamoTokens(table_of(dynamodb))


def tokens(table: DynamoTokens, clock: Clock) -> Tokens:
    return Tokens(table, now=clock, sleep=clock.sleep)


def test_a_token_is_obtained_once_and_then_shared_between_containers(table: DynamoTokens, clock: Clock) -> None:
    vendor = Vendor()
    for _ in range(3):
        assert tokens(table, clock).current(account(), vendor.login(), vendor.call) == "access-1"
    assert vendor.used == ["seed"]


def test_the_rotated_refresh_token_is_the_one_used_next(table: DynamoTokens, clock: Clock) -> None:
    vendor = Vendor()
    first = tokens(table, clock)
    first.current(account(), vendor.login(), vendor.call)
    assert first.renewed(account(), vendor.login(), vendor.call, rejected="access-1") == "access-2"
    assert vendor.used == ["seed", "refresh-1"]


REFUSED = ClientError({"Error": {"Code": "InternalServerError"}}, "UpdateItem")


class Refusing:
    """A DynamoDB client that refuses to save tokens as long as the test says: all of them, or those in one place."""

    def __init__(self, client: Any) -> None:
        self._client = client
        self.times = 0.0
        self.place = ""
        self.saved: list[str] = []

    def update_item(self, **arguments: Any) -> Any:
        if ":access_token" in arguments["ExpressionAttributeValues"]:
            key = arguments["Key"]["pk"]["S"]
            if self.times > 0 and key.endswith(self.place):
                self.times -= 1
                raise REFUSED
            self.saved.append(key)
        return self._client.update_item(**arguments)

    def __getattr__(self, operation: str) -> Any:
        return getattr(self._client, operation)


@pytest.fixture
def refusing(dynamodb: Any) -> Refusing:
    return Refusing(dynamodb)


def container_of(client: Any, clock: Clock) -> Tokens:
    """A container's tokens; its pauses take no time."""
    return Tokens(DynamoTokens(table_of(client)), now=clock, sleep=clock.sleep, monotonic=clock)


def test_the_rotated_token_is_saved_before_it_is_used(refusing: Refusing, clock: Clock) -> None:
    vendor = Vendor()
    refusing.times = float("inf")
    with pytest.raises(StorageUnavailable):
        container_of(refusing, clock).current(account(), vendor.login(), vendor.call)


@pytest.mark.parametrize("times", [1, 2, 3, 7, 12])
def test_a_table_that_refuses_some_saves_loses_no_token(
    dynamodb: Any, refusing: Refusing, clock: Clock, times: int
) -> None:
    vendor = Vendor()
    refusing.times = times
    assert container_of(refusing, clock).current(account(), vendor.login(), vendor.call) == "access-1"
    other = container_of(dynamodb, clock)
    clock.now += 16  # the lease that a second copy leaves
    assert other.current(account(), vendor.login(), vendor.call) == "access-1"
    assert other.renewed(account(), vendor.login(), vendor.call, rejected="access-1") == "access-2"
    assert vendor.used == ["seed", "refresh-1"]


def test_what_its_own_place_does_not_take_is_saved_as_a_second_copy(
    dynamodb: Any, refusing: Refusing, clock: Clock
) -> None:
    vendor = Vendor()
    refusing.times, refusing.place = float("inf"), ":default"
    assert container_of(refusing, clock).current(account(), vendor.login(), vendor.call) == "access-1"
    assert refusing.saved == ["token#cellcast:default#copy"]
    clock.now += LEASE_SECONDS + 1
    other = container_of(dynamodb, clock)
    assert other.renewed(account(), vendor.login(), vendor.call, rejected="access-1") == "access-2"
    # The place itself is newer now.
    assert container_of(dynamodb, clock).current(account(), vendor.login(), vendor.call) == "access-2"
    assert vendor.used == ["seed", "refresh-1"]


@pytest.mark.parametrize("how", ["current", "renewed"])
def test_a_token_that_could_not_be_saved_is_kept_and_saved_by_the_next_call(
    dynamodb: Any, refusing: Refusing, clock: Clock, how: str
) -> None:
    vendor = Vendor()
    own = container_of(refusing, clock)
    refusing.times = float("inf")
    for _ in range(3):  # as long as the table refuses, the token is not used
        with pytest.raises(StorageUnavailable):
            own.current(account(), vendor.login(), vendor.call)
    refusing.times = 0
    clock.now += 3_000
    if how == "current":
        assert own.current(account(), vendor.login(), vendor.call) == "access-1"
        assert vendor.used == ["seed"]
    else:
        assert own.renewed(account(), vendor.login(), vendor.call, rejected="access-1") == "access-2"
        assert vendor.used == ["seed", "refresh-1"]
    other = container_of(dynamodb, clock)
    assert other.current(account(), vendor.login(), vendor.call) == vendor.alive.replace("refresh", "access")


def test_a_token_kept_too_long_does_not_replace_another_container_s_newer_one(
    dynamodb: Any, refusing: Refusing, clock: Clock
) -> None:
    vendor = Vendor()
    own = container_of(refusing, clock)
    refusing.times = float("inf")
    with pytest.raises(StorageUnavailable):
        own.current(account(), vendor.login(), vendor.call)
    vendor.alive = "seed"  # the vendor's grace: the same refresh once more
    clock.now += LEASE_SECONDS + 1
    assert container_of(dynamodb, clock).current(account(), vendor.login(), vendor.call) == "access-2"
    refusing.times = 0
    assert own.current(account(), vendor.login(), vendor.call) == "access-2"
    assert refusing.saved == []


def test_saving_is_tried_until_the_call_s_time_is_over(refusing: Refusing, clock: Clock) -> None:
    vendor = Vendor()
    refusing.times = float("inf")
    began_at = clock.now
    with pytest.raises(StorageUnavailable):
        container_of(refusing, clock).current(account(), vendor.login(), vendor.call, clock.now + 5)
    assert 2 < clock.now - began_at <= 5


def test_another_container_s_renewal_is_waited_for_within_the_call_s_time(table: DynamoTokens, clock: Clock) -> None:
    vendor = Vendor()
    assert table.take_lease(account(), "slow", clock.now, clock.now + LEASE_SECONDS)
    began_at = clock.now
    own = Tokens(table, now=clock, sleep=clock.sleep, monotonic=clock)
    with pytest.raises(ProviderUnavailable):
        own.current(account(), vendor.login(), vendor.call, clock.now + 1)
    assert clock.now - began_at <= 1
    assert vendor.used == []


def test_another_setting_changed_does_not_throw_the_rotated_token_away(table: DynamoTokens, clock: Clock) -> None:
    vendor = Vendor()
    tokens(table, clock).current(account(refresh_token="seed"), vendor.login(), vendor.call)
    changed = account(refresh_token="seed", version="2023-02-21")
    assert tokens(table, clock).current(changed, vendor.login(), vendor.call) == "access-1"


def test_a_new_refresh_token_in_the_account_takes_the_place_of_the_old(table: DynamoTokens, clock: Clock) -> None:
    vendor = Vendor()
    tokens(table, clock).current(account(), vendor.login(), vendor.call)
    vendor.alive = "new seed"
    assert tokens(table, clock).current(account(refresh_token="new seed"), vendor.login(), vendor.call) == "access-2"
    assert vendor.used[-1] == "new seed"


def test_a_token_is_renewed_before_it_runs_out(table: DynamoTokens, clock: Clock) -> None:
    vendor = Vendor()
    own = tokens(table, clock)
    own.current(account(), vendor.login(), vendor.call)
    clock.now += 3600 - 61
    assert own.current(account(), vendor.login(), vendor.call) == "access-1"
    clock.now += 2
    assert own.current(account(), vendor.login(), vendor.call) == "access-2"


def test_a_rejected_token_that_another_container_replaced_is_not_renewed_again(
    table: DynamoTokens, clock: Clock
) -> None:
    vendor = Vendor()
    one, other = tokens(table, clock), tokens(table, clock)
    one.current(account(), vendor.login(), vendor.call)
    other.current(account(), vendor.login(), vendor.call)
    assert one.renewed(account(), vendor.login(), vendor.call, rejected="access-1") == "access-2"
    assert other.renewed(account(), vendor.login(), vendor.call, rejected="access-1") == "access-2"
    assert vendor.made == 2


def test_only_one_of_many_containers_refreshes(dynamodb: Any) -> None:
    vendor = Vendor()
    table = DynamoTokens(table_of(OneAtATime(dynamodb)))
    lock = threading.Lock()

    def call(request: Request) -> Response:
        with lock:
            return vendor.call(request)

    got: list[str] = []
    threads = [
        threading.Thread(target=lambda: got.append(Tokens(table).current(account(), vendor.login(), call)))
        for _ in range(6)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert got == ["access-1"] * 6
    assert vendor.used == ["seed"]


def test_the_lease_of_a_container_that_died_runs_out(table: DynamoTokens, clock: Clock) -> None:
    vendor = Vendor()
    assert table.take_lease(account(), "dead", clock.now, clock.now + LEASE_SECONDS)
    with pytest.raises(ProviderUnavailable):
        tokens(table, clock).current(account(), vendor.login(), vendor.call)
    clock.now += LEASE_SECONDS + 1
    assert tokens(table, clock).current(account(), vendor.login(), vendor.call) == "access-1"


def test_a_failed_renewal_ends_its_lease(table: DynamoTokens, clock: Clock) -> None:
    vendor = Vendor(fail_with=ProviderUnavailable("down"))
    with pytest.raises(ProviderUnavailable):
        tokens(table, clock).current(account(), vendor.login(), vendor.call)
    vendor.fail_with = None
    assert tokens(table, clock).current(account(), vendor.login(), vendor.call) == "access-1"


def test_a_dead_refresh_token_falls_back_to_signing_in_where_that_is_possible(
    table: DynamoTokens, clock: Clock
) -> None:
    vendor = Vendor(alive="other")
    own = account(password="p")
    assert tokens(table, clock).current(own, vendor.login(sign_in=True, seed=False), vendor.call) == "access-1"
    vendor.alive = "revoked"
    login = vendor.login(sign_in=True, seed=False)
    assert tokens(table, clock).renewed(own, login, vendor.call, rejected="access-1") == "access-2"
    assert vendor.used == ["password", "refresh-1", "password"]


def test_a_dead_refresh_token_without_a_way_to_sign_in_is_refused(table: DynamoTokens, clock: Clock) -> None:
    vendor = Vendor(alive="revoked")
    with pytest.raises(ProviderRefused):
        tokens(table, clock).current(account(), vendor.login(), vendor.call)


def test_a_temporary_failure_of_the_login_stays_temporary(table: DynamoTokens, clock: Clock) -> None:
    down = Response(503, {}, {}, ProviderUnavailable("down"))
    with pytest.raises(ProviderUnavailable):
        tokens(table, clock).current(
            account(password="p"), Vendor().login(sign_in=True, refresh=False, seed=False), lambda _: down
        )


def test_saved_tokens_never_expire_by_ttl_and_never_show(table: DynamoTokens, dynamodb: Any, clock: Clock) -> None:
    vendor = Vendor()
    tokens(table, clock).current(account(), vendor.login(), vendor.call)
    (item,) = dynamodb.scan(TableName=TABLE)["Items"]
    assert "expires_at" not in item
    saved = table.read_token(account())
    assert "access-1" not in repr(saved)
    assert "refresh-1" not in repr(saved)


# --- a token of another release


@pytest.mark.parametrize("odd", [None, {"S": "zzz"}, {"N": "-5.5"}, {"BOOL": True}, {"M": {}}])
@pytest.mark.parametrize("name", ["access_token", "valid_until", "seed"])
def test_a_token_that_can_not_be_used_is_renewed_and_its_refresh_token_not_lost(
    dynamodb: Any, clock: Clock, name: str, odd: dict[str, Any] | None
) -> None:
    vendor = Vendor()
    Tokens(DynamoTokens(table_of(dynamodb)), clock, clock.sleep).current(account(), vendor.login(), vendor.call)
    (item,) = (item for item in dynamodb.scan(TableName=TABLE)["Items"] if "access_token" in item)
    changed = {key: value for key, value in {**item, name: odd}.items() if value is not None}
    dynamodb.put_item(TableName=TABLE, Item=changed)
    tokens = Tokens(DynamoTokens(table_of(dynamodb)), clock, clock.sleep)
    if name == "seed":  # it may be of other credentials
        vendor.alive = "seed"
    if (name, odd) != ("access_token", {"S": "zzz"}):
        assert tokens.current(account(), vendor.login(), vendor.call) == "access-2"
        assert vendor.used[-1] == ("seed" if name == "seed" else "refresh-1")
