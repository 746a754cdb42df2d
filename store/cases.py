"""The read model: cases as lists show them. Written with the journal (store/journal.py)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from psycopg import sql
from psycopg.rows import class_row

from domain.sightings import Earlier, Question
from schemas.intake import Spot
from schemas.records import CaseRow
from store import sightings
from store.connection import Database
from store.errors import AmbiguousCase, NoSuchCase

# Columns by name: with * a prepared statement would break when a migration adds one.
CASES = sql.SQL("""
SELECT case_id, tenant, tier, stage, holder, grid, category, urgency, channel, title, level,
       received_at, citizen_due, next_due, next_clock, closed_at, policy, seq, spot
FROM sanban.cases
""")
BEGINNING_WITH = sql.SQL("""
{cases}
WHERE case_id >= %(prefix)s AND case_id < %(end)s AND tenant = coalesce(%(tenant)s, tenant)
ORDER BY case_id LIMIT %(limit)s
""").format(cases=CASES)
PAGE = sql.SQL("""
{cases} WHERE {conditions}
ORDER BY coalesce(next_due, 'infinity'), case_id LIMIT %(limit)s
""")
COUNT = sql.SQL("SELECT count(*) FROM sanban.cases WHERE {conditions}")
BEFORE = """
SELECT ARRAY(
    SELECT c.case_id FROM sanban.cases c
    WHERE c.tenant = asked.tenant AND c.category = asked.category AND c.spot = asked.spot
        AND c.received_at >= asked.since AND c.case_id <> asked.case_id
    ORDER BY c.received_at DESC, c.case_id LIMIT 20
)
FROM unnest(%s::text[], %s::text[], %s::text[], %s::timestamptz[], %s::text[])
    WITH ORDINALITY AS asked (tenant, category, spot, since, case_id, place)
ORDER BY asked.place
"""
RESTORE = "SELECT sanban.case_restore(%s::jsonb)"
FORGET_UNJOURNALED = """
DELETE FROM sanban.cases c
WHERE NOT EXISTS (SELECT FROM sanban.journal_heads h WHERE h.case_id = c.case_id)
RETURNING case_id
"""

TENANT = sql.SQL("tenant = %(tenant)s")
STAGE = sql.SQL("stage = %(stage)s")
TIER = sql.SQL("tier = %(tier)s")
HOLDER = sql.SQL("holder = %(holder)s")
OPEN = sql.SQL("closed_at IS NULL")
# least() passes over nulls: one clock that has run out is enough.
LATE = sql.SQL("closed_at IS NULL AND least(citizen_due, next_due) < %(now)s")
AFTER = sql.SQL("(coalesce(next_due, 'infinity'), case_id) > (%(after_due)s, %(after_case)s)")
EVERY = sql.SQL("true")

CANDIDATES_NAMED = 5
_LAST_CHARACTER = "\U0010ffff"


@dataclass(frozen=True, slots=True)
class CaseFilter:
    """None leaves a field open."""

    tenant: str | None = None
    stage: str | None = None
    tier: str | None = None
    holder: str | None = None
    open_only: bool = False
    late_only: bool = False


@dataclass(frozen=True, slots=True)
class Bookmark:
    """Where a page ended; the next one goes on after it."""

    next_due: datetime | None
    case_id: str


@dataclass(frozen=True, slots=True)
class Page:
    """`following` is None on the last page."""

    rows: tuple[CaseRow, ...]
    following: Bookmark | None


def is_late(row: CaseRow, now: datetime) -> bool:
    """What `late_only` selects."""
    dues = [due for due in (row.citizen_due, row.next_due) if due is not None]
    return row.closed_at is None and bool(dues) and min(dues) < now


@dataclass(frozen=True, slots=True)
class PostgresCases:
    database: Database

    async def get(self, beginning: str, *, tenant: str | None = None) -> CaseRow:
        """By case id, or by a beginning that only one case (of the tenant) has.

        Raises NoSuchCase, AmbiguousCase, StoreUnavailable.
        """
        if not beginning:
            raise NoSuchCase(beginning)
        params = {
            "prefix": beginning,
            "end": beginning + _LAST_CHARACTER,
            "tenant": tenant,
            "limit": CANDIDATES_NAMED,
        }
        found = await self.database.fetch_as(class_row(CaseRow), BEGINNING_WITH, params)
        if not found:
            raise NoSuchCase(beginning)
        if len(found) > 1 and found[0].case_id != beginning:
            raise AmbiguousCase(beginning, tuple(row.case_id for row in found))
        return found[0]

    async def page(
        self,
        wanted: CaseFilter,
        *,
        now: datetime,
        limit: int = 50,
        after: Bookmark | None = None,
    ) -> Page:
        """Cases by the instant of their next deadline, those without one last."""
        conditions, params = _conditions(wanted, now)
        if after is not None:
            conditions.append(AFTER)
            params |= {"after_due": after.next_due or "infinity", "after_case": after.case_id}
        params["limit"] = limit + 1
        rows = await self.database.fetch_as(
            class_row(CaseRow), PAGE.format(cases=CASES, conditions=_all_of(conditions)), params
        )
        if len(rows) <= limit:
            return Page(tuple(rows), None)
        last = rows[limit - 1]
        return Page(tuple(rows[:limit]), Bookmark(last.next_due, last.case_id))

    async def count(self, wanted: CaseFilter, *, now: datetime) -> int:
        """As many as all the pages of the same filter together have."""
        conditions, params = _conditions(wanted, now)
        query = COUNT.format(conditions=_all_of(conditions))
        [(number,)] = await self.database.fetch(query, params)
        return int(number)

    async def before(self, spots: Sequence[Spot]) -> list[tuple[str, ...]]:
        """Other cases of the same spot and category that came since, newest first, at most 20.

        In the order asked. As the read model has it: one that is not journaled yet is not there.
        """
        columns = [
            [spot.tenant for spot in spots],
            [spot.category for spot in spots],
            [spot.spot for spot in spots],
            [spot.since.astimezone(UTC) for spot in spots],
            [spot.case_id for spot in spots],
        ]
        return [tuple(found) for (found,) in await self.database.fetch(BEFORE, columns)]

    async def unsolved(self, questions: Sequence[Question]) -> list[Earlier | None]:
        """The newest unsolved case of each sighting. As the read model has it, as `before`."""
        return await sightings.unsolved(self.database, questions)

    async def restore(self, row: CaseRow) -> bool:
        """Put a row that was computed again from the journal, whatever is there now.

        False, and nothing done, when the journal is not at `row.seq`: compute it anew.
        """
        [(done,)] = await self.database.fetch(RESTORE, (row.model_dump_json(),))
        return bool(done)

    async def forget_unjournaled(self) -> list[str]:
        """Drop the rows of cases the journal does not know; say which."""
        return [case_id for (case_id,) in await self.database.fetch(FORGET_UNJOURNALED)]


def _conditions(
    wanted: CaseFilter, now: datetime
) -> tuple[list[sql.Composable], dict[str, object]]:
    chosen = (
        (wanted.tenant is not None, TENANT),
        (wanted.stage is not None, STAGE),
        (wanted.tier is not None, TIER),
        (wanted.holder is not None, HOLDER),
        (wanted.open_only, OPEN),
        (wanted.late_only, LATE),
    )
    params: dict[str, object] = {
        "tenant": wanted.tenant,
        "stage": wanted.stage,
        "tier": wanted.tier,
        "holder": wanted.holder,
        "now": now.astimezone(UTC),
    }
    return [condition for applies, condition in chosen if applies], params


def _all_of(conditions: list[sql.Composable]) -> sql.Composable:
    return sql.SQL(" AND ").join(conditions or [EVERY])
