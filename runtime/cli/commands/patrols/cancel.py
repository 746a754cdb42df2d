"""`sanban patrols cancel`: a patrol is not to be, and why."""

import asyncio
from typing import Annotated

import typer

from domain.patrols.patrollers import PatrolRefused
from runtime.cli.commands.patrols.options import By, Number, PatrolId, Tenant
from runtime.cli.commands.patrols.town import patrol_town
from runtime.cli.output import say
from runtime.problems import Problem
from schemas.texts import is_invisible
from store.patrols.cancellations import PostgresCancellations


def cancel(
    patrol: PatrolId,
    reason: Annotated[str, typer.Option(help="The reason; it is journaled.")] = "",
    by: By = "",
    tenant: Tenant = None,
    number: Number = "",
) -> None:
    """Cancel a patrol before it is over: a head for the own unit; those who plan for all, too.

    What was passed by then stays; the rest is neither passed nor missed, and `coverage` lists the
    patrol with its reason.
    """
    if is_invisible(reason):
        raise Problem("no reason given", do="say why with --reason: it is journaled")

    async def run() -> None:
        async with patrol_town(by, tenant, acts=True) as town:
            _, found = await town.day_with(patrol)
            try:
                town.patroller.check_cancel(found)
            except PatrolRefused as error:
                raise Problem(str(error)) from error
            kept = PostgresCancellations(town.kept.database)
            if not await kept.cancel(found, town.act(number, reason.strip())):
                raise Problem(
                    f"{patrol} was cancelled meanwhile", do="`sanban patrols list` shows it"
                )
        say(f"{patrol} is cancelled")

    asyncio.run(run())
