"""Which addresses are somewhere on the internet, and none of this network, this machine or this cloud."""

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import Final

# IANA's registries of special addresses, as far as `is_global` of each Python does not know them alike, or takes what
# leads elsewhere for global: relays of 6to4, and an address that answers to every machine in Azure.
_REFUSED_V4: Final = (IPv4Network("192.88.99.0/24"), IPv4Network("168.63.129.16/32"))
_GLOBAL_UNICAST: Final = IPv6Network("2000::/3")
# Teredo and other protocols, documentation, 6to4, documentation again (RFC 9637).
_REFUSED_V6: Final = tuple(map(IPv6Network, ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20")))
_NAT64: Final = IPv6Network("64:ff9b::/96")


def is_public(address: str) -> bool:
    """Tell whether an address, written out, is safe to connect to on the word of a stranger."""
    found = ip_address(address)
    if isinstance(found, IPv6Address):
        found = _within(found) or found
    return _public_v4(found) if isinstance(found, IPv4Address) else _public_v6(found)


def _within(address: IPv6Address) -> IPv4Address | None:
    """Return the IPv4 address at which this one ends: mapped by the system, or by a gateway (RFC 6052)."""
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFF_FFFF)
    return address.ipv4_mapped


def _public_v4(address: IPv4Address) -> bool:
    return address.is_global and not address.is_multicast and not any(address in net for net in _REFUSED_V4)


def _public_v6(address: IPv6Address) -> bool:
    """Allow only what is given out to networks: anything compatible, local, unique or multicast lies outside."""
    refused = address.scope_id is not None or any(address in net for net in _REFUSED_V6)
    return address in _GLOBAL_UNICAST and address.is_global and not refused
