"""`sanban duty`: who is away and who stands in, set from day to day."""

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from typing import Annotated
from uuid import uuid4
from zoneinfo import ZoneInfo

import typer

from domain.people.roster_changes import Book, NotAllowed, SetAbsence
from domain.people.rosters import Person
from domain.policy.model import Policy
from runtime.cli.commands.read_session import read_session
from runtime.cli.local_time import typed_day
from runtime.cli.output import Output, Table, say
from runtime.cli.typed_numbers import whole
from runtime.clock import utc_now
from runtime.problems import Problem
from runtime.settings import Settings, load
from runtime.wiring.packs import load_all, must_be_served
from schemas.texts import is_invisible
from store.people.absences import PostgresAbsences, Setter, StoredAbsence

app = typer.Typer(no_args_is_help=True, help="List who is away, set and end absences.")

Whose = Annotated[
    str | None, typer.Option("--roster", help="The tenant of the roster, if there are several.")
]
By = Annotated[
    str,
    typer.Option(
        "--as",
        help="Who sets it: a head, for the own unit; a dispatcher or the head of the platform, for "
        "all but the leading group, its office, superiors and auditors; these two, for all but "
        "superiors. They alone name a stand-in of another unit. A superior and its unit, for "
        "themselves. Who is away may end it.",
    ),
]
Why = Annotated[str, typer.Option("--reason", help="The reason; it is journaled.")]


def _served(roster: str | None) -> tuple[Settings, dict[str, Policy]]:
    """Return the settings and the policies. Raises Problem for a tenant that is not served."""
    settings = load()
    policies = load_all(settings)
    must_be_served(policies, roster)
    return settings, policies


@app.command("list")
def list_absences(roster: Whose = None) -> None:
    """List absences of now and later, those of roster.yaml too."""
    settings, policies = _served(roster)

    async def run() -> None:
        async with read_session(settings) as session:
            found = await PostgresAbsences(session.database).holding(utc_now(), roster or "")
        table = Table()
        for column in ("number", "tenant", "person", "from", "until", "stand-in", "set by", "why"):
            table.add_column(column)
        for policy in policies.values():
            if roster in {None, policy.tenant}:
                _rows(table, policy, [each for each in found if each.tenant == policy.tenant])
        Output().table(table)

    asyncio.run(run())


def _rows(table: Table, policy: Policy, found: list[StoredAbsence]) -> None:
    now, zone = utc_now(), ZoneInfo(policy.calendar.zone)

    def day(instant: datetime) -> str:
        return f"{instant.astimezone(zone):%Y-%m-%d %H:%M}"

    for each in found:
        if each.until > now:
            what = each.stand_in or ("is back" if each.is_back else "-")
            span = (each.person, day(each.since), day(each.until))
            table.add_row(str(each.number), policy.tenant, *span, what, each.set_by, each.why)
    for absence in policy.roster.absences:
        if absence.until > now:
            span = (absence.person, day(absence.since), day(absence.until))
            table.add_row("-", policy.tenant, *span, "-", "roster.yaml", "")


@app.command()
def add(
    person: Annotated[str, typer.Argument(help="The person who is away.")],
    first: Annotated[
        date, typer.Option("--from", parser=typed_day, metavar="DAY", help="The first day.")
    ],
    last: Annotated[
        date, typer.Option("--to", parser=typed_day, metavar="DAY", help="The last day, included.")
    ],
    stand_in: Annotated[
        str, typer.Option(help="Who acts for the person meanwhile; default: the roster's deputies.")
    ] = "",
    back: Annotated[
        bool, typer.Option("--back", help="The other way round: the person is there on these days.")
    ] = False,
    by: By = "",
    reason: Why = "",
    roster: Whose = None,
) -> None:
    """Set an absence; it holds from the next question on, for open cases too."""
    settings, policies = _served(roster)
    policy, setter = _setter(policies, by, reason, roster)

    async def run() -> None:
        async with read_session(settings) as session:
            now = utc_now()
            zone = ZoneInfo(policy.calendar.zone)
            since = datetime.combine(first, time(), zone)
            until = datetime.combine(last + timedelta(days=1), time(), zone)
            stands_in = None if back else stand_in or None
            change = SetAbsence(person, since, until, stands_in, is_back=back)
            kept = PostgresAbsences(session.database)
            held = await kept.holding(now, policy.tenant)
            with _as_problem():
                _book(policy, held).check_change(setter, change, now)
            who = Setter(str(uuid4()), policy.tenant, setter.id, reason.strip(), now)
            await kept.set(change, who)
        meanwhile = f"; {stands_in} stands in" if stands_in else ""
        say(f"{person} is {'there' if back else 'away'} from {first} to {last}{meanwhile}")

    asyncio.run(run())


@app.command()
def end(
    number: Annotated[int, typer.Argument(parser=whole(1), help="Its number, from `list`.")],
    by: By = "",
    reason: Why = "",
    roster: Whose = None,
) -> None:
    """End an absence that was set, now. One of roster.yaml ends by `add PERSON --back`."""
    settings, policies = _served(roster)
    policy, setter = _setter(policies, by, reason, roster)

    async def run() -> None:
        async with read_session(settings) as session:
            now, kept = utc_now(), PostgresAbsences(session.database)
            held = await kept.holding(now, policy.tenant)
            found = next((each for each in held if each.number == number), None)
            if found is None or found.until <= now:
                raise Problem(
                    f"no absence {number} holds in {policy.tenant}", do="`sanban duty list`"
                )
            with _as_problem():
                _book(policy, held).check_end(setter, number, now)
            who = Setter(str(uuid4()), policy.tenant, setter.id, reason.strip(), now)
            await kept.end(number, found.person, who)
        say(f"absence {number} of {found.person} has ended")

    asyncio.run(run())


def _setter(
    policies: dict[str, Policy], by: str, why: str, roster: str | None
) -> tuple[Policy, Person]:
    """Return the person who sets, with the policy of the own tenant. Raises Problem."""
    found = [
        (policy, person)
        for policy in policies.values()
        if roster in {None, policy.tenant}
        for person in policy.roster.people
        if person.id == by
    ]
    if not found:
        raise Problem(
            f"no person {by!r} in the roster" if by else "the person who sets it is missing",
            do="give --as",
        )
    if len(found) > 1:
        tenants = ", ".join(sorted(policy.tenant for policy, _ in found))
        raise Problem(f"{by} is in the rosters of {tenants}", do="say whose with --roster TENANT")
    if is_invisible(why):
        raise Problem("no reason given", do="say why with --reason: it is journaled")
    return found[0]


@contextmanager
def _as_problem() -> Iterator[None]:
    try:
        yield
    except NotAllowed as error:
        raise Problem(str(error)) from error


def _book(policy: Policy, found: Sequence[StoredAbsence]) -> Book:
    kept = [each.kept for each in found]
    return Book(policy.roster, kept, platform=policy.platform, office=policy.office)
