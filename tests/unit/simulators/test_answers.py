"""The simulators answer in the vendors' shapes, each account with its own messages."""

from __future__ import annotations

import pytest

from local.simulators import Simulator
from message_detail import providers
from message_detail.domain.errors import MessageNotFound, ProviderRefused
from tests.unit.simulators.client import account_at, answered, control, first_request, get, login, unwrapped


def test_every_message_is_served_to_its_own_account(simulator: Simulator) -> None:
    for account in simulator.account_names():
        headers = login(simulator, account)
        ids = simulator.message_ids(account)
        assert len(ids) >= (2 if account == "second" else 6)
        for message_id in ids:
            held = simulator.store.get(simulator.owner(account), message_id)
            assert held.shows
            assert unwrapped(simulator, get(simulator, message_id, headers)) == held.message
    ours, theirs = simulator.message_ids(), simulator.message_ids("second")
    twin, alone = set(ours) & set(theirs), set(theirs) - set(ours)
    assert len(twin) == len(alone) == 1
    assert get(simulator, alone.pop(), login(simulator)).status_code == 404
    same = twin.pop()
    first, other = (get(simulator, same, login(simulator, name)) for name in ("default", "second"))
    assert unwrapped(simulator, first) != unwrapped(simulator, other)


def test_accounts_hold_what_the_provider_knows_and_no_more(simulator: Simulator) -> None:
    known = providers.account_schema(simulator.provider).known()
    for name in simulator.account_names():
        assert set(simulator.account(name)) <= known
        assert simulator.account(name)["base_url"].startswith(f"{simulator.origin}/{simulator.provider}")
    assert control(simulator, "GET", "accounts")["second"] == simulator.account("second")


def test_wrong_credentials_are_refused(simulator: Simulator) -> None:
    provider = providers.load(simulator.provider)
    message_id = simulator.message_ids()[0]
    wrong = provider.authentication.headers(account_at(simulator), "wrong")
    for headers in ({}, {**first_request(simulator, message_id).headers, **wrong}):
        answer = get(simulator, message_id, headers)
        assert answer.status_code == 401
        assert isinstance(answered(provider, answer).error, ProviderRefused)


def test_a_message_that_is_not_there_is_told_as_the_provider_understands_it(simulator: Simulator) -> None:
    provider = providers.load(simulator.provider)
    answer = get(simulator, provider.absent_id, login(simulator))
    assert isinstance(answered(provider, answer).error, MessageNotFound)


@pytest.mark.parametrize("message_id", ["a/b", "../x", "a+b=c", "žluťoučký 😀", "50%", "%2F", "a?b#c", ".."])
def test_an_odd_id_is_one_id(simulator: Simulator, message_id: str) -> None:
    held = {**simulator.store.all("default")[0].message, simulator.id_field: message_id}
    control(simulator, "POST", "message", message=held)
    answer = get(simulator, message_id, login(simulator))
    assert unwrapped(simulator, answer)[simulator.id_field] == message_id
    assert simulator.requests("message")[-1]["message_id"] == message_id
