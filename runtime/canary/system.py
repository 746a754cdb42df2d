"""The ways of a round through the real system: broker, database, pages, and the bell outside."""

import asyncio
import urllib.error
import urllib.request
from collections.abc import Sequence
from dataclasses import dataclass

from gateways.kafka.producer import Producer
from runtime.canary.reports import CanaryRecord
from runtime.jobs.publish import STRUCTURED
from store.canary import CanaryCase, PostgresCanary
from store.journal.checkpoints import PostgresCheckpoints

ANSWER_S = 15.0


@dataclass(frozen=True, slots=True)
class SystemWays:
    """Implements runtime.canary.rounds.Ways."""

    producer: Producer
    topic: str
    own: PostgresCanary
    pages: Sequence[str]

    async def send(self, record: CanaryRecord) -> None:
        await self.producer.send(self.topic, key=record.key, value=record.value, headers=STRUCTURED)

    async def case(self, event_id: str) -> CanaryCase | None:
        return await self.own.case(event_id)

    async def unsigned_s(self) -> float:
        return (await PostgresCheckpoints(self.own.database).lag()).seconds

    async def failing_page(self) -> str | None:
        """Return the first page that did not answer 200, and why."""
        for url in self.pages:
            if why := await asyncio.to_thread(why_not, url):
                return f"{url}: {why}"
        return None


def why_not(url: str, body: bytes | None = None) -> str | None:
    """Ask for a page, or post to it; return why it did not answer 2xx, or None if it did."""
    if not url.startswith(("http://", "https://")):
        return "not an address that begins with http:// or https://"
    try:
        with urllib.request.urlopen(url, body, timeout=ANSWER_S):  # noqa: S310 - checked above
            return None
    except urllib.error.HTTPError as error:
        return f"it answers {error.code}"
    except OSError as error:
        return str(error)
