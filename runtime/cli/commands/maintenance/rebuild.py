"""`sanban rebuild`: what was lost, again from the journal."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Annotated, Any

import typer

from runtime.cli.commands.read_session import now, read_session
from runtime.cli.views.ledger import print_json
from runtime.cli.views.rebuild import print_found, print_report
from runtime.jobs.rebuild.readmodel import ReadModelRebuild
from runtime.jobs.rebuild.shared import TROUBLE, RebuildFinding, RebuildProgress, RebuildReport
from runtime.jobs.rebuild.workflows import WorkflowRebuild
from runtime.jobs.reconcile.cases import Workflows
from runtime.problems import Problem
from runtime.settings import load, temporal_settings
from runtime.wiring.temporal import connect, why_not_ready
from runtime.wiring.temporal_cases import TemporalCases
from schemas.intake import Unavailable
from store.cases.rebuilding import PostgresRebuilding

NOT_ALL = 1
"""Exit code: something could not be rebuilt, and is named. That a part is away is 2."""

app = typer.Typer(no_args_is_help=True, help="Rebuild what was lost from the journal.")

DryRun = Annotated[bool, typer.Option("--dry-run", help="Change nothing; say what would be done.")]
AsJson = Annotated[bool, typer.Option("--json", help="As JSON, for programs.")]


@app.command()
def readmodel(dry_run: DryRun = False, as_json: AsJson = False) -> None:
    """Put every row of the read model that is missing or differs; drop those of no case.

    Safe beside everything that runs, safe to break off and to run again. Leaves with 0 when the
    read model is what the journal says, 1 when a case was left out because its rows do not hold
    together, 2 when PostgreSQL is away.
    """
    settings = load()
    report = _report(dry_run=dry_run, as_json=as_json)

    async def run() -> None:
        async with read_session(settings) as session:
            store = PostgresRebuilding(session.database)
            progress = RebuildProgress(await store.number(), _say)
            await ReadModelRebuild(store, report).rebuild(progress)

    _finish(run, report, as_json=as_json)


@app.command()
def workflows(
    case: Annotated[
        str, typer.Option(help="Only this case: its number, or a beginning that only one has.")
    ] = "",
    at_once: Annotated[
        int, typer.Option(min=1, max=200, help="So many are begun side by side.")
    ] = 16,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Begin a workflow for every open case that has none, where its journal stands.

    With the same deadlines; no rung and no act a second time. What cases told each other and was
    never heard is said again. Safe beside everything that runs, safe to break off and to run again.
    Leaves with 0 when every open case has its workflow, 1 when one could not be begun, 2 when a
    part is away.
    """
    settings = load()
    report = _report(dry_run=dry_run, as_json=as_json)

    async def run() -> None:
        async with read_session(settings) as session:
            store = PostgresRebuilding(session.database)
            client = await connect(temporal_settings(settings))
            if (reason := await why_not_ready(client)) is not None:
                raise Problem(reason, do="start it, or correct TEMPORAL_ADDRESS")
            rebuild = WorkflowRebuild(
                store,
                Workflows(client, settings.task_queue),
                TemporalCases(client, settings.task_queue, now),
                report,
                at_once,
            )
            if case:
                await rebuild.one(await _named(store, case))
            else:
                await rebuild.everything(RebuildProgress(await store.number(), _say))

    _finish(run, report, as_json=as_json)


async def _named(store: PostgresRebuilding, beginning: str) -> str:
    found = await store.beginning_with(beginning)
    if not found:
        raise Problem(f"no case in the journal begins with {beginning!r}")
    if len(found) > 1 and found[0] != beginning:
        raise Problem(
            f"{beginning!r} begins several case numbers: {', '.join(found)}",
            do="give more of the number",
        )
    return found[0]


def _report(*, dry_run: bool, as_json: bool) -> RebuildReport:
    def told(found: RebuildFinding) -> None:
        if not as_json:
            print_found(found, dry=dry_run)

    return RebuildReport(dry=dry_run, tell=told)


def _say(line: str) -> None:
    typer.echo(line, err=True)


def _finish(
    run: Callable[[], Coroutine[Any, Any, None]], report: RebuildReport, *, as_json: bool
) -> None:
    try:
        asyncio.run(run())
    except Unavailable as error:
        raise Problem(f"broken off: {error}", do="start it, then run this again") from error
    if as_json:
        print_json(report.as_json())
    else:
        print_report(report)
    if report.number(*TROUBLE):
        raise typer.Exit(NOT_ALL)
