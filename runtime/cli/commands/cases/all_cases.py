"""Reading the whole journal, one case at a time, so that memory does not grow with their number."""

from collections.abc import AsyncGenerator, Collection, Mapping
from contextlib import aclosing

from domain.case.events import Event
from domain.policy.model import Policy
from domain.reporting.indicators import plan_of
from runtime.cli.commands.read_session import ReadSession
from runtime.cli.output import progress
from runtime.problems import Problem
from runtime.wiring.packs import must_be_served
from schemas import canary
from schemas.journal import event_of
from store.cases.rebuilding import PostgresRebuilding
from store.journal.rows import PostgresJournal


def must_have_cases(
    found: Collection[str], policies: Mapping[str, Policy], tenant: str | None
) -> None:
    """Return if there is a tenant with a case. Raises Problem where the one that was named, or
    every one, has none.
    """
    if not found:
        must_be_served(policies, tenant)
        raise Problem(
            f"no case of {tenant or 'any tenant'}", do="`sanban cases list --all` shows the cases"
        )


async def cases_of(
    session: ReadSession, tenant: str | None
) -> AsyncGenerator[tuple[str, list[Event]], None]:
    """Yield the tenant and the events of each case, with a bar of progress.

    Without a tenant: those of every town, and the canary is none.
    """
    number, total = 0, await PostgresRebuilding(session.database).number()
    with progress("reading cases", total) as moved:
        async with aclosing(all_cases(session, tenant)) as cases:
            async for events in cases:
                number += 1
                moved(number)
                of = plan_of(events).complaint.tenant
                if tenant == of or (tenant is None and of != canary.TENANT):
                    yield of, events


async def all_cases(session: ReadSession, tenant: str | None) -> AsyncGenerator[list[Event], None]:
    """Yield the events of each case; the rows of a case come one after the other.

    Without those of the canary, a hundred thousand a year, unless it is the tenant.
    """
    case_id, events = "", list[Event]()
    not_of = "" if tenant == canary.TENANT else canary.TENANT
    journal = PostgresJournal(session.database)
    async with aclosing(journal.stream_rows(not_of=not_of)) as rows:
        async for row in rows:
            if row.case_id != case_id and events:
                yield events
                events = []
            case_id = row.case_id
            events.append(event_of(row.body))
    if events:
        yield events
