"""From rows of the journal to what outsiders are told, with the outline of each case at hand."""

from collections import OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from typing import Protocol

from pydantic import ValidationError

from domain.case.events import Event
from domain.case.outlines import Outline, outline
from runtime.problems import Problem
from schemas.events.case_events import CaseEvent, case_event_of, id_of
from schemas.journal import event_of
from store.journal.journal_feed import FeedRow

Told = CaseEvent

KEPT = 20_000
"""Outlines in memory, a few hundred bytes each; another case is read again from its journal."""


class Earlier(Protocol):
    async def earlier(self, before: Mapping[str, int]) -> dict[str, list[bytes]]:
        """The bodies of each of these cases below that seq, in order."""
        ...


class Telling:
    """Rows must be given in the order of each case's journal, from any row on."""

    def __init__(self, journal: Earlier, kept: int = KEPT) -> None:
        self._journal = journal
        self._kept = kept
        self._outlines: OrderedDict[str, Outline] = OrderedDict()

    def forget(self) -> None:
        """Rows may come again, or from further on."""
        self._outlines.clear()

    async def of(self, rows: Sequence[FeedRow]) -> list[Told]:
        """What outsiders are told of them. Raises Problem for a row that cannot be read."""
        await self._prepare(rows)
        told = []
        for row in rows:
            event = _event_of(row.case_id, row.seq, row.body)
            after = self._after(row.case_id, event)
            this = case_event_of(row.case_id, event, after)
            if this is not None:
                told.append(this)
        while len(self._outlines) > self._kept:
            self._outlines.popitem(last=False)
        return told

    async def _prepare(self, rows: Sequence[FeedRow]) -> None:
        unknown: dict[str, int] = {}
        for row in rows:
            if row.case_id not in self._outlines and row.seq > 1:
                unknown.setdefault(row.case_id, row.seq)
        begun = {row.case_id for row in rows if row.seq == 1}
        wanted = {case: seq for case, seq in unknown.items() if case not in begun}
        if not wanted:
            return
        for case_id, bodies in (await self._journal.earlier(wanted)).items():
            for seq, body in enumerate(bodies, 1):
                self._after(case_id, _event_of(case_id, seq, body))

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


def waves(told: Sequence[Told]) -> Iterator[list[Told]]:
    """Each has at most one event of a case; the events of a case keep their order."""
    by_case: dict[str, list[Told]] = {}
    for each in told:
        by_case.setdefault(each.case, []).append(each)
    while by_case:
        yield [events[0] for events in by_case.values()]
        by_case = {case: events[1:] for case, events in by_case.items() if len(events) > 1}


def _event_of(case_id: str, seq: int, body: bytes) -> Event:
    try:
        return event_of(body)
    except ValidationError as error:
        raise Problem(
            f"the journal's row {id_of(case_id, seq)} is of no event that this release knows",
            do="start the relay of the newest release that runs; if there is none, see `sanban "
            "audit verify`",
        ) from error
