"""What lists of cases can be asked for, and bookmarks in them; store/cases/streams.py reads them.

A list is ordered by `next_due`, cases without one last, then by `case_id`.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Self

from typing_extensions import override

from schemas.records import CaseRow

NO_DEADLINE = "none"  # in a bookmark, instead of an instant


class SortBy(StrEnum):
    """What comes first in a list. Only the order by `due` has pages that go on."""

    DUE = "due"
    RECEIVED = "received"
    LEVEL = "level"
    URGENCY = "urgency"


class Promise(StrEnum):
    """Which promise a late case breaks: the gravest one, so that each case has one."""

    CITIZEN = "citizen"
    HOLDER = "holder"
    OTHER = "other"


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

    `late_only`: open cases past the deadline of a clock that runs, and closed ones that missed one
    that still counts. `resting_only`: open cases that are merged, suspended, with a superior, or
    due at no time; what is late meanwhile, by a clock that runs on, is in both lists.
    `due_before`, `due_from`: open cases whose next deadline is earlier, or is not. `inbox`: cases
    in which at least one of these units, or seats (domain/case/turns.py), has something to do, or
    that have one of these marks (`awaited`). `level`: this one or a higher. `turn`: who has to
    move. `among`: only these. `promise`: open cases that are late, and what they break. `owed_by`:
    the unit that answers for the next deadline. `without_tenant`: of all tenants but this.
    `placeless`: in no grid, because the place is not known.
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
    resting_only: bool = False
    level: int | None = None
    category: str | None = None
    channel: str | None = None
    turn: str | None = None
    vacuum: bool = False
    open_lead: bool = False
    among: tuple[str, ...] | None = None
    promise: Promise | None = None
    due_from: datetime | None = None
    owed_by: str | None = None
    without_tenant: str | None = None
    placeless: bool = False

    @property
    def includes_closed(self) -> bool:
        """Say if a closed case can be in the list: it is not due, and late only if it was."""
        of_open = self.resting_only or self.due_before or self.due_from or self.promise
        return not (self.open_only or of_open)


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
    """Say if `late_only` selects the row among open ones: by the earliest deadline that runs."""
    return row.closed_at is None and row.next_due is not None and row.next_due < now
