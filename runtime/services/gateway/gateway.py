"""What `sanban gateway` does: takes complaints and acts over HTTP, and hands them to the broker."""

import asyncio
import time
import uuid
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Protocol

import structlog

from console.gateway.app import gateway_app
from console.gateway.context import About, GatewayContext
from console.gateway.limits import Buckets
from console.gateway.moments import Moments
from console.gateway.open311_search import Search
from console.gateway.ports import BrokerPosition, CaseSnapshot, CheckedEvent, EventMessage, Invalid
from console.health import health_app
from domain.case.evolve import fold
from domain.policy.model import Policy
from gateways.kafka.producer import Delivery, Headers, Producer, ProducerOptions, RecordTooLarge
from runtime.services.base import utc_now
from runtime.services.gateway.clients import ClientsFile
from runtime.services.gateway.decoder import Decoder, split
from runtime.settings import Settings
from runtime.wiring.databases import options_of
from runtime.wiring.http_server import metrics, serving
from runtime.wiring.packs import load_all
from schemas.events.receipts import Receipt, receipt_of
from schemas.intake import RejectReason, Unavailable
from store.connection import Database, open_database
from store.intake.ledger_entries import Entry, LedgerFilter, PostgresLedgerEntries
from store.intake.of_source import PostgresSourceCases
from store.journal.operations import is_case
from store.journal.rows import PostgresJournal
from store.privacy.keys import PostgresKeys
from store.privacy.unseal import Unsealer

log = structlog.stdlib.get_logger()

SECONDS_TO_CONNECT = 3.0
SECONDS_TO_DELIVER = 10.0
SECONDS_TO_ANSWER = 12.0
"""After which the broker counts as away, and the sender is asked to try again."""
SECONDS_OF_REST = 1.0
"""Between two attempts at a broker that is away."""
SECONDS_TO_PROBE = 1.0
MOST_RECEIPTS = 20


class Sender(Protocol):
    """As gateways.kafka_producer.Producer."""

    async def send(
        self, topic: str, *, key: bytes | None, value: bytes | None, headers: Headers = ()
    ) -> Delivery: ...


class KafkaBroker:
    """Keeps the promises of console.gateway.ports.Broker, and the sender waiting not for long.

    The producer looks for its broker on one thread: while there is none, whoever stands in line
    there would wait for all those before. So one at a time tries, and the others are told at once.
    """

    def __init__(self, producer: Sender, clock: Callable[[], float] = time.monotonic) -> None:
        self._producer = producer
        self._clock = clock
        self._away_until = 0.0

    async def send(self, to: CheckedEvent, message: EventMessage) -> BrokerPosition:
        if self._away_until:
            if self._clock() < self._away_until:
                raise Unavailable("kafka", "it did not answer a moment ago")
            self._away_until = self._clock() + SECONDS_TO_ANSWER  # this one tries
        try:
            async with asyncio.timeout(SECONDS_TO_ANSWER):
                delivery = await self._producer.send(
                    to.topic, key=to.key, value=message.value, headers=message.headers
                )
        except RecordTooLarge as error:
            self._away_until = 0.0
            raise Invalid(RejectReason.TOO_LARGE, str(error)) from error
        except TimeoutError:
            self._away_until = self._clock() + SECONDS_OF_REST
            raise Unavailable("kafka", f"no answer in {SECONDS_TO_ANSWER:g} s") from None
        except Unavailable as error:
            self._away_until = self._clock() + SECONDS_OF_REST
            log.warning("gateway.broker_away", detail=str(error))
            raise
        self._away_until = 0.0
        return BrokerPosition(to.topic, delivery.partition, delivery.offset)


@dataclass(frozen=True, slots=True)
class JournaledRequests:
    """Keeps the promises of console.gateway.ports.Cases."""

    database: Database

    async def find(self, tenant: str, case_id: str) -> CaseSnapshot | None:
        rows = await PostgresJournal(self.database).read(case_id) if is_case(case_id) else []
        if not rows:
            return None
        opening = Unsealer(PostgresKeys(self.database))
        known = await opening.events([row.body for row in rows])
        case = fold(known)
        return CaseSnapshot(case, known[-1].at) if case.plan.complaint.tenant == tenant else None

    async def of_source(self, tenant: str, source: str, search: Search) -> list[str]:
        return await PostgresSourceCases(self.database).page(
            tenant,
            source,
            since=search.since,
            until=search.until,
            categories=search.categories,
            closed=search.closed,
            limit=search.limit,
            skip=search.skip,
        )


@dataclass(frozen=True, slots=True)
class LedgerReceipts:
    """Keeps the promises of console.gateway.ports.Receipts."""

    database: Database

    async def of_event(self, tenant: str, source: str, event_id: str) -> list[Receipt]:
        wanted = LedgerFilter(tenant=tenant, source=source, event_id=event_id)
        found = await PostgresLedgerEntries(self.database).page(wanted, limit=MOST_RECEIPTS)
        return [_receipt(each) for each in found]


def _receipt(entry: Entry) -> Receipt:
    receipt = receipt_of(entry.decision, entry.settled_at)
    return receipt.model_copy(update={"reason": entry.waits}) if entry.waits else receipt


@dataclass
class Gateway:
    """The gateway of this process, and what it needs before anybody is sent to it.

    The database is not among it: complaints are taken while it is away, only questions wait.
    """

    settings: Settings
    clients: ClientsFile = field(init=False)

    def __post_init__(self) -> None:
        self.clients = ClientsFile(self.settings.gateway_clients)

    def checks(self) -> dict[str, Callable[[], Awaitable[str | None]]]:
        return {"clients": self.clients.why_not_ready, "broker": self._why_no_broker}

    async def run(
        self, database: Database, policies: Mapping[str, Policy], stop: asyncio.Event
    ) -> None:
        """Until asked to stop; what is being answered then still is."""
        settings = self.settings
        options = ProducerOptions(
            settings.need("kafka_bootstrap"),
            client=settings.kafka_security,
            seconds_to_connect=SECONDS_TO_CONNECT,
            seconds_to_deliver=SECONDS_TO_DELIVER,
        )
        async with Producer(options) as producer:
            app = gateway_app(self._context(producer, database, policies))
            host, port = settings.gateway_host, settings.gateway_port
            async with serving(app, host, port, setting="SANBAN_GATEWAY_PORT") as url:
                log.info("gateway.started", url=url)
                await stop.wait()
        log.info("gateway.stopped")

    def _context(
        self, producer: Producer, database: Database, policies: Mapping[str, Policy]
    ) -> GatewayContext:
        settings = self.settings
        decoder = Decoder(
            settings.complaints_topic, settings.case_commands_topic, settings.max_event_bytes
        )
        return GatewayContext(
            clients=self.clients.current,
            policies=policies,
            read=decoder.read,
            split=split,
            broker=KafkaBroker(producer),
            cases=JournaledRequests(database),
            receipts=LedgerReceipts(database),
            buckets=Buckets(time.monotonic),
            moments=Moments(),
            now=utc_now,
            new_id=lambda: str(uuid.uuid4()),
            about=About(settings.gateway_url, settings.gateway_contact, utc_now()),
            max_bytes=settings.max_event_bytes,
        )

    async def _why_no_broker(self) -> str | None:
        """Whether somebody listens; what a broker says to a user, the answers to requests say."""
        addresses = [*_addresses(self.settings.need("kafka_bootstrap"))]
        answers = await asyncio.gather(*(_listens(*address) for address in addresses))
        if any(answers):
            return None
        return f"nobody listens at {self.settings.kafka_bootstrap}"


async def serve_gateway(
    settings: Settings, stop: asyncio.Event, say: Callable[[str], None]
) -> None:
    """The gateway beside health and metrics, until asked to stop."""
    gateway = Gateway(settings)
    policies = load_all(settings)
    async with open_database(options_of(settings, "gateway")) as database:
        app = health_app(lambda: None, gateway.checks(), lambda: metrics(None))
        async with serving(app, settings.http_host, settings.http_port) as url:
            say(f"gateway: health and metrics at {url}/readyz and {url}/metrics")
            await gateway.run(database, policies, stop)


def _addresses(bootstrap: str) -> Iterator[tuple[str, int]]:
    for address in bootstrap.split(","):
        host, _, port = address.strip().rpartition(":")
        yield host.strip("[]"), int(port) if port.isdigit() else 0


async def _listens(host: str, port: int) -> bool:
    try:
        async with asyncio.timeout(SECONDS_TO_PROBE):
            _, writer = await asyncio.open_connection(host, port)
    except (OSError, TimeoutError):
        return False
    writer.close()
    return True
