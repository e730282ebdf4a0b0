"""Which addresses belong to the public internet, and not to this machine, this network or this cloud."""

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import Final

# What `is_global` takes for global in some Python, or what leads elsewhere: relays of 6to4, Azure's host.
_REFUSED_V4: Final = (IPv4Network("192.88.99.0/24"), IPv4Network("168.63.129.16/32"))
_GLOBAL_UNICAST: Final = IPv6Network("2000::/3")
# Teredo and other protocols, documentation, 6to4, documentation (RFC 9637).
_REFUSED_V6: Final = tuple(map(IPv6Network, ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20")))
_NAT64: Final = IPv6Network("64:ff9b::/96")


def is_public(address: str) -> bool:
    """Tell whether anybody may have this service connect to the address."""
    found = ip_address(address)
    if isinstance(found, IPv6Address):
        found = _embedded_v4(found) or found
    if isinstance(found, IPv4Address):
        return found.is_global and not found.is_multicast and not any(found in network for network in _REFUSED_V4)
    refused = found.scope_id is not None or any(found in network for network in _REFUSED_V6)
    return found in _GLOBAL_UNICAST and found.is_global and not refused


def _embedded_v4(address: IPv6Address) -> IPv4Address | None:
    """Return the IPv4 address that a packet reaches in the end: mapped by the system, or by a gateway (RFC 6052)."""
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFF_FFFF)
    return address.ipv4_mapped
