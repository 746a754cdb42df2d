"""`sanban patrols look-backs`: the closed cases that another person has to look at again."""

import asyncio
from zoneinfo import ZoneInfo

from domain.patrols.look_backs import due_look_backs
from runtime.cli.commands.patrols.options import AsJson, By, Tenant
from runtime.cli.commands.patrols.town import town_of
from runtime.cli.commands.read_session import reach_for, read_session
from runtime.cli.views.patrols import look_backs_as_json, print_look_backs
from runtime.clock import utc_now
from runtime.settings import load
from runtime.wiring.packs import load_all
from store.cases.look_backs import PostgresLookBacks


def look_backs(by: By = "", tenant: Tenant = None, as_json: AsJson = False) -> None:
    """List closed cases that are due to be looked back at, among those that the person reads.

    `sanban cases act NUMBER look_back held=true note=... evidence=FILE` says what was seen; where
    the result does not hold, `held=false` asks to reopen the case.
    """
    settings = load()
    policy, person = town_of(load_all(settings), by, tenant, acts=False)

    async def run() -> None:
        now = utc_now()
        async with read_session(settings, reach_for(settings, person, policy.tenant)) as session:
            closed = await PostgresLookBacks(session.database).closed_since(
                policy.tenant, now - policy.reopen_window
            )
        found = due_look_backs(policy, closed, now)
        shown = look_backs_as_json if as_json else print_look_backs
        shown(found, ZoneInfo(policy.calendar.zone))

    asyncio.run(run())
