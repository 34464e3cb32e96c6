from __future__ import annotations

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.addresses import Target, is_public, may_be_opened, targets_of

PRIVATE = [
    "127.0.0.1",
    "127.8.8.8",
    "0.0.0.0",
    "10.0.0.1",
    "172.16.0.1",
    "192.168.1.1",
    "169.254.1.1",
    "100.64.0.1",
    "169.254.169.254",
    "168.63.129.16",
    "100.100.100.200",
    "224.0.0.1",
    "239.1.1.1",
    "240.0.0.1",
    "255.255.255.255",
    "192.0.2.1",
    "198.18.0.1",
    "192.88.99.1",
    "::",
    "::1",
    "fe80::1",
    "fc00::1",
    "fd00:ec2::254",
    "ff02::1",
    "fec0::1",
    "2001:db8::1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "::127.0.0.1",
    "64:ff9b::7f00:1",
    "64:ff9b::a9fe:a9fe",
    "64:ff9b:1::1",
    "2002:7f00:1::",
    "2002:c0a8:101::1",
    "2001:0:7f00:1::",
    "fe80::1%eth0",
    "",
    "localhost",
    "ex.lv",
]


@pytest.mark.parametrize("address", PRIVATE)
def test_what_is_not_of_the_public_internet_is_seen(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize(
    "address",
    ["8.8.8.8", "159.148.1.1", "2a00:1450:4001::1", "::ffff:8.8.8.8", "64:ff9b::808:808", "2002:808:808::1"],
)
def test_public_addresses_pass(address: str) -> None:
    assert is_public(address)


@given(st.ip_addresses(v=4))
def test_every_wrapping_of_an_address_is_judged_like_the_address(inner: ipaddress.IPv4Address) -> None:
    wrapped = [
        f"::ffff:{inner}",
        str(ipaddress.IPv6Address(int(ipaddress.IPv6Address("64:ff9b::")) | int(inner))),
        str(ipaddress.IPv6Address((0x2002 << 112) | (int(inner) << 80) | 1)),
    ]
    assert {is_public(address) for address in wrapped} == {is_public(str(inner))}


@pytest.mark.parametrize(
    "address", ["169.254.169.254", "::ffff:169.254.169.254", "fd00:ec2::254", "0.0.0.0", "224.0.0.1"]
)
def test_no_target_opens_metadata_services_or_no_host(address: str) -> None:
    assert not may_be_opened(address)


def test_an_address_is_opened_with_its_port_alone() -> None:
    assert targets_of("http://127.0.0.1:81/x") == (Target("127.0.0.1", 81),)
    assert targets_of("https://[::1]/") == (Target("::1", 443),)
    assert targets_of("http://LOCALHOST.:81/") == (Target("localhost", 81),)
    assert targets_of("mailto:a@b.lv") == ()


def test_a_name_is_opened_with_its_port_and_the_usual_ones() -> None:
    assert targets_of("http://intranet.ex.lv:8080/") == tuple(
        Target("intranet.ex.lv", port) for port in (80, 443, 8080)
    )
