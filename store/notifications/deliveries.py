"""The notifier's tables: notices to send, attempts, and reports that cases still have to receive.

A notifier may be killed at any moment without losing a notice or an attempt:

- notices are taken from the journal in the transaction that moves the cursor;
- an attempt is counted before it is made, and its message is kept until the result is known, so
  that the next notifier sends the same message again;
- the result and the report to the case are one transaction;
- all of it is written under the lease: a notifier that was frozen writes nothing when it wakes up.

All instants are the caller's, never the server's.
"""

from collections.abc import AsyncIterator, Collection, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple

from pydantic import TypeAdapter

from domain.case.notices.acts import Failure, KeepNotice
from domain.notifications.notices import HOUR, Message, Notice
from domain.vocabulary import ENDED_STAGES
from store.connection import Connection, Database
from store.errors import StoreUnavailable
from store.intake.identities import columns
from store.journal.journal_feed import Cursor
from store.journal.leases import Lease, Leases
from store.journal.outbox import Outbox
from store.notifications import reports
from store.notifications.reports import NoticeReport

NOTICES = "notices"
"""The notifier's name among the readers of the outbox."""

BEGIN = "SELECT sanban.outbox_begin(%s)"
# A critical notice never waits for an address that has just failed.
TAKE = """
INSERT INTO sanban.notices (id, tenant, person, critical, at, notice, next_at)
SELECT new.id, new.tenant, new.person, new.critical, new.at, new.notice::jsonb,
    CASE WHEN new.critical THEN new.now ELSE greatest(new.now, (
        SELECT max(failing.next_at) FROM sanban.notices failing
        WHERE failing.tenant = new.tenant AND failing.person = new.person COLLATE "C"
            AND failing.attempts > 0 AND failing.message IS NULL
    )) END
FROM unnest(
    %s::text[], %s::text[], %s::text[], %s::boolean[], %s::timestamptz[], %s::text[],
    %s::timestamptz[]
) AS new (id, tenant, person, critical, at, notice, now)
ON CONFLICT (id) DO NOTHING
"""
DUE = """
SELECT tenant, person FROM sanban.notices WHERE next_at <= %s
GROUP BY tenant, person ORDER BY min(next_at) LIMIT %s
"""
WAITING = """
SELECT notice, attempts, tried_at, message FROM sanban.notices
WHERE tenant = %s AND person = %s AND next_at <= %s ORDER BY at, id
"""
SENT = "SELECT at FROM sanban.notices_sent WHERE tenant = %s AND person = %s AND at > %s"
ATTEMPT = """
UPDATE sanban.notices
SET attempts = attempts + 1, tried_at = coalesce(tried_at, %s), next_at = %s, message = %s
WHERE id = ANY(%s) AND (message IS NULL OR message = %s) RETURNING id
"""
REST = "UPDATE sanban.notices SET next_at = %s WHERE id = ANY(%s) RETURNING id"
FAILED = "UPDATE sanban.notices SET message = NULL, next_at = %s WHERE id = ANY(%s)"
LATE = """
UPDATE sanban.notices SET undelivered = true WHERE id = ANY(%s) AND NOT undelivered RETURNING id
"""
GONE = "DELETE FROM sanban.notices WHERE id = ANY(%s) RETURNING id"
REMEMBER = "INSERT INTO sanban.notices_sent (tenant, person, at) VALUES (%s, %s, %s)"
FORGET = "DELETE FROM sanban.notices_sent WHERE tenant = %s AND person = %s AND at <= %s"
ENDED = """
SELECT case_id, closed_at FROM sanban.cases
WHERE case_id = ANY(%s) AND stage = ANY(%s) AND closed_at IS NOT NULL
"""
# A notice that rests (quiet hours, digests) has no attempt yet and is not due: it is not late.
BACKLOG = """
SELECT count(*), min(at) FILTER (WHERE attempts > 0 OR next_at <= %s) FROM sanban.notices
"""

_NOTICE = TypeAdapter(Notice)


class Superseded(StoreUnavailable):
    """Another notifier has led in the meantime, and sends this message."""

    def __init__(self) -> None:
        super().__init__("another notifier sends this")


class NoticeRecipient(NamedTuple):
    tenant: str
    id: str


@dataclass(frozen=True, slots=True)
class DueNotice:
    """A notice to send. `message`: the id of the message of an attempt without a result."""

    notice: Notice
    message: str | None


async def keep_notices(connection: Connection, notices: Sequence[Notice], now: datetime) -> None:
    """Store notices, each once, within a transaction that is fenced."""
    rows = [
        (
            each.id,
            each.tenant,
            each.person,
            each.is_critical,
            each.at,
            _NOTICE.dump_json(each).decode(),
            now,
        )
        for each in notices
    ]
    if rows:
        await connection.execute(TAKE, columns(rows))


@dataclass(frozen=True, slots=True)
class Deliveries:
    """Notices, their attempts and results. Every method raises StoreUnavailable."""

    database: Database

    @property
    def leases(self) -> Leases:
        return self.outbox.leases

    @property
    def outbox(self) -> Outbox:
        return Outbox(self.database, NOTICES)

    @asynccontextmanager
    async def lead(self) -> AsyncIterator[Lease | None]:
        """Lend the right to read the journal for notices and to send; None if another has it."""
        async with self.leases.lead() as lease:
            if lease is not None:
                await self.database.fetch(BEGIN, (NOTICES,))
            yield lease

    async def take(
        self, lease: Lease, notices: Sequence[Notice], cursor: Cursor, to: Cursor, now: datetime
    ) -> None:
        """Store the notices of the rows up to `to` and move the cursor, in one transaction."""

        async def work(connection: Connection) -> None:
            await keep_notices(connection, notices, now)
            await self.outbox.advance_on(connection, cursor, to)

        await lease.fenced(work)

    async def due(self, now: datetime, limit: int = 100) -> list[NoticeRecipient]:
        """Return the recipients with notices that are due, the longest waiting first."""
        return [NoticeRecipient(*row) for row in await self.database.fetch(DUE, (now, limit))]

    async def waiting(self, person: NoticeRecipient, now: datetime) -> list[DueNotice]:
        """Return the notices of a recipient that are due."""
        rows = await self.database.fetch(WAITING, (*person, now))
        return [_waiting(*row) for row in rows]

    async def sent(self, person: NoticeRecipient, since: datetime) -> list[datetime]:
        return [at for (at,) in await self.database.fetch(SENT, (*person, since))]

    async def of_ended_cases(self, notices: Collection[Notice]) -> list[Notice]:
        """Return the notices whose case has ended since; not those that its end brought about.

        Without its row in the read model a case is taken for open.
        """
        ids = [each.case_id for each in notices]
        ended = dict(await self.database.fetch(ENDED, (ids, [*ENDED_STAGES])))
        return [
            each
            for each in notices
            if (since := ended.get(each.case_id)) is not None and each.at <= since
        ]

    async def attempt(
        self, lease: Lease, message: Message, id_: str, now: datetime, next_at: datetime
    ) -> Message:
        """Count an attempt before it is made; return the notices with the new count.

        `next_at` is when the notices are due again if no result is recorded. Raises Superseded.
        """
        ids = _ids(message)

        async def work(connection: Connection) -> None:
            cursor = await connection.execute(ATTEMPT, (now, next_at, id_, ids, id_))
            if len(await cursor.fetchall()) < len(ids):
                raise Superseded

        # Repeated on another connection after a dead one, this may count one attempt too many.
        await lease.fenced(work)
        return tuple(
            replace(each, attempts=each.attempts + 1, tried_at=each.tried_at or now)
            for each in message
        )

    async def rest(self, lease: Lease, notices: Collection[Notice], until: datetime) -> None:
        """Let the notices rest: they are not due before `until`."""
        await lease.execute(REST, (until, _ids(notices)))

    async def delivered(self, lease: Lease, message: Message, channel: str, now: datetime) -> None:
        """Record that the message arrived by `channel`; each case gets a report of its notice."""
        acts = {
            each.id: KeepNotice(
                row=each.row, person=each.person, attempts=each.attempts, channel=channel
            )
            for each in message
        }
        person = (message[0].tenant, message[0].person)

        async def work(connection: Connection) -> None:
            cursor = await connection.execute(GONE, (_ids(message),))
            await reports.write(connection, message, acts, await cursor.fetchall())
            await connection.execute(FORGET, (*person, now - HOUR))
            await connection.execute(REMEMBER, (*person, now))

        await lease.fenced(work)

    async def failed(
        self,
        lease: Lease,
        message: Sequence[Notice],
        failure: Failure,
        *,
        next_at: datetime,
        late: Collection[Notice] = (),
        given_up: Collection[Notice] = (),
    ) -> None:
        """Record that the message did not arrive; its notices are due again at `next_at`.

        Cases of `late` notices get a report of that once. Notices that are `given_up` are deleted,
        and their cases get a report of that.
        """
        acts = {
            each.id: KeepNotice(
                row=each.row,
                person=each.person,
                attempts=each.attempts,
                failure=failure,
                final=each in given_up,
            )
            for each in message
        }

        async def work(connection: Connection) -> None:
            gone = await connection.execute(GONE, (_ids(given_up),))
            said = await gone.fetchall()
            await connection.execute(FAILED, (next_at, _ids(message)))
            noted = await connection.execute(LATE, (_ids(late),))
            await reports.write(connection, message, acts, said + await noted.fetchall())

        await lease.fenced(work)

    async def forget(self, lease: Lease, notices: Collection[Notice]) -> None:
        """Delete notices without a report, because their tenant notifies no one."""
        await lease.execute(GONE, (_ids(notices),))

    async def forget_told(self, lease: Lease, ids: Collection[str]) -> int:
        """Delete the notices with these ids, whose cases have heard of them; return how many were
        here.
        """

        async def work(connection: Connection) -> int:
            cursor = await connection.execute(GONE, (sorted(ids),))
            return len(await cursor.fetchall())

        return await lease.fenced(work)

    async def reports(self, limit: int) -> list[NoticeReport]:
        return await reports.pending(self.database, limit)

    async def heard(self, lease: Lease, received: Collection[NoticeReport]) -> None:
        """Delete reports that their cases have received, or never can."""
        await reports.drop(lease, received)

    async def backlog(self, now: datetime) -> tuple[int, float]:
        """Return how many notices wait, and the age in seconds of the oldest that is late."""
        [(number, oldest)] = await self.database.fetch(BACKLOG, (now,))
        return int(number), max(0.0, (now - oldest).total_seconds()) if oldest else 0.0


def _ids(notices: Collection[Notice]) -> list[str]:
    return [each.id for each in notices]


def _waiting(
    notice: object, attempts: int, tried_at: datetime | None, message: str | None
) -> DueNotice:
    said = _NOTICE.validate_python(notice)
    return DueNotice(replace(said, attempts=attempts, tried_at=tried_at), message)
