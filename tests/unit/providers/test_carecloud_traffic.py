"""CareCloud's answers as they may come beside the vendor's page: contacts, numbers as fractions, typed parameters."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from message_detail.adapters.access_tokens import Tokens
from message_detail.adapters.provider_client import ProviderClient
from message_detail.adapters.provider_steps import fetch_document
from message_detail.providers.base.provider import Context
from message_detail.providers.carecloud.provider import PROVIDER
from tests.unit.providers.carecloud_case import (
    FETCHED_AT,
    MESSAGE_ID,
    account,
    answer,
    data,
    drift,
    exchange,
    message,
)
from tests.unit.providers.saved_tokens import OneTable


@pytest.mark.parametrize(
    ("contact", "addresses"),
    [
        ("Novák, Jan <jan@ex.cz>", ["jan@ex.cz"]),
        ("Jan [Prodej] <jan@EX.cz>", ["jan@ex.cz"]),
        ("jan@ex.cz <jan@ex.cz>", ["jan@ex.cz"]),
        ("=?utf-8?q?J=C3=A1n?= <jan@ex.cz>", ["jan@ex.cz"]),
        ("mailto:jan@ex.cz", ["jan@ex.cz"]),
        ("jan@ex.cz; eva@ex.cz", ["jan@ex.cz", "eva@ex.cz"]),
        ("+420 777 123 456", ["+420777123456"]),
        ("00420777123456", ["+420777123456"]),
        ("777 123 456", ["+420777123456"]),
        ("tel:+420777123456", ["+420777123456"]),
        ("12345", [None]),
    ],
)
def test_a_contact_is_read_as_people_write_it(contact: str, addresses: list[str | None]) -> None:
    found = message(contact=contact, settings={"default_region": "CZ"})
    assert [party.address for party in found.to] == addresses
    assert found.to[0].contact_id == "8c01"


@pytest.mark.parametrize("native", [1, "1", 1.0, "1.0", " 1 ", "1.000", "+1"], ids=repr)
def test_a_number_that_stands_for_a_word_may_be_a_fraction_or_text(native: Any) -> None:
    found = message(status=native, communication_channel_id=native)
    assert (found.status, found.channel) == ("sent", "email")
    assert (found.status_native, found.channel_native) == (str(native), str(native))
    assert not found.provenance.drift


def test_a_fraction_has_the_failure_of_its_number() -> None:
    bounced = message(status=-2.0)
    assert bounced.failure is not None
    assert (bounced.status, bounced.failure.category) == ("bounced", "bounced_soft")


@pytest.mark.parametrize("native", [1.5, "1,0", "one", "0x1", True])
def test_other_numbers_are_drift(native: Any) -> None:
    found = message(status=native)
    assert found.status == "unknown"
    assert [path for path, _ in drift(found)] == ["status"]


def test_a_channel_as_a_fraction_costs_no_third_call() -> None:
    exchanged = exchange({"communication_channel_id": 2.0}, channels=answer(403, {}))
    fetch_document(PROVIDER, account(), MESSAGE_ID, exchanged)
    assert len(exchanged.requests) == 2


@pytest.mark.parametrize(
    ("native", "value"),
    [
        ("yes", "yes"),
        (True, "true"),
        (False, "false"),
        (0, "0"),
        (7, "7"),
        (12345678901234567890, "12345678901234567890"),
        (1.5, "1.5"),
        (-0.25, "-0.25"),
        (None, None),
        ("", None),
    ],
    ids=repr,
)
@pytest.mark.parametrize("name", ["parameter_name", "name"])
def test_a_parameter_is_the_text_of_its_value(name: str, native: Any, value: str | None) -> None:
    found = message(message_data=[{name: "vip", "value": native}])
    assert found.template is not None
    assert [(parameter.name, parameter.value) for parameter in found.template.parameters] == [("vip", value)]
    assert not found.provenance.drift


@pytest.mark.parametrize(
    "contact", [["jan@ex.cz", "eva@ex.cz"], [{"email": "jan@ex.cz"}, "eva@ex.cz"], '["jan@ex.cz","eva@ex.cz"]'], ids=str
)
def test_a_contact_may_be_a_list(contact: Any) -> None:
    found = message(contact=contact)
    assert [party.address for party in found.to] == ["jan@ex.cz", "eva@ex.cz"]
    assert not found.provenance.drift


@pytest.mark.parametrize("native", [["a"], {"a": 1}])
def test_a_parameter_that_is_no_plain_value_is_drift_and_kept(native: Any) -> None:
    found = message(message_data=[{"parameter_name": "vip", "value": native}])
    assert found.template is not None
    assert found.template.parameters[0].value is None
    assert found.extensions == {"message_data": [{"value": native}]}
    assert drift(found) == {("message_data[].value", "wrong_type")}


@pytest.mark.parametrize(
    "native",
    [
        "2026-05-27 14:34:56",
        "2026-05-27T14:34:56",
        "2026-05-27 12:34:56Z",
        1779885296,
        "1779885296",
        1779885296000,
        "2026-05-27 12:34:56 UTC",
        {"_seconds": 1779885296},
    ],
    ids=repr,
)
def test_a_time_is_local_unless_it_says_otherwise(native: Any) -> None:
    found = message(send_time=native, last_change=native)
    assert found.timestamps.sent == found.timestamps.updated == "2026-05-27T12:34:56.000Z"
    assert not found.provenance.drift


@pytest.mark.parametrize("charset", ["windows-1250", "iso-8859-2", "utf-8"])
def test_an_answer_in_an_older_czech_charset_is_read_by_it(charset: str) -> None:
    """Such projects exist: the code page of Windows in Central Europe."""
    texts = {"title": "Žluťoučký kůň", "contact": "Novák, Jan <jan@ex.cz>"}

    def server(request: httpx.Request) -> httpx.Response:
        detail = request.url.path.endswith("/detail")
        body = {"data": {"plain_text_body": "Příliš", "html_body": ""} if detail else data(**texts)}
        content = json.dumps(body, ensure_ascii=False).encode(charset)
        return httpx.Response(200, content=content, headers={"content-type": f"application/json; charset={charset}"})

    provider_client = ProviderClient(Tokens(OneTable()), httpx.MockTransport(server))
    document = provider_client.session(PROVIDER, account(), 5).fetch(MESSAGE_ID)
    found = PROVIDER.normalize(document, Context(account(), MESSAGE_ID, FETCHED_AT)).message
    assert (found.subject, found.body.text, found.to[0].address) == ("Žluťoučký kůň", "Příliš", "jan@ex.cz")
