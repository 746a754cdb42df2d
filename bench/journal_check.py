"""Whether a program did its work: every case closed, every row in the journal, none too many."""

from collections.abc import Sequence

from bench.town import case_ids, rows_of_a_life
from domain.complaints import Complaint
from store.connection import Database

FOUND = """
SELECT (SELECT count(*) FROM sanban.journal WHERE case_id = ANY(%(ids)s)),
       (SELECT count(*) FROM sanban.cases WHERE case_id = ANY(%(ids)s) AND closed_at IS NOT NULL)
"""


class WorkUndone(AssertionError):
    """The numbers of this round mean nothing."""


async def all_closed(database: Database, complaints: Sequence[Complaint]) -> None:
    ids = case_ids(complaints)
    found = await database.fetch(FOUND, {"ids": ids})
    expected = (len(ids) * rows_of_a_life(), len(ids))
    if found != [expected]:
        raise WorkUndone(f"journal rows and closed cases: {found[0]}, not {expected}")
