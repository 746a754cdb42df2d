"""Which cases a list wants, where it goes on, and how both are asked in SQL."""

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
OPEN = sql.SQL("closed_at IS NULL")
# In the form that the lists are ordered by, so that an index serves both.
DUE = sql.SQL("closed_at IS NULL AND coalesce(next_due, 'infinity') < %(due)s")
AFTER = sql.SQL("(coalesce(next_due, 'infinity'), case_id) > (%(after_due)s, %(after_case)s)")
EVERY = sql.SQL("true")

NO_DEADLINE = "none"
"""In a bookmark, where the instant of a deadline would stand."""


@dataclass(frozen=True, slots=True)
class CaseFilter:
    """None leaves a field open.

    `due_before`: open, and the next deadline is earlier. `inbox`: units of which at least one has
    something to do. `words`: the case has them all (store/case_words.py).
    """

    tenant: str | None = None
    stage: str | None = None
    tier: str | None = None
    holder: str | None = None
    grid: str | None = None
    due_before: datetime | None = None
    inbox: tuple[str, ...] | None = None
    words: tuple[int, ...] | None = None
    open_only: bool = False
    late_only: bool = False


@dataclass(frozen=True, slots=True)
class Bookmark:
    """Where a page ended; the next one goes on after it. As text: `2026-11-30T08:00:00Z/NUMBER`."""

    next_due: datetime | None
    case_id: str

    @override
    def __str__(self) -> str:
        due = self.next_due.astimezone(UTC).isoformat() if self.next_due else NO_DEADLINE
        return f"{due.replace('+00:00', 'Z')}/{self.case_id}"

    @classmethod
    def read(cls, text: str) -> Self:
        """Raises ValueError."""
        due, slash, case_id = text.partition("/")
        if not slash or not case_id:
            raise ValueError("no deadline and case number with / between")
        found = None if due == NO_DEADLINE else datetime.fromisoformat(due)
        if found is not None and found.tzinfo is None:
            raise ValueError("an instant without an offset")
        return cls(found, case_id)


def is_late(row: CaseRow, now: datetime) -> bool:
    """What `late_only` selects. The next deadline is the earliest, the citizen's included."""
    return row.closed_at is None and row.next_due is not None and row.next_due < now


def conditions(
    wanted: CaseFilter, now: datetime, after: Bookmark | None = None
) -> tuple[sql.Composable, dict[str, object]]:
    """For WHERE, with their parameters; of the page after a bookmark."""
    dues = [due for due in (wanted.due_before, now if wanted.late_only else None) if due]
    chosen = (
        (wanted.tenant is not None, TENANT),
        (wanted.stage is not None, STAGE),
        (wanted.tier is not None, TIER),
        (wanted.holder is not None, HOLDER),
        (wanted.grid is not None, GRID),
        (wanted.inbox is not None, INBOX),
        (wanted.words is not None, WORDS),
        (wanted.open_only, OPEN),
        (bool(dues), DUE),
        (after is not None, AFTER),
    )
    params: dict[str, object] = {
        "tenant": wanted.tenant,
        "stage": wanted.stage,
        "tier": wanted.tier,
        "holder": wanted.holder,
        "grid": wanted.grid,
        "inbox": list(wanted.inbox or ()),
        "words": list(wanted.words or ()),
        "due": min(dues).astimezone(UTC) if dues else None,
        "after_due": (after and after.next_due) or "infinity",
        "after_case": after.case_id if after else "",
    }
    asked = [condition for applies, condition in chosen if applies]
    return sql.SQL(" AND ").join(asked or [EVERY]), params
