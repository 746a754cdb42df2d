"""What `sanban intake` does: complaints become cases, and other people's systems act on cases.

Two loops, each with a consumer group, a Kafka thread and a readiness of its own: a case that does
not answer must not keep complaints waiting.
"""

import asyncio
from collections.abc import Callable

import structlog
from temporalio.client import Client

from consumers.ceiling import RejectCeiling
from consumers.command_intake import CommandIntake
from consumers.intake import Intake
from consumers.kafka_source import KafkaSource, SourceOptions
from consumers.loop import Handler, Loop
from consumers.watchdog import Watchdog
from domain.planning import plan
from gateways.dead_letters import KafkaDeadLetters
from gateways.kafka_producer import Producer, ProducerOptions
from runtime.cases import TemporalCases
from runtime.services import Listening, Parts, utc_now
from store.cases import PostgresCases
from store.journaled_cases import PostgresJournaledCases
from store.ledger import PostgresLedger

log = structlog.stdlib.get_logger()

Handling = Callable[[Client, KafkaDeadLetters], Handler]
"""How a loop handles its records, once there is somebody to ask."""


async def take_in(on: Parts, stop: asyncio.Event) -> None:
    """Turn complaints into cases until asked to stop; then finish what is out, and commit."""
    settings = on.settings

    def handling(client: Client, dead_letters: KafkaDeadLetters) -> Handler:
        return Intake(
            policies=on.desk,
            plan=plan,
            repeats=PostgresCases(on.database),
            ledger=PostgresLedger(on.database),
            starter=TemporalCases(client, settings.task_queue, utc_now),
            dead_letters=dead_letters,
            now=utc_now,
            ceiling=RejectCeiling(settings.reject_ceiling),
            starts=asyncio.Semaphore(settings.concurrent_starts),
            max_bytes=settings.max_event_bytes,
        ).handle

    await _listen(
        on,
        on.complaints,
        settings.complaints_topic,
        settings.kafka_group,
        handling=handling,
        stop=stop,
    )


async def take_commands(on: Parts, stop: asyncio.Event) -> None:
    """Give other people's commands to cases until asked to stop; then finish, and commit."""
    settings = on.settings

    def handling(client: Client, dead_letters: KafkaDeadLetters) -> Handler:
        return CommandIntake(
            policies=on.desk,
            ledger=PostgresLedger(on.database),
            commands=TemporalCases(client, settings.task_queue, utc_now),
            cases=PostgresJournaledCases(on.database),
            dead_letters=dead_letters,
            ceiling=RejectCeiling(settings.reject_ceiling),
            at_once=asyncio.Semaphore(settings.concurrent_starts),
            max_bytes=settings.max_event_bytes,
        ).handle

    group = f"{settings.kafka_group}-commands"
    await _listen(
        on, on.commands, settings.case_commands_topic, group, handling=handling, stop=stop
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
        letters = KafkaDeadLetters(producer, utc_now, settings.dead_letters_topic)
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
        loop = Loop(source, handling(client, letters), health)
        stopping = asyncio.create_task(_stop_when(stop, loop))
        log.info("intake.started", topic=topic, group=group)
        health.beat()
        listening.state = "begun"
        try:
            await loop.run()
        finally:
            stopping.cancel()
    log.info("intake.stopped", topic=topic)


async def _stop_when(stop: asyncio.Event, loop: Loop) -> None:
    await stop.wait()
    loop.stop()
