"""A case in one line: what lists, the Temporal UI and read models show of it."""

from dataclasses import dataclass
from datetime import datetime

from domain.case.agenda import Item, next_item
from domain.case.state import Case
from domain.privacy.sealed import cut
from domain.sla.case_clocks import CITIZEN
from domain.sla.clocks import Clock, Measure, due, is_provisional
from domain.vocabulary import Stage

TITLE_LENGTH = 60


@dataclass(frozen=True, slots=True)
class Summary:
    """`deadlines` are those of the running clocks, by clock; a paused one has none.

    `provisional` are the clocks whose deadline counts days without published holidays. `coming` is
    what the engine wakes for next, and `coming_provisional` says the same of its moment. `rests`:
    the case is merged or suspended. It has a list of its own, and is late only by a clock that runs
    meanwhile: the days of a penalty by law, the date of a superior. `measures`: in what the time of
    each running clock counts. `still`: the clocks that stand still while it rests, late or not.
    """

    title: str
    deadlines: tuple[tuple[str, datetime], ...]
    coming: Item | None
    rests: bool = False
    provisional: tuple[str, ...] = ()
    coming_provisional: bool = False
    measures: tuple[tuple[str, Measure], ...] = ()
    still: tuple[str, ...] = ()

    @property
    def citizen_due(self) -> datetime | None:
        """The promise to the citizen."""
        return dict(self.deadlines).get(CITIZEN)

    @property
    def next_due(self) -> datetime | None:
        """The earliest deadline, in the past when it was missed; None if it rests and none runs."""
        return min((at for _, at in self._listed), default=None)

    @property
    def _listed(self) -> tuple[tuple[str, datetime], ...]:
        return tuple(each for each in self.deadlines if each[0] not in self.still)

    @property
    def due_clock(self) -> str | None:
        """The clock of the earliest deadline."""
        first = self.next_due
        return next((id_ for id_, at in self._listed if first is not None and at == first), None)

    @property
    def due_measure(self) -> Measure | None:
        return dict(self.measures).get(self.due_clock or "")

    @property
    def citizen_due_provisional(self) -> bool:
        return CITIZEN in self.provisional

    @property
    def next_due_provisional(self) -> bool:
        first = self.next_due
        return any(id_ in self.provisional for id_, at in self._listed if at == first)


def missed_at(case: Case) -> datetime | None:
    """Return the first promise that was broken and still counts against the case; None if none."""
    return min((miss.due_at for miss in case.misses if not miss.exempt), default=None)


def summarize(case: Case) -> Summary:
    """Compute the summary. Counting working time is costly: once a stage is enough."""
    running = [clock for clock in case.clocks if clock.is_running]
    found = [(clock.id, due(clock, case.plan.calendar)) for clock in running]
    rests = case.stage is Stage.MERGED or case.suspended_until is not None
    coming = None if case.stage.is_final else next_item(case)
    return Summary(
        title=title(case),
        deadlines=tuple((id_, deadline.at) for id_, deadline in found if deadline),
        coming=coming,
        rests=rests,
        provisional=tuple(id_ for id_, deadline in found if deadline and deadline.provisional),
        coming_provisional=coming is not None and _is_provisional(case, coming),
        measures=tuple((clock.id, clock.measure) for clock in running),
        still=tuple(clock.id for clock in running if rests and _is_still(case, clock)),
    )


def _is_still(case: Case, clock: Clock) -> bool:
    """Of a merged case the promise is kept, or broken, by the work on the one that it follows."""
    return clock.is_paused or (case.stage is Stage.MERGED and clock.id == CITIZEN)


def _is_provisional(case: Case, item: Item) -> bool:
    clock = case.clock(item.clock)
    return clock is not None and is_provisional(clock, case.plan.calendar, item.at)


def title(case: Case) -> str:
    """Return the first words of the complaint; a sealed text stays whole until it is opened."""
    return short(case.plan.complaint.text)


def short(text: str) -> str:
    """Return the text in one line, no longer than a list shows."""
    return cut(" ".join(text.split()), TITLE_LENGTH, "…")
