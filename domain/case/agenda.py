"""What comes next in a case without any command, and what is due at a moment."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from domain.case.state import Case
from domain.sla.case_clocks import CITIZEN
from domain.sla.clocks import Clock, due
from domain.sla.ladders import DueRung, due_rungs, moment, next_rung
from domain.vocabulary import ENDED_STAGES, Stage

RESUME = "resume"
DEADLINE = "deadline"
ARCHIVE = "archive"


@dataclass(frozen=True, slots=True)
class Item:
    """`what` is RESUME, ARCHIVE, DEADLINE or the id of a rung; the first two are of no clock."""

    at: datetime
    clock: str
    what: str
    step: DueRung | None = None


def next_item(case: Case) -> Item | None:
    """Return the earliest thing the engine has to do; None if it has nothing to do."""
    return min(_coming(case), key=lambda item: item.at, default=None)


def first_due(case: Case, now: datetime) -> Item | None:
    """Return the earliest thing whose moment is past at `now`.

    From rules 3 on, of equal moments the lower level comes first, whatever clock it is of.
    """
    items = past(case, now)
    if case.plan.follows(3):
        return min(_with_level(items), key=lambda each: (each[0].at, each[1]), default=(None, 0))[0]
    return min(items, key=lambda item: item.at, default=None)


def _with_level(items: Iterable[Item]) -> Iterator[tuple[Item, int]]:
    """Yield each with its level. No rung has a lower one than those before it in its ladder, which
    therefore stay in their order; a deadline, or the end of a rest, comes before all rungs.
    """
    highest: dict[str, int] = {}
    for item in items:
        level = item.step.rung.level if item.step else -1
        highest[item.clock] = max(level, highest.get(item.clock, -1))
        yield item, highest[item.clock] if item.step else level


def _coming(case: Case) -> Iterator[Item]:
    if case.stage is Stage.MERGED:
        yield from _promise_alone(case)
        return
    yield from _archive(case)
    if case.suspended_until is not None:
        yield Item(case.suspended_until, "", RESUME)
    for clock in case.clocks:
        if not clock.is_running:
            continue
        rung = next_rung(case.plan.ladder(clock.ladder), clock)
        at = moment(rung, clock, case.plan.calendar) if rung else None
        if at is not None and rung is not None:
            yield Item(at, clock.id, rung.id)
        # A share comes no later than the deadline, so the deadline need not be asked for.
        if not clock.missed and (rung is None or rung.share is None or at is None):
            yield from _deadline(case, clock)


def past(case: Case, now: datetime) -> Iterator[Item]:
    """Yield everything whose moment is past at `now`: what the engine then does, step by step."""
    if case.stage is Stage.MERGED:
        yield from (item for item in _promise_alone(case) if item.at < now)
        return
    yield from (item for item in _archive(case) if item.at < now)
    if case.suspended_until is not None and case.suspended_until < now:
        yield Item(case.suspended_until, "", RESUME)
    for clock in case.clocks:
        if not clock.is_running:
            continue
        if not clock.missed:
            # Before the rungs, so that at equal moments the fact comes before its consequences.
            yield from (item for item in _deadline(case, clock) if item.at < now)
        steps = due_rungs(case.plan.ladder(clock.ladder), clock, case.plan.calendar, now)
        # Of equal moments `min` takes the first, so rungs of a clock stay in their order.
        yield from (Item(step.moment, clock.id, step.rung.id, step) for step in steps)


def _promise_alone(case: Case) -> Iterator[Item]:
    """Yield the deadline of a merged case: the other escalates, but the promise is broken here.

    Once unmerged, it does what was missed.
    """
    clock = case.clock(CITIZEN)
    if case.plan.follows(2) and clock is not None and clock.is_running and not clock.missed:
        yield from _deadline(case, clock)


def _archive(case: Case) -> Iterator[Item]:
    """Yield the archiving of a closed case, unless a penalty or a request is still open."""
    rests = case.stage in ENDED_STAGES and not case.stage.is_final
    if rests and case.closed_at is not None and not case.open_parts():
        yield Item(case.closed_at + case.plan.reopen_window, "", ARCHIVE)


def _deadline(case: Case, clock: Clock) -> Iterator[Item]:
    deadline = due(clock, case.plan.calendar)
    if deadline is not None:
        yield Item(deadline.at, clock.id, DEADLINE)
