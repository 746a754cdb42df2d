"""`sanban cases list`: which cases there are, whose turn it is, and what is late."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Annotated

import typer

from domain.case.access import Reach
from domain.case.turns import Turn, waits_for
from domain.people.capacities import capacities
from domain.people.rosters import posts_held
from domain.planning.plans import UNCOVERED
from domain.policy.model import Policy
from domain.policy_checks.findings import no_such
from domain.vocabulary import Channel, Stage, Tier
from runtime.cli.commands.read_session import (
    PATIENCE,
    Patience,
    Person,
    ReadSession,
    Tenant,
    WaitFor,
    reach_for,
    read_session,
)
from runtime.cli.languages import Language, language_of_locale
from runtime.cli.local_time import local_time, typed_time
from runtime.cli.typed_numbers import whole
from runtime.cli.views.case_list import list_as_json, print_list
from runtime.clock import utc_now
from runtime.problems import Problem
from runtime.settings import load
from runtime.wiring.packs import load_all, must_be_served
from schemas import canary
from store.cases.filters import Bookmark, CaseFilter, SortBy
from store.cases.told import cases_that_told

_HIGHEST = 6


def list_cases(
    stage: Annotated[Stage | None, typer.Option(help="Only cases in this stage.")] = None,
    tier: Annotated[Tier | None, typer.Option(help="Only cases of this tier.")] = None,
    unit: Annotated[str | None, typer.Option(help="Only cases that this unit holds.")] = None,
    grid: Annotated[str | None, typer.Option(help="Only cases of this grid.")] = None,
    uncovered: Annotated[
        bool,
        typer.Option("--uncovered", help="Only cases whose point or grid code is in no grid."),
    ] = False,
    category: Annotated[str | None, typer.Option(help="Only cases of this category.")] = None,
    channel: Annotated[
        Channel | None, typer.Option(help="Only cases that came by this channel.")
    ] = None,
    level: Annotated[
        int | None,
        typer.Option(parser=whole(1, _HIGHEST), help="Only cases at this level, or a higher one."),
    ] = None,
    turn: Annotated[Turn | None, typer.Option(help="Only cases whose turn it is.")] = None,
    vacuum: Annotated[
        bool, typer.Option("--vacuum", help="Only cases whose matter no unit owns.")
    ] = False,
    open_lead: Annotated[
        bool, typer.Option("--open-lead", help="Only cases of which no unit leads yet.")
    ] = False,
    tenant: Tenant = None,
    late: Annotated[
        bool,
        typer.Option("--late", help="Only cases past a deadline; with --all also closed ones."),
    ] = False,
    resting: Annotated[
        bool,
        typer.Option("--resting", help="Only cases that rest: merged, suspended, with a superior."),
    ] = False,
    due_before: Annotated[
        datetime | None,
        typer.Option(
            parser=typed_time,
            metavar="TIME",
            help="Only open cases due before this, in local time.",
        ),
    ] = None,
    person: Person = "",
    mine: Annotated[
        bool, typer.Option("--mine", help="With --as: only cases that wait for the person.")
    ] = False,
    told: Annotated[
        str | None,
        typer.Option(
            metavar="PERSON", help="Only cases of which an escalation has told this person."
        ),
    ] = None,
    text: Annotated[
        str,
        typer.Option(
            help="Only cases with these characters in text or address, or with this number."
        ),
    ] = "",
    everything: Annotated[bool, typer.Option("--all", help="Include closed cases.")] = False,
    sort: Annotated[
        SortBy, typer.Option(help="What comes first; only a list by `due` has several pages.")
    ] = SortBy.DUE,
    limit: Annotated[int, typer.Option(parser=whole(1, 1000), help="How many at most.")] = 40,
    after: Annotated[
        str, typer.Option(help="Show the next page: the value that the last page printed.")
    ] = "",
    as_json: Annotated[
        bool, typer.Option("--json", help="One JSON document, for other programs.")
    ] = False,
    language: Language = None,
    wait_for: WaitFor = "",
    patience: Patience = PATIENCE,
) -> None:
    """List open cases, the most urgent deadline first, and count them."""
    settings = load()
    reach = reach_for(settings, person, tenant)
    if mine and reach is None:
        raise Problem("--mine needs a person", do="name one with --as")
    if uncovered and grid is not None:
        raise Problem("a case is in a grid or in none", do="give --grid or --uncovered, not both")
    if after and sort is not SortBy.DUE:
        raise Problem("only a list by `due` has pages", do="give --limit, or leave --sort out")
    bookmark = _bookmark(after) if after else None
    policies = load_all(settings)
    must_be_served(policies, tenant)
    served = [policies[reach.tenant]] if reach else _served(policies, tenant)
    _must_exist("--unit", "unit", unit, (each.id for town in served for each in town.units))
    _must_exist("--grid", "grid", grid, (each.id for town in served for each in town.grids))
    known = (each.id for town in served for each in town.categories)
    _must_exist("--category", "category", category, known)
    people = (each.id for town in served for each in town.roster.people)
    _must_exist("--told", "person", told, people)
    wanted = CaseFilter(
        tenant=reach.tenant if reach else tenant,
        without_tenant=None if reach or tenant else canary.TENANT,
        stage=stage,
        tier=tier,
        holder=unit,
        grid=UNCOVERED if uncovered else grid,
        due_before=local_time("--due-before", due_before) if due_before else None,
        inbox=_waits_for(policies[reach.tenant], reach) if reach and mine else None,
        open_only=not everything,
        late_only=late,
        resting_only=resting,
        level=level,
        category=category,
        channel=channel,
        turn=turn,
        vacuum=vacuum,
        open_lead=open_lead,
    )

    async def run() -> None:
        async with read_session(settings, reach) as session:
            if wait_for:
                await session.wait_for(wait_for, patience)
            # One time for the filter, the count and the printed ages.
            moment = utc_now()
            asked = await session.sought(wanted, text, moment) if text else wanted
            if told is not None:
                asked = await _that_told(session, asked, told)
            page, total = await session.cases.listed(
                asked, now=moment, limit=limit, after=bookmark, sort=sort
            )
            # The read model has titles sealed.
            page = replace(page, rows=tuple(await session.titles(page.rows)))
        if as_json:
            list_as_json(page, total, moment)
        else:
            speak = language or language_of_locale()
            print_list(page, total, moment, near=bool(text), policies=policies, language=speak)

    asyncio.run(run())


async def _that_told(session: ReadSession, wanted: CaseFilter, person: str) -> CaseFilter:
    """Return the filter with the cases alone of which the person was told."""
    found = await cases_that_told(
        session.services, wanted.tenant, person, closed=not wanted.open_only
    )
    before = found if wanted.among is None else wanted.among
    return replace(wanted, among=tuple({*found} & {*before}))


def _served(policies: Mapping[str, Policy], tenant: str | None) -> Sequence[Policy]:
    return [policies[tenant]] if tenant is not None else [*policies.values()]


def _must_exist(option: str, kind: str, name: str | None, known: Iterable[str]) -> None:
    names = [*known]
    if name is not None and name not in names:
        raise Problem(no_such(kind, name, names), do=f"correct {option}")


def _waits_for(policy: Policy, reach: Reach) -> tuple[str, ...]:
    given = capacities(policy.roster, reach.person, utc_now())
    posts = posts_held(policy.roster, (reach.person, *(each.for_person for each in given)))
    return waits_for((each.role for each in given), given, reach.units, posts)


def _bookmark(text: str) -> Bookmark:
    try:
        return Bookmark.read(text)
    except ValueError as error:
        raise Problem(
            f"{text!r} is no bookmark of a list: {error}", do="copy it from a page"
        ) from error
