"""Which address a request without a key counts for: the peer's, or what a trusted proxy says."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)
from typing import Literal, TypeAlias

from starlette.requests import Request

Network: TypeAlias = IPv4Network | IPv6Network
_Address: TypeAlias = IPv4Address | IPv6Address
Header: TypeAlias = Literal["x-forwarded-for", "forwarded"]

_OF_ONE_CUSTOMER = 64
"""Bits of an IPv6 address that a provider gives to one customer, who has all addresses below."""


@dataclass(frozen=True, slots=True)
class TrustedProxies:
    """The networks of our own proxies, and the one header in which these say who asked them.

    The other header is never read: a proxy passes on what a client wrote into it.
    """

    networks: Sequence[Network] = ()
    header: Header = "x-forwarded-for"

    def trusts(self, address: str) -> bool:
        """Return whether this is the address of a proxy of ours."""
        found = _read(address)
        return found is not None and self._ours(found)

    def origin_of(self, request: Request) -> str:
        """Return the name of the address that asked, as `group_of` gives it.

        Each proxy adds its peer at the right, so they are read from there, as long as it is a proxy
        of ours that speaks. What cannot be read counts for the proxy that wrote it.
        """
        peer = request.client.host if request.client else ""
        origin = _read(peer)
        if origin is None:
            return peer
        said = self._said(request) if self._ours(origin) else iter(())
        while self._ours(origin) and (before := _read(next(said, ""))) is not None:
            origin = before
        return _group(origin)

    def _ours(self, address: _Address) -> bool:
        return any(address.version == each.version and address in each for each in self.networks)

    def _said(self, request: Request) -> Iterator[str]:
        """Yield what the header has, from the right; "" for an element that names no one."""
        for element in reversed(",".join(request.headers.getlist(self.header)).split(",")):
            if self.header == "x-forwarded-for":
                yield element.strip()
            else:
                pairs = (pair.partition("=") for pair in element.split(";"))
                named = (value for name, _, value in pairs if name.strip().lower() == "for")
                yield next(named, "").strip().strip('"')


def group_of(address: str) -> str:
    """Return the name under which an address is counted: of IPv6, that of its network."""
    found = _read(address)
    return address if found is None else _group(found)


def _group(address: _Address) -> str:
    if isinstance(address, IPv6Address):
        whole = IPv6Address(int(address))  # without the name of an interface
        return str(ip_network((whole, _OF_ONE_CUSTOMER), strict=False))
    return str(address)


def _read(text: str) -> _Address | None:
    """Return the address in `1.2.3.4`, `1.2.3.4:80`, `2001:db8::1` or `[2001:db8::1]:80`."""
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        found = ip_address(text)
    except ValueError:
        return None
    mapped = found.ipv4_mapped if isinstance(found, IPv6Address) else None
    return mapped or found
