"""Chooses what must be looked up before a command can be decided; most commands need nothing."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from domain.case.approval import asks_for_posts
from domain.case.campaigns.acts import Count
from domain.case.commands import Command
from domain.case.dispatch.acts import Dispatch, Return
from domain.case.erasing import asks_if_erased
from domain.case.escalation.acts import Ring
from domain.case.inspections.acts import Check
from domain.case.joint_work.acts import (
    Attendance,
    Convene,
    GiveTask,
    Hold,
    Investigate,
    Opinion,
    PlanAction,
    ReportAction,
    SendCheck,
)
from domain.case.merging.acts import Link, Merge
from domain.case.penalties.acts import AdvancePenalty, FilePenalty
from domain.case.recorders import recorded_files
from domain.case.registration.acts import ChooseStandard, Open, Settle, Triage
from domain.case.repinning.acts import Repin
from domain.case.requests.acts import Answer
from domain.case.resources.acts import ConfirmReservation, Reserve
from domain.case.seats import seated
from domain.case.seen_files import files_to_look_up
from domain.case.state import Case
from domain.case.supervision.acts import Appoint
from domain.case.task_links.acts import GiveLink
from domain.case.tiers.decide import tier_before
from domain.case.validation import MOST_NAMED
from domain.people.rosters import ASKED, HOLDER, PARENT, SUPERVISING
from domain.planning.plans import CasePlan
from domain.policy.part_rules import PartKind
from domain.vocabulary import CREW, Role, Tier
from schemas.case import Question


def question(case: Case | None, command: Command, now: datetime) -> Question | None:
    """Return what to look up; None saves an activity, and so an event in the history."""
    command = command if case is None else seated(case, command)
    asked = None if case is None else _asked_with_heir(case, command, now)
    plan = _plan(case, command)
    files = files_to_look_up(case, command)
    if not files or plan is None:
        return asked
    asked = asked or Question(tenant=plan.complaint.tenant, at=now)
    return asked.model_copy(update={"files": files, "case": plan.case_id})


def _plan(case: Case | None, command: Command) -> CasePlan | None:
    if case is not None:
        return case.plan
    return command.act.plan if isinstance(command.act, Open) else None


def _asked_with_heir(case: Case, command: Command, now: datetime) -> Question | None:
    asked = _asked(case, command, now)
    actor = command.actor
    if actor.role is Role.SUPERIOR and case.plan.issuer_unit is not None:
        units: set[str | None] = {case.plan.issuer_unit}
    elif actor.role in CREW:
        units = {case.holder, *(unit for part in case.open_parts() for unit in part.units)}
    else:
        return asked
    if actor.unit is None or actor.unit in units:
        return asked
    # The unit has no part in the case, unless it is the successor of one that has.
    asked = asked or Question(tenant=case.plan.complaint.tenant, at=now)
    return asked.model_copy(update={"heir": actor.unit})


def _asked(case: Case, command: Command, now: datetime) -> Question | None:
    wanted = _wanted(case, command)
    named = _units_named(case, command)
    if named:
        wanted["kinds_of"] = named
    if leads := _leads_named(case, command):
        wanted["signers_of"] = leads
    if _asks_units(case, command):
        wanted["below"] = command.actor.unit or case.plan.platform
    if speakers := _speakers(case, command):
        wanted["speakers"] = speakers
    wanted |= _resources(command, now)
    if asks_if_erased(case, command):
        wanted |= {"case": case.case_id, "erased_wanted": True}
    if asks_for_posts(case, command):
        wanted["posts_wanted"] = True
    return Question(tenant=case.plan.complaint.tenant, at=now, **wanted) if wanted else None


def _wanted(case: Case, command: Command) -> dict[str, Any]:
    plan = case.plan
    match command.act:
        case Ring():
            return {"units": _units_to_notify(case)}
        case Answer(part=name, granted=True) if (lower := _lower_tier(case, name)) is not None:
            return {"plan": plan, "policy": plan.policy, "tier": lower}
        case Answer(unit=None) | Hold(tasks=(), lead=None, responsible=None):
            return {}
        case (
            Dispatch()
            | Appoint()
            | Answer()
            | SendCheck()
            | GiveTask()
            | Hold()
            | Investigate()
            | PlanAction()
        ):
            return {"units_wanted": True}
        case Return(suggested_unit=str()):
            return {"units_wanted": True} if plan.follows(2) else {}
        case _:
            return _wanted_apart(case, command)


def _wanted_apart(case: Case, command: Command) -> dict[str, Any]:
    match command.act:
        case Count():
            return {"campaigns_wanted": True}
        case Triage() | Settle(category=str()) as naming:
            return _of_category(case, naming)
        case Repin() | ChooseStandard() as naming:
            return _of_plan(case, naming)
        case Merge() | Link() | Convene() as naming:
            return _of_other_cases(naming)
        case FilePenalty(officers=officers) | AdvancePenalty(officers=(_, *_) as officers):
            return {"officers": officers}
        case _:
            return {}


def _units_named(case: Case, command: Command) -> tuple[str, ...]:
    """Return the units whose kind decides about the command, from rules 2 on."""
    match command.act:
        case Repin():
            named: tuple[str | None, ...] = (case.holder,)  # the new plan may have newer rules
        case _ if not case.plan.follows(2):
            named = ()
        case Dispatch(unit=one) | SendCheck(unit=one) | GiveTask(unit=one) | Answer(unit=one):
            named = (one,)
        case Return(suggested_unit=one):
            named = (one,)
        case Appoint(lead=lead, members=members):
            named = (lead, *members)
        case Hold(tasks=tasks, lead=one):
            named = (*(task.unit for task in tasks), one)
        case Investigate(units=units) | PlanAction(units=units):
            named = units
        case GiveLink(party=one):
            named = (one,)
        case Check() if command.actor.role in CREW:
            named = (command.actor.unit,)
        case _:
            named = ()
    return tuple(unit for unit in dict.fromkeys(named) if unit is not None)


def _leads_named(case: Case, command: Command) -> tuple[str, ...]:
    """Return the unit that the command would hand the case to, from rules 3 on."""
    match command.act:
        case _ if not case.plan.follows(3):
            named: str | None = None
        case Dispatch(unit=one) | Answer(unit=one) | Return(suggested_unit=one):
            named = one
        case Appoint(lead=one) | Hold(lead=one):
            named = one
        case _:
            named = None
    return () if named is None else (named,)


def _asks_units(case: Case, command: Command) -> bool:
    """Return whether the command asks work of units, or hands the case to one, which may not be
    above the actor's.
    """
    match command.act:
        case Hold(tasks=(), lead=None) | Answer(unit=None) | Return(suggested_unit=None):
            return False
        case (
            GiveTask()
            | Hold()
            | Investigate()
            | PlanAction()
            | Appoint()
            | Convene()
            | Dispatch()
            | Answer()
            | Return()
        ):
            return case.plan.follows(3)
        case _:
            return False


def _speakers(case: Case, command: Command) -> tuple[tuple[str, str], ...]:
    """Return who is said to have spoken for which unit, from rules 3 on."""
    match command.act:
        case _ if not case.plan.follows(3):
            said: Iterable[Opinion | Attendance] = ()
        case Hold(written=written, came=came):
            said = (*(written or ()), *(came or ()))
        case ReportAction(came=came):
            said = came or ()
        case _:
            said = ()
    return tuple(dict.fromkeys((each.unit, each.person) for each in said))


def _resources(command: Command, now: datetime) -> dict[str, Any]:
    """Ask for what is reserved, and for the recorders that files name."""
    match command.act:
        case Reserve(resources=named, start=start, until=until):
            few = named if len(named) <= MOST_NAMED else ()
            return {"resources": few, "reserved": (start or now, until)} if few else {}
        case ConfirmReservation(resource=one, start=start, until=until):
            return {"resources": (one,), "reserved": (start, until)}
        case act if command.actor.role is not Role.ENGINE:
            recorders = tuple(dict.fromkeys(id_ for _, id_ in recorded_files(act)))[:MOST_NAMED]
            return {"resources": recorders} if recorders else {}
        case _:
            return {}


def _of_other_cases(act: Merge | Link | Convene) -> dict[str, Any]:
    match act:
        case Merge(into=other) | Link(to=other):
            return {"other": other}
        case Convene(cases=cases):
            # More than a meeting may have are refused, so they need no look-up.
            few = cases if len(cases) <= MOST_NAMED else ()
            return {"units_wanted": True, "cases": few}


def _of_plan(case: Case, naming: Repin | ChooseStandard) -> dict[str, Any]:
    """Ask for the plan under another policy, or another standard, in the tier of the case."""
    under: dict[str, Any] = (
        {"policy": naming.policy, "in_force": True}
        if isinstance(naming, Repin)
        else {"standard": naming.standard}
    )
    return {"plan": case.plan, "tier": case.tier, **under}


def _of_category(case: Case, naming: Triage | Settle) -> dict[str, Any]:
    """Ask for the plan under the category that a person names; in no lower tier by itself."""
    category = naming.category or ""
    asked = naming if isinstance(naming, Triage) else Triage(category=category)
    return {"plan": case.plan, "triage": asked, "tier": tier_before(case, category)}


def _lower_tier(case: Case, name: str) -> Tier | None:
    """Return the tier that this request asks for, if it is below the case's."""
    part = case.part(name)
    to = part.to if part is not None and part.kind is PartKind.TIER_CHANGE else None
    return to if to is not None and to.depth < case.tier.depth else None


def _units_to_notify(case: Case) -> tuple[str, ...]:
    """Return every unit that a rung names, or that may hold the case when one fires."""
    named = {
        recipient.unit
        for ladder in case.plan.ladders
        for rung in ladder.rungs
        for recipient in rung.tell
    }
    plan = case.plan
    lead = plan.lead or plan.office
    holders = {case.holder or plan.platform, plan.holder or plan.office, lead, plan.office}
    if plan.follows(2):
        holders.add(plan.platform)  # pressed while the holder still has its own time
    # In the direct tier a missed deadline moves the case on, or back to a unit that has had it.
    if case.tier is Tier.DIRECT:
        holders |= {*plan.backups, *case.had}
    asked = {unit for part in case.open_parts() for unit in part.units}
    named |= {*(plan.supervisors or ())}
    return tuple(sorted((named - {HOLDER, ASKED, PARENT, SUPERVISING}) | holders | asked))
