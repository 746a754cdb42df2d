"""What every part has in common: it is opened within its limit, found by name, and moved."""

from datetime import datetime, timedelta

from domain.case.commands import Moving, Opening
from domain.case.decisions.draft import Draft, Refused
from domain.case.facts.parts import PartMoved, PartOpened, PartState
from domain.case.parts import Part
from domain.case.permissions import acts_for
from domain.case.refusals import Refusal
from domain.policy.part_rules import PartKind, PartRule
from domain.sla.case_clocks import HOLDER
from domain.sla.clocks import due


def open_part(
    draft: Draft,
    kind: PartKind,
    terms: Opening,
    *,
    units: tuple[str, ...] = (),
    starts: PartState = PartState.OPEN,
    within: timedelta | None = None,
    until: datetime | None = None,
    cap: datetime | None = None,
) -> None:
    """Raises Refused where the policy has no rule for such a part, or no more of them."""
    why = barred(draft, kind)
    if why is not None:
        raise Refused(*why)
    number = sum(part.kind is kind for part in draft.case.parts) + 1
    draft.add(
        PartOpened(
            part=f"{kind}-{number}",
            what=kind,
            terms=terms,
            units=units,
            starts=starts,
            within=within,
            until=until,
            cap=cap,
        )
    )


def barred(draft: Draft, kind: PartKind) -> tuple[Refusal, str] | None:
    """Why no part of the kind may be opened now; None when one may."""
    case = draft.case
    rule = case.plan.part(case.tier, kind)
    if rule is None or rule.limit == 0:
        where = f"tier {case.tier}, urgency {case.plan.urgency}"
        return Refusal.NOT_PROVIDED, f"the policy allows no {kind} in {where}"
    if sum(part.kind is kind for part in case.parts) >= rule.limit:
        return Refusal.LIMIT_REACHED, f"{rule.limit} x {kind} is all a case may have"
    return None


def rule_of(draft: Draft, kind: PartKind) -> PartRule:
    """Of a part that exists: whoever opened it has asked for the rule."""
    case = draft.case
    rule = case.plan.part(case.tier, kind)
    if rule is None:
        raise Refused(Refusal.NOT_PROVIDED, f"the policy has no rule for {kind} in {case.tier}")
    return rule


def find(draft: Draft, name: str, *kinds: PartKind) -> Part:
    """An open part of one of these kinds, by its name."""
    part = draft.case.part(name)
    if part is None or not part.is_open:
        names = ", ".join(p.id for p in draft.case.open_parts(*kinds)) or "none"
        raise Refused(Refusal.NO_SUCH_PART, f"no open part {name}; there are: {names}")
    if part.kind not in kinds:
        kind, act = part.kind, draft.command.act.kind
        raise Refused(Refusal.WRONG_STEP, f"{act} is not for a {kind}")
    return part


def expect(part: Part, *states: PartState) -> None:
    if part.state not in states:
        allowed = " or ".join(states)
        raise Refused(
            Refusal.WRONG_STEP, f"{part.id} is {part.state}; it would have to be {allowed}"
        )


def asked(draft: Draft, part: Part) -> None:
    """Only those who were asked may answer."""
    sees_to_it = draft.case.holder if part.kind is PartKind.RECTIFICATION else None
    if not acts_for(draft.command, *part.units, sees_to_it):
        units = ", ".join(part.units)
        detail = f"{part.id} asks {units}, not {draft.command.actor.unit}"
        raise Refused(Refusal.NOT_YOUR_PART, detail)


def move(draft: Draft, part: Part, to: PartState, by: Moving | None = None, note: str = "") -> None:
    draft.add(PartMoved(part=part.id, to=to, by=by, note=note))


def lapse(draft: Draft, *kinds: PartKind, note: str) -> None:
    """What was asked is overtaken by what happened."""
    for part in draft.case.open_parts(*kinds):
        move(draft, part, PartState.LAPSED, note=note)


def of_holder(draft: Draft) -> tuple[str, ...]:
    """Those whom a part asks that is the holder's own."""
    return (draft.case.holder,) if draft.case.holder else ()


def holders_deadline(draft: Draft) -> datetime | None:
    """When the holder's clock is due; None while it does not run, or stands still."""
    clock = draft.case.clock(HOLDER)
    deadline = due(clock, draft.case.plan.calendar) if clock and clock.is_running else None
    return deadline.at if deadline else None


def known(draft: Draft, *units: str) -> None:
    """Raises Refused for a unit that the policy does not have (or no longer)."""
    known_units = draft.command.lookup.units
    for unit in units:
        if unit not in known_units:
            choices = ", ".join(known_units) or "none is known"
            raise Refused(Refusal.UNKNOWN_UNIT, f"no unit {unit}; units are: {choices}")


def may_lead(draft: Draft, unit: str) -> None:
    """Raises Refused for an unknown unit, and for one that only helps (villages)."""
    known(draft, unit)
    if unit in draft.command.lookup.assistants and unit != draft.case.plan.holder:
        detail = f"{unit} helps but does not lead; give it a task instead"
        raise Refused(Refusal.ASSISTS_ONLY, detail)


def moment(draft: Draft, at: datetime, latest: timedelta) -> None:
    """Raises Refused for a moment without time zone, in the past or too far ahead."""
    if at.tzinfo is None:
        raise Refused(Refusal.BAD_DATE, "say in which time zone, as in 2026-12-01T08:00:00+08:00")
    if not draft.now < at <= draft.now + latest:
        raise Refused(Refusal.BAD_DATE, f"a moment in the next {latest.days} days is needed")
