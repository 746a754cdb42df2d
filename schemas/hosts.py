"""Names of machines in addresses."""

from ipaddress import ip_address


def is_loopback(host: str) -> bool:
    """Return whether a name or an address means this machine."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
