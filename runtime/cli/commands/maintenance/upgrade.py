"""`sanban upgrade check`: replay the open cases of production on this build."""

import asyncio
from contextlib import AsyncExitStack
from typing import Annotated

import typer

from runtime.cli.output import progress, say_json
from runtime.cli.typed_numbers import whole
from runtime.cli.views.upgrade import print_failed, print_report
from runtime.jobs.histories.case_histories import CaseHistories
from runtime.jobs.histories.upgrade_check import FailedReplay, UpgradeCheck, UpgradeReport
from runtime.problems import Problem
from runtime.services.worker import runner
from runtime.settings import load, temporal_settings
from runtime.wiring.databases import options_of
from runtime.wiring.parts import start_it
from runtime.wiring.temporal import connect, why_not_ready
from schemas.intake import Unavailable
from store.connection import open_database
from store.journal.rows import PostgresJournal
from workflows.registry import WORKFLOWS

DIFFERENT = 1
"""Exit code: a case would not go on under this build. It is 2 if a part does not answer."""

app = typer.Typer(no_args_is_help=True, help="Prove before an upgrade that cases go on.")


@app.callback()
def upgrade() -> None:
    """Prove before an upgrade that cases go on."""


@app.command()
def check(
    limit: Annotated[
        int,
        typer.Option(
            parser=whole(1, 1_000_000),
            help="How many open cases of each workflow type to replay, the oldest first.",
        ),
    ] = 500,
    steps_only: Annotated[
        bool,
        typer.Option(
            "--steps-only", help="Read no database: compare the steps, and not the rows decided."
        ),
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON, for programs.")] = False,
) -> None:
    """Replay open cases of Temporal on this build; name each one that would not go on.

    Run it with the program of the new release, before any of its processes starts and before
    `sanban migrate`. It changes nothing. A case that replays takes the same steps, and decides
    byte for byte the rows that the journal has.
    Exit code 0: every case that was replayed goes on; 1: one does not; 2: a part does not answer.
    """
    settings = load()
    if not steps_only:
        settings.need("database_url")
    report = UpgradeReport(tell=_print_nothing if as_json else print_failed)

    async def run() -> None:
        async with AsyncExitStack() as stack:
            journal = None
            if not steps_only:
                options = options_of(settings, "upgrade", seals=False, max_size=2)
                journal = PostgresJournal(await stack.enter_async_context(open_database(options)))
            client = await connect(temporal_settings(settings))
            if (reason := await why_not_ready(client)) is not None:
                raise Problem(reason, do=start_it(settings, "temporal"))
            moved = stack.enter_context(progress("replaying open cases", None))
            checking = UpgradeCheck(
                CaseHistories(client, settings.task_queue),
                WORKFLOWS,
                runner(sandboxed=settings.sandboxed),
                journal,
            )
            await checking.run(limit, report, lambda done, _of: moved(done))

    try:
        asyncio.run(run())
    except Unavailable as error:
        raise Problem(f"cannot compare: {error}", do=start_it(settings, error.part)) from error
    if as_json:
        say_json(report.as_json())
    else:
        print_report(report, with_rows=not steps_only)
    if report.failed:
        raise typer.Exit(DIFFERENT)


def _print_nothing(_failed: FailedReplay) -> None:
    """Print nothing yet: with --json the report is printed at the end."""
