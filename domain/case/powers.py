"""Which unit may do what to a case, by its kind (domain/policy/powers.py), from rules 2 on.

Which roles may give a command is in permissions.py; whether the unit has the power for it, here.
"""

from domain.case.draft import Draft, Refused
from domain.case.refusals import Refusal
from domain.case.state import Case
from domain.policy.powers import DEPARTMENT, KindPowers, Power, powers_of, which_lead, which_may
from domain.vocabulary import CREW, OFFICE, Tier

_DECIDED_BY_OFFICE = frozenset({"appoint", "answer", "hold"})
"""By these the office decides a dispute about who leads, also against the list."""
_WHAT = {
    Power.TASK: "takes no tasks",
    Power.ASSIST: "is no co-handler, and takes no part in investigations and joint actions",
    Power.SUMMON: "does not summon to an interview",
    Power.ORDER: "neither orders a rectification nor inspects one",
    Power.PENALTY: "does not file a penalty",
    Power.OFFICER: "has no officers for a penalty",
}


def kind_of(draft: Draft, unit: str) -> str:
    """Return the kind of a unit: as looked up, as it was handed the case, or as planned."""
    case = draft.case
    found = dict(draft.command.lookup.kinds).get(unit)
    if found is None and unit == case.holder:
        found = case.holder_kind
    return found or dict(case.plan.kinds or ()).get(unit, DEPARTMENT)


def powers(draft: Draft, unit: str) -> KindPowers:
    return powers_of(draft.case.plan.table_of_powers, kind_of(draft, unit))


def leads(draft: Draft, unit: str, tier: Tier) -> bool:
    """Return whether a unit of this kind may have a case in the tier."""
    return not draft.case.plan.follows(2) or tier in powers(draft, unit).leads


def demand_lead(draft: Draft, unit: str, tier: Tier) -> None:
    """Raises Refused for a unit that may not have the case in this tier."""
    case, row = draft.case, powers(draft, unit)
    if tier not in row.leads:
        may = which_lead(case.plan.table_of_powers, tier)
        detail = (
            f"{unit} is of kind {row.kind}, which does not lead in tier {tier}; {may} may, here "
            f"{_whose(draft, tier)}; give {unit} a task instead"
        )
        raise Refused(Refusal.ASSISTS_ONLY, detail)
    if unit == case.plan.platform and tier is not Tier.DIRECT and unit not in _listed(case):
        detail = f"{unit} hands cases on and leads none in {tier}; this one is for "
        raise Refused(Refusal.NO_POWER, f"{detail}{_whose(draft, tier)}; name another unit")
    if unit not in _listed(case) and unit != case.plan.office:
        not_upward(draft, unit)
    act, role = draft.command.act.kind, draft.command.actor.role
    ruled = role in OFFICE and act in _DECIDED_BY_OFFICE and tier is not Tier.DIRECT
    if row.listed_only and not ruled and unit not in _listed(case):
        detail = (
            f"{unit} is of kind {row.kind}, which has only cases that the responsibility list "
            f"gives it; this one is for {_whose(draft, tier)}; give {unit} a task instead"
        )
        raise Refused(Refusal.NO_POWER, detail)


def demand_signer(draft: Draft, unit: str) -> None:
    """Raises Refused, from rules 3 on, for a unit above the town, which no dispatcher orders, and
    for one in which no person could sign: the case would wait there without an end.
    """
    plan = draft.case.plan
    if not plan.follows(3):
        return
    if unit in (plan.guided_by or ()):
        detail = f"{unit} is above the town and takes no case from it; name a unit of the town"
        raise Refused(Refusal.NO_POWER, f"{detail}, or raise_tier: the leading group reports it up")
    if unit in draft.command.lookup.unsigned:
        roles = ", ".join(sorted(CREW))
        detail = f"no person of {unit} could sign: the roster gives none of it a role of {roles}"
        raise Refused(Refusal.NO_POWER, f"{detail}; name another unit, or add one in roster.yaml")


def demand(draft: Draft, power: Power, *units: str | None) -> None:
    """Raises Refused for a unit whose kind does not have this power."""
    plan = draft.case.plan
    if not plan.follows(2):
        return
    for unit in units:
        if unit is not None and power not in powers(draft, unit).may:
            may = which_may(plan.table_of_powers, power)
            detail = f"{unit} is of kind {kind_of(draft, unit)}, which {_WHAT[power]}; {may} may"
            raise Refused(Refusal.NO_POWER, detail)


def not_upward(draft: Draft, *units: str) -> None:
    """Raises Refused, from rules 3 on, for a unit above the actor's: it is asked for no work,
    handed no case, and called to no meeting.
    """
    above = draft.command.lookup.above if draft.case.plan.follows(3) else ()
    if upward := [unit for unit in units if unit in above]:
        own = draft.command.actor.unit or draft.case.plan.platform
        detail = f"{', '.join(upward)} is above {own}, which asks nothing of it; ask_tier, or"
        raise Refused(Refusal.NO_POWER, f"{detail} comment")


def pass_on_nothing(draft: Draft, *units: str) -> None:
    """Raises Refused for work that is asked of a unit above the actor's, and of one that answers
    only for what the responsibility list gives it: by tasks no duty is passed on either.

    The leading group and its office may ask the latter; so may all, where the office appointed it.
    """
    not_upward(draft, *units)
    for unit in units:
        row, known = powers(draft, unit), {*_listed(draft.case), *draft.case.members}
        if row.listed_tasks and unit not in known and draft.command.actor.role not in OFFICE:
            detail = (
                f"{unit} is of kind {row.kind}, which is asked only for what the responsibility "
                f"list gives it; this one is for {_whose(draft, draft.case.tier)}; the leading "
                "group's office may ask it"
            )
            raise Refused(Refusal.NO_POWER, detail)


def leader(draft: Draft, tier: Tier, *wanted: str | None) -> str:
    """Return the first of these units that may lead in the tier; else the lead by the list, or the
    office. A unit that has just returned the case is not asked again by the list.
    """
    case = draft.case
    lead = case.plan.lead if case.plan.lead != case.returned_by else None
    for unit in (*wanted, lead):
        if unit is not None and leads(draft, unit, tier):
            return unit
    return case.plan.office


def _whose(draft: Draft, tier: Tier) -> str:
    return leader(draft, tier, draft.case.plan.holder)


def _listed(case: Case) -> frozenset[str | None]:
    plan = case.plan
    units = (plan.holder, plan.lead, *plan.backups, *plan.helpers, *(plan.candidates or ()))
    return frozenset(units)
