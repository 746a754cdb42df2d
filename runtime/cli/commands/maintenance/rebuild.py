"""`sanban rebuild`: rebuild the read model or workflows from the journal."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Annotated, Any

import typer

from runtime.cli.commands.read_session import read_session
from runtime.cli.output import say, say_json
from runtime.cli.typed_numbers import whole
from runtime.cli.views.rebuild import print_found, print_report
from runtime.clock import utc_now
from runtime.jobs.rebuild.read_model import ReadModelRebuild
from runtime.jobs.rebuild.report import TROUBLE, RebuildFinding, RebuildProgress, RebuildReport
from runtime.jobs.rebuild.workflows import WorkflowRebuild
from runtime.jobs.reconcile.workflows import Workflows
from runtime.problems import Problem
from runtime.settings import load, temporal_settings
from runtime.wiring.parts import start_it
from runtime.wiring.temporal import connect, why_not_ready
from runtime.wiring.temporal_cases import TemporalCases
from schemas.intake import Unavailable
from store.cases.rebuilding import PostgresRebuilding

NOT_EVERYTHING = 1
"""Exit code: something could not be rebuilt, and is named. It is 2 if a part does not answer."""

app = typer.Typer(no_args_is_help=True, help="Rebuild from the journal what was lost.")

DryRun = Annotated[
    bool, typer.Option("--dry-run", help="Change nothing; print what would be done.")
]
AsJson = Annotated[bool, typer.Option("--json", help="As JSON, for programs.")]


@app.command()
def readmodel(dry_run: DryRun = False, as_json: AsJson = False) -> None:
    """Write every row of the read model that is missing or differs; drop rows without a case.

    It can run beside all services, can be stopped at any time and run again. Exit code 0: the read
    model agrees with the journal; 1: a case was left out because its chain is broken; 2: PostgreSQL
    does not answer.
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
        str, typer.Option(help="Only this case: its number, or a beginning that is unique.")
    ] = "",
    at_once: Annotated[
        int,
        typer.Option(parser=whole(1, 200), help="How many workflows to start at the same time."),
    ] = 16,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Start a workflow for every open case that has none; it continues from the journal.

    Deadlines stay the same, and no rung or act happens twice. Messages between cases that were
    never received are sent again. It can run beside all services, can be stopped at any time and
    run again. Exit code 0: every open case has its workflow; 1: one could not be started; 2: a part
    does not answer.
    """
    settings = load()
    report = _report(dry_run=dry_run, as_json=as_json)

    async def run() -> None:
        async with read_session(settings) as session:
            store = PostgresRebuilding(session.database)
            client = await connect(temporal_settings(settings))
            # Without this check every case would be reported as refused by Temporal.
            if (reason := await why_not_ready(client)) is not None:
                raise Problem(reason, do="start it, or correct TEMPORAL_ADDRESS")
            rebuild = WorkflowRebuild(
                store,
                Workflows(client, settings.task_queue),
                TemporalCases(client, settings.task_queue, utc_now),
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
    def show(found: RebuildFinding) -> None:
        if not as_json:
            print_found(found, dry=dry_run)

    return RebuildReport(dry=dry_run, tell=show)


def _say(line: str) -> None:
    say(line, err=True)


def _finish(
    run: Callable[[], Coroutine[Any, Any, None]], report: RebuildReport, *, as_json: bool
) -> None:
    try:
        asyncio.run(run())
    except Unavailable as error:
        raise Problem(f"stopped: {error}", do=start_it(load(), error.part)) from error
    if as_json:
        say_json(report.as_json())
    else:
        print_report(report)
    if report.number(*TROUBLE):
        raise typer.Exit(NOT_EVERYTHING)
