"""From rows of the journal to notices: who is to hear of which rung."""

from collections.abc import Sequence

from domain.case.evolve import fold
from domain.notifications.notices import Notice, notices
from runtime.problems import Problem
from runtime.services.case_history import CaseHistory
from schemas.events.case_events import id_of
from schemas.journal import event_of
from store.journal.journal_feed import FeedRow

# The bytes are canonical JSON, so a rung has exactly these; in a text the quotes have backslashes.
RUNG = b'"kind":"rung_reached"'


async def notices_of(rows: Sequence[FeedRow], history: CaseHistory) -> list[Notice]:
    """Return the notices of each rung among the rows, from the case as it was at that row.

    Raises Problem for a row that cannot be read.
    """
    rungs = [row for row in rows if RUNG in row.body]
    last = {row.case_id: row.seq for row in rungs}
    before = await history.earlier(last) if last else {}
    found: list[Notice] = []
    for row in rungs:
        bodies = [*before[row.case_id][: row.seq - 1], row.body]
        try:
            events = [event_of(body) for body in bodies]
            found += notices(fold(events), events[-1])
        except ValueError as error:  # of a schema, or of the order of rows
            raise Problem(
                f"the journal's row {id_of(row.case_id, row.seq)}, or one before, cannot be read",
                do="start the notifier of the newest release that runs; if there is none, run "
                "`sanban audit verify`",
            ) from error
    return found
