"""Who was heard at a meeting, what shows it, and what it may decide."""

from datetime import datetime
from zoneinfo import ZoneInfo

from domain.case.approval import who_waives
from domain.case.dispatch.decide import no_designation
from domain.case.draft import Draft, Refused
from domain.case.evidence import needs
from domain.case.joint_work.acts import Hold
from domain.case.part import Part
from domain.case.permissions import belongs_to
from domain.case.refusals import Refusal
from domain.case.speakers import speaks
from domain.case.stand_ins import by_another
from domain.case.validation import holders_deadline, uncontested
from domain.sla.explanations import local
from domain.vocabulary import OFFICE, Role


def minuted(draft: Draft, part: Part, act: Hold) -> None:
    """Raises Refused without a file of the minutes: another one for each meeting."""
    if draft.case.plan.follows(3):
        opinions = tuple(each.file.sha256 for each in act.written or ())
        lacking = f"attach the minutes of {part.id}: a file with who came and what was said"
        needs(draft, act.evidence, 1, lacking, part, shown=opinions)


def heard(draft: Draft, part: Part, act: Hold) -> frozenset[str]:
    """Return the units that came or wrote. The lead comes: what it wrote does not count.

    Raises Refused for an opinion without a person of the unit and a file of its own.
    """
    if not draft.case.plan.follows(3):
        return frozenset({*act.present, *act.opinions})
    if act.opinions:
        units = ", ".join(act.opinions)
        detail = f"say who of {units} wrote, and attach it: written=UNIT:PERSON:FILE"
        raise Refused(Refusal.MISSING_EVIDENCE, detail)
    written = act.written or ()
    for opinion in written:
        if opinion.unit == draft.case.holder:
            detail = f"{opinion.unit} leads, so a person of it comes; an opinion is for the others"
            raise Refused(Refusal.NO_QUORUM, detail)
        speaks(draft, opinion.unit, opinion.person)
        _is_regular(draft, opinion.unit, opinion.person)
    files = tuple(each.file for each in written)
    lacking = f"{len(written)} opinions need as many files, each of its own"
    needs(draft, files, len(written), lacking, part)
    came = _signed_in(draft, part, act)
    return frozenset({*act.present, *came, *(each.unit for each in written)})


def _is_regular(draft: Draft, unit: str, person: str) -> None:
    """Raises Refused for an auxiliary, who does not speak for the unit."""
    if person in draft.command.lookup.auxiliaries:
        detail = f"{person} is an auxiliary, who gives no opinion for {unit}"
        raise Refused(Refusal.WRONG_ROLE, f"{detail}; its head or another regular person does")


def _signed_in(draft: Draft, part: Part, act: Hold) -> frozenset[str]:
    """Return the units of which a person is named who came.

    Raises Refused for a unit, other than the lead, that is said to have come without one: what a
    meeting decides binds it, so that it came is not the word of the lead alone. The row names the
    person, who reads it and can say otherwise.
    """
    came = act.came or ()
    for each in came:
        speaks(draft, each.unit, each.person)
        _is_regular(draft, each.unit, each.person)
        if each.unit != draft.case.holder:
            detail = f"{each.person} enters what {part.id} decided; name another of {each.unit} who"
            by_another(draft, each.person, detail=f"{detail} came")
    units = frozenset(each.unit for each in came)
    unnamed = [unit for unit in act.present if unit != draft.case.holder and unit not in units]
    if unnamed:
        detail = f"say who of {', '.join(unnamed)} came to {part.id}: came=UNIT:PERSON"
        raise Refused(Refusal.MISSING_EVIDENCE, f"{detail}; a unit without one was absent")
    return units


def lead_came(draft: Draft, part: Part, act: Hold) -> None:
    """Raises Refused where the lead is missing, also for the second time: it would bind no one."""
    lead = draft.case.holder
    if draft.case.plan.follows(3) and lead is not None and lead not in act.present:
        detail = f"{lead} leads and did not come to {part.id}, so it decides nothing; the office"
        do = f"appoints another lead, or {who_waives(draft.case, part)} waives {part.id}"
        raise Refused(Refusal.NO_QUORUM, f"{detail} {do}")


def not_put_off(draft: Draft, at: datetime, by_policy: datetime) -> None:
    """Raises Refused, from rules 3 on, for an hour after the holder's deadline, and after the time
    that the policy gives a meeting (`by_policy`): the result waits for it. The office may appoint a
    later one.
    """
    if not draft.case.plan.follows(3) or draft.command.actor.role in OFFICE:
        return
    deadline = holders_deadline(draft)
    latest = max(by_policy, deadline) if deadline is not None else by_policy
    if at > latest:
        when = local(latest, ZoneInfo(draft.case.plan.calendar.zone))
        detail = f"a meeting is held by {when}, before the holder's deadline or the policy's time"
        raise Refused(Refusal.BAD_DATE, f"{detail}; the leading group's office appoints later ones")


def binds(draft: Draft, part: Part, act: Hold, present: frozenset[str]) -> None:
    """Raises Refused where it would bind a unit that was not heard, or name a lead that the actor
    may not name.
    """
    if not draft.case.plan.follows(2):
        return
    named = [task.unit for task in act.tasks] + ([act.lead] if act.lead else [])
    if unheard := sorted({*named} - present):
        detail = f"{', '.join(unheard)} neither came nor wrote, so {part.id} decides nothing for it"
        raise Refused(Refusal.NO_QUORUM, f"{detail}; give_task, or have the office appoint a lead")
    if act.lead is None:
        return
    uncontested(draft)
    if act.lead != draft.case.holder:
        _names_lead(draft, part)


def _names_lead(draft: Draft, part: Part) -> None:
    """Raises Refused unless the leading group or its office names another lead, who cannot return
    the case: or, from rules 3 on, who may designate a unit after a return.
    """
    case, role, holder = draft.case, draft.command.actor.role, draft.case.holder
    if role in OFFICE:
        return
    if role is not Role.DISPATCHER or belongs_to(draft.command, holder):
        who = "the office" if case.plan.follows(3) else "the office or the platform"
        detail = f"{holder} does not hand the case on itself; {who} holds {part.id} with another"
        raise Refused(Refusal.WRONG_ROLE, f"{detail} lead")
    if not case.plan.follows(3):
        return
    instead = f"hold {part.id} without lead; the leading group's office holds it with another lead"
    if case.designated:
        detail = f"{holder} was designated, so a {role} names no other lead"
        raise Refused(Refusal.WRONG_ROLE, f"{detail}; {instead}")
    if why := no_designation(draft):
        refusal, detail = why
        raise Refused(refusal, f"{detail}; {instead}")
