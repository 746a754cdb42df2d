"""How often an address, or a name, may try to sign in; of each process alone."""

import time
from dataclasses import dataclass, field

from starlette.requests import Request

from console.gateway.addresses import TrustedProxies
from console.gateway.answers import HttpRefusal
from console.gateway.limits import Buckets

_PER_MINUTE, _BURST = 120, 300
"""Tries of one address: a whole office may have one, and begin work in the same minute."""


class TooMany(Exception):
    """Too many tries. `seconds`: until the next one is heard."""

    def __init__(self, seconds: int) -> None:
        super().__init__(f"wait {seconds} s")
        self.seconds = seconds


@dataclass(frozen=True)
class SignInLimits:
    """Counts tries by address, as far as the proxies before the console say whose it is."""

    proxies: TrustedProxies = field(default_factory=TrustedProxies)
    buckets: Buckets = field(default_factory=lambda: Buckets(time.monotonic))

    def admit(self, request: Request) -> None:
        """Charge a try to its address. Raises TooMany."""
        self._take(f"address {self.proxies.origin_of(request)}", _PER_MINUTE, _BURST)

    def _take(self, name: str, per_minute: int, burst: int) -> None:
        try:
            self.buckets.take(name, per_minute=per_minute, burst=burst)
        except HttpRefusal as refusal:
            raise TooMany(refusal.retry_after or 60) from refusal
