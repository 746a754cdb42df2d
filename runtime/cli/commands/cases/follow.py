"""`sanban cases follow` and `code`: what a citizen may see of a case, and the code to see it by."""

import asyncio
from typing import Annotated

import typer

from runtime.cli.commands.read_session import Person, Tenant, reach_for, read_session
from runtime.cli.output import say
from runtime.cli.views.follow import print_followed
from runtime.problems import Problem
from runtime.settings import load
from runtime.wiring.followed_cases import FollowedCases
from runtime.wiring.packs import load_all, must_be_served
from store.privacy.follow_codes import PostgresFollowCodes


def follow(
    code: Annotated[str, typer.Argument(help="The code, as the receipt or the hotline gave it.")],
    tenant: Tenant = None,
) -> None:
    """Show a case as its citizen follows it by code: stage, promise, unit and answer."""
    settings = load()
    policies = load_all(settings)
    must_be_served(policies, tenant)

    async def run() -> None:
        async with read_session(settings) as session:
            codes = PostgresFollowCodes(session.services)
            cases = FollowedCases(session.services, codes, policies)
            found = await cases.find([tenant] if tenant else [*policies], code)
        if found is None:
            raise Problem(
                "no case has this code", do="write it as the receipt or the hotline gave it"
            )
        print_followed(found)

    asyncio.run(run())


def code(
    case: Annotated[str, typer.Argument(help="Case number, or a beginning that is unique.")],
    person: Person = "",
    tenant: Tenant = None,
) -> None:
    """Print the code by which the citizen follows a case, for those who call citizens back."""
    settings = load()
    reach = reach_for(settings, person, tenant)
    if reach is not None and not reach.calls_back:
        raise Problem(
            f"{person} does not call citizens back",
            do="ask a person of the hotline or a dispatcher",
        )

    async def run() -> None:
        async with read_session(settings, reach) as session:
            row = await session.row(case)
            ref = (row.tenant, row.case_id)
            found = (await PostgresFollowCodes(session.services).of([ref])).get(ref)
        if found is None:
            raise Problem(
                f"{row.case_id} has no code: its person was erased, or it is from before there "
                "were keys",
                do="tell the citizen how it stands yourself",
            )
        say(found)

    asyncio.run(run())
