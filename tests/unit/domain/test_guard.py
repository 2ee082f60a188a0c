"""Which addresses are somebody's on the internet, whatever form they are written in, whatever Python says of them."""

from __future__ import annotations

import ipaddress
from typing import Final

import pytest

from message_detail.domain.events_out.guard import is_named, is_public, read_address

BAD: Final = (
    "0.0.0.0", "0.1.2.3", "10.0.0.1", "100.64.0.1", "127.0.0.1", "127.255.255.254", "169.254.169.254", "169.254.170.2",
    "172.16.0.1", "172.31.255.255", "192.0.0.1", "192.0.0.192", "192.0.2.1", "192.88.99.1", "192.168.1.1", "198.18.0.1",
    "198.51.100.1", "203.0.113.1", "224.0.0.1", "239.255.255.250", "240.0.0.1", "255.255.255.255", "::", "::1",
    "::127.0.0.1", "::ffff:127.0.0.1", "::ffff:169.254.169.254", "::ffff:0:127.0.0.1", "64:ff9b::7f00:1",
    "64:ff9b::a9fe:a9fe", "64:ff9b:1::1", "100::1", "2001::1", "2001:0:53aa:64c:0:0:80ff:fffe", "2001:10::1",
    "2001:20::1", "2001:db8::1", "2002:7f00:1::", "2002:a9fe:a9fe::1", "3fff::1", "5f00::1", "fc00::1",
    "fd00:ec2::254", "fe80::1", "fec0::1", "ff02::1", "ff0e::1", "4000::1",
)  # fmt: skip
"""Loopback, private, link-local (metadata among them), multicast, reserved, documentation, IPv4 in other clothes."""
GOOD: Final = (
    "1.1.1.1",
    "93.184.216.34",
    "172.32.0.1",
    "2606:4700::1111",
    "2a00:1450:4001:80b::200e",
    "::ffff:8.8.8.8",
)


@pytest.mark.parametrize("text", BAD)
def test_what_is_nobodys_on_the_internet_is_refused(text: str) -> None:
    assert not is_public(read_address(text))


@pytest.mark.parametrize("text", GOOD)
def test_what_is_somebodys_is_not(text: str) -> None:
    assert is_public(read_address(text))


@pytest.mark.parametrize("text", ["", "localhost", "127.1", "0x7f.0.0.1", "0177.0.0.1", "2130706433", "fe80::1%eth0"])
def test_what_is_no_address_of_a_host_is_none(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  # whatever ipaddress says of it
        read_address(text)


@pytest.mark.parametrize("text", ["127.0.0.1", "::ffff:127.0.0.1"])
def test_a_network_that_is_named_is_open_and_no_other(text: str) -> None:
    loopback = [ipaddress.ip_network("127.0.0.0/8")]
    assert is_named(read_address(text), loopback)
    assert not is_named(read_address("10.0.0.1"), loopback)
    assert not is_named(read_address("::1"), loopback)
