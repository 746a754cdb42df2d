"""`sanban gateway`: takes complaints and acts over HTTP, and hands them to the broker."""

import asyncio
import time
import uuid
from collections.abc import Mapping
from datetime import timedelta
from functools import partial

import structlog
from typing_extensions import override

from console.gateway.addresses import TrustedProxies
from console.gateway.app import ROUTES, gateway_app
from console.gateway.context import About, GatewayContext
from console.gateway.limits import Buckets, UploadLimits, Uploads
from console.gateway.moments import Moments
from console.gateway.ports import Broker
from console.health import Check, Note
from console.metrics import EVENTS, REQUESTS
from consumers.pausing import stopped_within
from gateways.kafka.producer import Producer
from runtime.clock import utc_now
from runtime.services.base import LabelSets, Service
from runtime.services.gateway.clients import ClientsFile
from runtime.services.gateway.decided_events import DecidingBroker
from runtime.services.gateway.event_reader import EventReader, read_json, split
from runtime.services.gateway.kafka_broker import KafkaBroker
from runtime.services.gateway.questions import JournaledRequests, LedgerReceipts, SharedReports
from runtime.services.resources import Resources
from runtime.wiring.followed_cases import FollowedCases
from runtime.wiring.http_protocol import HttpLimits
from runtime.wiring.http_server import serving
from runtime.wiring.media import media_store, why_no_media
from runtime.wiring.producers import producer_of, topic_check
from store.intake.ledger_entries import PostgresLedgerEntries
from store.privacy.follow_codes import PostgresFollowCodes

log = structlog.stdlib.get_logger()

SECONDS_TO_CONNECT = 3
SECONDS_TO_DELIVER = 10
LOOK_S = 5.0
"""Between two looks at the broker and its topics, for the log."""


class GatewayService(Service):
    """Takes complaints and acts over HTTP, from those without Kafka: one process of many.

    The database is not among its checks: while that is away only questions wait, not complaints.
    """

    name = "gateway"
    metrics = ("gateway_",)
    seals = True

    def __init__(self, on: Resources) -> None:
        super().__init__(on)
        self._clients = ClientsFile(on.settings.gateway_clients)
        self._policies = on.policies.current_policies
        self._proxies = TrustedProxies(
            on.settings.gateway_proxies, on.settings.gateway_proxy_header
        )
        self._topics = topic_check(
            on.settings, writes=[on.settings.complaints_topic, on.settings.case_commands_topic]
        )

    @override
    def checks(self) -> Mapping[str, Check]:
        return {
            "clients": self._clients.why_not_ready,
            "broker": self._topics.why_not_ready,
            "media": partial(why_no_media, self.on.settings),
        }

    @override
    def notes(self) -> Mapping[str, Note]:
        return {"clients": self._clients.status}

    @override
    def label_sets(self) -> LabelSets:
        routes = (*(path for _, path, _ in ROUTES), "other")
        topics = (self.on.settings.complaints_topic, self.on.settings.case_commands_topic)
        return {
            REQUESTS: ((route, why) for route in routes for why in ("failed", "unavailable")),
            EVENTS: ((topic,) for topic in topics),
        }

    @override
    async def run(self, stop: asyncio.Event) -> None:
        """Serve until asked to stop; requests that are being answered then still are."""
        settings = self.on.settings
        async with producer_of(
            settings, seconds_to_connect=SECONDS_TO_CONNECT, seconds_to_deliver=SECONDS_TO_DELIVER
        ) as producer:
            app = gateway_app(self._context(producer))
            host, port = settings.gateway_host, settings.gateway_port
            limits = HttpLimits(
                connections=settings.gateway_connections,
                per_address=settings.gateway_connections_per_address,
                many_clients=self._proxies.trusts,
            )
            async with serving(
                app, host, port, setting="SANBAN_GATEWAY_PORT", limits=limits
            ) as url:
                log.info("gateway.started", url=url)
                while not stop.is_set():
                    # Also where no client asks, so that a mistake in the file is seen at once.
                    self._clients.current()
                    if (why := await self._topics.why_not_ready()) is not None:
                        log.warning("gateway.broker_away", detail=why)
                    await stopped_within(stop, LOOK_S)
        log.info("gateway.stopped")

    def _context(self, producer: Producer) -> GatewayContext:
        settings, database = self.on.settings, self.on.database
        reader = EventReader(
            settings.complaints_topic, settings.case_commands_topic, settings.max_event_bytes
        )
        return GatewayContext(
            clients=self._clients.current,
            policies=self._policies,
            read=reader.read,
            split=split,
            read_json=read_json,
            broker=self._broker(producer),
            cases=JournaledRequests(database),
            receipts=LedgerReceipts(database, settings.complaints_topic),
            buckets=Buckets(time.monotonic),
            addresses=Buckets(time.monotonic),
            proxies=self._proxies,
            moments=Moments(),
            now=utc_now,
            new_id=lambda: str(uuid.uuid4()),
            about=About(settings.gateway_url, settings.gateway_contact, utc_now()),
            max_bytes=settings.max_event_bytes,
            first_reports=SharedReports(database),
            same_report_within=timedelta(minutes=settings.gateway_same_report_minutes),
            uploads=Uploads(
                UploadLimits(
                    settings.media_files, settings.media_file_bytes, settings.media_request_bytes
                )
            ),
            media=media_store(settings),
            follow=FollowedCases(database, PostgresFollowCodes(database), self._policies),
            decides_first=settings.gateway_confirms == "ledger",
        )

    def _broker(self, producer: Producer) -> Broker:
        broker = KafkaBroker(producer, missing=lambda: self._topics.last)
        if self.on.settings.gateway_confirms == "broker":
            return broker
        return DecidingBroker(broker, PostgresLedgerEntries(self.on.database))
