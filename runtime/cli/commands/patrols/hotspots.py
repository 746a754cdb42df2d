"""`sanban patrols hotspots`: where much more was reported in a week than was to be expected."""

import asyncio
from datetime import date, datetime, time, timedelta
from typing import Annotated

import typer

from domain.insight.hotspots import WEEK, WEEKS_BEFORE, hotspots
from domain.patrols.routes import today
from domain.policy.shapes import grids_beside
from runtime.cli.commands.patrols.options import AsJson, By, Tenant
from runtime.cli.commands.patrols.town import patrol_town
from runtime.cli.local_time import typed_day
from runtime.cli.views.hotspots import hotspots_as_json, print_hotspots
from store.patrols.reports import reports_between


def show_hotspots(
    until: Annotated[
        date | None,
        typer.Option(
            "--to", parser=typed_day, metavar="DAY", help="The last of the 7 days; default: today."
        ),
    ] = None,
    by: By = "",
    tenant: Tenant = None,
    as_json: AsJson = False,
) -> None:
    """Show grids, and kinds of matters, with far more reports in a week than in the 12 before.

    At least three people must have reported. At most one in ten of what is named is chance.
    """

    async def run() -> None:
        async with patrol_town(by, tenant, acts=False) as town:
            last = until or today(town.policy, town.now)
            midnight = datetime.combine(last + timedelta(days=1), time(), town.zone)
            since = midnight - timedelta(days=WEEK * (WEEKS_BEFORE + 1))
            reports = await reports_between(
                town.kept.database, town.policy.tenant, town.zone, since, midnight
            )
            calendar = town.policy.calendar
            found = hotspots(
                reports,
                last,
                is_off=lambda day: not calendar.hours_on(day),
                beside=grids_beside(town.policy.shapes),
            )
            shown = hotspots_as_json if as_json else print_hotspots
            shown(found, last, len(reports), town.policy)

    asyncio.run(run())
