"""Endpoints of a file for `make run`, and the receiver that it starts."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from standardwebhooks import Webhook

from local.accounts import AccountsFileError, read_accounts
from local.endpoints import EndpointSettings, problems, read_endpoints
from local.options import OptionError, read_options
from local.receiver import NAME, Receiver

ACCOUNT = '[[accounts]]\nprovider = "cellcast"\ntoken = "t"\n'
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
CRM = f'[[endpoints]]\nname = "crm"\nurl = "http://127.0.0.1:9/x"\nsecrets = ["{SECRET}"]\n'


def write(tmp_path: Path, text: str) -> Path:
    file = tmp_path / "own.toml"
    file.write_text(text)
    return file


def test_a_file_may_have_endpoints_beside_its_accounts(tmp_path: Path) -> None:
    file = write(tmp_path, ACCOUNT + CRM)
    (endpoint,) = read_endpoints(file)
    assert (endpoint.name, endpoint.settings["url"]) == ("crm", "http://127.0.0.1:9/x")
    assert len(read_accounts(file)) == 1
    assert read_endpoints(write(tmp_path, ACCOUNT)) == []


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("[[endpoints]]\nurl = 'https://example.com'", "endpoint 1: 'name' is missing"),
        ("[[endpoints]]\nname = 'a b'", "endpoint 1: endpoint: its name must be"),
        (CRM + CRM, "endpoint 'crm' is there twice"),
        ("endpoints = 1", "endpoints must be [[endpoints]] tables"),
    ],
)
def test_a_file_that_does_not_say_what_its_endpoints_are_is_refused(tmp_path: Path, text: str, reason: str) -> None:
    with pytest.raises(AccountsFileError) as raised:
        read_endpoints(write(tmp_path, text))
    assert reason in str(raised.value)


def test_an_endpoint_that_cant_be_used_is_named_with_the_key_and_without_a_value(tmp_path: Path) -> None:
    bad = CRM.replace(SECRET, "of-somebody").replace("crm", "broken")
    told = problems(read_endpoints(write(tmp_path, CRM + bad)))
    assert told.startswith("endpoint broken: ")
    assert "'secrets': number 1" in told
    assert "of-somebody" not in told


@pytest.mark.parametrize(("text", "wanted"), [("", False), ("0", False), ("1", True)])
def test_the_variable_asks_for_the_receiver(text: str, wanted: bool) -> None:
    assert read_options({"ENDPOINT": text}).endpoint is wanted


def test_another_value_of_the_variable_is_refused() -> None:
    with pytest.raises(OptionError, match="ENDPOINT must be 1"):
        read_options({"ENDPOINT": "https://example.com"})


def delivered(receiver: Receiver, revision: str, status: str, secret: str | None = None) -> int:
    event = {
        "type": "message_detail.message.status_changed",
        "subject": "cellcast:default:1",
        "revision": revision,
        "data": {"previous_status": "sent", "status": status},
    }
    body, at = json.dumps(event), datetime.now(UTC)
    own = receiver.endpoint.settings["secrets"][0]
    signature = Webhook(secret or own).sign("evt_1", at, body)
    headers = {"webhook-id": "evt_1", "webhook-timestamp": str(int(at.timestamp())), "webhook-signature": signature}
    return receiver.take(body.encode(), headers)


def test_the_receiver_prints_what_is_verified_and_tells_the_new_from_the_old() -> None:
    lines: list[str] = []
    receiver = Receiver(lines.append)
    try:
        assert delivered(receiver, "0000000002", "delivered") == 204
        assert delivered(receiver, "0000000001", "sent") == 204
        assert delivered(receiver, "0000000003", "read", secret=SECRET) == 401
    finally:
        receiver.close()
    assert lines == [
        "message.status_changed cellcast:default:1 sent delivered 2",
        "old: message.status_changed cellcast:default:1 sent sent 1",
        "refused: a delivery without a valid signature",
    ]


def test_the_receivers_endpoint_can_be_used_on_this_machine() -> None:
    receiver = Receiver(lambda _: None)
    receiver.close()
    assert receiver.endpoint.name == NAME
    assert receiver.endpoint.problem is None
    assert isinstance(receiver.endpoint, EndpointSettings)
