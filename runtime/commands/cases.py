"""`sanban cases`: list, show, explain, act."""

import asyncio
import uuid
from typing import Annotated

import typer

from domain.forecasts import forecast
from domain.words import Role, Stage, Tier
from runtime.acts import actor_for, message_for
from runtime.cases import TemporalCases
from runtime.commands.reading import now, reader
from runtime.commands.surges import scatter, similar
from runtime.packs import load_all
from runtime.problems import Problem
from runtime.settings import load, temporal_settings
from runtime.temporal import connect
from runtime.views import cases as views
from store.cases import CaseFilter

app = typer.Typer(no_args_is_help=True, help="List, show, explain cases, and act on them.")

CaseNumber = Annotated[str, typer.Argument(help="Case number, or a beginning that only one has.")]


@app.command("list")
def list_cases(
    stage: Annotated[Stage | None, typer.Option(help="Only this stage.")] = None,
    tier: Annotated[Tier | None, typer.Option(help="Only this tier.")] = None,
    unit: Annotated[str | None, typer.Option(help="Only cases this unit holds.")] = None,
    tenant: Annotated[str | None, typer.Option(help="Only this tenant.")] = None,
    late: Annotated[bool, typer.Option("--late", help="Only cases past a deadline.")] = False,
    everything: Annotated[bool, typer.Option("--all", help="Closed cases as well.")] = False,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="At most so many.")] = 40,
) -> None:
    """Open cases, the most urgent deadline first."""
    wanted = CaseFilter(
        tenant=tenant,
        stage=stage,
        tier=tier,
        holder=unit,
        open_only=not everything,
        late_only=late,
    )

    async def run() -> None:
        async with reader(load()) as found:
            page = await found.cases.page(wanted, now=now(), limit=limit)
            total = await found.cases.count(wanted, now=now())
        views.print_list(page.rows, total, now())

    asyncio.run(run())


@app.command()
def show(case: CaseNumber) -> None:
    """What a case is, and everything that happened to it."""

    async def run() -> None:
        async with reader(load()) as found:
            row = await found.row(case)
            events = await found.events(row.case_id)
        views.print_case(events, now())

    asyncio.run(run())


@app.command()
def explain(case: CaseNumber) -> None:
    """Why its deadlines are what they are; who hears what, when, if nothing happens."""
    settings = load()

    async def run() -> None:
        async with reader(settings) as found:
            row = await found.row(case)
            state = await found.case(row.case_id)
        pack = load_all(settings).get(row.tenant)
        if pack is None:
            raise Problem(
                f"no policy pack for tenant {row.tenant}", do="add its directory to SANBAN_PACKS"
            )
        coming = list(forecast(state, pack.roster, since=now())) if not state.stage.is_final else []
        views.print_explanation(state, coming, now())

    asyncio.run(run())


@app.command()
def act(
    case: CaseNumber,
    kind: Annotated[str, typer.Argument(help="sign, progress, return, resolve, verify, ...")],
    fields: Annotated[
        list[str] | None,
        typer.Argument(help="name=value; evidence=FILE takes the digest of a file."),
    ] = None,
    person: Annotated[str, typer.Option("--as", help="Who acts: a person of the roster.")] = "",
    role: Annotated[Role | None, typer.Option(help="In which role, if not the usual one.")] = None,
    command_id: Annotated[
        str, typer.Option("--id", help="Command id; the same id again has no second effect.")
    ] = "",
) -> None:
    """Give a command to a case, as a person of the roster."""
    settings = load()

    async def run() -> None:
        async with reader(settings) as found:
            row = await found.row(case)
        actor = actor_for(load_all(settings).get(row.tenant), person, kind, role)
        message = message_for(kind, fields or [], actor, command_id or str(uuid.uuid4()))
        client = await connect(temporal_settings(settings))
        answer = await TemporalCases(client, settings.task_queue, now).act(
            row.tenant, row.case_id, message
        )
        views.print_answer(answer)

    asyncio.run(run())


app.command()(similar)
app.command()(scatter)
