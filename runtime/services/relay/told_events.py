"""Passes over events that a topic has already, after the database was set back to an earlier time.

The cursor of the relay was set back with the journal. So that nothing is told twice, it moves over
the rows that have nothing left to tell.
"""

from runtime.jobs.restored.told_outside import EventsPassed, ToldIds
from runtime.services.relay.event_projector import EventProjector
from runtime.services.relay.order_replies import OrderReplies
from schemas.events.case_events import id_of
from store.journal.journal_feed import FeedRow
from store.journal.leases import Lease
from store.journal.outbox import Outbox

_ROWS_AT_A_TIME = 500


async def pass_told_events(
    outbox: Outbox, lease: Lease, told: ToldIds, replies: OrderReplies | None
) -> EventsPassed:
    """Move the relay's cursor over the rows that have nothing left to tell.

    Raises Unavailable, Problem.
    """
    start = cursor = read = await outbox.cursor()
    projector = EventProjector(outbox)
    passed, again, is_open = 0, list[str](), False
    while rows := await outbox.after(read, _ROWS_AT_A_TIME):
        read = rows[-1].cursor
        of_row = await _to_tell(rows, projector, replies)
        for row in rows:
            events, answers = of_row[id_of(row.case_id, row.seq)]
            is_open |= not (events <= told.events.keys() and answers <= told.replies.keys())
            if is_open:
                again += events & told.events.keys()
            else:
                cursor = row.cursor
                passed += len(events)
    if cursor != start:
        await outbox.advance(lease, start, cursor)
    return EventsPassed(passed, tuple(again))


async def _to_tell(
    rows: list[FeedRow], projector: EventProjector, replies: OrderReplies | None
) -> dict[str, tuple[set[str], set[str]]]:
    """Return the ids of events and of replies that each row brings about, by the row's id."""
    found = {id_of(row.case_id, row.seq): (set[str](), set[str]()) for row in rows}
    for event in await projector.project(rows):
        id_ = id_of(event.case, event.seq)
        found[id_][0].add(id_)
    for reply in await replies.of(rows) if replies is not None else ():
        id_ = id_of(reply.case, reply.seq)
        found[id_][1].add(id_)
    return found
