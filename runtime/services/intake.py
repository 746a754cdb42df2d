"""`sanban intake`: complaints become cases, and other systems' commands act on cases.

Two loops, each with a consumer group, a Kafka thread and a readiness of its own: a case that does
not answer must not keep complaints waiting.
"""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from typing import Literal

import structlog
from temporalio.client import Client
from typing_extensions import override

from console.health import Check, Note, all_of
from consumers.commands.intake import CommandIntake
from consumers.complaints.intake import Intake
from consumers.health import Health
from consumers.kafka.settings import SourceOptions
from consumers.kafka.source import KafkaSource
from consumers.kafka.watchdog import Watchdog
from consumers.loop import Loop
from consumers.metrics import GATHERED, RECORDS, STARTS, UNAVAILABLE_SECONDS
from consumers.outcomes.outcome_sink import OutcomeSink
from consumers.outcomes.parked_retrier import ParkedRetrier
from consumers.outcomes.reject_rate_breaker import RejectRateBreaker
from consumers.pausing import stopped_within
from consumers.ports import Commands
from consumers.record_intake import IntakeContext, RecordIntake
from domain.planning.planner import plan
from gateways.dead_letters import KafkaDeadLetters
from gateways.kafka.producer import Producer
from gateways.receipts import KafkaReceipts
from runtime import tracing
from runtime.clock import utc_now
from runtime.metrics import PATROL_MISSES
from runtime.services.base import LabelSets, Service
from runtime.services.calendar_watch import CalendarWatch
from runtime.services.patrol_watch import PatrolWatch
from runtime.services.resources import Resources
from runtime.settings import Settings
from runtime.wiring.follow_codes import ReceiptCodes
from runtime.wiring.process import run_together
from runtime.wiring.producers import producer_of, topic_check
from runtime.wiring.temporal import has_worker
from runtime.wiring.temporal_cases import TemporalCases
from schemas.intake import TAKEN, Outcome, RejectReason, Wait
from store.cases.read_model import PostgresCases
from store.connection import Database
from store.intake.ledger import PostgresLedger
from store.intake.similar import PostgresSimilar
from store.journal.cases import PostgresJournaledCases
from store.patrols.patrols import PostgresPatrols
from store.privacy.follow_codes import PostgresFollowCodes
from store.privacy.keys import PostgresKeys

log = structlog.stdlib.get_logger()

LOOK_S = 10.0
"""Seconds between two looks if a worker is there."""

ENDINGS = (
    *((outcome, "") for outcome in TAKEN | {Outcome.DUPLICATE}),
    (Outcome.CONFLICT, RejectReason.IDENTITY_CONFLICT),
    *((Outcome.REJECTED, reason) for reason in RejectReason),
    *((Outcome.PARKED, wait) for wait in Wait),
)
"""How a record can end, with the reason."""

Handling = Callable[[Resources, Client, OutcomeSink], RecordIntake]
"""Makes what handles the records of a topic, once Temporal and the database are there."""


@dataclass
class LoopState:
    """Where the loop over a topic is, and what it waits for."""

    state: Literal["not begun", "preparing", "begun"] = "not begun"
    health: Health = field(default_factory=Health)

    @property
    def is_at_work(self) -> bool:
        return self.state == "begun" and self.health.ready()[0]

    async def why_not_ready(self) -> str | None:
        if self.state == "preparing":
            return "waits for Temporal and PostgreSQL before it begins"
        ready, reason = self.health.ready() if self.state == "begun" else (True, "")
        return None if ready else reason

    def why_not_alive(self) -> str | None:
        alive, reason = self.health.alive() if self.state == "begun" else (True, "")
        return None if alive else reason


class IntakeService(Service):
    """Turns complaints into cases, and gives other systems' commands to them: one of many."""

    name = "intake"
    metrics = ("intake_", "calendar_", "patrol_")
    uses_temporal = True
    seals = True

    def __init__(self, on: Resources) -> None:
        super().__init__(on)
        settings = on.settings
        told = (settings.dead_letters_topic, settings.receipts_topic)
        self._complaint_topics = topic_check(settings, reads=settings.complaints_topic, writes=told)
        self._command_topics = topic_check(
            settings, reads=settings.case_commands_topic, writes=told
        )
        self._queue = "not known yet: waits for Temporal and PostgreSQL"
        self.complaints, self.commands = LoopState(), LoopState()
        self._policies = on.policies
        self._calendars = CalendarWatch(
            on.policies.current_policies, settings.calendar_weeks, utc_now
        )
        self._patrols = PatrolWatch(
            on.policies.current_policies, PostgresPatrols(on.database), utc_now
        )

    @override
    def checks(self) -> Mapping[str, Check]:
        return {
            **self.on.checks(),
            "intake": all_of(self.complaints.why_not_ready, self._complaint_topics.why_not_ready),
            "commands": all_of(self.commands.why_not_ready, self._command_topics.why_not_ready),
        }

    @override
    def label_sets(self) -> LabelSets:
        topics = (self.on.settings.complaints_topic, self.on.settings.case_commands_topic)
        return {
            RECORDS: ((topic, *ended) for topic in topics for ended in ENDINGS),
            STARTS: (("new",), ("existing",)),
            GATHERED: (("opened",), ("merged",), ("left",)),
            PATROL_MISSES: ((tenant,) for tenant in self._policies.current_policies),
            UNAVAILABLE_SECONDS: (("temporal",), ("postgresql",), ("kafka",), ("publishers",)),
        }

    @override
    def notes(self) -> Mapping[str, Note]:
        return {"task queue": lambda: self._queue, "calendar": self._calendars.note}

    @override
    def why_not_alive(self) -> str | None:
        return self.complaints.why_not_alive() or self.commands.why_not_alive()

    @override
    async def run(self, stop: asyncio.Event) -> None:
        settings = self.on.settings
        await run_together(
            stop,
            self._listen(
                self.complaints,
                settings.complaints_topic,
                settings.kafka_group,
                complaint_intake,
                stop,
            ),
            self._listen(
                self.commands,
                settings.case_commands_topic,
                commands_group(settings),
                command_intake,
                stop,
            ),
            self._watch_queue(stop),
            self._calendars.run(stop),
            self._patrols.run(stop),
        )

    async def _watch_queue(self, stop: asyncio.Event) -> None:
        """Keep for the notes if any worker asks for the work that intake makes."""
        client = await self.on.prepared(stop)
        queue = self.on.settings.task_queue
        while client is not None and not stop.is_set():
            polled = await has_worker(client, queue, utc_now())
            self._queue = (
                f"a worker polls {queue}"
                if polled
                else f"no worker polls {queue}: start `sanban worker`, with the same "
                "SANBAN_TASK_QUEUE and TEMPORAL_NAMESPACE; until then cases begin and do not go on"
            )
            await stopped_within(stop, LOOK_S)

    async def _listen(
        self, loop: LoopState, topic: str, group: str, handling: Handling, stop: asyncio.Event
    ) -> None:
        """Handle a topic's records until asked to stop; then finish what is out, and commit."""
        settings, health = self.on.settings, loop.health
        loop.state = "preparing"
        client = await self.on.prepared(stop)
        if client is None:
            log.info("intake.stopped", topic=topic)
            return
        async with producer_of(settings) as producer:
            outcomes = outcome_sink(settings, producer, self.on.database)
            intake = handling(self.on, client, outcomes)
            source = KafkaSource(source_options(settings, topic, group), health, Watchdog(health))
            ledger = PostgresLedger(self.on.database)
            report = partial(intake.context.outcomes.report, ledger=ledger)
            retrier = ParkedRetrier(topic, ledger, intake.take_up, report, health)
            log.info("intake.started", topic=topic, group=group)
            # The Kafka thread beats from its first turn on; until then the loop must not look hung.
            health.beat()
            loop.state = "begun"
            await run_together(
                stop, _run(Loop(source, intake.handle, health), stop), retrier.run(stop)
            )
        log.info("intake.stopped", topic=topic)


def source_options(settings: Settings, topic: str, group: str) -> SourceOptions:
    return SourceOptions(
        settings.need("kafka_bootstrap"),
        (topic,),
        group,
        client={
            **settings.kafka_security,
            "session_timeout_ms": settings.kafka_session_timeout_ms,
            "heartbeat_interval_ms": settings.kafka_session_timeout_ms // 6,
        },
        max_bytes=settings.intake_bytes,
        largest_record=settings.max_event_bytes,
    )


def commands_group(settings: Settings) -> str:
    return f"{settings.kafka_group}-commands"


def complaint_intake(on: Resources, client: Client, outcomes: OutcomeSink) -> Intake:
    """Make what decides records of sanban.complaints; `sanban reconcile --repair` uses it too."""
    sealing = PostgresKeys(on.database)
    cases = TemporalCases(client, on.settings.task_queue, utc_now, sealing)
    return Intake(
        intake_context(on, cases, outcomes),
        plan=plan,
        repeats=PostgresCases(on.database),
        similar=PostgresSimilar(on.database),
        starter=cases,
        sealing=sealing,
    )


def command_intake(on: Resources, client: Client, outcomes: OutcomeSink) -> CommandIntake:
    """Make what decides records of sanban.case-commands."""
    cases = TemporalCases(client, on.settings.task_queue, utc_now, PostgresKeys(on.database))
    return CommandIntake(intake_context(on, cases, outcomes))


def intake_context(on: Resources, commands: Commands, outcomes: OutcomeSink) -> IntakeContext:
    """Make what both intakes are built from."""
    settings = on.settings
    return IntakeContext(
        policies=on.policies,
        ledger=PostgresLedger(on.database),
        commands=commands,
        cases=PostgresJournaledCases(on.database),
        outcomes=outcomes,
        now=utc_now,
        breaker=RejectRateBreaker(settings.reject_ceiling),
        at_once=asyncio.Semaphore(settings.concurrent_starts),
        max_bytes=settings.max_event_bytes,
        parked_for=timedelta(hours=settings.parked_hours),
        around=tracing.received,
    )


def outcome_sink(settings: Settings, producer: Producer, database: Database) -> OutcomeSink:
    """Make where outcomes are published: dead letters and receipts, these with follow codes."""
    return OutcomeSink(
        KafkaDeadLetters(producer, utc_now, settings.dead_letters_topic),
        KafkaReceipts(producer, utc_now, settings.receipts_topic),
        ReceiptCodes(PostgresFollowCodes(database), settings.complaints_topic),
    )


async def _run(loop: Loop, stop: asyncio.Event) -> None:
    """Run the loop and stop it when asked to. Raises what ended it."""

    async def stop_when_asked() -> None:
        await stop.wait()
        loop.stop()

    stopping = asyncio.create_task(stop_when_asked())
    try:
        await loop.run()
    finally:
        stopping.cancel()
