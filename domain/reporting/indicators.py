"""How cases ended, computed from what was journaled (办结率, 解决率, 满意率).

A case belongs to the period in which it came. It is counted as known at the end of the period, so
the report on a month is the same whenever it is made.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from domain.case.closing.facts import Closed, Reworked, Withdrawn
from domain.case.dispatch.facts import Returned
from domain.case.escalation.facts import DeadlineMissed, DeadlineMoved
from domain.case.events import Event, Fact
from domain.case.evolve import fold
from domain.case.merging.facts import Merged
from domain.case.registration.facts import NotAccepted, Received
from domain.case.requests.facts import Reopened
from domain.case.state import Case
from domain.planning.assignment import in_the_vacuum
from domain.planning.plans import CasePlan
from domain.reporting.citizens_answers import CONTENT, RATED, first_said, last_said
from domain.reporting.misses import misses_of, overtaken_of
from domain.reporting.periods import Period
from domain.sla.case_clocks import SIGN
from domain.sla.clocks import Cause
from domain.vocabulary import Stage, Tier

BACKLOG = timedelta(days=60)
"""A case that is suspended for longer counts as backlog (积存)."""


@dataclass(frozen=True, slots=True)
class CaseCounts:
    """How many cases of a period had each result; a case adds at most one to each field.

    `accepted` are the cases that were taken on and handled: not `refused`, not `merged` into
    others (and not reopened since), not `withdrawn`, not `put_right` by those concerned before
    a unit took them on (自行整改), and not `self_handled`: settled on the spot by who reported it
    (举手之劳), which is no work of a unit and so in no rate.
    `closed` and the fields after it count accepted cases only, except for `late` and `exempted`.

    `late`: the deadline of the citizen or of a holder was missed, in any turn, and nothing has
    overtaken that. `exempted`: all of it was missed before an exemption was asked for and granted.
    These two count every case, however it ended: merging, withdrawing or refusing a late case
    does not make it one that was in time.
    `sign_late`: a unit did not sign in time (签收及时率), whatever became of it: returned, handed
    on, or signed after all. It counts every case, too.
    `asked`: the citizen said whether it is solved; `rated`: how satisfied they are. The last answer
    counts, also if it came after the case ended. `first_rated` and `first_satisfied` count the
    first answer, whatever followed from it, and also before the case is closed.
    `follow_ons`: the work of another case led to it, so no one reported it; `repeats`: it was like
    a case of before when it came (重复件). These two count every case, and none counts in both.
    """

    received: int = 0
    refused: int = 0
    put_right: int = 0
    self_handled: int = 0
    merged: int = 0
    withdrawn: int = 0
    accepted: int = 0
    closed: int = 0
    in_time: int = 0
    asked: int = 0
    solved: int = 0
    rated: int = 0
    satisfied: int = 0
    first_rated: int = 0
    first_satisfied: int = 0
    late: int = 0
    exempted: int = 0
    sign_late: int = 0
    returned: int = 0
    reworked: int = 0
    reopened: int = 0
    suspended: int = 0
    backlog: int = 0
    follow_ons: int = 0
    repeats: int = 0

    def __add__(self, other: "CaseCounts") -> "CaseCounts":
        return CaseCounts(*(getattr(self, f.name) + getattr(other, f.name) for f in fields(self)))

    @property
    def closing_rate(self) -> float | None:
        """办结率 in percent; None if none was accepted. Closed is not solved: show both."""
        return percent(self.closed, self.accepted)

    @property
    def in_time_rate(self) -> float | None:
        return percent(self.in_time, self.closed)

    @property
    def solving_rate(self) -> float | None:
        """解决率 in percent of the cases that were asked."""
        return percent(self.solved, self.asked)

    @property
    def satisfaction_rate(self) -> float | None:
        """满意率 in percent of the rated cases; basically satisfied counts as satisfied."""
        return percent(self.satisfied, self.rated)

    @property
    def first_satisfaction_rate(self) -> float | None:
        """首次满意率 in percent: rework, rulings and later answers do not change it."""
        return percent(self.first_satisfied, self.first_rated)


@dataclass(frozen=True, slots=True)
class CaseFigures:
    """What one case adds to the figures of a period.

    `vacuum` is the month ("2026-11") and the category, if no unit owns the matter. `missed` has the
    unit and the clock, or kind of part, of each deadline that was missed and still counts.
    `overtaken` has what let a later deadline take the place of a missed one, and the clock or kind
    of part. `holder`: who has it then.
    """

    tier: Tier
    closing: CaseCounts
    vacuum: tuple[str, str] | None = None
    missed: tuple[tuple[str, str], ...] = ()
    holder: str | None = None
    overtaken: tuple[tuple[str, str], ...] = ()


def percent(part: int, whole: int) -> float | None:
    """Return the share in percent, to two digits; None if the whole is zero."""
    return round(100 * part / whole, 2) if whole else None


def case_figures(events: Sequence[Event], period: Period) -> CaseFigures | None:
    """Return what a case adds, given all its events; None if it came outside the period."""
    zone = plan_of(events).calendar.zone
    came = events[0].at
    if not period.has(came, zone):
        return None
    end = period.ends(zone)
    known = [event for event in events if event.at < end]
    case = fold(known)
    month = f"{came.astimezone(ZoneInfo(zone)):%Y-%m}"
    vacuum = (month, case.plan.category or "") if in_the_vacuum(case.plan) else None
    return CaseFigures(
        case.tier,
        _closing(case, known, end),
        vacuum,
        misses_of(case, known),
        case.holder,
        overtaken_of(case, known),
    )


def suspended_since(case: Case) -> datetime | None:
    """Return when the case was suspended; None if it is not."""
    if case.suspended_until is None:
        return None
    pauses = (pause for clock in case.clocks for pause in clock.pauses)
    open_ = (p.since for p in pauses if p.cause is Cause.SUSPENDED and p.until is None)
    return min(open_, default=None)


def is_backlog(case: Case, now: datetime) -> bool:
    """Return True if the case has been suspended for more than 60 natural days (积存)."""
    since = suspended_since(case)
    return since is not None and now - since > BACKLOG


def plan_of(events: Sequence[Event]) -> CasePlan:
    """Return the plan that a case began with, given all its events.

    Raises ValueError if the first event is not `received`.
    """
    match events[0].fact:
        case Received(plan=plan):
            return plan
        case other:
            raise ValueError(f"a case begins with received, not with {other.kind}")


def _closing(case: Case, events: Sequence[Event], end: datetime) -> CaseCounts:
    # The first that applies decides, so each case is in one group at most. A case that was merged
    # and then withdrawn counts as withdrawn.
    last = _last_end(events)
    facts = [event.fact for event in events]
    late = any(not miss.exempt for miss in case.misses)
    late = late or (isinstance(last, Withdrawn) and last.late is True)
    any_case = CaseCounts(
        received=1,
        late=late,
        exempted=bool(case.misses) and not late,
        sign_late=_signed_late(facts),
        follow_ons=plan_of(events).origin is not None,
        repeats=_repeats(plan_of(events)),
    )
    if isinstance(last, NotAccepted):
        return replace(any_case, refused=1)
    if isinstance(last, Withdrawn):
        return replace(any_case, withdrawn=1)
    if isinstance(last, Closed) and (_put_right(events) or _self_handled(case, events)):
        put_right = _put_right(events)
        return replace(any_case, put_right=put_right, self_handled=not put_right)
    if case.merged_into is not None and not reopened_since_merged(facts):
        return replace(any_case, merged=1)
    if case.stage is Stage.RECEIVED:
        return any_case
    closed = last if isinstance(last, Closed) else None
    callback, solved = last_said(events)
    first = first_said(facts)
    return replace(
        any_case,
        accepted=1,
        closed=closed is not None,
        in_time=closed is not None and not late,
        asked=closed is not None and solved is not None,
        solved=closed is not None and solved is True,
        rated=closed is not None and callback in RATED,
        satisfied=closed is not None and callback in CONTENT,
        first_rated=first is not None,
        first_satisfied=first in CONTENT,
        returned=any(isinstance(fact, Returned) for fact in facts),
        reworked=any(isinstance(fact, Reworked) for fact in facts),
        reopened=any(isinstance(fact, Reopened) for fact in facts),
        suspended=case.suspended_until is not None,
        backlog=is_backlog(case, end),
    )


def _repeats(came: CasePlan) -> bool:
    """Return whether it was like a case of before, and is not the work that follows from it."""
    return came.origin is None and (bool(came.similar) or came.into is not None)


def _last_end(events: Sequence[Event]) -> Closed | NotAccepted | Withdrawn | None:
    """Return how the case ended last; None if it has not, or was reopened since."""
    for event in reversed(events):
        if isinstance(event.fact, Reopened):
            return None
        if isinstance(event.fact, Closed | NotAccepted | Withdrawn):
            return event.fact
    return None


def reopened_since_merged(facts: Sequence[Fact]) -> bool:
    """Return True if the case ended with another, and was then reopened as one of its own."""
    last = next(fact for fact in reversed(facts) if isinstance(fact, Merged | Reopened))
    return isinstance(last, Reopened)


def _put_right(events: Sequence[Event]) -> bool:
    """Return True if it was closed because a second look found nothing any more."""
    ends = [event for event in events if isinstance(event.fact, Closed)]
    return ends[-1].command == "recheck"


def _self_handled(case: Case, events: Sequence[Event]) -> bool:
    """Return True if it was closed as it arrived, and not because a question was answered."""
    ends = [event for event in events if isinstance(event.fact, Closed)]
    return ends[-1].command in {"open", "triage"} and not case.plan.consult


def _signed_late(facts: Sequence[Fact]) -> bool:
    """Return True if a unit missed its time to sign, and no later deadline has overtaken that."""
    missed = 0
    for fact in facts:
        match fact:
            case DeadlineMissed(clock=clock, of=None) if clock == SIGN:
                missed += 1
            case DeadlineMoved(clock=clock, missed=True) if clock == SIGN:
                missed -= 1
    return missed > 0
