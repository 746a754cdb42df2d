"""Notices that wait in a store, as if rungs had just caused them."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta

from domain.case.notices.acts import KeepNotice
from domain.notifications.notices import Notice
from domain.sla.case_clocks import HOLDER
from domain.sla.ladders import Action
from domain.vocabulary import Urgency
from store.journal.journal_feed import Cursor
from store.journal.leases import Lease
from store.notifications.deliveries import Deliveries, NoticeRecipient
from tests.integration.leases import taken
from tests.town import at

NOW = at("2026-07-01 12:00")
LATER = NOW + timedelta(minutes=5)
LI = NoticeRecipient("hamlet", "li")


def notice(number: int = 1, person: str = "li", urgency: Urgency = Urgency.NORMAL) -> Notice:
    return Notice(
        case_id=f"case-{number}",
        row=number,
        person=person,
        tenant="hamlet",
        at=NOW,
        action=Action.URGE,
        level=2,
        clock=HOLDER,
        urgency=urgency,
        unit="squad",
        category="garbage",
        due_at=LATER,
    )


@asynccontextmanager
async def leading(deliveries: Deliveries) -> AsyncIterator[Lease]:
    async with taken(deliveries.lead) as lease:
        yield lease


async def keep(deliveries: Deliveries, *notices: Notice) -> None:
    """Keep notices as the next row of the journal would cause them."""
    async with leading(deliveries) as lease:
        await keep_as(lease, *notices)


async def keep_as(lease: Lease, *notices: Notice) -> None:
    """Do the same as the one that leads."""
    deliveries = Deliveries(lease.database)
    cursor = await deliveries.outbox.cursor()
    further = Cursor(str(int(cursor.xid) + 1), 0)
    await deliveries.take(lease, notices, cursor, further, NOW)


async def waiting(deliveries: Deliveries, person: NoticeRecipient = LI) -> Sequence[Notice]:
    return [each.notice for each in await deliveries.waiting(person, NOW + timedelta(days=2))]


async def acts(deliveries: Deliveries) -> list[KeepNotice]:
    return [each.act for each in await deliveries.reports(100)]
