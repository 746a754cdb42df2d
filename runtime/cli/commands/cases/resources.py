"""`sanban resources`: the vehicles, recorders and other resources of a town, and who has them."""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from domain.policy.model import Policy
from domain.policy.resources import Resource
from domain.policy_checks.findings import no_such
from runtime.cli.commands.read_session import Person, Tenant, reach_for, read_session
from runtime.cli.local_time import local_time, typed_time
from runtime.cli.output import say_json
from runtime.cli.views.resources import (
    ResourceUseRow,
    print_resource,
    print_resources,
    resources_json,
)
from runtime.clock import utc_now
from runtime.problems import Problem
from runtime.settings import Settings, load
from runtime.wiring.packs import load_all, must_be_served
from store.cases.reservations import PostgresReservations

app = typer.Typer(no_args_is_help=True, help="List and show vehicles, recorders, and who has them.")

_FAR = timedelta(days=400)
"""Later than any reservation ends."""


@app.command("list")
def list_resources(
    unit: Annotated[str | None, typer.Option(help="Only what this unit holds.")] = None,
    at: Annotated[
        datetime | None,
        typer.Option(
            parser=typed_time,
            metavar="TIME",
            help="Who has each at this moment to come, in local time; without it, now.",
        ),
    ] = None,
    person: Person = "",
    tenant: Tenant = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="One JSON document, for other programs.")
    ] = False,
) -> None:
    """List what the town has, the unit that holds it, and the case that has it."""
    settings = load()
    now = utc_now()
    moment = local_time("--at", at) if at else now
    if moment < now:
        do = "`sanban cases show` tells what a case had; leave --at out, or give a moment to come"
        raise Problem("the ledger says what is reserved from now on", do=do)
    policy = _policy(settings, person, tenant)
    resources = _of_unit(policy, unit)
    rows = asyncio.run(
        _rows(settings, policy, resources, person, (moment, moment + timedelta(microseconds=1)))
    )
    zone = ZoneInfo(policy.calendar.zone)
    if as_json:
        say_json(
            {"at": moment.isoformat(), "resources": resources_json(resources, rows, moment, zone)}
        )
    else:
        print_resources(resources, rows, moment, zone)


@app.command()
def show(
    resource: Annotated[str, typer.Argument(help="The id of the resource in resources.yaml.")],
    person: Person = "",
    tenant: Tenant = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="One JSON document, for other programs.")
    ] = False,
) -> None:
    """Show a resource: who has it or will have it, for which case, until when."""
    settings = load()
    policy = _policy(settings, person, tenant)
    ledger = policy.resources.resources if policy.resources else ()
    found = next((each for each in ledger if each.id == resource), None)
    if found is None:
        raise Problem(
            no_such("resource", resource, (each.id for each in ledger)),
            do="`sanban resources list` shows them",
        )
    now = utc_now()
    rows = asyncio.run(_rows(settings, policy, [found], person, (now, now + _FAR)))
    zone = ZoneInfo(policy.calendar.zone)
    if as_json:
        [document] = resources_json([found], rows, now, zone)
        say_json(document)
    else:
        print_resource(found, rows, now, zone)


def _policy(settings: Settings, person: str, tenant: str | None) -> Policy:
    """Return the policy of the person's town, or of the tenant. Raises Problem."""
    policies = load_all(settings)
    must_be_served(policies, tenant)
    reach = reach_for(settings, person, tenant)
    name = reach.tenant if reach else tenant
    if name is None and len(policies) > 1:
        raise Problem(f"there are {len(policies)} towns", do="choose one with --tenant or --as")
    return policies[name] if name is not None else next(iter(policies.values()))


def _of_unit(policy: Policy, unit: str | None) -> list[Resource]:
    ledger = policy.resources.resources if policy.resources else ()
    if unit is not None and policy.unit(unit) is None:
        raise Problem(
            no_such("unit", unit, (each.id for each in policy.units)), do="correct --unit"
        )
    return [each for each in ledger if unit in {None, each.unit}]


async def _rows(
    settings: Settings,
    policy: Policy,
    resources: Sequence[Resource],
    person: str,
    span: tuple[datetime, datetime],
) -> list[ResourceUseRow]:
    """Return who has the resources in the span.

    Every person of the town learns who has what and until when; the case is named to those who may
    read it.
    """
    ids = [each.id for each in resources]
    async with read_session(settings, reach_for(settings, person, policy.tenant)) as session:
        every = PostgresReservations(session.services)
        found = await every.overlapping(policy.tenant, ids, *span)
        own = PostgresReservations(session.database)
        readable = await own.readable([each.case for each in found])
    return [
        ResourceUseRow(
            each.resource,
            each.case if each.case in readable else None,
            each.by,
            each.start,
            each.until,
        )
        for each in found
    ]
