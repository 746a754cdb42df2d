"""The state of a case, and `evolve`: a case is the fold of its events."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import reduce
from itertools import takewhile
from typing import Any

from domain.clocks import Cause, Clock
from domain.events import (
    Closed,
    CommandRefused,
    DeadlineMissed,
    Dispatched,
    Event,
    Fact,
    Progressed,
    Received,
    Refusal,
    Resolved,
    Resumed,
    Returned,
    Reworked,
    RungReached,
    Signed,
    Suspended,
    TierRaised,
    Triaged,
    Verified,
    Withdrawn,
)
from domain.plans import ACCEPT, CALLBACK, CITIZEN, FIRST, HOLDER, SIGN, VERIFY, CasePlan
from domain.words import Stage, Tier

REMEMBERED = 500
"""How many of the latest command ids a case remembers, to answer a repetition as the first time."""

_OF_THE_ENGINE = frozenset({"open", "ring"})
"""Commands that nobody waits to have answered. By kind: any role can be claimed by a caller."""


@dataclass(frozen=True, slots=True)
class Answered:
    """What became of a command: its last row, the stage it left, and why it was refused if so."""

    command_id: str
    command: str
    seq: int
    stage: Stage
    refusal: Refusal | None = None
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Case:
    """Everything a case is. `clocks` has the latest clock of each id; the journal has them all."""

    plan: CasePlan
    opened_at: datetime
    tier: Tier
    seq: int = 0
    stage: Stage = Stage.RECEIVED
    holder: str | None = None
    clocks: tuple[Clock, ...] = ()
    level: int = 0
    returns: int = 0
    returned_by: str | None = None
    reworks: int = 0
    designated: bool = False
    signed_at: datetime | None = None
    resolved_by: str | None = None
    suspended_until: datetime | None = None
    suspensions: int = 0
    closed_at: datetime | None = None
    answered: tuple[Answered, ...] = ()

    @property
    def case_id(self) -> str:
        return self.plan.case_id

    def clock(self, id_: str) -> Clock | None:
        return next((clock for clock in self.clocks if clock.id == id_), None)

    def answer(self, command_id: str) -> Answered | None:
        return next((a for a in reversed(self.answered) if a.command_id == command_id), None)


def evolve(case: Case | None, event: Event) -> Case:
    """The case after one more event. Raises ValueError when the event cannot follow."""
    fact = event.fact
    if case is None:
        if not isinstance(fact, Received):
            raise ValueError(f"a case begins with received, not with {fact.kind}")
        case = _begin(fact, event.at)
    elif event.seq != case.seq + 1:
        raise ValueError(
            f"{case.case_id}: after row {case.seq} comes {case.seq + 1}, not {event.seq}"
        )
    step = _STEPS.get(type(fact))
    after = step(case, fact, event) if step else case
    return replace(after, seq=event.seq, answered=_remember(after, event))


def fold(events: Iterable[Event], start: Case | None = None) -> Case:
    """The case that the events leave, from the beginning or from where `start` stands."""
    case = reduce(evolve, events, start)
    if case is None:
        raise ValueError("no events: there is no such case")
    return case


def _begin(fact: Received, at: datetime) -> Case:
    plan = fact.plan
    case = Case(plan=plan, opened_at=at, tier=plan.tier)
    # The promise to the citizen runs from the report, however long the event was on its way.
    case = _start(case, CITIZEN, min(plan.complaint.reported_at, at))
    return _start(case, ACCEPT, at)


def _triaged(case: Case, fact: Triaged, event: Event) -> Case:
    case = replace(case, stage=Stage.TRIAGED, tier=fact.tier, plan=fact.plan or case.plan)
    anew = (_pin_anew(case, clock, event.at) for clock in case.clocks)
    return case if fact.plan is None else replace(case, clocks=tuple(anew))


def _dispatched(case: Case, fact: Dispatched, event: Event) -> Case:
    at = event.at
    comes_back = case.returned_by == fact.unit
    case = replace(
        case,
        stage=Stage.DISPATCHED,
        holder=fact.unit,
        # A unit that gets its own return back has been ruled to keep it.
        designated=fact.designated or comes_back,
        returned_by=None,
        signed_at=None,
        resolved_by=None,
    )
    case = _stop(case, ACCEPT, at)
    case = _start(_start(case, SIGN, at), FIRST, at)
    if comes_back:
        return _change(case, HOLDER, lambda clock: clock.resumed(Cause.RETURNED, at))
    return _start(case, HOLDER, at)


def _signed(case: Case, fact: Signed, event: Event) -> Case:
    return _stop(replace(case, stage=Stage.SIGNED, signed_at=event.at), SIGN, event.at)


def _progressed(case: Case, fact: Progressed, event: Event) -> Case:
    return _stop(replace(case, stage=Stage.IN_PROGRESS), FIRST, event.at)


def _returned(case: Case, fact: Returned, event: Event) -> Case:
    case = replace(
        case,
        stage=Stage.TRIAGED,
        holder=None,
        returns=case.returns + 1,
        returned_by=fact.unit,
        signed_at=None,
    )
    case = _stop(_stop(case, SIGN, event.at), FIRST, event.at)
    case = _change(case, HOLDER, lambda clock: clock.paused(Cause.RETURNED, event.at))
    return _start(case, ACCEPT, event.at)


def _resolved(case: Case, fact: Resolved, event: Event) -> Case:
    case = replace(case, stage=Stage.RESOLVED, resolved_by=event.actor.id)
    case = _stop(case, FIRST, event.at)
    # The holder does not pay for the time others take to look.
    case = _change(case, HOLDER, lambda clock: clock.paused(Cause.VERIFYING, event.at))
    return _start(case, VERIFY, event.at)


def _verified(case: Case, fact: Verified, event: Event) -> Case:
    case = _stop(replace(case, stage=Stage.VERIFIED), VERIFY, event.at)
    return _start(case, CALLBACK, event.at) if case.plan.callback else case


def _reworked(case: Case, fact: Reworked, event: Event) -> Case:
    case = replace(case, stage=Stage.IN_PROGRESS, reworks=case.reworks + 1, resolved_by=None)
    case = _stop(_stop(case, VERIFY, event.at), CALLBACK, event.at)
    return _change(case, HOLDER, lambda clock: clock.resumed(Cause.VERIFYING, event.at))


def _closed(case: Case, fact: Closed, event: Event) -> Case:
    return _end(replace(case, stage=Stage.CLOSED), event.at)


def _withdrawn(case: Case, fact: Withdrawn, event: Event) -> Case:
    return _end(replace(case, stage=Stage.WITHDRAWN), event.at)


def _tier_raised(case: Case, fact: TierRaised, event: Event) -> Case:
    case = replace(case, tier=fact.to, stage=Stage.TRIAGED, returned_by=None)
    for clock in (SIGN, FIRST, HOLDER):
        case = _stop(case, clock, event.at)
    return _start(case, ACCEPT, event.at)


def _suspended(case: Case, fact: Suspended, event: Event) -> Case:
    clocks = tuple(clock.paused(Cause.SUSPENDED, event.at) for clock in case.clocks)
    return replace(
        case, clocks=clocks, suspended_until=fact.until, suspensions=case.suspensions + 1
    )


def _resumed(case: Case, fact: Resumed, event: Event) -> Case:
    clocks = tuple(clock.resumed(Cause.SUSPENDED, fact.at) for clock in case.clocks)
    return replace(case, clocks=clocks, suspended_until=None)


def _deadline_missed(case: Case, fact: DeadlineMissed, event: Event) -> Case:
    return _change(case, fact.clock, lambda clock: replace(clock, missed=True))


def _rung_reached(case: Case, fact: RungReached, event: Event) -> Case:
    case = _change(case, fact.clock, lambda clock: replace(clock, fired=(*clock.fired, fact.rung)))
    return replace(case, level=max(case.level, fact.level))


_STEPS: dict[type[Fact], Callable[[Case, Any, Event], Case]] = {
    Triaged: _triaged,
    Dispatched: _dispatched,
    Signed: _signed,
    Progressed: _progressed,
    Returned: _returned,
    Resolved: _resolved,
    Verified: _verified,
    Reworked: _reworked,
    Closed: _closed,
    Withdrawn: _withdrawn,
    TierRaised: _tier_raised,
    Suspended: _suspended,
    Resumed: _resumed,
    DeadlineMissed: _deadline_missed,
    RungReached: _rung_reached,
}  # received begins the case; a comment and a refusal change nothing but the count of rows


def _start(case: Case, id_: str, at: datetime) -> Case:
    """Start the clock anew under the service level of the tier; none where it sets no limit."""
    spec = case.plan.spec(case.tier, id_)
    others = tuple(clock for clock in case.clocks if clock.id != id_)
    if spec is None:
        return replace(case, clocks=others)
    superior = case.plan.complaint.superior
    cap = superior.due_at if superior and id_ in (CITIZEN, HOLDER) else None
    clock = Clock(id_, spec.ladder, at, spec.budget, spec.measure, cap)
    if case.suspended_until is not None:
        clock = clock.paused(Cause.SUSPENDED, at)
    return replace(case, clocks=(*others, clock))


def _pin_anew(case: Case, clock: Clock, at: datetime) -> Clock:
    """A running clock under a new plan: it neither restarts nor loses a pause or fires twice."""
    if not clock.is_running:
        return clock
    spec = case.plan.spec(case.tier, clock.id)
    if spec is None:
        return clock.stopped(at)
    rungs = case.plan.ladder(spec.ladder).rungs
    done = takewhile(lambda pair: pair[0] == pair[1].id, zip(clock.fired, rungs, strict=False))
    fired = tuple(rung for rung, _ in done)
    return replace(clock, ladder=spec.ladder, budget=spec.budget, measure=spec.measure, fired=fired)


def _stop(case: Case, id_: str, at: datetime) -> Case:
    return _change(case, id_, lambda clock: clock.stopped(at))


def _change(case: Case, id_: str, change: Callable[[Clock], Clock]) -> Case:
    clocks = tuple(change(clock) if clock.id == id_ else clock for clock in case.clocks)
    return replace(case, clocks=clocks)


def _end(case: Case, at: datetime) -> Case:
    clocks = tuple(clock.stopped(at) for clock in case.clocks)
    return replace(case, clocks=clocks, closed_at=at, suspended_until=None)


def _remember(case: Case, event: Event) -> tuple[Answered, ...]:
    if event.command in _OF_THE_ENGINE:
        return case.answered
    fact = event.fact
    refused = fact if isinstance(fact, CommandRefused) else None
    answer = Answered(
        event.command_id,
        event.command,
        event.seq,
        case.stage,
        refused.refusal if refused else None,
        refused.detail if refused else "",
    )
    earlier = case.answered
    if earlier and earlier[-1].command_id == event.command_id:
        earlier = earlier[:-1]
    return (*earlier[-REMEMBERED + 1 :], answer)
