"""`sanban console`: the pages on which the people of the town work; one process of many."""

import asyncio
import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial

import structlog
from typing_extensions import override

from activities.lookups import LookupActivities
from console.desk.app import BY_LINK, ROUTES, desk_app
from console.desk.context import DeskContext
from console.desk.live import LiveHub
from console.desk.outside import OutsideTasks
from console.desk.oversight_ports import Oversight
from console.desk.rendering import build_id
from console.gateway.addresses import TrustedProxies
from console.gateway.limits import Buckets
from console.health import Check, Note
from console.metrics import PAGES, SIGN_INS
from consumers.pausing import stopped_within
from domain.case.commands import Lookup
from runtime.clock import utc_now
from runtime.processes import NAMES
from runtime.services.base import LabelSets, Service
from runtime.services.console.auditing import ConsoleAudit
from runtime.services.console.bulk_acts import GivenBulkActs
from runtime.services.console.bulk_worker import BulkWorker
from runtime.services.console.changes import JournalChanges
from runtime.services.console.exporting import JournaledExports
from runtime.services.console.health import MeasuredHealth
from runtime.services.console.letters import ConsoleLetters
from runtime.services.console.patrolling import KeptPatrols
from runtime.services.console.reading import PersonsReader
from runtime.services.console.unused_uploads import UnusedUploads
from runtime.services.console.ways_in import provider_parts, ways_in, why_no_way_in
from runtime.services.notifier.contact_book import ContactBook
from runtime.services.resources import Resources
from runtime.wiring.http_protocol import HttpLimits
from runtime.wiring.http_server import serving
from runtime.wiring.media import media_store, why_no_media
from runtime.wiring.process import run_together
from runtime.wiring.producers import topic_check
from runtime.wiring.temporal_cases import TemporalCases
from schemas.case import Question
from schemas.console import Way
from store.cases.files import PostgresFiles
from store.cases.persons_texts import PersonsTexts
from store.console.bulk_acts import PostgresBulkActs
from store.console.kept_forms import PostgresKeptForms
from store.console.saved_views import PostgresSavedViews
from store.console.screens import PostgresScreens
from store.console.sessions import PostgresSessions
from store.intake.ledger_entries import PostgresLedgerEntries
from store.journal.cases import PostgresJournaledCases
from store.notifications.waiting_notices import PostgresWaitingNotices
from store.people.absences import PostgresAbsences
from store.privacy.keys import PostgresKeys
from store.privacy.readings import PostgresReadings

log = structlog.stdlib.get_logger()

FAILED_AT_THE_PROVIDER = ((Way.PROVIDER, "unknown"), (Way.PROVIDER, "away"))
LOOK_S = 60.0
"""Between two looks at the identity provider, for the log."""
_LIMITS = HttpLimits(connections=500, per_address=250, idle=60)
"""One address may be that of a whole office; but it leaves places to others."""


class ConsoleService(Service):
    """Serves pages: reads as the person who asks, and gives their acts to the cases."""

    name = "console"
    metrics = ("console_",)
    seals = True
    uses_temporal = True

    def __init__(self, on: Resources) -> None:
        super().__init__(on)
        self._single = provider_parts(on.settings)

    @override
    def notes(self) -> Mapping[str, Note]:
        if self._single is not None:
            return {"identity provider": self._single.note, "subjects": self._single.subjects.note}
        if why := why_no_way_in(self.on.settings, embedded=self.on.embedded):
            return {"sign-in": lambda: why}
        return {}

    @override
    def label_sets(self) -> LabelSets:
        routes = (*(path for path, _ in BY_LINK), *(path for _, path, _ in ROUTES))
        ways = (*((way, "begun") for way in Way), *((way, "limited") for way in Way))
        proven = (Way.PROVIDER, Way.ACCOUNT)
        return {
            PAGES: ((route, status) for route in routes for status in ("500", "503")),
            SIGN_INS: (*ways, *((way, "refused") for way in proven), *FAILED_AT_THE_PROVIDER),
        }

    @override
    def checks(self) -> Mapping[str, Check]:
        return self.on.checks()

    @override
    async def run(self, stop: asyncio.Event) -> None:
        """Serve until asked to stop; requests that are being answered then still are."""
        settings, commands = self.on.settings, await self._commands()
        acts = PostgresBulkActs(self.on.database)
        worker = BulkWorker(acts, commands.give_or_look_back, str(uuid.uuid4()))
        hub = LiveHub(JournalChanges(self.on.database), build_id())
        app = desk_app(replace(self._context(commands, worker), live=hub))
        host, port = settings.console_host, settings.console_port
        proxies = TrustedProxies(settings.console_proxies, settings.console_proxy_header)
        limits = replace(_LIMITS, many_clients=proxies.trusts)
        async with serving(app, host, port, setting="SANBAN_CONSOLE_PORT", limits=limits) as url:
            log.info("console.started", url=url)
            await run_together(
                stop, hub.run(stop), self._look(stop), worker.run(stop), self._clean_up(stop)
            )
        log.info("console.stopped")

    async def _clean_up(self, stop: asyncio.Event) -> None:
        """Delete uploads that no act has brought; without a store of them, only wait."""
        media = media_store(self.on.settings)
        if media is None:
            await stop.wait()
            return
        await UnusedUploads(media, PostgresFiles(self.on.database), utc_now).run(stop)

    async def _look(self, stop: asyncio.Event) -> None:
        """Ask the identity provider once an hour; log each time that it does not answer."""
        while not stop.is_set():
            if self._single is not None:
                await self._single.look()
                if self._single.provider.wrong:
                    log.warning("console.provider_away", detail=self._single.provider.wrong)
            await stopped_within(stop, LOOK_S)

    async def _commands(self) -> TemporalCases:
        on, database = self.on, self.on.database
        return TemporalCases(
            await on.client(),
            on.settings.task_queue,
            utc_now,
            PostgresKeys(database),
            journaled=PostgresJournaledCases(database),
        )

    def _servers(self) -> Mapping[str, Check]:
        """Return the checks of servers for /health; the console works without those of the end."""
        settings, checks = self.on.settings, self.on.checks()
        if settings.kafka_bootstrap:
            broker = topic_check(settings, writes=(settings.complaints_topic,))
            checks = {**checks, "kafka": broker.why_not_ready}
        if media_store(settings) is not None:
            checks = {**checks, "media": partial(why_no_media, settings)}
        if self._single is not None:
            checks = {**checks, "identity provider": self._single.why_away}
        return checks

    def _unaddressed(self) -> Callable[[], Mapping[str, int]] | None:
        """Return what counts people without an address; None where another process has the file."""
        on = self.on
        if not (on.settings.contacts or on.embedded):
            return None
        book = ContactBook(on.settings.contacts, lambda _address: True)
        policies = on.policies.current_policies
        return lambda: {each: book.unreachable({each: policies[each]}) for each in policies}

    def _context(self, commands: TemporalCases, worker: BulkWorker) -> DeskContext:
        on, database = self.on, self.on.database
        # Without a refresh of its own: each request has had one, and asks for dozens of acts.
        lookups = LookupActivities(on.policies)

        async def look_up(question: Question) -> Lookup:
            return await lookups.look_up(question)

        return DeskContext(
            policies=on.policies.current_policies,
            sessions=PostgresSessions(database),
            kept_forms=PostgresKeptForms(database),
            readers=lambda reach: PersonsReader(database, reach),
            readings=PostgresReadings(database),
            commands=commands,
            exports=JournaledExports(database),
            oversight=Oversight(
                ledger=PostgresLedgerEntries(database),
                letters=ConsoleLetters(
                    on.settings, database, utc_now, on.policies.current_policies
                ),
                notices=PostgresWaitingNotices(database),
                health=MeasuredHealth(database, self._servers(), self._unaddressed(), NAMES),
            ),
            audit=ConsoleAudit(database, on.policies),
            views=PostgresSavedViews(database),
            bulk_acts=GivenBulkActs(PostgresBulkActs(database), worker),
            look_up=look_up,
            absences=PostgresAbsences(database),
            patrols=KeptPatrols(database, on.settings),
            refresh=on.policies.refresh,
            media=media_store(on.settings),
            screens=PostgresScreens(database),
            tasks=OutsideTasks(
                PersonsTexts(database, database).events,
                Buckets(time.monotonic),
                TrustedProxies(on.settings.gateway_proxies, on.settings.gateway_proxy_header),
            ),
            now=utc_now,
            new_id=lambda: str(uuid.uuid4()),
            ways=ways_in(on.settings, self._single, database, embedded=on.embedded),
            training=on.settings.console_training,
            secure=on.settings.console_url.startswith("https://"),
        )
