"""An act for many cases: which acts have the same words for all, and to which cases it is given."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from console.desk.context import Visit
from console.desk.lists import BadQuery, Query, wanted_by
from console.desk.offers import kinds_for
from schemas.bulk_acts import MOST_CASES
from schemas.records import CaseRow

BULK_KINDS = (
    "urge", "issue_letter", "circulate", "summon", "comment", "sign", "progress", "dispatch",
    "suspend", "resume",
)  # fmt: skip
"""Acts without a part or a needed file: what is said of one case can be said of many."""


@dataclass(frozen=True, slots=True)
class Selection:
    """The cases of one list, as it was at a moment. `and_more`: there are more than may be."""

    query: Query
    at: datetime
    rows: Sequence[CaseRow]
    and_more: bool = False


def kinds_of(visit: Visit) -> tuple[str, ...]:
    """Return the acts that the person's roles give, to many cases at once."""
    given = {*kinds_for({*visit.roles})}
    return tuple(kind for kind in BULK_KINDS if kind in given)


def moment_of(text: str, visit: Visit) -> datetime:
    """Return the moment of a list, at most now. Raises BadQuery."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError as error:
        raise BadQuery("at", text) from error
    if at.tzinfo is None:
        raise BadQuery("at", text)
    return min(at, visit.now)


async def all_of(query: Query, at: datetime, visit: Visit) -> Selection:
    """Return all cases of a list as it was at a moment: what has come in since is not in it."""
    [listed] = await visit.reader.lists([wanted_by(query, visit, MOST_CASES + 1)], at)
    rows = [row for row in listed.page.rows if row.received_at <= at]
    return Selection(query, at, rows[:MOST_CASES], len(rows) > MOST_CASES)


async def picked(query: Query, at: datetime, cases: Sequence[str], visit: Visit) -> Selection:
    """Return those of these cases that the person may read."""
    rows = await visit.reader.readable([*dict.fromkeys(cases)][:MOST_CASES])
    return Selection(query, at, rows, len({*cases}) > MOST_CASES)
