"""The networks that clients come from, where strangers are told apart by nothing else."""

from ipaddress import IPv4Address, IPv6Address, ip_address


def network(address: str) -> str:
    """The network of a client: its IPv4 address, or its IPv6 network (/64), as of a household."""
    return _without_end(address, of_four=0, of_six=64)


def neighbourhood(address: str) -> str:
    """The range of networks that one subscriber may have: /48 of IPv6, /24 of IPv4."""
    return _without_end(address, of_four=8, of_six=80)


def _without_end(address: str, *, of_four: int, of_six: int) -> str:
    try:
        found = ip_address(address)
    except ValueError:
        return address
    if isinstance(found, IPv6Address) and found.ipv4_mapped is None:
        return str(IPv6Address(int(found) >> of_six << of_six))
    four = found.ipv4_mapped if isinstance(found, IPv6Address) else found
    return str(IPv4Address(int(four or found) >> of_four << of_four))
