"""`sanban reconcile`: compare Kafka, ledger, journal and workflows, and repair differences."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Annotated

import typer
from temporalio.client import Client

from gateways.kafka.record_reader import KafkaReader, ReaderOptions
from runtime.cli.output import progress, say_json
from runtime.cli.typed_numbers import whole
from runtime.cli.views.reconcile import print_discrepancy, print_report
from runtime.clock import utc_now
from runtime.jobs.reconcile.cases import CaseReconciler
from runtime.jobs.reconcile.records import RecordReconciler
from runtime.jobs.reconcile.repair import Repair
from runtime.jobs.reconcile.report import Discrepancy, ReconciliationReport
from runtime.jobs.reconcile.workflows import Workflows
from runtime.problems import Problem
from runtime.services.intake import command_intake, commands_group, complaint_intake, outcome_sink
from runtime.services.resources import Resources
from runtime.settings import Settings, load, temporal_settings
from runtime.wiring.parts import start_it
from runtime.wiring.producers import producer_of
from runtime.wiring.temporal import connect, why_not_ready
from runtime.wiring.temporal_cases import TemporalCases
from schemas.intake import Unavailable
from store.errors import advice_of
from store.intake.reconciliation import PostgresReconciliation

_BETWEEN_SIGNS_S = 0.2
DISCREPANCIES = 1
"""Exit code: something does not agree. It is 2 if a part does not answer."""


def reconcile(
    repair: Annotated[
        bool, typer.Option("--repair", help="Repair what can be repaired; safe to repeat.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON, for programs.")] = False,
    grace: Annotated[
        int,
        typer.Option(
            parser=whole(0, 999_999_999),
            help="Seconds until a new workflow must have its first journal row.",
        ),
    ] = 60,
    patience: Annotated[
        int,
        typer.Option(
            parser=whole(0, 999_999_999),
            help="Seconds that a record may have no outcome, be past its limit, or be in a "
            "transaction.",
        ),
    ] = 900,
) -> None:
    """Prove that every record has an outcome, every accepted one a case, every case a workflow.

    What intake has not decided yet is counted, and named when it has waited for long.
    Exit code 0: everything agrees, or was repaired; 1: something does not agree; 2: unknown,
    because a part does not answer.
    """
    settings = load()
    settings.need("database_url")
    kafka = ReaderOptions(settings.need("kafka_bootstrap"), settings.kafka_security)
    report = ReconciliationReport(tell=_print_nothing if as_json else print_discrepancy)

    async def run() -> None:
        async with _connected(settings) as (on, client), KafkaReader(kafka) as reading:
            ledger = PostgresReconciliation(on.database)
            async with _repair(on, client, reading, wanted=repair) as mending:
                groups = {
                    settings.complaints_topic: settings.kafka_group,
                    settings.case_commands_topic: commands_group(settings),
                }
                # Records first: repairing one can start the case that is then checked.
                records = RecordReconciler(
                    ledger, reading, groups, mending, timedelta(seconds=patience), utc_now
                )
                await records.reconcile(report)
                workflows = Workflows(client, settings.task_queue)
                cases = CaseReconciler(
                    ledger, workflows, mending, utc_now, timedelta(seconds=grace)
                )
                await cases.reconcile(report)

    async def shown() -> None:
        """Show how much was looked at: no one knows before how much there is."""
        with progress("looking at records and cases", None) as moved:
            looking = asyncio.ensure_future(run())
            while not looking.done():
                await asyncio.wait([looking], timeout=_BETWEEN_SIGNS_S)
                moved(sum(report.looked_at.values()))
            await looking

    try:
        asyncio.run(shown())
    except Unavailable as error:
        raise Problem(f"cannot compare: {error}", do=start_it(settings, error.part)) from error
    if as_json:
        say_json(report.as_json())
    else:
        print_report(report)
    if report.left:
        raise typer.Exit(DISCREPANCIES)


@asynccontextmanager
async def _connected(settings: Settings) -> AsyncIterator[tuple[Resources, Client]]:
    """Connect to PostgreSQL and Temporal. Raises Problem or Unavailable."""
    temporal = temporal_settings(settings)
    async with Resources(settings, "reconcile", temporal) as on:
        if (reason := await on.database.ping()) is not None:
            away = reason.removesuffix(f": {advice_of(reason)}")
            raise Problem(f"cannot compare: {away}", do=start_it(settings, "postgresql"))
        client = await connect(temporal)
        if (reason := await why_not_ready(client)) is not None:
            raise Problem(f"cannot compare: {reason}", do=start_it(settings, "temporal"))
        yield on, client


@asynccontextmanager
async def _repair(
    on: Resources, client: Client, reading: KafkaReader, *, wanted: bool
) -> AsyncIterator[Repair | None]:
    if not wanted:
        yield None
        return
    settings = on.settings
    await on.publish()  # store the policies, as intake does before it opens cases
    async with producer_of(settings) as producer:
        outcomes = outcome_sink(settings, producer, on.database)
        complaints = complaint_intake(on, client, outcomes)
        # Intake never reuses the id of an ended workflow. A repair must, because the workflow may
        # have ended before its first journal row.
        again = TemporalCases(client, settings.task_queue, utc_now, again=True)
        yield Repair(
            {
                settings.complaints_topic: complaints,
                settings.case_commands_topic: command_intake(on, client, outcomes),
            },
            replace(complaints, starter=again),
            reading,
            PostgresReconciliation(on.database),
            Workflows(client, settings.task_queue),
        )


def _print_nothing(_found: Discrepancy) -> None:
    """Print nothing yet: with --json the report is printed at the end."""
