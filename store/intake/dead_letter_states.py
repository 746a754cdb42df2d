"""Dead letters and what people did to them: which are open; who replayed or discarded which.

A letter is the ledger row of the record that became it. Kafka has its bytes, at the position that
the row names.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from psycopg import errors, sql
from psycopg.rows import args_row

from schemas.intake import Outcome, Position
from store.connection import Connection, Database
from store.errors import Unstorable
from store.intake.identities import columns, place_of
from store.intake.ledger_entries import COLUMNS, Entry, LedgerFilter, PostgresLedgerEntries, entry
from store.journal.operations import Operation, PostgresOperations


class LetterState(StrEnum):
    """The state of a dead letter."""

    OPEN = "open"  # no one has acted on it, or a replay was begun and never confirmed
    REPLAYED = "replayed"  # its record was sent again
    DISCARDED = "discarded"  # a person closed it, with a reason


# The last completed action; a replay without confirmation leaves the letter open.
LETTERS = sql.SQL("""
SELECT a.action, a.tenant AS of_tenant, a.person, a.why, a.at, a.to_topic, a.to_partition,
       a.to_offset, o.outcome AS came_of, {columns}
FROM sanban.intake_ledger l
LEFT JOIN sanban.parked p USING (cluster, topic, topic_id, partition, at_offset)
LEFT JOIN LATERAL (
    SELECT * FROM sanban.dead_letter_actions a
    WHERE (a.cluster, a.topic, a.topic_id, a.partition, a.at_offset)
        = (l.cluster, l.topic, l.topic_id, l.partition, l.at_offset)
        AND (a.action = 'discarded' OR a.to_offset IS NOT NULL)
    ORDER BY a.number DESC LIMIT 1
) a ON true
LEFT JOIN sanban.intake_ledger o
    ON (o.cluster, o.topic, o.topic_id, o.partition, o.at_offset)
    = (l.cluster, a.to_topic, a.to_topic_id, a.to_partition, a.to_offset)
WHERE l.letter_topic IS NOT NULL AND {conditions}
""")
_ACTION = 9  # columns before those of the entry
PAGE = sql.SQL("{letters} ORDER BY l.number DESC LIMIT %(limit)s")
SUMMARY = sql.SQL("""
SELECT reason, coalesce(action, 'open') AS state, count(*), min(settled_at), max(settled_at)
FROM ({letters}) found GROUP BY 1, 2 ORDER BY 2, 3 DESC, 1
""")
IN_STATE = sql.SQL("coalesce(a.action, 'open') = %(state)s")
HISTORY = """
SELECT action, tenant, person, why, at, to_topic, to_partition, to_offset, NULL AS came_of
FROM sanban.dead_letter_actions
WHERE (cluster, topic, topic_id, partition, at_offset) = (%s, %s, %s, %s, %s) ORDER BY number
"""
ACT = """
INSERT INTO sanban.dead_letter_actions (
    operation, cluster, topic, topic_id, partition, at_offset, action, tenant, person, why, at, seq
)
SELECT * FROM unnest(
    %s::text[], %s::text[], %s::text[], %s::text[], %s::int[], %s::bigint[],
    %s::text[], %s::text[], %s::text[], %s::text[], %s::timestamptz[], %s::int[]
)
"""
CONFIRM = """
UPDATE sanban.dead_letter_actions
SET to_topic = %s, to_topic_id = %s, to_partition = %s, to_offset = %s
WHERE (cluster, topic, topic_id, partition, at_offset) = (%s, %s, %s, %s, %s) AND operation = %s
"""


@dataclass(frozen=True, slots=True)
class LetterAction:
    """An act of a person on a letter. `came_of`: the outcome of the replayed record, if any."""

    action: LetterState
    tenant: str
    person: str
    why: str
    at: datetime
    to_topic: str | None
    to_partition: int | None
    to_offset: int | None
    came_of: Outcome | None = None

    @property
    def is_confirmed(self) -> bool:
        return self.action is LetterState.DISCARDED or self.to_offset is not None


@dataclass(frozen=True, slots=True)
class DeadLetter:
    entry: Entry
    action: LetterAction | None  # the last completed one

    @property
    def state(self) -> LetterState:
        return self.action.action if self.action else LetterState.OPEN


@dataclass(frozen=True, slots=True)
class LetterCount:
    """How many letters have one reason and one state."""

    reason: str
    state: LetterState
    count: int
    oldest: datetime
    newest: datetime


@dataclass(frozen=True, slots=True)
class PostgresDeadLetters:
    database: Database

    async def page(
        self,
        wanted: LedgerFilter,
        state: LetterState | None,
        *,
        limit: int = 50,
        before: int | None = None,
    ) -> list[DeadLetter]:
        """Return letters, newest first; `before` is the number of the last one seen.

        `state` None means any state.
        """
        query, params = await self._letters(wanted, state, before)
        params["limit"] = limit
        page = PAGE.format(letters=query)
        return await self.database.fetch_as(args_row(_letter), page, params)

    async def summary(self, wanted: LedgerFilter) -> list[LetterCount]:
        query, params = await self._letters(wanted, None, None)
        found = await self.database.fetch(SUMMARY.format(letters=query), params)
        return [LetterCount(reason, LetterState(state), *rest) for reason, state, *rest in found]

    async def history(self, position: Position) -> list[LetterAction]:
        """Return all actions on the letter of this record, in order."""
        return await self.database.fetch_as(args_row(_action), HISTORY, place_of(position))

    async def act(
        self,
        state: LetterState,
        positions: Sequence[Position],
        operations: Sequence[Operation],
        copies: Sequence[Operation] = (),
    ) -> None:
        """Journal the action on each letter and store it, in one transaction.

        `operations` match `positions` one to one and belong to one command; `copies` are for the
        chains of other tenants. A replay counts only
        after `confirm`. Repeating the call changes nothing. Raises StoreUnavailable.
        """

        async def keep(connection: Connection, first: int) -> None:
            rows = [
                (
                    each.id,
                    *place_of(position),
                    state.value,
                    each.tenant,
                    each.person,
                    each.why,
                    each.at,
                    first + nth,
                )
                for nth, (position, each) in enumerate(zip(positions, operations, strict=True))
            ]
            await connection.execute(ACT, columns(rows))

        try:
            await PostgresOperations(self.database).append(operations, keep, copies)
        except Unstorable as error:
            # An earlier call did this and its answer was lost: this transaction is rolled back.
            if not isinstance(error.__cause__, errors.UniqueViolation):
                raise

    async def confirm(self, operation: str, position: Position, to: Position) -> None:
        """Record that the broker has the replayed record at position `to`."""
        place = (to.topic, to.topic_id, to.partition, to.offset, *place_of(position), operation)
        await self.database.fetch(f"{CONFIRM} RETURNING 1", place)

    async def _letters(
        self, wanted: LedgerFilter, state: LetterState | None, before: int | None
    ) -> tuple[sql.Composed, dict[str, object]]:
        conditions, params = await PostgresLedgerEntries(self.database).narrowed(wanted, before)
        if state is not None:
            conditions.append(IN_STATE)
            params["state"] = state.value
        joined = sql.SQL(" AND ").join(conditions)
        return LETTERS.format(columns=COLUMNS, conditions=joined), params


def _letter(*found: Any) -> DeadLetter:
    action, rest = found[:_ACTION], found[_ACTION:]
    return DeadLetter(entry(*rest), _action(*action) if action[0] else None)


def _action(action: str, *found: Any) -> LetterAction:
    tenant, person, why, at, topic, partition, offset, came_of = found
    ended = Outcome(came_of) if came_of else None
    return LetterAction(
        LetterState(action), tenant, person, why, at, topic, partition, offset, ended
    )
