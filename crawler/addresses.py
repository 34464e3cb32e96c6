"""Which network addresses an audit may reach: public ones, and the targets it was opened for."""

from __future__ import annotations

import ipaddress
from functools import lru_cache

import msgspec

from crawler.urls import is_ip_address, normalise, parse

IpAddress = ipaddress.IPv4Address | ipaddress.IPv6Address
IpNetwork = ipaddress.IPv4Network | ipaddress.IPv6Network

# Cloud metadata services: never a site, not even a named target's. The third is Azure's, in public space.
_METADATA = frozenset(
    map(ipaddress.ip_address, ("169.254.169.254", "fd00:ec2::254", "168.63.129.16", "100.100.100.200"))
)
# Of the IANA special-purpose registries, what `is_global` of older supported Pythons takes for public.
_SPECIAL: tuple[IpNetwork, ...] = tuple(
    map(
        ipaddress.ip_network,
        ("192.88.99.0/24", "64:ff9b:1::/48", "fec0::/10", "3fff::/20", "5f00::/16", "::/96"),
    )
)
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")


class Target(msgspec.Struct, frozen=True):
    """A host (lower case, no trailing dot, IPv6 without brackets) and port whose private address is open."""

    host: str
    port: int


def targets_of(url: str) -> tuple[Target, ...]:
    """What naming `url` as a target with --allow-private opens; empty where it is no http(s) URL.

    An IP address or localhost exactly as given, since other ports there are other programs; a DNS name
    with its port, 80 and 443, since a site redirects between those.
    """
    normal = normalise(url)
    if normal is None:
        return ()
    address = parse(normal)
    alone = is_ip_address(address.host) or is_localhost(address.host)
    ports = {address.port} if alone else {address.port, 80, 443}
    return tuple(Target(address.host, port) for port in sorted(ports))


def is_localhost(host: str) -> bool:
    """Whether a name is the loopback's by definition (RFC 6761 section 6.3)."""
    return host == "localhost" or host.endswith(".localhost")


@lru_cache(maxsize=4096)
def is_public(address: str) -> bool:
    """Whether an IP address is one of the public internet, and so is every address embedded in it.

    Embedded: IPv4-mapped (RFC 4291), 6to4 (RFC 3056), Teredo (RFC 4380), NAT64 (RFC 6052).
    """
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return False
    inner = _embedded(ip)
    # An IPv4-mapped or NAT64 address is nothing but its IPv4 address; the outer form itself is reserved.
    only_inner = isinstance(ip, ipaddress.IPv6Address) and (ip.ipv4_mapped is not None or ip in _NAT64)
    return (only_inner or _is_public(ip)) and all(_is_public(other) for other in inner)


@lru_cache(maxsize=4096)
def may_be_opened(address: str) -> bool:
    """Whether --allow-private can open an address at all: no metadata service, multicast or nothing."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return False
    return not any(one in _METADATA or one.is_multicast or one.is_unspecified for one in (ip, *_embedded(ip)))


def _is_public(ip: IpAddress) -> bool:
    return (
        ip.is_global
        and not ip.is_multicast
        and not ip.is_reserved
        and ip not in _METADATA
        and not any(ip in network for network in _SPECIAL if network.version == ip.version)
    )


def _embedded(ip: IpAddress) -> tuple[IpAddress, ...]:
    if isinstance(ip, ipaddress.IPv4Address):
        return ()
    found: list[IpAddress | None] = [ip.ipv4_mapped, ip.sixtofour, *(ip.teredo or ())]
    if ip in _NAT64:
        found.append(ipaddress.IPv4Address(int(ip) & 0xFFFF_FFFF))
    return tuple(one for one in found if one is not None)
