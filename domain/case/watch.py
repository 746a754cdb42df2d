"""A deadline that moved is watched again, and what was missed before it counts on or not."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from domain.case.draft import Draft
from domain.case.escalation.decide import level_without
from domain.case.escalation.facts import DeadlineMoved
from domain.case.merging.facts import Left, Scattered
from domain.case.own_misses import is_own_miss
from domain.case.parts.decide import move
from domain.case.parts.facts import PartMoved, PartState
from domain.case.registration.facts import Triaged
from domain.case.repinning.facts import Repinned
from domain.case.requests.facts import Extended
from domain.case.state import Case
from domain.case.tiers.facts import TierLowered
from domain.planning.plans import CasePlan
from domain.sla.calendars import Calendar
from domain.sla.clocks import Clock, due
from domain.sla.ladders import Rung, moment
from domain.vocabulary import OFFICE, Stage


def watch_again(draft: Draft, before: Case | None) -> None:
    """Arm again what lies ahead, because something has just moved a deadline.

    `before` is the case as it was before the command.

    An extension that was granted late, a longer budget, a promise that left: the deadline that
    finally holds is watched like the first one. What the earlier one led to is withdrawn, a row for
    each; what was recorded stays recorded, and late, unless `_overtakes`. Other holidays alone move
    the deadline and touch nothing that has fired, unless it was provisional (docs/CLOCKS.md).
    """
    if before is None or not draft.case.plan.follows(2) or draft.case.stage is Stage.MERGED:
        return
    revised = before.plan.calendar != draft.case.plan.calendar
    for clock in draft.case.clocks:
        moves = revised or not _as_before(clock, before.clock(clock.id))
        deadline = due(clock, draft.case.plan.calendar) if clock.is_running and moves else None
        if deadline is None:
            continue
        judged = _judged_by(before, draft.case, clock)
        by_it = due(clock, judged) or deadline
        missed = clock.missed and by_it.at > draft.now and _overtakes(draft, before, clock)
        rungs = tuple(rung.id for rung in _ahead(draft, clock, judged))
        stays = revised and clock.missed and not missed and deadline.at > draft.now
        if missed or rungs or stays:
            level = level_without(draft.case, clock.id, rungs)
            moved = DeadlineMoved(
                clock=clock.id, due_at=deadline.at, missed=missed, rungs=rungs, level=level
            )
            draft.add(replace(moved, provisional=deadline.provisional or None))
            _withdraw(draft, clock.id, rungs)


def _judged_by(before: Case, after: Case, clock: Clock) -> Calendar:
    """Return the calendar by which a moment that has passed is ahead again, or not.

    The earlier one, where it was final: its holidays were known when the moment passed. What was
    provisional is judged by the days that were published since.
    """
    earlier, calendar = before.clock(clock.id), before.plan.calendar
    passed = due(earlier, calendar) if earlier is not None else None
    return after.plan.calendar if passed is not None and passed.provisional else calendar


def _overtakes(draft: Draft, before: Case, clock: Clock) -> bool:
    """Return whether a deadline that was missed counts no more, now that a later one holds.

    Only where more time was asked for before it passed, a person put the case under a policy, or
    the leading group's office corrected it with a reason. What others move erases no lateness, and
    from rules 3 on these erase none of the unit of who decides.
    """
    case, role = draft.case, draft.command.actor.role
    own = before.plan.follows(3) and is_own_miss(draft, before, clock.id)
    asked_at: datetime | None = None
    for event in draft.events:
        match event.fact:
            case PartMoved(part=name, to=PartState.GRANTED):
                part = case.part(name)
                asked_at = part.opened_at if part else None
            case Left() | Scattered():
                return True
            case Repinned() | TierLowered():
                return not own
            case Triaged(plan=CasePlan(), keeps=None, reason=str()) if role in OFFICE:
                return not own and not _as_triaged(before, case)
            case Extended():
                miss = case.miss(clock.id)
                return asked_at is not None and miss is not None and asked_at <= miss.due_at
    return False


def _as_triaged(before: Case, case: Case) -> bool:
    """Return whether, from rules 3 on, a triage has left the category, or gives the case to a unit
    that has had it: that corrects no limit, so a miss of before stays.
    """
    same = case.plan.category == before.plan.category or case.holder in before.had
    return same and bool(before.had) and before.plan.follows(3)


def _as_before(clock: Clock, earlier: Clock | None) -> bool:
    """Return whether nothing has moved the clock: counting working time is costly."""
    return earlier is not None and replace(earlier, fired=clock.fired, missed=clock.missed) == clock


def _ahead(draft: Draft, clock: Clock, calendar: Calendar) -> Iterator[Rung]:
    """Yield the rungs that are done although their moment is yet to come; from rules 3 on also one
    after such a rung that has no moment while the clock stands still.
    """
    plan, ahead = draft.case.plan, False
    for rung in plan.ladder(clock.ladder).rungs:
        if rung.id in clock.fired:
            at = moment(rung, clock, calendar)
            ahead = at > draft.now if at is not None else ahead and plan.follows(3)
            if ahead:
                yield rung


def _withdraw(draft: Draft, clock: str, rungs: tuple[str, ...]) -> None:
    """Lapse the parts that these rungs opened, and those that followed from such a part."""
    causes: set[tuple[str, str | None]] = {(clock, rung) for rung in rungs}
    for part in draft.case.parts:  # in the order in which they were opened
        if part.of in causes:
            causes.add((part.id, None))
            if part.is_open:
                move(draft, part, PartState.LAPSED, note=f"the deadline of {clock} was moved")
