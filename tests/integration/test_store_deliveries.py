"""The notifier's memory: nothing lost and nothing forgotten, wherever it is cut."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import psycopg
import pytest

from domain.case.notices.acts import Failure, KeepNotice
from domain.notifications.notices import HOUR
from domain.vocabulary import Urgency
from store.connection import Database
from store.journal.journal_feed import Cursor
from store.journal.leases import Lease
from store.journal.outbox import CursorMoved
from store.journal.rows import PostgresJournal
from store.notifications.deliveries import Deliveries, NoticeRecipient, Superseded
from tests.integration.notices import LATER, LI, NOW, acts, keep_as, leading, notice, waiting
from tests.integration.stages import stage
from tests.integration.test_store_outbox import append


@pytest.fixture
def deliveries(database: Database) -> Deliveries:
    return Deliveries(database)


@pytest.fixture
async def lease(deliveries: Deliveries) -> AsyncIterator[Lease]:
    async with leading(deliveries) as lease:
        yield lease


async def test_a_first_notifier_begins_behind_all_there_is_and_a_later_one_where_it_was(
    deliveries: Deliveries, journal: PostgresJournal, app_dsn: str
) -> None:
    await journal.append(stage("c1", 1))
    with psycopg.connect(app_dsn) as slow:
        append(slow, stage("c2", 1))
        async with leading(deliveries):
            begun = await deliveries.outbox.cursor()
        slow.commit()
    await journal.append(stage("c3", 1))
    async with leading(deliveries):
        again = await deliveries.outbox.cursor()
        rows = await deliveries.outbox.after(again, 100)

    assert begun == again
    assert [row.case_id for row in rows] == ["c2", "c3"]


async def test_a_first_notifier_on_a_server_where_nothing_ever_happened_is_no_stranger(
    deliveries: Deliveries,
) -> None:
    async with leading(deliveries):
        assert await deliveries.outbox.after(await deliveries.outbox.cursor(), 10) == []


async def test_notices_are_kept_with_the_cursor_or_not_at_all(deliveries: Deliveries) -> None:
    async with leading(deliveries) as lease:
        cursor = await deliveries.outbox.cursor()
        behind = Cursor(str(int(cursor.xid) + 1), 0)
        with pytest.raises(CursorMoved):
            await deliveries.take(lease, [notice(1)], behind, Cursor(behind.xid, 1), NOW)
        lost = await waiting(deliveries)
        await deliveries.take(lease, [notice(1), notice(2)], cursor, behind, NOW)
        moved = await deliveries.outbox.cursor()

    assert lost == []
    assert moved == behind
    assert list(await waiting(deliveries)) == [notice(1), notice(2)]
    assert await deliveries.due(NOW) == [LI]


async def test_an_attempt_is_counted_before_it_is_made_and_its_message_is_found_again(
    deliveries: Deliveries,
    lease: Lease,
) -> None:
    await keep_as(lease, notice(1), notice(2))

    made = await deliveries.attempt(lease, (notice(1), notice(2)), "digest/x/li", NOW, LATER)
    soon, later = [await deliveries.waiting(LI, moment) for moment in (NOW, LATER)]

    assert [each.attempts for each in made] == [1, 1]
    assert soon == []
    assert [(each.message, each.notice.attempts, each.notice.tried_at) for each in later] == [
        ("digest/x/li", 1, NOW)
    ] * 2


async def test_nobody_sends_what_somebody_else_sends(deliveries: Deliveries, lease: Lease) -> None:
    await keep_as(lease, notice(1), notice(2))
    await deliveries.attempt(lease, (notice(1),), notice(1).id, NOW, NOW)

    with pytest.raises(Superseded):
        await deliveries.attempt(lease, (notice(2), notice(1)), "digest/x/li", NOW, LATER)
    [first, second] = await waiting(deliveries)

    assert first.attempts == 1
    assert second.attempts == 0


async def test_what_arrived_is_gone_and_its_case_hears_it_once(
    deliveries: Deliveries, lease: Lease
) -> None:
    await keep_as(lease, notice(1), notice(2))
    sent = await deliveries.attempt(lease, (notice(1), notice(2)), "digest/x/li", NOW, LATER)

    await deliveries.delivered(lease, sent, "mailto", NOW)
    await deliveries.delivered(lease, sent, "mailto", NOW)
    reports = await deliveries.reports(100)

    assert await waiting(deliveries) == []
    assert [(each.case_id, each.act) for each in reports] == [
        ("case-1", KeepNotice(row=1, person="li", attempts=1, channel="mailto")),
        ("case-2", KeepNotice(row=2, person="li", attempts=1, channel="mailto")),
    ]
    assert reports[0].command_id == "notice:1:li:notified"
    await deliveries.heard(lease, reports[:1])
    assert await acts(deliveries) == [reports[1].act]


async def test_that_it_did_not_arrive_is_said_once_and_that_it_never_will_too(
    deliveries: Deliveries,
    lease: Lease,
) -> None:
    await keep_as(lease, notice(1), notice(2))
    both = (notice(1), notice(2))
    ends = {"late": both[:1], "given_up": both[1:]}
    for _ in range(2):
        await deliveries.failed(lease, both, Failure.NOT_TAKEN, next_at=LATER, **ends)

    failed = KeepNotice(row=1, person="li", attempts=0, failure=Failure.NOT_TAKEN)
    assert await acts(deliveries) == [
        failed,
        replace(failed, row=2, final=True),
    ]
    assert [each.command_id for each in await deliveries.reports(9)] == [
        "notice:1:li:undelivered",
        "notice:2:li:given_up",
    ]
    assert [each.id for each in await waiting(deliveries)] == [notice(1).id]
    assert await deliveries.due(NOW) == []
    assert await deliveries.due(LATER) == [LI]


async def test_what_comes_while_an_address_fails_waits_with_what_failed_unless_it_is_critical(
    deliveries: Deliveries,
    lease: Lease,
) -> None:
    await keep_as(lease, notice(1))
    failed = await deliveries.attempt(lease, (notice(1),), notice(1).id, NOW, LATER)
    await deliveries.failed(lease, failed, Failure.NOT_TAKEN, next_at=LATER)

    await keep_as(lease, notice(2), notice(3, urgency=Urgency.CRITICAL), notice(4, "wang"))

    soon = await deliveries.waiting(LI, NOW)
    assert [each.notice.case_id for each in soon] == ["case-3"]
    assert len(await deliveries.waiting(LI, LATER)) == 3
    assert len(await deliveries.waiting(NoticeRecipient("hamlet", "wang"), NOW)) == 1


async def test_messages_of_the_last_hour_are_remembered_and_older_ones_are_not(
    deliveries: Deliveries, lease: Lease, database: Database
) -> None:
    moments = [NOW, NOW + HOUR / 2, NOW + HOUR]
    for number, moment in enumerate(moments):
        await deliveries.delivered(lease, (notice(number),), "mailto", moment)
    await deliveries.delivered(lease, (notice(1, "wang"),), "mailto", NOW)

    assert sorted(await deliveries.sent(LI, NOW)) == moments[1:]
    assert await database.fetch("SELECT count(*) FROM sanban.notices_sent") == [(3,)]


async def test_what_rests_waits_and_is_not_late(deliveries: Deliveries, lease: Lease) -> None:
    await keep_as(lease, notice(1), notice(2))
    await deliveries.rest(lease, [notice(1), notice(2)], LATER)
    resting = await deliveries.backlog(NOW + timedelta(minutes=4))
    due = await deliveries.backlog(LATER)
    await deliveries.forget(lease, [notice(1), notice(2)])

    assert resting == (2, 0.0)
    assert due == (2, 300.0)
    assert await deliveries.backlog(LATER) == (0, 0.0)
    assert await acts(deliveries) == []
