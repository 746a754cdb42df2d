"""`sanban doctor`: look at everything that production needs, side by side, and change nothing."""

import asyncio
from collections.abc import Awaitable, Callable, Collection
from datetime import datetime

from temporalio.client import Client

from gateways.kafka.topic_facts import cluster_facts
from runtime.needs import WantedTopic, wanted_topics
from runtime.preflight.access import Accounts, account_of
from runtime.preflight.database import WHAT as POSTGRESQL
from runtime.preflight.database import look_at_database
from runtime.preflight.diagnosis import Diagnosis, fault, faults_of, is_faulty, remark
from runtime.preflight.keys import (
    SEALING,
    look_at_sealing,
    look_at_signing,
    look_at_unusable_sealing,
)
from runtime.preflight.namespace import look_at_namespace, look_at_queue
from runtime.preflight.running import look_at_running
from runtime.preflight.settings import look_at_files, look_at_settings
from runtime.preflight.topics import look_at_offsets, look_at_rights, look_at_topics
from runtime.problems import Problem
from runtime.processes import PROCESSES, Process
from runtime.settings import Settings, temporal_settings
from runtime.wiring.databases import options_of
from runtime.wiring.temporal import connect
from schemas.intake import Unavailable
from store.connection import Database, open_database
from store.console.accounts import PostgresAccounts
from store.errors import StoreUnavailable

Clock = Callable[[], datetime]
_OURS = "report this line: it is a defect of `sanban doctor`"


async def examine(
    settings: Settings,
    now: Clock,
    processes: Collection[Process] = PROCESSES,
    accounts: Accounts = account_of,
) -> list[Diagnosis]:
    """Return a line for each thing that these processes need. Raises nothing.

    With fewer than all processes it also looks at what the broker lets this user do: the settings
    are then those of one of them.
    """
    parts: list[tuple[str, Callable[[], Awaitable[list[Diagnosis]]]]] = [
        ("settings", lambda: _threaded(lambda: [*look_at_settings(settings, processes, accounts)])),
        ("files", lambda: _threaded(lambda: [*look_at_files(settings, processes, now)])),
        ("processes", lambda: look_at_running(settings, processes, accounts)),
        (POSTGRESQL, lambda: _database(settings, now, processes)),
    ]
    if any(process.topics for process in processes):
        parts.append(("kafka", lambda: _kafka(settings, processes)))
    if any(process.temporal for process in processes):
        parts.append(("temporal", lambda: _temporal(settings, now)))
    found = await asyncio.gather(*(_never_crashing(what, look) for what, look in parts))
    return [each for lines in found for each in lines]


async def _never_crashing(
    what: str, look: Callable[[], Awaitable[list[Diagnosis]]]
) -> list[Diagnosis]:
    """Return what a look found; whatever it raises is a line as well."""
    try:
        return await look()
    except Problem as problem:
        return faults_of(what, problem)
    except Unavailable as error:
        return [fault(what, str(error), "an answer", f"start it, or correct what names {what}")]
    except Exception as error:  # noqa: BLE001 - the other parts are still worth their lines
        return [fault(what, f"could not be looked at: {type(error).__name__}: {error}", "", _OURS)]


async def _threaded(look: Callable[[], list[Diagnosis]]) -> list[Diagnosis]:
    return await asyncio.to_thread(look)


async def _database(
    settings: Settings, now: Clock, processes: Collection[Process]
) -> list[Diagnosis]:
    """Look through the database with the master key; where that is wrong, without it."""
    lines: list[Diagnosis] = []
    unusable: Problem | None = None
    seals = any(process.seals or "sealing_key" in process.settings for process in processes)
    try:
        options = options_of(settings, "doctor", seals=seals, max_size=2)
    except Problem as problem:
        if not settings.database_url.get_secret_value():
            raise
        unusable, seals = problem, False
        options = options_of(settings, "doctor", seals=False, max_size=2)
    async with open_database(options) as database:
        found = await look_at_database(database, len(processes), now)
        lines += found
        # Without the schema there is nothing more to see.
        if len(found) == 1 and is_faulty(found):
            return lines + (faults_of(SEALING, unusable, "a master key") if unusable else [])
        if unusable is not None:
            lines += await look_at_unusable_sealing(database, unusable)
        if seals:
            lines.append(await look_at_sealing(database))
        lines += await _signing(settings, database, now, processes)
        lines += await _accounts(settings, database, processes)
    return lines


async def _accounts(
    settings: Settings, database: Database, processes: Collection[Process]
) -> list[Diagnosis]:
    """Return that no person has an account, where accounts are the only way to sign in."""
    serves = any(process.name == "console" for process in processes)
    if not (serves and settings.console_accounts) or settings.console_issuer:
        return []
    if await PostgresAccounts(database).number():
        return []
    do = "`sanban console account add` makes one"
    return [remark("accounts", "no person has one, so no person can sign in", "the first", do)]


async def _signing(
    settings: Settings, database: Database, now: Clock, processes: Collection[Process]
) -> list[Diagnosis]:
    signs = any(process.name == "checkpoints" for process in processes)
    if not (signs and settings.checkpoint_key and settings.checkpoint_dir):
        return []  # the settings have their own line
    try:
        return await look_at_signing(settings, database, now)
    except StoreUnavailable as error:
        return [fault("checkpoints", str(error), "an answer", "run this again")]


async def _kafka(settings: Settings, processes: Collection[Process]) -> list[Diagnosis]:
    if not settings.kafka_bootstrap:
        return []  # the settings have their own line
    used = {name for process in processes for name in process.topics}
    wanted: list[WantedTopic] = [
        topic for topic in wanted_topics(settings) if topic.need.setting in used
    ]
    facts = await cluster_facts(
        settings.kafka_bootstrap, [topic.name for topic in wanted], settings.kafka_security
    )
    lines = [*look_at_topics(settings, wanted, facts), *look_at_offsets(wanted, facts)]
    if len(processes) < len(PROCESSES):
        for process in processes:
            rights = dict.fromkeys(process.reads, "READ") | dict.fromkeys(process.writes, "WRITE")
            lines += look_at_rights(wanted, rights, facts)
    return lines


async def _temporal(settings: Settings, now: Clock) -> list[Diagnosis]:
    client: Client = await connect(temporal_settings(settings))
    return [*await look_at_namespace(client), await look_at_queue(client, settings, now())]
