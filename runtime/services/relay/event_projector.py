"""From rows of the journal to the events that outsiders may know, with each case's outline."""

from collections import OrderedDict
from collections.abc import Iterator, Sequence

from pydantic import ValidationError

from domain.case.events import Event
from domain.case.outlines import outline
from domain.case.state import Outline
from runtime.problems import Problem
from runtime.services.case_history import CaseHistory
from schemas.events.case_events import CaseEvent, case_event_of, id_of
from schemas.journal import event_of
from store.journal.journal_feed import FeedRow

KEPT = 20_000
"""Outlines in memory, a few hundred bytes each; another case is read again from its journal."""


class EventProjector:
    """Makes case events of rows, which must come in the order of each case's journal.

    It may begin at any row: what happened to a case before is read from `history`. `kept`: so many
    outlines of cases stay in memory between two calls.
    """

    def __init__(self, history: CaseHistory, kept: int = KEPT) -> None:
        self._history = history
        self._kept = kept
        self._outlines: OrderedDict[str, Outline] = OrderedDict()

    def forget(self) -> None:
        """Forget all outlines, so that rows may come again, or from further on."""
        self._outlines.clear()

    async def project(self, rows: Sequence[FeedRow]) -> list[CaseEvent]:
        """Return the events that outsiders may know. Raises Problem for a row that it cannot read.

        Every row moves its case's outline, also one that outsiders may not know.
        """
        await self._prepare(rows)
        events = []
        for row in rows:
            event = read_event(row.case_id, row.seq, row.body)
            after = self._after(row.case_id, event)
            this = case_event_of(row.case_id, event, after)
            if this is not None:
                events.append(this)
        while len(self._outlines) > self._kept:
            self._outlines.popitem(last=False)
        return events

    async def _prepare(self, rows: Sequence[FeedRow]) -> None:
        """Read the past of the cases whose outline is unknown, all of them in one query."""
        unknown: dict[str, int] = {}
        for row in rows:
            if row.case_id not in self._outlines and row.seq > 1:
                unknown.setdefault(row.case_id, row.seq)
        begun = {row.case_id for row in rows if row.seq == 1}
        wanted = {case: seq for case, seq in unknown.items() if case not in begun}
        if not wanted:
            return
        for case_id, bodies in (await self._history.earlier(wanted)).items():
            for seq, body in enumerate(bodies, 1):
                self._after(case_id, read_event(case_id, seq, body))

    def _after(self, case_id: str, event: Event) -> Outline:
        try:
            after = outline(self._outlines.get(case_id), event)
        except ValueError as error:
            raise Problem(
                f"the journal's row {id_of(case_id, event.seq)} is out of order: {error}",
                do="look at the case with `sanban audit verify`",
            ) from error
        self._outlines[case_id] = after
        self._outlines.move_to_end(case_id)
        return after


def waves(events: Sequence[CaseEvent]) -> Iterator[list[CaseEvent]]:
    """Yield the events in groups with at most one of a case; a case's events keep their order."""
    by_case: dict[str, list[CaseEvent]] = {}
    for each in events:
        by_case.setdefault(each.case, []).append(each)
    while by_case:
        yield [left[0] for left in by_case.values()]
        by_case = {case: left[1:] for case, left in by_case.items() if len(left) > 1}


def read_event(case_id: str, seq: int, body: bytes) -> Event:
    """Return the event of a row. Raises Problem where this release does not know it."""
    try:
        return event_of(body)
    except ValidationError as error:
        raise Problem(
            f"the journal's row {id_of(case_id, seq)} is of no event that this release knows",
            do="start the relay of the newest release that runs; if there is none, run `sanban "
            "audit verify`",
        ) from error
