"""What `sanban intake` does: complaints become cases, and other people's systems act on cases.

Two loops, each with a consumer group, a Kafka thread and a readiness of its own: a case that does
not answer must not keep complaints waiting.
"""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from functools import partial

import structlog
from temporalio.client import Client

from consumers.commands.intake import CommandIntake
from consumers.complaints.intake import Intake
from consumers.kafka.source import KafkaSource, SourceOptions
from consumers.kafka.watchdog import Watchdog
from consumers.loop import Loop
from consumers.outcomes.outcome_sink import OutcomeSink
from consumers.outcomes.parked_retrier import ParkedRetrier
from consumers.outcomes.reject_rate_breaker import RejectRateBreaker
from consumers.ports import Commands
from consumers.record_intake import IntakeContext, RecordIntake
from domain.planning.planner import plan
from gateways.dead_letters import KafkaDeadLetters
from gateways.kafka.producer import Producer, ProducerOptions
from gateways.receipts import KafkaReceipts
from runtime.services.base import Listening, Parts, utc_now
from runtime.settings import Settings
from runtime.wiring.process import together
from runtime.wiring.temporal_cases import TemporalCases
from store.cases.read_model import PostgresCases
from store.intake.ledger import PostgresLedger
from store.intake.similar import PostgresSimilar
from store.journal.cases import PostgresJournaledCases
from store.privacy.keys import PostgresKeys

log = structlog.stdlib.get_logger()

Handling = Callable[[Parts, Client, OutcomeSink], RecordIntake]
"""What handles the records of a loop, once there is somebody to ask."""


async def take_in(on: Parts, stop: asyncio.Event) -> None:
    """Turn complaints into cases until asked to stop; then finish what is out, and commit."""
    settings = on.settings
    await _listen(
        on,
        on.complaints,
        settings.complaints_topic,
        settings.kafka_group,
        handling=complaint_intake,
        stop=stop,
    )


async def take_commands(on: Parts, stop: asyncio.Event) -> None:
    """Give other people's commands to cases until asked to stop; then finish, and commit."""
    settings = on.settings
    await _listen(
        on,
        on.commands,
        settings.case_commands_topic,
        commands_group(settings),
        handling=command_intake,
        stop=stop,
    )


def commands_group(settings: Settings) -> str:
    return f"{settings.kafka_group}-commands"


def complaint_intake(on: Parts, client: Client, outcomes: OutcomeSink) -> Intake:
    """What decides records of sanban.complaints; `sanban reconcile --repair` asks it as well."""
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


def command_intake(on: Parts, client: Client, outcomes: OutcomeSink) -> CommandIntake:
    """What decides records of sanban.case-commands."""
    cases = TemporalCases(client, on.settings.task_queue, utc_now, PostgresKeys(on.database))
    return CommandIntake(intake_context(on, cases, outcomes))


def intake_context(on: Parts, commands: Commands, outcomes: OutcomeSink) -> IntakeContext:
    """What both intakes are built from."""
    settings = on.settings
    return IntakeContext(
        policies=on.desk,
        ledger=PostgresLedger(on.database),
        commands=commands,
        cases=PostgresJournaledCases(on.database),
        outcomes=outcomes,
        now=utc_now,
        breaker=RejectRateBreaker(settings.reject_ceiling),
        at_once=asyncio.Semaphore(settings.concurrent_starts),
        max_bytes=settings.max_event_bytes,
        parked_for=timedelta(hours=settings.parked_hours),
    )


def outcome_sink(settings: Settings, producer: Producer) -> OutcomeSink:
    return OutcomeSink(
        KafkaDeadLetters(producer, utc_now, settings.dead_letters_topic),
        KafkaReceipts(producer, utc_now, settings.receipts_topic),
    )


async def _listen(
    on: Parts,
    listening: Listening,
    topic: str,
    group: str,
    *,
    handling: Handling,
    stop: asyncio.Event,
) -> None:
    settings, health = on.settings, listening.health
    bootstrap = settings.need("kafka_bootstrap")
    listening.state = "preparing"
    client = await on.prepared(stop)
    if client is None:
        return
    async with Producer(ProducerOptions(bootstrap, client=settings.kafka_security)) as producer:
        intake = handling(on, client, outcome_sink(settings, producer))
        options = SourceOptions(
            bootstrap,
            (topic,),
            group,
            client={
                **settings.kafka_security,
                "session_timeout_ms": settings.kafka_session_timeout_ms,
                "heartbeat_interval_ms": settings.kafka_session_timeout_ms // 6,
            },
        )
        source = KafkaSource(options, health, Watchdog(health))
        loop = Loop(source, intake.handle, health)
        ledger = PostgresLedger(on.database)
        report = partial(intake.context.outcomes.report, ledger=ledger)
        retrier = ParkedRetrier(topic, ledger, intake.take_up, report, health)
        log.info("intake.started", topic=topic, group=group)
        health.beat()
        listening.state = "begun"
        await together(stop, _run(loop, stop), retrier.run(stop))
    log.info("intake.stopped", topic=topic)


async def _run(loop: Loop, stop: asyncio.Event) -> None:
    async def stop_when_asked() -> None:
        await stop.wait()
        loop.stop()

    stopping = asyncio.create_task(stop_when_asked())
    try:
        await loop.run()
    finally:
        stopping.cancel()
