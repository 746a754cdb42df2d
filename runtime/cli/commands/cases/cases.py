"""`sanban cases`: list, show, explain, act; follow, similar and scatter have files of their own."""

import asyncio
import uuid
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer

from domain.case.access import reads_duty
from domain.case.evolve import fold
from domain.case.forecasts import forecast
from domain.privacy.readings import Purpose
from domain.vocabulary import Role
from runtime.cli.act_arguments import actor_for, message_for
from runtime.cli.commands.cases.follow import code, follow
from runtime.cli.commands.cases.listing import list_cases
from runtime.cli.commands.cases.reading import must_be_whole, reporter_of
from runtime.cli.commands.cases.scatter import scatter
from runtime.cli.commands.cases.similar import similar
from runtime.cli.commands.cases.task_link import link_task
from runtime.cli.commands.read_session import (
    AS,
    PATIENCE,
    Patience,
    Person,
    Tenant,
    WaitFor,
    reach_for,
    reaches_of,
    read_session,
)
from runtime.cli.languages import Language, language_of_locale
from runtime.cli.refusals import refusals_in
from runtime.cli.views import cases as views
from runtime.cli.views.case_json import case_as_json, explanation_as_json
from runtime.cli.views.effects import FAR, answer_as_json, print_answer
from runtime.clock import utc_now
from runtime.problems import Problem
from runtime.settings import load, temporal_settings
from runtime.wiring.packs import load_all
from store.patrols.found_cases import PostgresFoundCases
from store.privacy.erasure import PostgresErasure

app = typer.Typer(no_args_is_help=True, help="List, show and explain cases, and act on them.")

Json = Annotated[bool, typer.Option("--json", help="One JSON document, for other programs.")]
CaseNumber = Annotated[str, typer.Argument(help="Case number, or a beginning that is unique.")]


@app.command()
def show(
    case: CaseNumber,
    person: Person = "",
    tenant: Tenant = None,
    reveal: Annotated[
        Purpose | None,
        typer.Option(help="Show name and number of the reporter, for this; it is journaled."),
    ] = None,
    reason: Annotated[
        str, typer.Option(help="With --reveal: the reason, without personal data.")
    ] = "",
    as_json: Json = False,
    wait_for: WaitFor = "",
    patience: Patience = PATIENCE,
) -> None:
    """Show a case and who did what, and why; to those who call back, its reporter, masked."""
    settings = load()
    reach = reach_for(settings, person, tenant)
    must_be_whole(reach, reveal, reason)

    async def run() -> None:
        async with read_session(settings, reach) as session:
            if wait_for:
                await session.wait_for(wait_for, patience)
            row = await session.row(case, tenant)
            [row] = await session.titles([row])
            events = await session.events(row.case_id)
            reporter = await reporter_of(session, settings, reach, row, reveal, reason)
            erased = await PostgresErasure(session.services).by(row.tenant, row.case_id)
            patrol = await PostgresFoundCases(session.services).of(row.tenant, row.case_id)
        inquires = reach is not None and reads_duty(reach, fold(events))
        own = None if reach is None or reach.whole_tenant else reach.units
        seen: dict[str, Any] = {"inquires": inquires, "units": own, "erased": erased}
        if as_json:
            case_as_json(row, events, utc_now(), reporter, **seen)
        else:
            views.print_case(events, utc_now(), reporter, patrol=patrol, **seen)

    asyncio.run(run())


@app.command()
def explain(
    case: CaseNumber, person: Person = "", tenant: Tenant = None, as_json: Json = False
) -> None:
    """Explain a case's deadlines, and forecast who is notified when, if no one acts."""
    settings = load()
    reach = reach_for(settings, person, tenant)

    async def run() -> None:
        async with read_session(settings, reach) as session:
            row = await session.row(case, tenant)
            state = await session.case(row.case_id)
            pack = await session.today_of(load_all(settings), row.tenant)
        if pack is None:
            raise Problem(
                f"no policy pack for tenant {row.tenant}", do="add its directory to SANBAN_PACKS"
            )
        coming = (
            list(forecast(state, pack.roster, FAR, since=utc_now()))
            if not state.stage.is_final
            else []
        )
        tell = explanation_as_json if as_json else views.print_explanation
        tell(state, coming, utc_now())

    asyncio.run(run())


@app.command()
def act(
    case: CaseNumber,
    kind: Annotated[
        str, typer.Argument(help="sign, progress, return, ...: docs/COMMANDS.md has all of them.")
    ],
    fields: Annotated[
        list[str] | None,
        typer.Argument(
            help="name=value; a moment in the town's time: until='2026-12-01 10:00'; "
            "evidence=FILE adds a digest, FILE@MOMENT[@RECORDER] when taken."
        ),
    ] = None,
    person: Annotated[
        str,
        typer.Option(
            "--as", envvar=AS, help="The person of the roster who acts; default SANBAN_AS."
        ),
    ] = "",
    role: Annotated[
        Role | None,
        typer.Option(help="The role to act in, if not the usual one: one that the roster gives."),
    ] = None,
    for_person: Annotated[
        str, typer.Option("--for", help="The absent person whose deputy acts; it is journaled.")
    ] = "",
    command_id: Annotated[
        str, typer.Option("--id", help="Command id; a repeated id has no second effect.")
    ] = "",
    as_json: Json = False,
    language: Language = None,
) -> None:
    """Give a command to a case, as a person of the roster."""
    settings = load()

    async def run() -> None:
        async with read_session(settings) as session:
            reaches = await session.reaches(reaches_of(settings, person), settings)
            row = await (session.row_as(case, reaches) if reaches else session.row(case))
            policy = await session.today_of(load_all(settings), row.tenant)
            actor = actor_for(policy, person, kind, utc_now(), role=role, for_person=for_person)
            zone = ZoneInfo(policy.calendar.zone) if policy else None
            id_ = command_id or str(uuid.uuid4())
            message = message_for(kind, fields or [], actor, id_, zone=zone)
            # To list and show needs no Temporal, whose client is a third of what would be imported.
            from runtime.wiring.temporal import connect  # noqa: PLC0415
            from runtime.wiring.temporal_cases import TemporalCases  # noqa: PLC0415

            client = await connect(temporal_settings(settings))
            cases = TemporalCases(
                client, settings.task_queue, utc_now, session.keys, journaled=session.journaled
            )
            with refusals_in(language or language_of_locale(), policy):
                answer = await cases.act(row.tenant, row.case_id, message)
            events = await session.events(row.case_id)
        if as_json:
            answer_as_json(answer, events)
        else:
            print_answer(answer, events, now=utc_now())

    asyncio.run(run())


app.command("list")(list_cases)
app.command("tasklink")(link_task)
app.command()(code)
app.command()(follow)
app.command()(similar)
app.command()(scatter)
