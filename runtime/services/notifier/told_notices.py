"""Takes the notices of a database that was set back, without those of which a case has heard.

The cursor of the notifier was set back with the journal, and notices wait that were told since.
"""

from datetime import datetime

from runtime.jobs.restored.told_outside import notice_told_in
from runtime.services.notifier.notice_rows import notices_of
from store.journal.leases import Lease
from store.notifications.deliveries import Deliveries

_ROWS_AT_A_TIME = 500


async def take_untold_notices(deliveries: Deliveries, lease: Lease, now: datetime) -> int:
    """Take the notices of the rows that the notifier has not read, without those that were told.

    Return how many were told. Raises Unavailable, Problem.
    """
    outbox, told = deliveries.outbox, set[str]()
    start = cursor = await outbox.cursor()
    while rows := await outbox.after(cursor, _ROWS_AT_A_TIME):
        told |= {id_ for row in rows for id_ in notice_told_in(row.case_id, row.body)}
        cursor = rows[-1].cursor
    end, cursor = cursor, start
    # Not beyond what was read for its outcomes: a row since then is the notifier's own matter.
    while cursor != end and (rows := await outbox.after(cursor, _ROWS_AT_A_TIME)):
        rows = rows[: 1 + next((n for n, row in enumerate(rows) if row.cursor == end), len(rows))]
        left = [each for each in await notices_of(rows, outbox) if each.id not in told]
        await deliveries.take(lease, left, cursor, rows[-1].cursor, now)
        cursor = rows[-1].cursor
    await deliveries.forget_told(lease, told)
    return len(told)
