"""Chooses what must be looked up before a command can be decided; most commands need nothing."""

from datetime import datetime
from typing import Any

from domain.case.campaigns.acts import Count
from domain.case.commands import Command
from domain.case.dispatch.acts import Dispatch
from domain.case.escalation.acts import Ring
from domain.case.joint_work.acts import Convene, GiveTask, Hold, Investigate, PlanAction, SendCheck
from domain.case.merging.acts import Link, Merge
from domain.case.penalties.acts import FilePenalty
from domain.case.registration.acts import Settle, Triage
from domain.case.repinning.acts import Repin
from domain.case.requests.acts import Answer
from domain.case.state import Case
from domain.case.supervision.acts import Appoint
from domain.case.tiers.decide import tier_before
from domain.case.validation import MOST_NAMED
from domain.people.rosters import ASKED, HOLDER, PARENT
from domain.policy.part_rules import PartKind
from domain.vocabulary import CREW, Tier
from schemas.case import Question


def question(case: Case | None, command: Command, now: datetime) -> Question | None:
    """Return what to look up; None saves an activity, and so an event in the history."""
    if case is None:
        return None
    asked = _asked(case, command, now)
    actor = command.actor
    units = {case.holder, *(unit for part in case.open_parts() for unit in part.units)}
    if actor.role not in CREW or actor.unit is None or actor.unit in units:
        return asked
    # The unit has no part in the case, unless it is the successor of one that has.
    asked = asked or Question(tenant=case.plan.complaint.tenant, at=now)
    return asked.model_copy(update={"heir": actor.unit})


def _asked(case: Case, command: Command, now: datetime) -> Question | None:
    plan, wanted = case.plan, dict[str, Any]()
    match command.act:
        case Ring():
            wanted = {"units": _units_to_notify(case)}
        case Answer(part=name, granted=True) if (lower := _lower_tier(case, name)) is not None:
            wanted = {"plan": plan, "policy": plan.policy, "tier": lower}
        case Answer(unit=None) | Hold(tasks=(), lead=None):
            return None
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
            wanted = {"units_wanted": True}
        case Count():
            wanted = {"campaigns_wanted": True}
        case Triage() | Settle(category=str()) as naming:
            wanted = _of_category(case, naming)
        case Repin(policy=policy):
            wanted = {"plan": plan, "policy": policy, "tier": case.tier}
        case Merge() | Link() | Convene() as naming:
            wanted = _of_other_cases(naming)
        case FilePenalty(officers=officers):
            wanted = {"officers": officers}
        case _:
            return None
    return Question(tenant=plan.complaint.tenant, at=now, **wanted)


def _of_other_cases(act: Merge | Link | Convene) -> dict[str, Any]:
    match act:
        case Merge(into=other) | Link(to=other):
            return {"other": other}
        case Convene(cases=cases):
            # More than a meeting may have are refused, so they need no look-up.
            few = cases if len(cases) <= MOST_NAMED else ()
            return {"units_wanted": True, "cases": few}


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
    holders = {case.holder or plan.platform, plan.holder or plan.office, plan.office}
    # In the direct tier a missed deadline moves the case on, or back to a unit that has had it.
    if case.tier is Tier.DIRECT:
        holders |= {*plan.backups, *case.had}
    asked = {unit for part in case.open_parts() for unit in part.units}
    return tuple(sorted((named - {HOLDER, ASKED, PARENT}) | holders | asked))
