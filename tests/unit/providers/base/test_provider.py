"""What a declaration is made of: authentication, and the id that no message has."""

from __future__ import annotations

import base64

import pytest

from message_detail import providers
from message_detail.domain.errors import AccountUnusable
from message_detail.providers.base.account import AccountSchema, build
from message_detail.providers.base.provider import basic

SCHEMA = AccountSchema(credentials=(("sid", "secret"),), default_base_url="https://api.example.com")


@pytest.mark.parametrize("secret", ["s3cret", "with:colon", "pässwörd"])
def test_basic_authentication_is_made_of_two_settings(secret: str) -> None:
    account = build("acme", "default", {"sid": "AC1", "secret": secret}, SCHEMA)
    authentication = basic("sid", "secret")
    header = authentication.headers(account, authentication.static(account) or "")["Authorization"]
    scheme, _, pair = header.partition(" ")
    assert (scheme, base64.b64decode(pair).decode()) == ("Basic", f"AC1:{secret}")


def test_a_setting_that_is_missing_is_named() -> None:
    account = build("acme", "default", {"sid": "AC1", "secret": "s3cret"}, SCHEMA)
    with pytest.raises(AccountUnusable, match="has no 'token'"):
        basic("sid", "token").static(account)


@pytest.mark.parametrize("name", providers.names())
def test_the_absent_id_is_one_that_is_asked_for(name: str) -> None:
    """A reserved one, or dots alone, would never be sent."""
    provider = providers.load(name)
    provider.check_id(build("acme", "default", {"sid": "AC1", "secret": "s3cret"}, SCHEMA), provider.absent_id)
