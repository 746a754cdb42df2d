"""Filters and bookmarks of case lists, and the SQL for them.

A list is ordered by `next_due`, cases without one last, then by `case_id`. It is made of streams,
each of which one index can serve. Open and closed cases are separate streams, because they have
separate indexes. After a bookmark, cases with and without a deadline are separate streams too,
because no comparison finds both. Conditions compare bare columns: under row-level security an index
serves nothing else (docs/adr/0022-reading.md).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Self

from psycopg import sql
from typing_extensions import override

from schemas.records import CaseRow

TENANT = sql.SQL("tenant = %(tenant)s")
STAGE = sql.SQL("stage = %(stage)s")
TIER = sql.SQL("tier = %(tier)s")
HOLDER = sql.SQL("holder = %(holder)s")
GRID = sql.SQL("grid = %(grid)s")
INBOX = sql.SQL("inbox && %(inbox)s")
WORDS = sql.SQL("words @> %(words)s::integer[]")
# The same condition in a form that no index serves: cases are checked in the order of the list.
COMMON_WORDS = sql.SQL("CASE WHEN words @> %(words)s::integer[] THEN true ELSE false END")
DUE = sql.SQL("next_due < %(due)s")
OPEN, CLOSED = sql.SQL("closed_at IS NULL"), sql.SQL("closed_at IS NOT NULL")
WORDS_OF_OPEN, WORDS_OF_CLOSED = sql.SQL("of_open"), sql.SQL("NOT of_open")
AFTER = sql.SQL("(next_due, case_id) > (%(after_due)s, %(after_case)s)")
WITHOUT_DEADLINE = sql.SQL("next_due IS NULL")
AFTER_WITHOUT = sql.SQL("next_due IS NULL AND case_id > %(after_case)s")
STREAM = sql.SQL(
    "(SELECT case_id, next_due FROM {source} WHERE {conditions} {order} LIMIT %(limit)s)"
)
IN_ORDER, IN_ANY_ORDER = sql.SQL("ORDER BY next_due, case_id"), sql.SQL("")

NO_DEADLINE = "none"
"""Written in a bookmark instead of an instant."""


@dataclass(frozen=True, slots=True)
class Words:
    """Word numbers that a case must have (store/cases/search_index.py).

    `common`: so many cases have them that, among closed ones, checking one after the other is
    faster than collecting all and sorting them.
    """

    numbers: tuple[int, ...]
    common: bool = False


@dataclass(frozen=True, slots=True)
class CaseFilter:
    """Conditions of a list; None leaves a field open.

    `due_before`: open cases whose next deadline is earlier. `inbox`: cases in which at least one of
    these units has something to do.
    """

    tenant: str | None = None
    stage: str | None = None
    tier: str | None = None
    holder: str | None = None
    grid: str | None = None
    due_before: datetime | None = None
    inbox: tuple[str, ...] | None = None
    words: Words | None = None
    open_only: bool = False
    late_only: bool = False


@dataclass(frozen=True, slots=True)
class Bookmark:
    """The end of a page, after which the next one begins. As text: `2026-11-30T08:00:00Z/CASE`."""

    next_due: datetime | None
    case_id: str

    @override
    def __str__(self) -> str:
        due = self.next_due.astimezone(UTC).isoformat() if self.next_due else NO_DEADLINE
        return f"{due.replace('+00:00', 'Z')}/{self.case_id}"

    @classmethod
    def read(cls, text: str) -> Self:
        """Parse the text of a bookmark. Raises ValueError."""
        due, slash, case_id = text.partition("/")
        if not slash or not case_id:
            raise ValueError("no deadline and case number with / between")
        found = None if due == NO_DEADLINE else datetime.fromisoformat(due)
        if found is not None and found.tzinfo is None:
            raise ValueError("an instant without an offset")
        return cls(found, case_id)


def is_late(row: CaseRow, now: datetime) -> bool:
    """Say if `late_only` selects the row. The next deadline is the earliest of all clocks."""
    return row.closed_at is None and row.next_due is not None and row.next_due < now


def streams(
    source: sql.Composable,
    wanted: CaseFilter,
    *,
    now: datetime,
    limit: int,
    after: Bookmark | None = None,
    ordered: bool = True,
) -> tuple[sql.Composed, dict[str, object]]:
    """Return a query for `case_id` and `next_due`, and its parameters.

    It has the first `limit` cases of each stream, so the first `limit` of all are the first of the
    list. With `ordered` False it has any `limit` cases of each, which is enough for a count.
    """
    dues = [due for due in (wanted.due_before, now if wanted.late_only else None) if due]
    common = [*_conditions(wanted), *([DUE] if dues else [])]
    kinds = [[OPEN, *([WORDS_OF_OPEN, WORDS] if wanted.words else [])]]
    if not wanted.open_only and not dues:
        words = COMMON_WORDS if wanted.words and wanted.words.common else WORDS
        kinds.append([CLOSED, *([WORDS_OF_CLOSED, words] if wanted.words else [])])
    asked = [
        STREAM.format(
            source=source,
            conditions=sql.SQL(" AND ").join([*common, *kind, *place]),
            order=IN_ORDER if ordered else IN_ANY_ORDER,
        )
        for kind in kinds
        for place in _places(after)
    ]
    params: dict[str, object] = {
        "tenant": wanted.tenant,
        "stage": wanted.stage,
        "tier": wanted.tier,
        "holder": wanted.holder,
        "grid": wanted.grid,
        "inbox": list(wanted.inbox or ()),
        "words": list(wanted.words.numbers) if wanted.words else None,
        "due": min(dues).astimezone(UTC) if dues else None,
        "after_due": after.next_due if after else None,
        "after_case": after.case_id if after else None,
        "limit": limit,
    }
    return sql.SQL(" UNION ALL ").join(asked), params


def _conditions(wanted: CaseFilter) -> Iterator[sql.SQL]:
    chosen = (
        (wanted.tenant, TENANT),
        (wanted.stage, STAGE),
        (wanted.tier, TIER),
        (wanted.holder, HOLDER),
        (wanted.grid, GRID),
        (wanted.inbox, INBOX),
    )
    return (condition for value, condition in chosen if value is not None)


def _places(after: Bookmark | None) -> list[list[sql.SQL]]:
    """Return the conditions of the part of the order that is after the bookmark."""
    if after is None:
        return [[]]
    return [[AFTER_WITHOUT]] if after.next_due is None else [[AFTER], [WITHOUT_DEADLINE]]
