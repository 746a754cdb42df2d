"""What the services of one process share: settings, database, policies, and the way to Temporal."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from functools import cached_property
from types import TracebackType
from typing import Self

import structlog
from temporalio.client import Client
from temporalio.envconfig import ClientConnectConfig
from temporalio.runtime import Runtime

from domain.policy.model import Policy
from runtime.problems import Problem
from runtime.settings import Settings
from runtime.wiring.databases import options_of
from runtime.wiring.packs import load_all
from runtime.wiring.policy_registry import PolicyRegistry
from runtime.wiring.process import freeze_garbage, unless_stopped
from runtime.wiring.temporal import CoreMetrics, connect, why_not_ready
from store.connection import Database
from store.errors import StoreUnavailable
from store.packs.published import PostgresPolicies

log = structlog.stdlib.get_logger()

RETRY_S = 1.0


class Resources:
    """Opens the database on entering; waits for a server only when a service needs it.

    `name` is the process in the database's list of connections. `policies`: tenant -> policy, where
    they are not those of the packs in the settings. `seals`: a service here seals or unseals words.
    Raises Problem for wrong settings.
    """

    def __init__(
        self,
        settings: Settings,
        name: str,
        temporal: ClientConnectConfig | None = None,
        *,
        seals: bool = True,
        core: CoreMetrics | None = None,
        policies: Mapping[str, Policy] | None = None,
    ) -> None:
        self.settings = settings
        self.temporal = temporal
        self.core = core
        self.database = Database(options_of(settings, name, seals=seals, min_size=2))
        self._given_policies = policies
        self._client: Client | None = None
        self._lazy: Client | None = None
        self._no_client = ""
        self._connecting = asyncio.Lock()
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
    def policies(self) -> PolicyRegistry:
        """The policies of this process. Raises Problem naming every fault of a pack."""
        current = self._given_policies or load_all(self.settings)
        return PolicyRegistry(dict(current), PostgresPolicies(self.database))

    async def client(self) -> Client:
        """Return a client of Temporal at once; it connects when it is first used."""
        if self._lazy is None:
            self._lazy = await connect(self._address, lazy=True, runtime=self._runtime)
        return self._lazy

    async def connected(self) -> Client:
        """Return the shared client as soon as there is a server that has what we need.

        A worker needs a client that is connected, and ends when its namespace does not exist.
        """
        async with self._connecting:
            client: Client | None = None
            while self._client is None:
                try:
                    client = client or await connect(self._address, runtime=self._runtime)
                    why = await why_not_ready(client)
                except Problem as problem:
                    why = str(problem)
                if why is None:
                    self._client = client
                else:
                    self._no_client = why
                    log.warning("temporal.waiting", detail=why)
                    await asyncio.sleep(RETRY_S)
        return self._client

    async def publish(self) -> None:
        """Publish the policies as soon as there is a database; once a process."""
        while not self._published:
            try:
                await self.policies.publish()
                self._published = True
            except StoreUnavailable as error:
                log.warning("postgresql.waiting", detail=str(error))
                await asyncio.sleep(RETRY_S)

    async def prepared(self, stop: asyncio.Event) -> Client | None:
        """Return the client once Temporal and the database are there; None if stopped before."""

        async def both() -> Client:
            client = await self.connected()
            await self.publish()
            freeze_garbage()
            return client

        return await unless_stopped(stop, both())

    def checks(self) -> dict[str, Callable[[], Awaitable[str | None]]]:
        """Return the checks of a service that can do nothing without these two servers."""
        return {"postgresql": self.database.ping, "temporal": self._why_no_temporal}

    async def _why_no_temporal(self) -> str | None:
        client = self._client or self._lazy
        if client is None:
            return self._no_client or f"no answer yet from {self._address.get('target_host')}"
        return await why_not_ready(client)

    @property
    def _address(self) -> ClientConnectConfig:
        if self.temporal is None:
            raise Problem("this process was started without the address of Temporal")
        return self.temporal

    @property
    def _runtime(self) -> Runtime | None:
        return self.core.runtime if self.core else None
