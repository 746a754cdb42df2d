"""`sanban gateway` as a process of a town with clients of its own, and requests to it."""

import asyncio
import http.client
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import urlencode

from console.gateway.clients import Client, digest_of
from domain.vocabulary import Channel
from runtime.embedded.ports import LOOPBACK, free_port
from runtime.services.gateway.clients import line_of
from tests.integration.promises.events import TENANT
from tests.integration.promises.services import Service
from tests.integration.promises.town import Town
from tests.limits import EVENT_S

TOKEN = "sbn_an-app-of-citizens"  # noqa: S105 - of these tests alone


class GatewayProcess(Service):
    title = "sanban gateway"
    name = "gateway"

    def __init__(self, town: Town, clients: str = "") -> None:
        """`clients`: the file; by default one client of the channel of `events.event`, without a
        limit.
        """
        self.doors = free_port()
        self.photos = town.directory / "media"
        path = town.directory / "clients.yaml"
        client = Client(
            name="app",
            tenant=TENANT,
            source=town.source,
            channel=Channel.DEPARTMENT,
            sha256=digest_of(TOKEN),
            per_minute=1_000_000,
            burst=100_000,
        )
        path.write_text(clients or f"clients:\n{line_of(client)}")
        more = {
            "SANBAN_GATEWAY_PORT": str(self.doors),
            "SANBAN_GATEWAY_CLIENTS": str(path),
            "SANBAN_MEDIA_DIR": str(self.photos),
        }
        super().__init__(town.directory / "gateway", {**town.environment, **more})

    async def request(
        self,
        method: str,
        path: str,
        body: bytes = b"",
        headers: Mapping[str, str] | None = None,
    ) -> tuple[int, dict[str, str], Any]:
        """Return status, headers and decoded JSON; (0, {}, None) without an answer."""
        sent = {"Authorization": f"Bearer {TOKEN}", **(headers or {})}
        return await asyncio.to_thread(self._request, method, path, body, sent)

    async def publish(self, event: Mapping[str, Any]) -> tuple[int, dict[str, str], Any]:
        body = json.dumps(event).encode()
        kind = {"Content-Type": "application/cloudevents+json"}
        return await self.request("POST", "/events", body, kind)

    async def report(self, key: str, **fields: str) -> tuple[int, dict[str, str], Any]:
        body = urlencode(fields).encode()
        headers = {
            "Content-Type": "application/x-www-form-urlencoded; charset=utf-8",
            "Idempotency-Key": key,
        }
        return await self.request("POST", "/open311/v2/requests.json", body, headers)

    async def asked(self, number: str) -> Any:
        """Return the case as its reporter sees it; None when there is none."""
        status, _, told = await self.request("GET", f"/open311/v2/requests/{number}.json")
        return told[0] if status == 200 else None

    def _request(
        self, method: str, path: str, body: bytes, headers: Mapping[str, str]
    ) -> tuple[int, dict[str, str], Any]:
        connection = http.client.HTTPConnection(LOOPBACK, self.doors, timeout=EVENT_S)
        try:
            connection.request(method, path, body, dict(headers))
            answer = connection.getresponse()
            told = json.loads(answer.read() or b"null")
            return answer.status, {n.lower(): v for n, v in answer.getheaders()}, told
        except (OSError, http.client.HTTPException):
            return 0, {}, None
        finally:
            connection.close()


@asynccontextmanager
async def gateway_of(town: Town, clients: str = "") -> AsyncIterator[GatewayProcess]:
    """Start one and yield it when it is ready; stop it at the end."""
    gateway = GatewayProcess(town, clients)
    try:
        await gateway.start()
        yield gateway
    finally:
        await gateway.stop()
