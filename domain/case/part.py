"""A part of a case: what its rules need to know of it. Its texts are in the journal.

What is common to parts in acts, facts and decisions is in domain/case/parts/. This module is part
of the state, and reads the acts of many topics, so it is in none of them.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from domain.case.citizen.acts import PassOn
from domain.case.commands import Actor, Moving, Opening
from domain.case.dispatch.acts import Return
from domain.case.escalation.acts import Ring
from domain.case.joint_work.acts import Convene, GiveTask, Hold, PlanAction, Report
from domain.case.part_questions import PartType
from domain.case.part_types import PART_TYPES
from domain.case.parts.acts import Waive
from domain.case.parts.facts import PartMoved, PartOpened, PartState
from domain.case.penalties.acts import AdvancePenalty, FilePenalty, PenaltyStep
from domain.case.rectification.acts import OrderRectification, Serve
from domain.case.registration.acts import Refuse
from domain.case.requests.acts import AskExtension
from domain.case.retractions.acts import Retract
from domain.case.tiers.acts import AskTier
from domain.policy.part_rules import PartKind
from domain.vocabulary import OutsideMandate, Tier

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Part:
    """`heard`: the units that have answered. `tries`: how often it began again.

    `amount` is the time that was asked for or given; `until` the moment; `to` the tier; `unit` the
    unit suggested. `by` opened it; `of` is the clock and the rung whose escalation it is, the rung
    None where the deadline was. `shown`: the digests of what was shown of it, if others look,
    or if each step or meeting has documents of its own. `found`: what a check says of what it
    looked for.
    `officers`: who carry on a penalty. `served`: it was handed over. `planned`: how many people and
    vehicles of an action. `number`: of the enforcement case of a penalty; `investigated_by`:
    who recorded its investigation, `recorded_by`: which officers recorded a step of it.
    `attached`: the digests of the other files of its steps.
    `cases`: on the agenda of a meeting; or the one whose citizen says that it is another matter.
    `opened_at`: None in what was kept before. `agreed_by`: who of two deciders granted it first.
    `refuses`: why a matter would not be taken on, and what its citizen would be told.
    `reported_from`: the own unit of a stand-in who reported it; `waived_by`: the first of two
    leaders who waive a penalty. `taken_back`: by who asked for it.
    """

    id: str
    kind: PartKind
    state: PartState
    by: Actor
    units: tuple[str, ...] = ()
    heard: tuple[str, ...] = ()
    tries: int = 0
    amount: timedelta | None = None
    until: datetime | None = None
    to: Tier | None = None
    unit: str | None = None
    evidence: int = 0
    optional: bool = False
    penalty: PenaltyStep | None = None
    reported_by: str | None = None
    of: tuple[str, str | None] | None = None
    shown: tuple[str, ...] = ()
    found: bool | None = None
    officers: tuple[str, ...] = ()
    served: bool = False
    planned: tuple[int, int] | None = None
    number: str | None = None
    investigated_by: str | None = None
    opened_at: datetime | None = None
    agreed_by: str | None = None
    recorded_by: tuple[str, ...] = ()
    cases: tuple[str, ...] | None = None
    attached: tuple[str, ...] = ()
    spares: tuple[str, ...] = ()
    refuses: tuple[OutsideMandate, str] | None = None
    reported_from: str | None = None
    waived_by: str | None = None
    taken_back: bool = False

    @property
    def type(self) -> PartType:
        return PART_TYPES[self.kind]

    @property
    def awaits_leader(self) -> bool:
        """Return whether its officers want it dismissed, and the leading group has not ruled."""
        return self.is_open and self.penalty is PenaltyStep.DISMISSED

    @property
    def is_open(self) -> bool:
        return not self.state.is_final


def part_of(fact: PartOpened, by: Actor, at: datetime) -> Part:
    part = Part(
        fact.part,
        fact.what,
        fact.starts,
        by,
        units=fact.units,
        amount=fact.within,
        until=fact.until,
        of=_escalation(fact.terms),
        shown=_shown(fact.what, fact.terms),
        attached=_attached(fact.what, fact.terms),
        officers=_officers(fact.terms),
        served=fact.starts is PartState.SERVED,
        planned=_planned(fact.terms),
        number=fact.terms.number if isinstance(fact.terms, FilePenalty) else None,
        opened_at=at,
        cases=_cases(fact.terms),
        recorded_by=_recorded((), by, _officers(fact.terms)),
        refuses=_refuses(fact.terms),
    )
    match fact.terms:
        case AskExtension(hours=hours):
            return replace(part, amount=timedelta(hours=hours))
        case AskTier(to=to):
            return replace(part, to=to)
        case Return(suggested_unit=unit):
            return replace(part, unit=unit)
        case GiveTask(evidence=evidence, optional=optional):
            return replace(part, evidence=evidence, optional=optional)
        case OrderRectification(days=days):
            return replace(part, amount=days * DAY)
        case _:
            return part


def _shown(kind: PartKind, act: Opening | Moving | None) -> tuple[str, ...]:
    files = getattr(act, "evidence", ())
    row = PART_TYPES[kind]
    of_each = row.officers or row.shows_attendance or row.held or row.tracks > 1
    kept = row.looked_at is not None or of_each
    if not kept or not isinstance(files, tuple):
        return ()
    opinions = (act.written or ()) if isinstance(act, Hold) else ()
    return tuple(file.sha256 for file in (*files, *(each.file for each in opinions)))


def _attached(kind: PartKind, act: Opening | Moving | None) -> tuple[str, ...]:
    """Return the digests of the files that `shown` does not have."""
    files = getattr(act, "evidence", ())
    if not isinstance(files, tuple) or _shown(kind, act):
        return ()
    return tuple(file.sha256 for file in files)


def _refuses(act: Opening) -> tuple[OutsideMandate, str] | None:
    return (act.because, act.advice) if isinstance(act, Refuse) else None


def _cases(act: Opening) -> tuple[str, ...] | None:
    """Return the cases that it is about: on the agenda of a meeting, or asking to go their way."""
    if isinstance(act, PassOn):
        return (act.case,)
    return (act.cases or None) if isinstance(act, Convene) else None


def rings(terms: Opening) -> bool:
    """Return whether a clock opens a part by these terms, and no person."""
    return isinstance(terms, Ring)


def _escalation(terms: Opening) -> tuple[str, str | None] | None:
    if isinstance(terms, Ring) and terms.clock is not None:
        return terms.clock, terms.rung
    return None


def moved(part: Part, fact: PartMoved, by: Actor) -> Part:
    """Return the part after a step; a step back to an earlier state is another try."""
    again = _RANK[fact.to] <= _RANK[part.state] and not fact.to.is_final
    again = again and not (_adds(fact.by) or isinstance(fact.by, Serve | Waive))
    heard, officers = part.heard, _officers(fact.by) or part.officers
    if _adds(fact.by) and by.unit is not None and by.unit not in heard:
        heard = (*heard, by.unit)
    return replace(
        part,
        state=fact.to,
        until=fact.until or part.until,
        tries=part.tries + again,
        heard=heard,
        penalty=_penalty(part, fact.by),
        officers=officers,
        shown=(*part.shown, *_shown(part.kind, fact.by)),
        attached=(*part.attached, *_attached(part.kind, fact.by)),
        reported_by=by.id if isinstance(fact.by, Report) else part.reported_by,
        reported_from=by.own_unit if isinstance(fact.by, Report) else part.reported_from,
        investigated_by=by.id if _investigates(part, fact.by) else part.investigated_by,
        recorded_by=_recorded(part.recorded_by, by, officers),
        found=fact.by.found if isinstance(fact.by, Report) else part.found,
        waived_by=by.id if isinstance(fact.by, Waive) else None,
        taken_back=isinstance(fact.by, Retract),
        served=part.served or fact.to is PartState.SERVED or isinstance(fact.by, Serve),
        agreed_by=by.id if fact.to is PartState.AGREED else part.agreed_by,
        spares=(*part.spares, *(fact.spares or ())),
    )


def _officers(act: Opening | Moving | None) -> tuple[str, ...]:
    return act.officers if isinstance(act, FilePenalty | AdvancePenalty) else ()


def _recorded(before: tuple[str, ...], by: Actor, officers: tuple[str, ...]) -> tuple[str, ...]:
    return (*before, by.id) if by.id in officers and by.id not in before else before


def _penalty(part: Part, act: Moving | None) -> PenaltyStep | None:
    """Return the step that was taken last. One that is sent back is investigated, if it was."""
    if not isinstance(act, AdvancePenalty):
        return part.penalty
    sent_back = part.awaits_leader and act.step is not PenaltyStep.DISMISSED
    return act.step if not sent_back or part.investigated_by else None


def _investigates(part: Part, act: Moving | None) -> bool:
    first = isinstance(act, AdvancePenalty) and act.step is PenaltyStep.INVESTIGATED
    return first and not part.awaits_leader


def _planned(act: Opening) -> tuple[int, int] | None:
    return (act.people, act.vehicles) if isinstance(act, PlanAction) else None


def lead_named(fact: PartMoved) -> str | None:
    """The unit that a conference made the lead."""
    return fact.by.lead if isinstance(fact.by, Hold) else None


def _adds(act: Moving | None) -> bool:
    """A report adds to what there is; it does not start the part again."""
    return act is not None and act.kind in {"report", "advance_penalty"}


_RANK = {state: rank for rank, state in enumerate(PartState)}
