"""Supervision; and what a late or failing unit meets: a letter, an interview, the next office."""

from datetime import timedelta

from domain.case.appointments import lowers_level, passed_over
from domain.case.approval import who_waives
from domain.case.commands import Opening
from domain.case.dispatch.decide import hand_to
from domain.case.draft import Decisions, Draft, Refused
from domain.case.impartiality import by_the_issuer, may_reappoint, not_their_own, records_interview
from domain.case.open_work import not_met
from domain.case.part import Part, rings
from domain.case.parts.decide import (
    barred,
    counts,
    find,
    hour,
    in_good_time,
    move,
    not_before,
    of_holder,
    open_part,
)
from domain.case.parts.facts import PartState
from domain.case.powers import demand, pass_on_nothing
from domain.case.refusals import Refusal
from domain.case.results import all_heard
from domain.case.supervision.acts import (
    Appoint,
    Circulate,
    Inquire,
    IssueLetter,
    NoShow,
    Summon,
    Urge,
)
from domain.case.supervision.facts import Appointed, Circulated, ReportedUp
from domain.case.tiers.acts import AskTier
from domain.case.tiers.decide import supervise, tier_above
from domain.case.validation import may_lead, moment, uncontested, working
from domain.people.rosters import PARENT
from domain.policy.part_rules import PartKind
from domain.policy.powers import Power
from domain.vocabulary import CREW, HELD_STAGES, OFFICE, Role, Stage, Supervision, Tier

_AHEAD = timedelta(days=92)
L4 = 4
"""通报: the unit is named, and the leader in charge of it takes part."""


def appoint(draft: Draft, act: Appoint) -> None:
    """The lead is designated and cannot return the case; the members help it.

    A lead that had the case before goes on with the time that it had.
    """
    case, level, named = draft.case, act.level, act.members
    _as_issuer(draft)
    may_reappoint(draft)
    may_lead(draft, act.lead)
    working(draft, Power.ASSIST, *act.members)
    pass_on_nothing(draft, *act.members)
    lowered, passed, order = False, None, case.plan.complaint.superior
    if case.plan.follows(2):
        uncontested(draft)
        named, level = (*act.members, *case.plan.helpers), act.level or case.supervision
        lowered, passed = lowers_level(draft, act), passed_over(draft, act)
    members = tuple(unit for unit in dict.fromkeys(named) if unit != act.lead)
    draft.add(
        Appointed(
            lead=act.lead,
            members=members,
            instruction=act.instruction,
            level=level or (order.level if order else None) or Supervision.TOWN,
            reason=act.reason if lowered or passed else None,
            passed_over=passed,
        )
    )
    if act.lead != case.holder:
        first = not case.plan.follows(2)
        hand_to(draft, act.lead, designated=True, reason=act.instruction, new_time=first)


def _as_issuer(draft: Draft) -> None:
    """Raises Refused for a superior that would appoint in a case of another issuer, or of none."""
    case, role = draft.case, draft.command.actor.role
    if role is not Role.SUPERIOR:
        return
    if not case.plan.follows(3):
        detail = f"appoint is for {', '.join(sorted(OFFICE))}; this is {role}"
        raise Refused(Refusal.WRONG_ROLE, detail)
    if case.plan.complaint.superior is None:
        detail = "no superior issued this case; the leading group or its office appoints the lead"
        raise Refused(Refusal.OUTSIDE_OUR_POWER, detail)
    by_the_issuer(draft)


def in_order(draft: Draft) -> None:
    """Raises Refused for the result of a supervised case that lacks what its policy wants before:
    a lead that the office appointed, a conference with the members, or the waiver of one, and what
    each member has to say.
    """
    case, plan = draft.case, draft.case.plan
    if case.tier is not Tier.SUPERVISE:
        return
    if plan.appointed_first and case.supervision is None:
        detail = "the leading group's office has appointed no lead yet; ask it to appoint one"
        raise Refused(Refusal.WRONG_STEP, detail)
    others = [unit for unit in case.members if unit != case.holder]
    if not_met(case):
        detail = f"no conference with {', '.join(others)} was held; convene one and hold it, or "
        waived = f"{who_waives(case)} waives it once it is called"
        do = waived if plan.follows(3) else "have the office waive it"
        raise Refused(Refusal.WRONG_STEP, detail + do)
    if plan.heard_first:
        all_heard(case, others)


def issue_letter(draft: Draft, act: IssueLetter) -> None:
    """One at a time, by a person of another unit: one's own would be in the way of the ladder's."""
    not_their_own(draft)
    why = letter(draft, act)
    if why:
        raise Refused(Refusal.LIMIT_REACHED, why)


def urge(draft: Draft, act: Urge) -> None:
    """One at a time: it is acknowledged, or fails, before the unit is urged once more."""
    waiting = draft.case.open_parts(PartKind.URGE)
    if waiting and draft.case.plan.follows(2):
        may = draft.command.actor.role in OFFICE
        then = "issue_letter" if may else "ask the leading group's office for a letter"
        detail = f"{waiting[0].id} is not acknowledged yet; wait for that, or {then}"
        raise Refused(Refusal.ALREADY_ASKED, detail)
    open_part(draft, PartKind.URGE, act, units=of_holder(draft))


def circulate(draft: Draft, act: Circulate) -> None:
    circulate_text(draft, act.text)


def summon(draft: Draft, act: Summon) -> None:
    """Summon the unit's leader as the office, or the party concerned as the unit that leads."""
    if draft.command.actor.role not in OFFICE:
        demand(draft, Power.SUMMON, draft.case.holder)
    moment(draft, act.at, _AHEAD)
    in_good_time(draft, PartKind.INTERVIEW, act.at)
    until = hour(draft, act.at)
    open_part(draft, PartKind.INTERVIEW, act, units=of_holder(draft), until=until)


def no_show(draft: Draft, act: NoShow) -> None:
    """Escalate to the leading group; if the leading group has the case, to the office above.

    On the word of the unit that has the case alone, no tier rises: it asks for that.
    """
    part = find(draft, act.part, PartKind.INTERVIEW)
    not_before(draft, part)
    records_interview(draft, part)
    reason = f"{part.id}: nobody came"
    if draft.case.plan.follows(2):
        _was_served(part)
        if draft.command.actor.role in CREW and tier_above(draft.case) is not None:
            _fail_and_ask(draft, act, part, reason)
            return
    move(draft, part, PartState.FAILED, act)
    up(draft, reason)


def _was_served(part: Part) -> None:
    """Raises Refused for a summons that no one has handed over: no one can have missed it."""
    if not part.served:
        late = part.state is PartState.UNDER_WAY
        do = "serve it first"
        if late:
            do = (
                "waive it and summon once more, or serve it with the `served_at` of before its hour"
            )
        raise Refused(Refusal.WRONG_STEP, f"{part.id} was never served; {do}")


def _fail_and_ask(draft: Draft, act: NoShow, part: Part, reason: str) -> None:
    """Record it, and ask for the tier in which the leading group decides, if the policy lets it."""
    asked, no = draft.case.open_parts(PartKind.TIER_CHANGE), barred(draft, PartKind.TIER_CHANGE)
    why = f"{asked[0].id} asks for it already" if asked else no[1] if no else ""
    note = f"no other tier is asked for: {why}" if why else ""
    move(draft, part, PartState.FAILED, act, note=note)
    if not why:
        terms = AskTier(to=Tier.SUPERVISE, reason=reason)
        open_part(draft, PartKind.TIER_CHANGE, terms)


def inquire(draft: Draft, act: Inquire) -> None:
    """Two tracks: inquiry-1 into the matter, inquiry-2 into the duty of those responsible."""
    if draft.case.open_parts(PartKind.INQUIRY):
        raise Refused(Refusal.ALREADY_ASKED, "an inquiry is under way")
    first, second = act, act
    if draft.case.plan.follows(2):
        # The row of the first track must not tell the subject of the second.
        first = Inquire(subject=act.subject if act.duty else "")
        second = Inquire(subject=act.duty or act.subject)
    open_part(draft, PartKind.INQUIRY, first)
    open_part(draft, PartKind.INQUIRY, second)


def letter(draft: Draft, terms: Opening) -> str:
    """Send a supervision letter to the holder, one at a time; return why there is none."""
    return _one(draft, PartKind.LETTER, terms)


def interview(draft: Draft, terms: Opening, reason: str) -> str:
    """Raise the case to the leading group and summon its holder; return why it does not."""
    supervise(draft, reason)
    return _one(draft, PartKind.INTERVIEW, terms)


def report_up(draft: Draft, note: str) -> None:
    """Report to the office above the town: the town's own powers are exhausted (L6)."""
    superior = draft.case.plan.complaint.superior
    draft.add(ReportedUp(to=superior.issuer if superior else PARENT, note=note))


def up(draft: Draft, reason: str) -> None:
    """Raise the case to the leading group; if it has the case already, report it upwards."""
    if not supervise(draft, reason):
        report_up(draft, reason)


def circulate_text(
    draft: Draft, text: str, unit: str | None = None, level: int | None = None
) -> None:
    """Name the unit, or the one that has the turn: the holder; the platform before and after it."""
    case = draft.case
    if unit is None and case.stage in HELD_STAGES:
        unit = case.holder
    draft.add(Circulated(unit=unit or case.plan.platform, text=text, level=level))


def no_letter(draft: Draft) -> str:
    """Return why no letter can be sent now; empty when one can."""
    return _hindrance(draft, PartKind.LETTER, by_rule=draft.case.plan.follows(2))


def no_interview(draft: Draft) -> str:
    """Return why no interview can be summoned now; empty when one can."""
    return _hindrance(draft, PartKind.INTERVIEW, by_rule=draft.case.plan.follows(2))


def urge_once(draft: Draft, text: str) -> None:
    """Urge the holder, unless an urge is open already or no unit has the turn.

    A result that is looked at is not verified yet: the unit is urged, if it does not hold.
    """
    case = draft.case
    looked_at = case.plan.follows(2) and case.stage is Stage.RESOLVED
    if not _hindrance(draft, PartKind.URGE, has_turn=looked_at):
        open_part(draft, PartKind.URGE, Urge(text=text), units=of_holder(draft))


def _hindrance(
    draft: Draft, kind: PartKind, *, by_rule: bool = False, has_turn: bool = False
) -> str:
    """Return why no such part can be opened now; empty when it can.

    A letter is the holder's, no matter who sent it: one at a time. A summons by a person may be of
    a party, on a far-off day: it is in the way of none that a rule leads to.
    """
    case = draft.case
    for waiting in case.open_parts(kind):
        if kind is PartKind.LETTER or counts(waiting, by_rule=by_rule):
            return f"{waiting.id} is open already"
    if case.holder is None or not (has_turn or case.stage in HELD_STAGES):
        return f"no {kind}: the case is {case.stage}, so no unit has the turn"
    if (why := barred(draft, kind, by_rule=by_rule)) is not None:
        return f"no {kind}: {why[1]}"
    return ""


def _one(draft: Draft, kind: PartKind, terms: Opening) -> str:
    by_rule = rings(terms) and draft.case.plan.follows(2)
    why = _hindrance(draft, kind, by_rule=by_rule)
    if not why and draft.case.holder is not None:
        open_part(draft, kind, terms, units=(draft.case.holder,), by_rule=by_rule)
    return why


DECISIONS: Decisions = {
    Appoint: appoint,
    IssueLetter: issue_letter,
    Urge: urge,
    Circulate: circulate,
    Summon: summon,
    NoShow: no_show,
    Inquire: inquire,
}
