"""What the services of one process share: settings, database, policies, and the way to Temporal."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from functools import cached_property
from types import TracebackType
from typing import TYPE_CHECKING, Self

import structlog

from runtime.clock import utc_now
from runtime.problems import Problem
from runtime.settings import Settings
from runtime.wiring.databases import options_of
from runtime.wiring.process import account, freeze_garbage, unless_stopped
from store.connection import Database
from store.errors import StoreUnavailable, advised

if TYPE_CHECKING:
    from temporalio.client import Client
    from temporalio.envconfig import ClientConnectConfig

    from domain.policy.model import Policy
    from runtime.services.temporal_link import TemporalLink
    from runtime.wiring.policy_registry import PolicyRegistry
    from runtime.wiring.temporal import CoreMetrics

log = structlog.stdlib.get_logger()

RETRY_S = 1.0


class Resources:
    """Opens the database on entering; waits for a server only when a service needs it.

    `name` is the process in the database's list of connections. `policies`: tenant -> policy, where
    they are not those of the packs in the settings. `seals`: a service here seals or unseals words.
    `embedded`: all runs on this machine, for trying it out (`sanban up`).
    Raises Problem for wrong settings.
    """

    def __init__(
        self,
        settings: Settings,
        name: str,
        temporal: "ClientConnectConfig | None" = None,
        *,
        seals: bool = True,
        core: "CoreMetrics | None" = None,
        policies: "Mapping[str, Policy] | None" = None,
        embedded: bool = False,
    ) -> None:
        self.settings = settings
        self.name = name
        self.temporal = temporal
        self.core = core
        self.embedded = embedded
        self.database = Database(options_of(settings, name, seals=seals, min_size=2))
        self._given_policies = policies
        self._published = False

    async def __aenter__(self) -> Self:
        await self.database.open()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.database.close()

    @cached_property
    def policies(self) -> "PolicyRegistry":
        """The policies of this process. Raises Problem naming every fault of a pack."""
        # Not every service has a use for packs, or for Temporal: to import what reads them is a
        # third of a start.
        from runtime.wiring.packs import load_all  # noqa: PLC0415
        from runtime.wiring.policy_registry import PolicyRegistry  # noqa: PLC0415
        from store.packs.published import PostgresPolicies  # noqa: PLC0415

        current = self._given_policies or load_all(self.settings)
        return PolicyRegistry(dict(current), PostgresPolicies(self.database))

    async def client(self) -> "Client":
        """Return a client of Temporal at once; it connects when it is first used."""
        return await self._link.client()

    async def connected(self) -> "Client":
        """Return the shared client as soon as there is a server that has what we need."""
        return await self._link.connected()

    async def publish(self) -> None:
        """Publish the policies as soon as there is a database; once a process."""
        while not self._published:
            try:
                from store.packs.published import Publisher  # noqa: PLC0415 - as above

                why = f"the pack that {self.name} started with"
                await self.policies.publish(Publisher(account(), why, utc_now()))
                self._published = True
            except StoreUnavailable as error:
                log.warning("postgresql.waiting", detail=advised(error))
                await asyncio.sleep(RETRY_S)

    async def prepared(self, stop: asyncio.Event) -> "Client | None":
        """Return the client once Temporal and the database are there; None if stopped before."""

        async def both() -> "Client":
            client = await self.connected()
            await self.publish()
            freeze_garbage()
            return client

        return await unless_stopped(stop, both())

    def checks(self) -> dict[str, Callable[[], Awaitable[str | None]]]:
        """Return the checks of a service that can do nothing without these two servers."""
        return {"postgresql": self.database.ping, "temporal": self._link.why_not_ready}

    @cached_property
    def _link(self) -> "TemporalLink":
        if self.temporal is None:
            raise Problem("this process was started without the address of Temporal")
        from runtime.services.temporal_link import TemporalLink  # noqa: PLC0415 - as above

        return TemporalLink(self.temporal, self.core)
