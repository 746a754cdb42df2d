"""From rows of the journal to notices: whom the rungs among them tell, and what of."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from domain.case.evolve import fold
from domain.notifications.notices import Notice, notices
from runtime.problems import Problem
from schemas.events.case_events import id_of
from schemas.journal import event_of
from store.journal.journal_feed import FeedRow

# The bytes are canonical: it stands in them as it stands here, and in a text with backslashes.
RUNG = b'"kind":"rung_reached"'


class Earlier(Protocol):
    async def earlier(self, before: Mapping[str, int]) -> dict[str, list[bytes]]:
        """The bodies of each of these cases below that seq, in order."""
        ...


async def notices_of(rows: Sequence[FeedRow], journal: Earlier) -> list[Notice]:
    """Those of each rung, from the case as it was then. Raises Problem for what cannot be read."""
    rungs = [row for row in rows if RUNG in row.body]
    last = {row.case_id: row.seq for row in rungs}
    before = await journal.earlier(last) if last else {}
    found: list[Notice] = []
    for row in rungs:
        bodies = [*before[row.case_id][: row.seq - 1], row.body]
        try:
            events = [event_of(body) for body in bodies]
            found += notices(fold(events), events[-1])
        except ValueError as error:  # of a schema, or of the order of rows
            raise Problem(
                f"the journal's row {id_of(row.case_id, row.seq)}, or one before, cannot be read",
                do="start the notifier of the newest release that runs; if there is none, see "
                "`sanban audit verify`",
            ) from error
    return found
