"""Which addresses events may be sent to: those of the internet, and those that an operator has named. Pure.

A URL is an operator's, and what its name resolves to is somebody else's: a name may lead into the network that we run
in. `ipaddress.is_global` alone lets through what leads there by another way (NAT64, 6to4, Teredo, multicast), and is
another function in each release of Python. https://www.iana.org/assignments/iana-ipv4-special-registry and its
counterpart for IPv6 have the networks.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable
from typing import Final

from message_detail.domain.events_out.endpoint import Network

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
_UNICAST: Final = ipaddress.IPv6Network("2000::/3")
"""All that is handed out of IPv6. Outside of it are loopback, IPv4 in other forms, NAT64, local and multicast."""
_REFUSED: Final = tuple(
    map(
        ipaddress.ip_network,
        (
            *("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12"),
            *("192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15"),
            *("198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4"),
            *("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20"),
        ),
    )
)
"""Of IPv6 within what is handed out: protocols' own (Teredo among them), documentation, 6to4."""


def read_address(text: str) -> Address:
    """An address as the resolver gives it; one of IPv4 in the clothes of IPv6 as what it is. ValueError."""
    address = ipaddress.ip_address(text)
    if isinstance(address, ipaddress.IPv6Address):
        if address.scope_id is not None:
            raise ValueError("an address of one network interface")
        return address.ipv4_mapped or address
    return address


def is_named(address: Address, networks: Iterable[Network]) -> bool:
    """Whether an operator has named a network that the address is in."""
    return any(address in network for network in networks)


def is_public(address: Address) -> bool:
    """Whether the address is somebody's on the internet."""
    if isinstance(address, ipaddress.IPv6Address) and address not in _UNICAST:
        return False
    return address.is_global and not address.is_multicast and not is_named(address, _REFUSED)
