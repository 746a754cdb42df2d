"""Joint work: checks, tasks, conferences that bind, investigations, joint actions."""

from datetime import datetime, timedelta

from domain.case.agenda_decisions import (
    may_decide_on_others,
    may_put_on_agenda,
    only_on_its_agenda,
)
from domain.case.approval import who_waives
from domain.case.checks_out import send_check
from domain.case.dispatch.decide import hand_to
from domain.case.draft import Decisions, Draft, Refused
from domain.case.evidence import needs
from domain.case.impartiality import concludes, may_reappoint, records_interview
from domain.case.inquiries import may_conclude_inquiry
from domain.case.joint_work.acts import (
    Conclude,
    Convene,
    GiveTask,
    Hold,
    Investigate,
    PlanAction,
    Report,
    ReportAction,
    SendCheck,
)
from domain.case.meetings import binds, heard, lead_came, minuted, not_put_off
from domain.case.part import Part
from domain.case.part_types import kinds
from domain.case.parts.decide import (
    asked,
    expect,
    find,
    hour,
    hour_to_come,
    in_good_time,
    move,
    not_before,
    notice,
    of_holder,
    open_part,
    rule_of,
)
from domain.case.parts.facts import PartState
from domain.case.powers import demand, not_upward, pass_on_nothing
from domain.case.proposals import may_propose
from domain.case.refusals import Refusal
from domain.case.roll_calls import roll_call
from domain.case.validation import (
    MOST,
    MOST_NAMED,
    between,
    holders_deadline,
    known,
    may_lead,
    moment,
    working,
)
from domain.policy.part_rules import PartKind
from domain.policy.powers import Power
from domain.vocabulary import OFFICE, Role

_AHEAD = timedelta(days=92)
_MANY = 10_000
"""More people or vehicles than any town has: a slip of the finger."""
_MOST_FILES = 20
"""Files that the report of a task may have to have."""
_REPORTED = kinds(lambda row: row.reported)
_HELD = kinds(lambda row: row.held)
_CONCLUDED = kinds(lambda row: row.concluded)


def give_task(draft: Draft, act: GiveTask) -> None:
    """The policy's time for a task, or less; and no later than the holder's own deadline, but with
    an hour's notice: what the holder asks for too late is the holder's miss.
    """
    working(draft, Power.TASK, act.unit)
    pass_on_nothing(draft, act.unit)
    if draft.case.plan.follows(3):
        between(act.evidence, 0, _MOST_FILES, "files (`evidence`)")
    longest = rule_of(draft, PartKind.TASK).budget
    within = None if act.hours is None else timedelta(hours=act.hours)
    if within is not None and not timedelta(0) < within <= longest:
        most = longest // timedelta(hours=1)
        raise Refused(Refusal.TOO_MUCH, f"a task has between 1 and {most} hours")
    deadline = holders_deadline(draft)
    cap = deadline if deadline is not None and deadline > draft.now else None
    if cap is not None and draft.case.plan.follows(3):
        cap = max(cap, notice(draft, PartKind.TASK))
    open_part(draft, PartKind.TASK, act, units=(act.unit,), within=within, cap=cap)


def convene(draft: Draft, act: Convene) -> None:
    """Invite the units named, the members, and the holder."""
    case = draft.case
    members = case.members if case.plan.follows(2) else ()
    invited = together(draft, act.units, members)
    not_upward(draft, *(unit for unit in act.units if unit != case.plan.office))
    moment(draft, act.at, _AHEAD)
    in_good_time(draft, PartKind.CONFERENCE, act.at)
    if case.plan.part(case.tier, PartKind.CONFERENCE) is not None:
        not_put_off(draft, act.at, hour_to_come(draft, PartKind.CONFERENCE))
    if case.plan.follows(2):
        _on_the_agenda(draft, act.cases)
        may_put_on_agenda(draft, act.cases, invited)
    until = hour(draft, act.at)
    open_part(draft, PartKind.CONFERENCE, act, units=invited, until=until)


def _on_the_agenda(draft: Draft, cases: tuple[str, ...]) -> None:
    """Raises Refused for a case that does not exist, and for this one."""
    between(len(cases), 0, MOST_NAMED, "cases on the agenda")
    if draft.case.case_id in cases:
        detail = f"{draft.case.case_id} is this case; name the others"
        raise Refused(Refusal.OTHER_CASE, detail)
    if unknown := [each for each in cases if each not in draft.command.lookup.cases]:
        raise Refused(Refusal.OTHER_CASE, f"no case {', '.join(unknown)}")


def investigate(draft: Draft, act: Investigate) -> None:
    units = together(draft, act.units)
    demand(draft, Power.ASSIST, *act.units)
    pass_on_nothing(draft, *act.units)
    open_part(draft, PartKind.INVESTIGATION, act, units=units)


def report(draft: Draft, act: Report) -> None:
    reported = _REPORTED if draft.case.plan.follows(2) else _REPORTED - {PartKind.COMMITMENT}
    part = find(draft, act.part, *reported)
    asked(draft, part)
    if part.type.answered_by_regulars:
        _no_auxiliary(draft, part)
    lacking = f"{part.evidence} pieces of evidence needed, {len(act.evidence)} given"
    needs(draft, act.evidence, part.evidence, lacking, part, of_now=True)
    if act.found is not None:
        _may_say_found(draft, part, act)
    step = part.type.reported
    if step is None:
        raise ValueError(f"{part.kind} is not reported on")
    if step.of is not None:
        expect(part, step.of)
    move(draft, part, step.to, act)


def _no_auxiliary(draft: Draft, part: Part) -> None:
    """Raises Refused for an auxiliary, who may dissuade and record, and answers for no unit."""
    if draft.case.plan.follows(2) and draft.command.actor.role is Role.AUXILIARY:
        detail = f"{part.id} is answered in writing by a regular officer or the head of the unit"
        raise Refused(Refusal.WRONG_ROLE, detail)


def _may_say_found(draft: Draft, part: Part, act: Report) -> None:
    """Raises Refused where nothing was looked for, and where no picture shows that nothing is."""
    if part.kind is not PartKind.CHECK:
        raise Refused(Refusal.WRONG_STEP, f"`found` is said of a check, and {part.id} is none")
    if not act.found:
        lacking = "that nothing is there needs at least one picture"
        needs(draft, act.evidence, 1, lacking, of_now=True)


def hold(draft: Draft, act: Hold) -> None:
    """A conference cannot bind units that are not there: it is convened once more."""
    part = find(draft, act.part, *_HELD)
    not_before(draft, part)
    minuted(draft, part, act)
    only_on_its_agenda(part, act)
    may_decide_on_others(draft, part, act)
    if not part.type.decides:
        _hold_interview(draft, part, act)
        return
    working(draft, Power.TASK, *(task.unit for task in act.tasks))
    pass_on_nothing(draft, *(task.unit for task in act.tasks))
    if act.lead is not None:
        may_lead(draft, act.lead)
        if act.lead != draft.case.holder:
            may_reappoint(draft)
    present = heard(draft, part, act)
    missing = sorted(_quorum(draft, part) - present)
    if missing and not part.tries:
        note = f"no quorum: {', '.join(missing)} missing"
        move(draft, part, PartState.OPEN, act, note=note, until=_another_hour(draft, act))
        return
    if act.again is not None:
        detail = "again is for the first meeting that lacks a unit; leave it out"
        raise Refused(Refusal.WRONG_STEP, detail)
    if missing and draft.command.actor.role not in OFFICE:
        detail = f"{', '.join(missing)} missing for the second time; a supervisor decides"
        if draft.case.plan.follows(3):
            detail = f"{', '.join(missing)} missing for the second time; the leading group or its "
            detail += f"office holds {part.id} without"
        raise Refused(Refusal.NO_QUORUM, detail)
    lead_came(draft, part, act)
    may_propose(draft, act)
    binds(draft, part, act, present)
    move(draft, part, PartState.DONE, act, note=f"without {', '.join(missing)}" if missing else "")
    # Before a new lead: the tasks are due by the deadline of the holder that has the case now.
    for task in act.tasks:
        shows = int(draft.case.plan.follows(3))  # each item of a plan has something that shows it
        give_task(draft, GiveTask(unit=task.unit, what=task.what, evidence=shows))
    if act.lead is not None and act.lead != draft.case.holder:
        hand_to(draft, act.lead, designated=True, reason=f"decided by {part.id}")


def _hold_interview(draft: Draft, part: Part, act: Hold) -> None:
    if act.tasks or act.lead is not None or act.responsible:
        detail = "an interview decides nothing; convene a conference for tasks and a lead"
        raise Refused(Refusal.WRONG_STEP, detail)
    if act.again is not None:
        raise Refused(Refusal.WRONG_STEP, "an interview is held once; leave out again")
    if act.came:
        raise Refused(Refusal.WRONG_STEP, "an interview binds no unit; leave out came")
    records_interview(draft, part)
    move(draft, part, PartState.DONE, act)


def _quorum(draft: Draft, part: Part) -> set[str]:
    """Return the units without which a conference binds none: the lead and all members.

    In a case without members, those that were invited: there is no other way to name them.
    """
    case = draft.case
    if not case.plan.follows(2) or not case.members:
        return {*part.units}
    return {*case.members, *of_holder(draft)}


def _another_hour(draft: Draft, act: Hold) -> datetime | None:
    if act.again is not None:
        moment(draft, act.again, _AHEAD)
        in_good_time(draft, PartKind.CONFERENCE, act.again)
        not_put_off(draft, act.again, hour_to_come(draft, PartKind.CONFERENCE))
        return act.again
    return hour(draft, hour_to_come(draft, PartKind.CONFERENCE))


def conclude(draft: Draft, act: Conclude) -> None:
    part = find(draft, act.part, *_CONCLUDED)
    if part.type.concluded_by_office:
        may_conclude_inquiry(draft, part, act)
    else:
        concludes(draft, part)
        if silent := sorted({*part.units} - {*part.heard}):
            waive = f"{who_waives(draft.case, part)} waives it"
            do = waive if draft.case.plan.follows(3) else "have a supervisor waive it"
            detail = f"nothing yet from {', '.join(silent)}; wait, or {do}"
            raise Refused(Refusal.NO_QUORUM, detail)
    move(draft, part, PartState.DONE, act)


def together(
    draft: Draft, units: tuple[str, ...], members: tuple[str, ...] = ()
) -> tuple[str, ...]:
    """These units, the members and the holder, each once."""
    known(draft, *units)
    invited = tuple(dict.fromkeys((*units, *members, draft.case.holder or "")))
    others = [unit for unit in invited if unit and unit != draft.case.holder]
    if not others:
        raise Refused(Refusal.UNKNOWN_UNIT, "name at least one unit other than the holder")
    return tuple(unit for unit in invited if unit)


def plan_action(draft: Draft, act: PlanAction) -> None:
    units = together(draft, act.units)
    demand(draft, Power.ASSIST, *act.units)
    pass_on_nothing(draft, *act.units)
    moment(draft, act.at, _AHEAD)
    in_good_time(draft, PartKind.JOINT_ACTION, act.at)
    between(act.people, 1, _MANY, "people")
    between(act.vehicles, 0, _MANY, "vehicles")
    open_part(draft, PartKind.JOINT_ACTION, act, units=units, until=hour(draft, act.at))


def report_action(draft: Draft, act: ReportAction) -> None:
    part = find(draft, act.part, PartKind.JOINT_ACTION)
    not_before(draft, part)
    between(act.people, 0, _MANY, "people")
    between(act.vehicles, 0, _MANY, "vehicles")
    for counter in act.counters:
        between(counter.number, 0, MOST, counter.name)
    if draft.case.plan.follows(2):
        roll_call(draft, part, act)
    move(draft, part, PartState.DONE, act)


DECISIONS: Decisions = {
    SendCheck: send_check,
    GiveTask: give_task,
    Convene: convene,
    Investigate: investigate,
    PlanAction: plan_action,
    ReportAction: report_action,
    Hold: hold,
    Report: report,
    Conclude: conclude,
}
