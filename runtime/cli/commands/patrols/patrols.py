"""`sanban patrols`: who passes which grid on a day, what is missed, and how much is covered."""

import asyncio
from datetime import date, datetime, timedelta
from typing import Annotated

import typer

from domain.complaints import Evidence
from domain.patrols.coverage import coverage_of
from domain.patrols.patrollers import PatrolPass, PatrolRefused
from domain.patrols.routes import Patrol, closing, planned_id, today
from domain.policy.patrols import END_OF_DAY
from domain.policy_checks.findings import no_such
from runtime.cli.commands.patrols.cancel import cancel
from runtime.cli.commands.patrols.finding import finding
from runtime.cli.commands.patrols.hotspots import show_hotspots
from runtime.cli.commands.patrols.look_backs import look_backs
from runtime.cli.commands.patrols.options import (
    AsJson,
    By,
    Grid,
    Number,
    On,
    PatrolId,
    Photos,
    Tenant,
    Where,
    typed_point,
)
from runtime.cli.commands.patrols.town import patrol_town
from runtime.cli.evidence_files import evidence_of
from runtime.cli.local_time import local_time, typed_day, typed_time
from runtime.cli.output import say
from runtime.cli.views.patrols import coverage_as_json, print_coverage, print_stops, stops_as_json
from runtime.problems import Problem
from schemas.texts import is_invisible
from store.patrols.cancellations import PostgresCancellations
from store.patrols.days import patrols_on

app = typer.Typer(
    no_args_is_help=True,
    help="Patrols by grid, what they find and cover, and looking back at closed cases.",
)

_PERIOD = timedelta(days=29)


@app.command("list")
def list_patrols(
    on: On = None,
    unit: Annotated[str | None, typer.Option(help="Only the patrols of this unit.")] = None,
    by: By = "",
    tenant: Tenant = None,
    as_json: AsJson = False,
) -> None:
    """List the patrols of a day, each grid with its pass, its miss, or until when there is time."""

    async def run() -> None:
        async with patrol_town(by, tenant, acts=False) as town:
            if unit is not None and town.policy.unit(unit) is None:
                known = (each.id for each in town.policy.units)
                raise Problem(no_such("unit", unit, known), do="correct --unit")
            day = on or today(town.policy, town.now)
            found = await patrols_on(town.kept, town.policy, day)
            stops = [s for s in found.stops(town.now) if unit in {None, s.patrol.unit}]
            shown = stops_as_json if as_json else print_stops
            shown(day, stops, found.findings, town.zone)

    asyncio.run(run())


@app.command()
def plan(
    grids: Annotated[list[str], typer.Argument(metavar="GRID...", help="The route.")],
    unit: Annotated[str, typer.Option(help="The unit that patrols.")],
    on: On = None,
    until: Annotated[
        datetime | None,
        typer.Option(
            parser=typed_time,
            metavar="TIME",
            help="What has no pass by then is missed, in the town's time; default: midnight.",
        ),
    ] = None,
    look_at: Annotated[
        list[str] | None, typer.Option(help="A category to look for; may be repeated.")
    ] = None,
    reason: Annotated[str, typer.Option(help="The reason; it is journaled.")] = "",
    by: By = "",
    tenant: Tenant = None,
    number: Number = "",
) -> None:
    """Plan a patrol: a head for the own unit, a dispatcher, the office or a leader for all."""
    if is_invisible(reason):
        raise Problem("no reason given", do="say why with --reason: it is journaled")

    async def run() -> None:
        async with patrol_town(by, tenant, acts=True) as town:
            act = town.act(number, reason.strip())
            day = on or today(town.policy, town.now)
            ends = closing(town.policy.calendar, day, END_OF_DAY)
            closes = local_time("--until", until, town.zone) if until else ends
            begins = town.policy.calendar.instant(day, timedelta(0))
            if not begins < closes <= ends:
                raise Problem(f"--until is not on {day}", do="correct it, or give --on")
            patrol = Patrol(
                id=planned_id(act.id, day),
                day=day,
                unit=unit,
                grids=(*grids,),
                # Before it was planned no one can have been on it.
                opens=max(begins, town.now),
                closes=closes,
                look_at=(*(look_at or ()),),
                planned_by=town.person,
                why=act.why,
            )
            try:
                town.patroller.check_plan(patrol)
            except PatrolRefused as error:
                raise Problem(str(error)) from error
            await town.kept.plan(patrol, act)
        say(f"{patrol.id} planned: {unit} passes {', '.join(grids)}")

    asyncio.run(run())


@app.command("pass")
def pass_grid(
    patrol: PatrolId,
    grid: Grid,
    point: Annotated[str, typer.Option(metavar="LON,LAT", help=Where)],
    at: Annotated[
        datetime | None,
        typer.Option(
            parser=typed_time,
            metavar="TIME",
            help="When you were there, in the town's time; default: now.",
        ),
    ] = None,
    photo: Photos = None,
    by: By = "",
    tenant: Tenant = None,
    number: Number = "",
) -> None:
    """Record that a person of the unit was in the grid: where, when, with pictures."""
    there = typed_point(point)

    async def run() -> None:
        async with patrol_town(by, tenant, acts=True) as town:
            day, found = await town.day_with(patrol)
            files = tuple(Evidence(**evidence_of(each, town.zone)) for each in photo or ())
            moment = local_time("--at", at, town.zone) if at else town.now
            said = PatrolPass(grid, moment, there, files)
            shown = await town.kept.shown(town.policy.tenant, [each.sha256 for each in files])
            act = town.act(number)
            try:
                stop = town.patroller.check_pass(found, said, day.kept, shown)
            except PatrolRefused as error:
                raise Problem(str(error)) from error
            if not await town.kept.keep_pass(stop, act):
                raise Problem(
                    f"{grid} of {patrol} was passed or missed meanwhile",
                    do="`sanban patrols list` shows it",
                )
        say(f"{grid} of {patrol} is passed")

    asyncio.run(run())


@app.command()
def coverage(
    first: Annotated[
        date | None,
        typer.Option("--from", parser=typed_day, metavar="DAY", help="Default: 30 days with --to."),
    ] = None,
    last: Annotated[
        date | None,
        typer.Option("--to", parser=typed_day, metavar="DAY", help="Included; default: today."),
    ] = None,
    by: By = "",
    tenant: Tenant = None,
    as_json: AsJson = False,
) -> None:
    """Show passes over what was planned, by unit and grid, and the grids that no one passed."""

    async def run() -> None:
        async with patrol_town(by, tenant, acts=False) as town:
            until = last or today(town.policy, town.now)
            since = first or until - _PERIOD
            if until < since:
                raise Problem(f"--to {until} is before --from {since}", do="swap them")
            rows = await town.kept.kept(town.policy.tenant, since, until)
            passes = await town.kept.last_passes(town.policy.tenant)
            shown = coverage_as_json if as_json else print_coverage
            gone = await PostgresCancellations(town.kept.database).on(
                town.policy.tenant, since, until
            )
            shown(coverage_of(town.policy, rows, passes, gone), since, until, town.zone)

    asyncio.run(run())


app.command()(cancel)
app.command()(finding)
app.command()(look_backs)
app.command("hotspots")(show_hotspots)
