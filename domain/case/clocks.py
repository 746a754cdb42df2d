"""The clocks of a case: start, stop, change, go over to another plan."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import takewhile

from domain.case.calling import by_day
from domain.case.part_types import OUTLASTING, OUTLIVING, kinds
from domain.case.state import Case
from domain.case.strictest_limits import strictest
from domain.planning.plans import CasePlan, ClockSpec
from domain.policy.leads import OpenLead
from domain.sla.case_clocks import ACCEPT, CAPPED, CHOOSE, CITIZEN, DISPATCH, HOLDER, ORDER, OWNER
from domain.sla.clocks import Cause, Clock, Measure, Pause, due, is_provisional, reach
from domain.vocabulary import HELD_STAGES, Tier

_RUN_ON = kinds(lambda row: row.outlives or row.separates)
"""The kinds of parts whose time runs on while the case rests."""
_LOOKED_AT = (Cause.VERIFYING, Cause.DONE)
_TURN_OF_OTHERS = (Cause.RETURNED, *_LOOKED_AT)
"""Why the holder's clock stands still while others have the turn."""
_FINDING: Mapping[OpenLead, str] = {
    OpenLead.OWNER_UNKNOWN: OWNER,
    OpenLead.CHOICE: CHOOSE,
    OpenLead.NO_UNIT: CHOOSE,
}
"""Which clock runs while the platform finds out who leads."""


def start(case: Case, id_: str, at: datetime) -> Case:
    """Start the clock again under the service level of the tier; remove it if there is no limit."""
    spec = strictest(case, spec_of(case, id_), at)
    others = tuple(clock for clock in case.clocks if clock.id != id_)
    if spec is None:
        return replace(case, clocks=others)
    clock = Clock(id_, spec.ladder, at, spec.budget, spec.measure, cap(case, id_, at))
    return put(case, clock, at)


def watch_order(case: Case, at: datetime) -> Case:
    """Start the clock of the superior's date, where the policy warns of it and the date is ahead.

    It begins the policy's limit of working time before the date and ends with it, whatever counts.
    """
    order, spec = case.plan.complaint.superior, spec_of(case, ORDER)
    if order is None or order.due_at is None or spec is None or order.due_at <= at:
        return case
    begins = max(case.plan.calendar.retreat(order.due_at, spec.budget), at)
    length = max(order.due_at - begins, timedelta(0))
    others = tuple(clock for clock in case.clocks if clock.id != ORDER)
    clock = Clock(ORDER, spec.ladder, begins, length, Measure.CONTINUOUS)
    return replace(case, clocks=(*others, clock))


def to_platform(case: Case, at: datetime) -> Case:
    """Start the platform's time to find a unit; it is that of accepting where the plan has no own.

    The case is triaged already: it comes back, or its tier has changed.
    """
    return start(case, platform_clock(case), at)


def platform_clock(case: Case) -> str:
    """Return the clock of the platform's time to find a unit for what is triaged."""
    lead = case.plan.open_lead
    finding = _FINDING[lead] if lead is not None else DISPATCH
    return next((each for each in (finding, DISPATCH) if spec_of(case, each)), ACCEPT)


def go_on(case: Case, id_: str, at: datetime) -> Case:
    """Let a clock that has just stopped go on: no more time, on the ladder of the present tier.

    Start it again if it had stopped before.
    """
    clock, spec = case.clock(id_), spec_of(case, id_)
    if clock is None or spec is None or clock.stopped_at not in {None, at}:
        return start(case, id_, at)
    known = {rung.id for rung in case.plan.ladder(spec.ladder).rungs}
    caps = [each for each in (clock.cap, cap(case, id_)) if each is not None]
    clock = replace(
        clock,
        ladder=spec.ladder,
        cap=min(caps, default=None),
        stopped_at=None,
        fired=tuple(rung for rung in clock.fired if rung in known),
    )
    for cause in _TURN_OF_OTHERS:
        clock = clock.resumed(cause, at)
    return put(case, clock, at)


def spec_of(case: Case, id_: str) -> ClockSpec | None:
    """Return the limit that a clock would have if it started now."""
    of = case.plan.spec_again if case.rehandled else case.plan.spec
    return by_day(case.plan, case.plan.of_next_step(of(case.tier, id_), case.tier, case.steps_done))


def put(case: Case, clock: Clock, at: datetime) -> Case:
    """The clock in place of the one of the same id; it waits with the case if that is suspended."""
    others = tuple(each for each in case.clocks if each.id != clock.id)
    part = case.part(clock.id)
    runs_on = part is not None and part.kind in _RUN_ON
    if case.suspended_until is not None and not runs_on:
        clock = clock.paused(Cause.SUSPENDED, at)
    return replace(case, clocks=(*others, clock))


def cap(case: Case, id_: str, at: datetime | None = None) -> datetime | None:
    """A superior's deadline; for the promise also the earliest one to a citizen who joined, and for
    what a unit does the earliest of a case that joined, if that is after `at`.
    """
    superior = case.plan.complaint.superior
    caps = [superior.due_at] if superior and id_ in CAPPED else []
    if superior and superior.due_at and id_ == HOLDER and case.tier is Tier.SUPERVISE:
        caps.append(_with_reserve(case, superior.due_at))
    if id_ == CITIZEN:
        caps += [due_at for _, due_at in case.joined]
    ours = (due for due in case.joined_dues if (due.clock, due.unit) == (id_, case.holder))
    caps += [due.due_at for due in ours if at is None or due.due_at > at]
    return min((at for at in caps if at is not None), default=None)


def _with_reserve(case: Case, due_at: datetime) -> datetime:
    """Time to verify and report is left, unless there is no time for that at all."""
    reserved = case.plan.calendar.retreat(due_at, case.plan.reserve)
    return reserved if reserved > case.opened_at else due_at


def provisionally(case: Case, id_: str, at: datetime) -> bool | None:
    """Return True if a deadline counts days whose holidays are not published, for its fact."""
    clock = case.clock(id_)
    if clock is None or not case.plan.follows(2):
        return None
    return is_provisional(clock, case.plan.calendar, at) or None


def of_turn(case: Case) -> tuple[str, ...]:
    """Return the clocks that wait while others look at the work: the holder's, and its letter's."""
    return (HOLDER, *(part.id for part in case.open_parts(*OUTLASTING)))


def taken_up(case: Case, at: datetime, *, counts: bool = False) -> Case:
    """Let the clocks of the holder and of its letter go on: it has the turn again, after those who
    looked at its work. With `counts`, as if they had not stood still.
    """

    def go(clock: Clock) -> Clock:
        for cause in _LOOKED_AT:
            clock = clock.without(cause) if counts else clock.resumed(cause, at)
        return clock

    for id_ in of_turn(case):
        case = change(case, id_, go)
    return case


def has_bought_time(case: Case) -> bool:
    """Return whether the holder's clock has stood still for an earlier result, in this turn."""
    clock = case.clock(HOLDER)
    return clock is not None and any(
        pause.cause in _LOOKED_AT and pause.until is not None for pause in clock.pauses
    )


def stop(case: Case, *ids: str, at: datetime) -> Case:
    for id_ in ids:
        case = change(case, id_, lambda clock: clock.stopped(at))
    return case


def unstopped(case: Case, id_: str, at: datetime, waited: Cause | None = None) -> Case:
    """Let a clock go on as if it had not stopped; with `waited`, not counting the time since."""
    clock = case.clock(id_)
    if clock is None or clock.stopped_at is None:
        return case
    since = () if waited is None else (Pause(clock.stopped_at, waited, at),)
    return put(case, replace(clock, stopped_at=None, pauses=(*clock.pauses, *since)), at)


def change(case: Case, id_: str, how: Callable[[Clock], Clock]) -> Case:
    clocks = tuple(how(clock) if clock.id == id_ else clock for clock in case.clocks)
    return replace(case, clocks=clocks)


def change_all(case: Case, how: Callable[[Clock], Clock]) -> Case:
    return replace(case, clocks=tuple(how(clock) for clock in case.clocks))


def rest(case: Case, cause: Cause, at: datetime) -> Case:
    """Pause all clocks, except those that others have set: the days of a penalty by law, the date
    of a superior, and how long another case waits to hear if it goes its own way.
    """
    goes_on = {ORDER, *(part.id for part in case.open_parts(*_RUN_ON))}
    return change_all(case, lambda clock: clock if clock.id in goes_on else clock.paused(cause, at))


def pinned(case: Case, plan: CasePlan, at: datetime, *, keeps: bool = False) -> Case:
    """Put the case under a plan; with `keeps`, no clock is due later than it was."""
    case = replace(case, plan=plan, members=case.members or plan.helpers)

    def under_it(clock: Clock) -> Clock:
        anew = pin_anew(case, clock, at)
        if keeps and is_later(anew, clock, plan, at):
            return replace(anew, budget=clock.budget, measure=clock.measure)
        return anew

    return change_all(case, under_it)


def is_later(anew: Clock, clock: Clock, plan: CasePlan, at: datetime) -> bool:
    """Return whether the time of a clock would end later, if it went on at once."""

    def ends(each: Clock) -> datetime | None:
        for cause in Cause:
            each = each.resumed(cause, at)
        return reach(each, plan.calendar, each.granted)

    before, after = ends(clock), ends(anew)
    return before is not None and after is not None and after > before


def pin_anew(case: Case, clock: Clock, at: datetime) -> Clock:
    """A running clock under a new plan: it neither restarts nor loses a pause or fires twice."""
    if not clock.is_running:
        return clock
    part = case.part(clock.id)
    own_limit = strictest(case, spec_of(case, clock.id), clock.started_at)
    spec = case.plan.part(case.tier, part.kind) if part else own_limit
    if spec is None:
        return clock.stopped(at)
    # A part's own time was agreed for it; only how it escalates is the policy's.
    own = part is not None or clock.id == ORDER or (clock.id == HOLDER and case.is_dated)
    budget, measure = (clock.budget, clock.measure) if own else (spec.budget, spec.measure)
    rungs = case.plan.ladder(spec.ladder).rungs
    if case.plan.follows(2):
        known = {rung.id for rung in rungs}
        fired = tuple(rung for rung in clock.fired if rung in known)
    else:
        done = takewhile(lambda pair: pair[0] == pair[1].id, zip(clock.fired, rungs, strict=False))
        fired = tuple(rung for rung, _ in done)
    return replace(clock, ladder=spec.ladder, budget=budget, measure=measure, fired=fired)


def end(case: Case, at: datetime) -> Case:
    """Stop the clocks of a case that has ended, all but those of parts that outlive it.

    Its other parts have lapsed, each by a row of its own (domain/case/closing/decide.py).
    """
    outlives = {part.id for part in case.open_parts(*OUTLIVING)}
    # Nothing resumes these any more: what outlives the case goes on now, its promise if reopened.
    going = (
        clock.resumed(Cause.SUSPENDED, at).resumed(Cause.MERGED, at).resumed(Cause.REPORTED, at)
        for clock in case.clocks
    )
    clocks = tuple(clock if clock.id in outlives else clock.stopped(at) for clock in going)
    return replace(case, clocks=clocks, closed_at=at, suspended_until=None)


def pressed_by(case: Case, clock: str, at: datetime) -> str | None:
    """Return the unit that a rung of a clock presses at a moment: the holder, if it had its time.

    The promise to a citizen may be broken before the unit gets the case, and so may a superior's
    date. Until the unit has used up its own time, the platform answers for that.
    """
    if case.stage not in HELD_STAGES or not case.plan.follows(2):
        return case.holder
    late_before = clock == CITIZEN or (clock == HOLDER and _came_too_late(case))
    spared = late_before and not _had_its_time(case, at)
    return case.plan.platform if spared else case.holder


def _came_too_late(case: Case) -> bool:
    clock = case.clock(HOLDER)
    return clock is not None and clock.cap is not None and clock.cap <= clock.started_at


def _had_its_time(case: Case, at: datetime) -> bool:
    """Return True if the holder had used up its own time at `at`.

    A superior's date that was over when it got the case leaves it the time of its clock.
    """
    clock = case.clock(HOLDER)
    if clock is None or not clock.is_running:
        return True
    calendar = case.plan.calendar
    if _came_too_late(case):
        over = reach(clock, calendar, clock.granted)
    else:
        deadline = due(clock, calendar)
        over = deadline.at if deadline else None
    return over is not None and over <= at
