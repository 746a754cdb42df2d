"""The one connection of a process to Temporal, which the services of it share."""

import asyncio

import structlog
from temporalio.client import Client
from temporalio.envconfig import ClientConnectConfig
from temporalio.runtime import Runtime

from runtime.problems import Problem
from runtime.wiring.temporal import CoreMetrics, connect, why_not_ready

log = structlog.stdlib.get_logger()

RETRY_S = 1.0


class TemporalLink:
    """Connects when a service first asks for a client, and says why there is none."""

    def __init__(self, address: ClientConnectConfig, core: CoreMetrics | None) -> None:
        self._address = address
        self._core = core
        self._client: Client | None = None
        self._lazy: Client | None = None
        self._no_client = ""
        self._connecting = asyncio.Lock()

    async def client(self) -> Client:
        """Return a client at once; it connects when it is first used."""
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

    async def why_not_ready(self) -> str | None:
        """Return why a service could not use Temporal now, or None."""
        client = self._client or self._lazy
        if client is None:
            return self._no_client or f"no answer yet from {self._address.get('target_host')}"
        return await why_not_ready(client)

    @property
    def _runtime(self) -> Runtime | None:
        return self._core.runtime if self._core else None
