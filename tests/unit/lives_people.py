"""Choose who gives an act in a random life, and what the engine then looks up."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from domain.case.citizen.acts import PassOn
from domain.case.closing.acts import Close, Resolve, Verify
from domain.case.commands import Act, Actor, Lookup, OtherCase, SeenFile
from domain.case.joint_work.acts import Hold
from domain.case.look_backs.acts import LookBack
from domain.case.merging.acts import Follow, Join, Leave, Merge, StayMerged
from domain.case.part import Part
from domain.case.permissions import PERMISSIONS
from domain.case.registration.acts import ChooseStandard, Triage
from domain.case.repinning.acts import Repin
from domain.case.requests.acts import Answer
from domain.case.resources.acts import Release, Reserve
from domain.case.special_meetings.acts import TellMeeting
from domain.case.state import Case
from domain.case.task_links.acts import GiveLink
from domain.policy.part_rules import PartKind
from domain.policy.standards import Standard
from domain.sla.clocks import Measure
from domain.vocabulary import Callback, Role, Stage, Tier
from tests.acts import OTHER_CASE
from tests.builders import ACTORS, LOOKUP, USUAL, WATER_HANDLER
from tests.town import IN_HOURS, hours, levels
from tests.unit.lives_choices import pick

_CREW = frozenset({Role.HANDLER, Role.UNIT_HEAD, Role.AUXILIARY})
_DECIDERS = (Role.DISPATCHER, Role.SUPERVISOR, Role.LEADER)
_KNOWN: Mapping[tuple[Role, str], Actor] = {
    (Role.HANDLER, "water"): WATER_HANDLER,
    (Role.UNIT_HEAD, "water"): Actor("feng", Role.UNIT_HEAD, "water"),
    **{(role, "squad"): ACTORS[role] for role in _CREW},
}


def of(unit: str | None, role: Role = Role.HANDLER) -> Actor:
    """Return a person who handles for the unit."""
    return _KNOWN.get((role, unit or "")) or Actor(f"{role} of {unit}", role, unit)


def who(case: Case, act: Act, part: Part | None, number: int) -> Actor:
    """Return a person who may give it: of the unit asked, above the asker, not the one before."""
    if part is not None and act.kind in _OF_A_PART:
        return _OF_A_PART[act.kind](case, part, number)
    match act:
        case Join() | Leave() | Follow() | PassOn() | TellMeeting() | StayMerged():
            return Actor(act.case, Role.ENGINE)
        case Verify():
            office = (Role.SUPERVISOR, Role.LEADER)
            # In supervise the leading group signs second.
            first = (Role.VERIFIER,) if case.tier is Tier.SUPERVISE else (*office, Role.VERIFIER)
            roles = office if case.signatures else first
            return _other_than({*case.signatures, case.resolved_by}, number, *roles)
        case Close() | LookBack():
            return _ends(case, act, number)
        case Triage(tier=tier) if tier is not None:
            return ACTORS[Role.SUPERVISOR]
        case _:
            return _usual(case, act, number)


def _ends(case: Case, act: Close | LookBack, number: int) -> Actor:
    """Return a person who did not handle the case, and may say that it is over."""
    if isinstance(act, LookBack):
        did = {*case.signatures, case.resolved_by, case.closed_by}
        return _other_than(did, number, Role.LEADER, Role.SUPERVISOR, Role.VERIFIER)
    asks = Role.LEADER if act.callback is Callback.EXPLAINED else Role.HOTLINE
    return _other_than({case.resolved_by}, number, Role.SUPERVISOR, asks)


def _answers(case: Case, part: Part, number: int) -> Actor:
    rule = case.plan.part(case.tier, part.kind)
    rank = _DECIDERS.index((rule and rule.decider) or Role.SUPERVISOR)
    return _other_than({part.by.id}, number, *_DECIDERS[rank:])


def _reports(case: Case, part: Part, number: int) -> Actor:
    silent = [unit for unit in part.units if unit not in part.heard] or part.units
    return of(pick(silent, number, "reports") if silent else case.holder)


def _checks(case: Case, part: Part, number: int) -> Actor:
    if part.kind is PartKind.TASK and pick((True, False), number, "the lead checks"):
        return of(case.holder, Role.UNIT_HEAD)
    lent = pick((False, False, False, True), number, "lent by the unit")
    if part.units and lent:
        return replace(ACTORS[Role.VERIFIER], id="lent", own_unit=part.units[0])
    roles = (Role.VERIFIER, Role.SUPERVISOR, Role.LEADER)
    return _other_than({part.by.id, part.reported_by}, number, *roles)


def _concludes(case: Case, part: Part, number: int) -> Actor:
    return _other_than(set(), number, Role.SUPERVISOR, Role.LEADER)


def _carries_on(case: Case, part: Part, number: int) -> Actor:
    """Return an officer who has not recorded a step, if there is one; a leader for a dismissal."""
    if part.awaits_leader:
        return ACTORS[Role.LEADER]
    if silent := [id_ for id_ in part.officers if id_ not in part.recorded_by]:
        return Actor(pick(silent, number, "officer"), Role.HANDLER, part.units[0])
    return Actor(pick(part.officers, number, "officer"), Role.HANDLER, part.units[0])


def _recognises(case: Case, part: Part, number: int) -> Actor:
    """Return a person of a unit that has not put in the first piece of the folder."""
    first = next((piece for piece in case.pieces or () if piece.part == part.id), None)
    others = [unit for unit in part.units if first is None or unit != first.unit]
    return of(pick(others or part.units, number, "recognises"))


_OF_A_PART: Mapping[str, Callable[[Case, Part, int], Actor]] = {
    "answer": _answers,
    "retract": lambda _, part, __: part.by,
    "report": _reports,
    "check": _checks,
    "conclude": _concludes,
    "add_piece": lambda _, part, number: of(pick(part.units, number, "adds")),
    "recognise_piece": _recognises,
    "report_by_link": lambda _, part, __: Actor("link", Role.OUTSIDE, part.units[0]),
    "advance_penalty": _carries_on,
}


def _usual(case: Case, act: Act, number: int) -> Actor:
    """Return mostly the person who usually gives it, else one in any role that may."""
    if isinstance(act, Hold) and act.lead not in {None, case.holder}:
        return _other_than(set(), number, Role.SUPERVISOR, Role.DISPATCHER, Role.LEADER)
    if isinstance(act, Reserve | Release):
        return of("squad")
    usual = USUAL[act.kind][1]
    may = PERMISSIONS.get(act.kind)
    roles = sorted(may.roles if may else ())
    if case.tier is not Tier.DIRECT:
        roles = [role for role in roles if role is not Role.AUXILIARY]
    role = pick((usual, usual, *roles), number, "role")
    return of(case.holder, role) if role in _CREW else ACTORS[role]


def _other_than(ids: set[str | None], number: int, *roles: Role) -> Actor:
    people = [ACTORS[role] for role in roles if ACTORS[role].id not in ids]
    return pick(people or [ACTORS[roles[-1]]], number, "person")


# --- What the engine looks up.

_STAGES = (Stage.SIGNED, Stage.SIGNED, Stage.TRIAGED, Stage.MERGED, Stage.CLOSED)


def looked_up(case: Case, act: Act, number: int) -> Lookup:
    """Return what the engine finds; plans are of the same complaint, as intake would make them."""
    plan = case.plan
    match act:
        case Triage(category=category, tier=tier):
            about = replace(plan.complaint, category=category)
            anew = replace(plan, complaint=about, category=category, holder="squad")
            return replace(LOOKUP, plan=replace(anew, tier=tier or plan.tier))
        case Repin(policy=policy):
            limits = levels(pick(IN_HOURS, number, "measure"))
            return replace(LOOKUP, plan=replace(plan, policy=policy, levels=limits))
        case ChooseStandard(standard=standard):
            about = replace(plan.complaint, standard=standard)
            chosen = Standard(standard, "The cover rattles.", hours(16), Measure.WORKING_DAYS)
            limits = levels(pick(IN_HOURS, number, "measure"))
            anew = replace(plan, complaint=about, standard=chosen, levels=limits)
            return replace(LOOKUP, plan=anew)
        case Answer(part=name):
            part = case.part(name)
            tier = part.to if part is not None and part.to is not None else plan.tier
            return replace(LOOKUP, plan=replace(plan, tier=tier))
        case Merge(into=into):
            stage = pick(_STAGES, number, "other")
            other = OtherCase(into, stage, category=case.plan.category)
            return replace(LOOKUP, other=other)
        case _:
            kinds = ((act.party, "outside-party"),) if isinstance(act, GiveLink) else ()
            files = act.evidence if isinstance(act, Resolve) and number % 2 else ()
            seen = (SeenFile(file.sha256, OTHER_CASE, case.opened_at) for file in files)
            return replace(LOOKUP, plan=plan, kinds=kinds, seen=tuple(seen))
