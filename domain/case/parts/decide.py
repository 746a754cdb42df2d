"""What every part has in common: it is opened within its limit, found by name, and moved."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from domain.case.approval import may_approve, who_waives
from domain.case.commands import Moving, Opening
from domain.case.draft import Decisions, Draft, Refused
from domain.case.impartiality import may_waive
from domain.case.inquiries import may_waive_inquiry
from domain.case.part import Part
from domain.case.part_questions import LapseCause
from domain.case.part_types import OVERTAKEN_BY, WORK
from domain.case.parts.acts import Waive
from domain.case.parts.facts import PartMoved, PartOpened, PartState
from domain.case.penalty_waivers import WAITS, waits_for_a_second
from domain.case.permissions import acts_for
from domain.case.refusals import Refusal
from domain.case.steps_of_law import is_of_before
from domain.case.validation import uncontested
from domain.people.leading_group import Approval
from domain.policy.part_rules import PartKind, PartRule
from domain.sla.clocks import IN_DAYS, Measure, after
from domain.sla.explanations import said
from domain.vocabulary import CREW, Role

_NOTICE = timedelta(hours=1)


def waive(draft: Draft, act: Waive) -> None:
    part = find(draft, act.part, *WORK)
    may_waive(draft, part)
    may_waive_inquiry(draft, part, act)
    may_approve(draft, Approval.WAIVERS)
    if waits_for_a_second(draft, part, act):
        move(draft, part, part.state, act, note=WAITS)
        return
    move(draft, part, PartState.WAIVED, act)


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
    by_rule: bool = False,
) -> None:
    """Raises Refused where the policy has no rule for such a part, or no more of them."""
    why = barred(draft, kind, by_rule=by_rule)
    if why is not None:
        raise Refused(*why)
    _asked_by_head(draft, kind)
    _uncontested(draft, kind, terms)
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


def _uncontested(draft: Draft, kind: PartKind, terms: Opening) -> None:
    """Raises Refused, from rules 3 on, for work that the holder opens while it waits for the answer
    to its return: the next holder would have to end it.
    """
    by_holder = draft.command.actor.role in CREW and terms is draft.command.act
    if by_holder and kind in WORK and draft.case.plan.follows(3):
        uncontested(draft)


def _asked_by_head(draft: Draft, kind: PartKind) -> None:
    """Raises Refused for another officer where the policy wants the head's approval first."""
    case, role = draft.case, draft.command.actor.role
    rule = case.plan.part(case.tier, kind)
    if rule is not None and rule.by_head and role in CREW and role is not Role.UNIT_HEAD:
        detail = f"the head of {case.holder} asks for {kind}: the first of two approvals"
        raise Refused(Refusal.WRONG_ROLE, detail)


def barred(draft: Draft, kind: PartKind, *, by_rule: bool = False) -> tuple[Refusal, str] | None:
    """Return why no part of the kind may be opened now; None when one may.

    `by_rule`: a rule opens it, and what persons have opened does not use up the rule's number.
    """
    case = draft.case
    rule = case.plan.part(case.tier, kind)
    if rule is None or rule.limit == 0:
        where = f"tier {case.tier}, urgency {case.plan.urgency}"
        return Refusal.NOT_PROVIDED, f"the policy allows no {kind} in {where}"
    earlier = [
        part
        for part in case.parts
        if part.kind is kind and counts(part, by_rule=by_rule) and _of_the_same(draft, part)
        if not _came_to_nothing(draft, part) and not is_of_before(case, part)
    ]
    if len(earlier) >= rule.limit:
        return Refusal.LIMIT_REACHED, f"{rule.limit} x {kind} is all a case may have"
    return None


def counts(part: Part, *, by_rule: bool) -> bool:
    """Return whether an earlier part stands in the way of a new one: a rule's only of a rule's."""
    return part.of is not None or not by_rule


def _came_to_nothing(draft: Draft, part: Part) -> bool:
    """Return whether, from rules 3 on, a request of a holder lapsed before it was answered: it gave
    nothing, and the next unit may need what it asked for. Nor does a refusal count that no person
    has refused, and after which the case was opened again.
    """
    own = part.type.request and part.kind in OVERTAKEN_BY[LapseCause.HOLDER_GONE]
    if part.type.refuses and draft.case.plan.follows(3):  # its citizen has said more since
        return part.state in {PartState.LAPSED, PartState.GRANTED}
    own = own or part.type.withdraws or (part.taken_back and not part.type.contests)
    return own and part.state is PartState.LAPSED and draft.case.plan.follows(3)


def _of_the_same(draft: Draft, part: Part) -> bool:
    """Return whether an earlier part uses up the number of who acts now: each unit has its own
    return (from rules 3 on), and the citizen a voice of his own.
    """
    if part.type.contests and draft.case.plan.follows(3):
        return acts_for(draft.command, part.by.unit)
    return of_one_voice(draft, part)


_CITIZENS = frozenset({Role.REPORTER, Role.ENGINE})
"""By whom a citizen speaks. The engine passes on what one says in a case that follows this one."""


def of_one_voice(draft: Draft, part: Part) -> bool:
    """Return whether a citizen asked for the part and asks now, or the town both times.

    Of cases that follow this one: whether the same one asked.
    """
    if part.type.separates:
        return part.by.id == draft.command.actor.id
    if not part.type.by_voice or not draft.case.plan.follows(2):
        return True
    return (part.by.role in _CITIZENS) is (draft.command.actor.role in _CITIZENS)


def waiting(draft: Draft, kind: PartKind) -> list[Part]:
    """Return the open requests of the kind for whose answer the actor has to wait."""
    return [part for part in draft.case.open_parts(kind) if of_one_voice(draft, part)]


def ask(draft: Draft, kind: PartKind, act: Opening, until: datetime | None = None) -> None:
    """Open a request. Raises Refused while such a one waits for its answer."""
    if earlier := waiting(draft, kind):
        raise Refused(Refusal.ALREADY_ASKED, f"{earlier[0].id} is still waiting for its answer")
    open_part(draft, kind, act, until=until)


def rule_of(draft: Draft, kind: PartKind) -> PartRule:
    """Return the rule of the kind. Raises Refused where a new policy has none any more."""
    case = draft.case
    rule = case.plan.part(case.tier, kind)
    if rule is None:
        raise Refused(Refusal.NOT_PROVIDED, f"the policy has no rule for {kind} in {case.tier}")
    return rule


def notice(draft: Draft, kind: PartKind) -> datetime:
    """Return the earliest deadline of a part that a unit is asked for now."""
    measure = rule_of(draft, kind).measure
    hours = Measure.WORKING if measure in IN_DAYS else measure
    return after(hours, draft.case.plan.calendar, draft.now, _NOTICE)


def find(draft: Draft, name: str, *kinds: PartKind) -> Part:
    """Return an open part of one of these kinds by its name, or raise Refused."""
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
    """Raises Refused unless the actor's unit was asked."""
    sees_to_it = draft.case.holder if part.type.holder_reports else None
    if not acts_for(draft.command, *part.units, sees_to_it):
        units = ", ".join(part.units)
        detail = f"{part.id} asks {units}, not {draft.command.actor.unit}"
        raise Refused(Refusal.NOT_YOUR_PART, detail)


def hour(draft: Draft, at: datetime) -> datetime | None:
    """Return the appointed hour as the part keeps it; a case under the first rules keeps none."""
    return at if draft.case.plan.follows(2) else None


def in_good_time(draft: Draft, kind: PartKind, at: datetime) -> None:
    """Raises Refused for an hour so near that those who are asked cannot come to it."""
    rule = draft.case.plan.part(draft.case.tier, kind)
    if rule is None or rule.ahead is None:
        return
    measure = Measure.WORKING if rule.measure in IN_DAYS else rule.measure
    first = after(measure, draft.case.plan.calendar, draft.now, rule.ahead)
    if at < first:
        minute = (first + timedelta(seconds=59, microseconds=999_999)).replace(
            second=0, microsecond=0
        )
        when = minute.astimezone(ZoneInfo(draft.case.plan.calendar.zone)).isoformat()
        detail = f"{kind} needs a notice of {said(rule.ahead, measure)}"
        raise Refused(Refusal.BAD_DATE, f"{detail}; appoint it for {when} or later")


def not_before(draft: Draft, part: Part) -> None:
    """Raises Refused before the hour that is appointed for the part."""
    if part.type.appointed and part.until is not None and draft.now < part.until:
        when = part.until.astimezone(ZoneInfo(draft.case.plan.calendar.zone)).isoformat()
        detail = f"{part.id} is appointed for {when}; nothing is held or reported before"
        if draft.case.plan.follows(3):
            detail = f"{detail}; come back then, or {who_waives(draft.case, part)} waives it"
        raise Refused(Refusal.WRONG_STEP, detail)


def hour_to_come(draft: Draft, kind: PartKind) -> datetime:
    """Return the hour at which the policy's time for such a part is over, if it begins now."""
    rule = rule_of(draft, kind)
    return after(rule.measure, draft.case.plan.calendar, draft.now, rule.budget)


def move(
    draft: Draft,
    part: Part,
    to: PartState,
    by: Moving | None = None,
    note: str = "",
    *,
    until: datetime | None = None,
) -> None:
    spares = _own_units(draft) if part.type.exempts and by is not None else None
    draft.add(PartMoved(part=part.id, to=to, by=by, note=note, until=until, spares=spares))


def _own_units(draft: Draft) -> tuple[str, ...] | None:
    """Return the units of the actor, from rules 3 on; a deputy stays one of the own unit."""
    command = draft.command
    named = {command.actor.unit, command.actor.own_unit, *command.lookup.succeeds}
    units = tuple(sorted(unit for unit in named if unit is not None))
    return (units or None) if draft.case.plan.follows(3) else None


def lapse(draft: Draft, *kinds: PartKind, note: str) -> None:
    """Lapse every open part of these kinds, with a row for each."""
    for part in draft.case.open_parts(*kinds):
        move(draft, part, PartState.LAPSED, note=note)


def of_holder(draft: Draft) -> tuple[str, ...]:
    """Return the holder, as the units that a part asks; empty without a holder."""
    return (draft.case.holder,) if draft.case.holder else ()


DECISIONS: Decisions = {
    Waive: waive,
}
