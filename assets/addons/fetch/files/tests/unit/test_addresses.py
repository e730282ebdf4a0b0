import pytest

from {{ package }}.infrastructure.fetch.addresses import is_public

NOT_PUBLIC = [
    "10.0.0.1", "100.64.0.1", "127.0.0.1", "168.63.129.16", "169.254.169.254", "192.0.0.1", "192.88.99.1", "198.18.0.1",
    "224.0.0.1", "240.0.0.1", "255.255.255.255", "::", "::1", "::8.8.8.8", "::ffff:127.0.0.1", "::ffff:0:127.0.0.1",
    "64:ff9b::169.254.169.254", "64:ff9b:1::10.0.0.1", "100::1", "2001::1", "2001:20::1", "2001:db8::1", "2002:808::1",
    "3fff::1", "4000::1", "5f00::1", "fd00:ec2::254", "fe80::1%eth0", "fec0::1", "ff02::1", "2a00:1450:4001::1%1",
]  # fmt: skip
PUBLIC = ["8.8.8.8", "172.32.0.1", "2a00:1450:4001::1", "::ffff:8.8.8.8", "64:ff9b::8.8.8.8"]


@pytest.mark.parametrize("address", NOT_PUBLIC)
def test_an_address_that_is_not_public_is_refused(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", PUBLIC)
def test_a_public_address_is_taken(address: str) -> None:
    assert is_public(address)
