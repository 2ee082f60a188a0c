"""Nothing is sent to an address that is nobody's on the internet, whichever way a URL leads there."""

from __future__ import annotations

import socket
import time
from typing import Any, Final

import pytest

from message_detail.adapters.endpoint_client import EndpointClient
from message_detail.adapters.pinned_address import NotDialled, pin
from message_detail.domain.events_out.attempt import NO_ANSWER, NOT_ENCRYPTED, NOT_FOUND, NOT_PUBLIC
from message_detail.domain.events_out.endpoint import Endpoint
from tests.unit.adapters.receiver import LOOPBACK, endpoint, receiving, says
from tests.unit.domain.test_guard import BAD

GOOD: Final = "93.184.216.34"
SOON: Final = 5.0


@pytest.fixture
def dialled(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The addresses to which a connection was tried; none is made."""
    tried: list[str] = []

    def connect(address: tuple[str, int], *_: Any, **__: Any) -> socket.socket:
        tried.append(address[0])
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "create_connection", connect)
    return tried


def in_url(address: str) -> str:
    return f"[{address}]" if ":" in address else address


@pytest.mark.parametrize("bad", BAD)
def test_a_bad_address_in_the_url_is_not_dialled(bad: str, dialled: list[str]) -> None:
    attempt = EndpointClient().send(endpoint(f"https://{in_url(bad)}/in"), "evt_1", b"{}")
    assert (attempt.error, attempt.status_code) == (NOT_PUBLIC, None)
    assert dialled == []


@pytest.mark.parametrize("bad", BAD)
def test_a_name_that_leads_to_a_bad_address_is_not_dialled(bad: str, dialled: list[str]) -> None:
    attempt = EndpointClient(find=lambda *_: [bad]).send(endpoint(), "evt_1", b"{}")
    assert attempt.error == NOT_PUBLIC
    assert dialled == []


@pytest.mark.parametrize("bad", BAD)
def test_one_bad_address_among_good_ones_is_enough(bad: str, dialled: list[str]) -> None:
    attempt = EndpointClient(find=lambda *_: [GOOD, bad]).send(endpoint(), "evt_1", b"{}")
    assert attempt.error == NOT_PUBLIC
    assert dialled == []


@pytest.mark.parametrize("bad", BAD)
def test_a_name_that_leads_elsewhere_the_second_time_is_asked_once(bad: str, dialled: list[str]) -> None:
    answers = [[GOOD], [bad]]
    EndpointClient(find=lambda *_: answers.pop(0)).send(endpoint(), "evt_1", b"{}")
    assert dialled == [GOOD]
    assert answers == [[bad]]


@pytest.mark.parametrize(
    "url",
    ["https://localhost/", "https://localhost./", "https://LOCALHOST:8443/", "https://ip6-localhost.localdomain/"],
)
def test_names_of_this_machine_are_not_dialled(url: str, dialled: list[str]) -> None:
    found = {"localhost": ["::1", "127.0.0.1"]}
    client = EndpointClient(find=lambda host, _: found.get(host, ["127.0.0.1"]))
    assert client.send(endpoint(url), "evt_1", b"{}").error == NOT_PUBLIC
    assert dialled == []


def test_a_network_that_is_named_is_dialled_also_without_encryption() -> None:
    with receiving(says()) as receiver:
        attempt = EndpointClient().send(endpoint(receiver.url, allow_networks=LOOPBACK), "evt_1", b"{}")
        assert attempt.delivered
        refused = EndpointClient().send(endpoint(receiver.url, allow_networks=["10.0.0.0/8"]), "evt_1", b"{}")
        assert refused.error == NOT_PUBLIC
        assert receiver.connections == 1


def pinned(made: Endpoint, *addresses: str) -> Any:
    return pin(made, time.monotonic() + SOON, lambda *_: list(addresses))


def test_plain_http_to_the_internet_is_refused() -> None:
    with pytest.raises(NotDialled, match=NOT_ENCRYPTED):
        pinned(endpoint("http://hooks.example.com/"), GOOD)


@pytest.mark.parametrize(
    ("url", "address", "dialled_url", "host", "authority"),
    [
        ("https://a.example/in?x=1", GOOD, f"https://{GOOD}:443/in?x=1", "a.example", "a.example"),
        ("https://A.example./", GOOD, f"https://{GOOD}:443/", "a.example", "a.example"),
        ("https://a.example:8443", GOOD, f"https://{GOOD}:8443/", "a.example", "a.example:8443"),
        (f"https://{GOOD}/x", GOOD, f"https://{GOOD}:443/x", GOOD, GOOD),
        (
            "https://[2606:4700::1111]:444/x", "2606:4700::1111", "https://[2606:4700::1111]:444/x", "2606:4700::1111",
            "[2606:4700::1111]:444",
        ),
        ("https://a.example/", f"::ffff:{GOOD}", f"https://{GOOD}:443/", "a.example", "a.example"),
    ],
    ids=["name", "trailing dot", "port", "address", "IPv6", "mapped"],
)  # fmt: skip
def test_the_address_is_dialled_and_the_name_is_meant(
    url: str, address: str, dialled_url: str, host: str, authority: str
) -> None:
    found = pinned(endpoint(url), address)
    assert (found.url, found.host, found.authority) == (dialled_url, host, authority)


def test_a_name_without_an_address_is_said_so() -> None:
    def unknown(*_: Any) -> list[str]:
        raise socket.gaierror

    assert EndpointClient(find=unknown).send(endpoint(), "evt_1", b"{}").error == NOT_FOUND
    assert EndpointClient(find=lambda *_: []).send(endpoint(), "evt_1", b"{}").error == NOT_FOUND


def test_a_resolver_that_hangs_is_not_waited_for() -> None:
    def hang(*_: Any) -> list[str]:
        time.sleep(5)
        return [GOOD]

    attempt = EndpointClient(find=hang).send(endpoint(timeout_seconds=0.05), "evt_1", b"{}")
    assert attempt.error == NO_ANSWER
    assert attempt.milliseconds < 2_000


def test_an_address_of_one_interface_is_refused() -> None:
    with pytest.raises(NotDialled, match="not on the internet"):
        pinned(endpoint(), "fe80::1%eth0")
