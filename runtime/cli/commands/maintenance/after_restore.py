"""`sanban after-restore`: what a database that was restored to a point in time has lost."""

import asyncio
from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer
from temporalio.client import Client

from gateways.checkpoint_files import CheckpointFiles
from gateways.kafka.record_reader import KafkaReader, ReaderOptions
from runtime.cli.output import progress, say_json
from runtime.cli.typed_numbers import whole
from runtime.cli.views.restored import print_end, print_lost
from runtime.clock import utc_now
from runtime.jobs.histories.case_histories import CaseHistories
from runtime.jobs.reconcile.records import RecordReconciler
from runtime.jobs.restored.after_restore import AfterRestore, RestoreReport
from runtime.jobs.restored.lost_rows import LostRowsFinder
from runtime.jobs.restored.outside_checkpoints import OutsideCheckpoints
from runtime.problems import Problem
from runtime.services.checkpoints.keys import Contradiction, keyring_of, signing_of
from runtime.services.intake import commands_group
from runtime.services.notifier.told_notices import take_untold_notices
from runtime.services.relay.order_replies import OrderReplies
from runtime.services.relay.told_events import pass_told_events
from runtime.services.worker import runner
from runtime.settings import Settings, load, temporal_settings
from runtime.wiring.databases import options_of
from runtime.wiring.parts import start_it
from runtime.wiring.temporal import connect, why_not_ready
from schemas.intake import Unavailable
from store.connection import Database, open_database
from store.intake.reconciliation import PostgresReconciliation
from store.journal.checkpoints import PostgresCheckpoints
from store.journal.outbox import Outbox
from store.journal.rows import PostgresJournal
from store.notifications.deliveries import Deliveries
from store.privacy.keys import PostgresKeys

LOST = 1
"""Exit code: something is lost, or has still to be done. It is 2 if a part does not answer."""
_FOR_EVER = timedelta(days=3650)
"""What merely waits is no loss, and `sanban reconcile` names it."""


def after_restore(
    apply: Annotated[
        bool,
        typer.Option(
            "--apply", help="Append the lost rows again, and pass over what was told; repeatable."
        ),
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON, for programs.")] = False,
    margin: Annotated[
        int,
        typer.Option(
            parser=whole(0, 999_999_999),
            help="Seconds before the newest row from which histories and topics are read.",
        ),
    ] = 3600,
) -> None:
    """Say what Kafka, Temporal and checkpoints know that the restored database has lost.

    Rows of the journal, by replaying the histories of workflows that went on; whether their events
    and notices were told outside; records that were decided; checkpoints that contradict. Run it
    after PostgreSQL was restored to a point in time, before any process of Sanban starts.
    Exit code 0: nothing is lost; 1: something is, or there is something left to do, and it is
    named; 2: a part does not answer.
    """
    settings = load()
    settings.need("database_url")
    kafka = ReaderOptions(settings.need("kafka_bootstrap"), settings.kafka_security)

    async def run() -> RestoreReport:
        options = options_of(settings, "after-restore", seals=bool(settings.replies_topic))
        async with open_database(options) as database, KafkaReader(kafka) as reading:
            if (reason := await database.ping()) is not None:
                raise Problem(f"cannot compare: {reason}", do=start_it(settings, "postgresql"))
            client = await connect(temporal_settings(settings))
            if (reason := await why_not_ready(client)) is not None:
                raise Problem(reason, do=start_it(settings, "temporal"))
            comparing = await _comparing(settings, database, client, reading, margin)
            with progress("replaying what went on", None) as moved:
                report, told = await comparing.find(moved)
            groups = {
                settings.complaints_topic: settings.kafka_group,
                settings.case_commands_topic: commands_group(settings),
            }
            ledger = PostgresReconciliation(database)
            records = RecordReconciler(ledger, reading, groups, None, _FOR_EVER, utc_now)
            await records.reconcile(report.records)
            if not as_json:
                print_lost(report)
            if apply:
                await comparing.bring_back(report, told)
            return report

    try:
        report = asyncio.run(run())
    except Unavailable as error:
        raise Problem(f"cannot compare: {error}", do=start_it(settings, error.part)) from error
    if as_json:
        say_json(report.as_json())
    else:
        print_end(report)
    if not report.is_whole:
        raise typer.Exit(LOST)


async def _comparing(
    settings: Settings, database: Database, client: Client, reading: KafkaReader, margin: int
) -> AfterRestore:
    finder = LostRowsFinder(
        CaseHistories(client, settings.task_queue),
        PostgresJournal(database),
        runner(sandboxed=settings.sandboxed),
        timedelta(seconds=margin),
    )
    outbox, deliveries = Outbox(database), Deliveries(database)
    replies = OrderReplies(outbox, PostgresKeys(database)) if settings.replies_topic else None
    return AfterRestore(
        finder,
        database,
        reading,
        settings.case_events_topic,
        settings.replies_topic,
        await _checkpoints(settings, database, reading),
        pass_events=lambda lease, told: pass_told_events(outbox, lease, told, replies),
        take_notices=lambda lease: take_untold_notices(deliveries, lease, utc_now()),
    )


async def _checkpoints(
    settings: Settings, database: Database, reading: KafkaReader
) -> OutsideCheckpoints | None:
    """Return where to look for checkpoints; None without SANBAN_CHECKPOINT_KEY. Raises Problem."""
    if not settings.checkpoint_key:
        return None
    store = PostgresCheckpoints(database)
    try:
        ring = keyring_of(signing_of(settings, new_name=True), await store.keys())
    except Contradiction as error:
        raise Problem(str(error), do="see docs/RUNBOOK.md, «Checkpoints»") from error
    place = settings.checkpoint_dir
    files = CheckpointFiles(Path(place)) if place else None
    return OutsideCheckpoints(store, ring, files, reading, settings.checkpoints_topic)
