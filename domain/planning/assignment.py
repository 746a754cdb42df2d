"""Which unit gets a case: that of its grid, the lead of its category, or else the office.

None does where the platform has to find out who leads (domain/planning/leads.py).

Only a unit whose kind may lead in the tier gets it (domain/policy/powers.py). And which unit issued
it, of a superior's order.
"""

from domain.complaints import Complaint
from domain.people.rosters import units_above
from domain.people.unit_successors import current_successor
from domain.planning.leads import FoundLead, find_lead, supervisors_of
from domain.planning.plans import CasePlan, Choice
from domain.policy.model import Category, Policy
from domain.vocabulary import Role, Tier

_RULED = "; by default "
"""Between why it is in the vacuum and who leads it all the same."""


def holder_of(
    policy: Policy, complaint: Complaint, category: Category | None, tier: Tier, found: FoundLead
) -> tuple[str | None, tuple[Choice, ...]]:
    """Return the unit and the rule that chose it; (None, ()) if the complaint has no category.

    `found`: who leads the category in this place.
    """
    if complaint.category is None:
        return None, ()
    if category is None:
        unit, why = _by_default(policy, tier, _unlisted(complaint.category))
        return unit, (Choice("holder", unit, why),)
    if found.open_lead is not None and tier is Tier.SUPERVISE:
        why = f"{found.why}; in {tier} the office appoints who leads"
        return policy.office, (Choice("holder", policy.office, why),)
    if found.open_lead is not None:
        return None, (Choice("holder", policy.platform, found.why),)
    unit, why = _unit_of(policy, complaint, category, tier, found)
    return unit, (Choice("holder", unit, why),)


def _unit_of(
    policy: Policy, complaint: Complaint, category: Category, tier: Tier, found: FoundLead
) -> tuple[str, str]:
    grid, lead, why = policy.grid(complaint.place.grid), found.unit, found.why
    if category.by_grid and grid is not None:
        if policy.may_lead(grid.unit, tier):
            return grid.unit, f"grid {grid.id}"
        why += f"; {_does_not_lead(policy, grid.unit, tier)}"
    if lead is None:
        return _by_default(policy, tier, _unowned(category.id))
    if not policy.may_lead(lead, tier):
        return policy.office, f"{why}; {_does_not_lead(policy, lead, tier)}"
    return lead, why


def _by_default(policy: Policy, tier: Tier, why: str) -> tuple[str, str]:
    """Return who leads what no unit owns: the unit that `vacuum` names, else the office."""
    named = policy.vacuum
    if named is None:
        return policy.office, why
    if not policy.may_lead(named.lead, tier):
        return policy.office, f"{why}{_RULED}{_does_not_lead(policy, named.lead, tier)}"
    return named.lead, f"{why}{_RULED}{named.ruling}"


def lead_of(policy: Policy, complaint: Complaint, category: Category | None) -> FoundLead:
    """Return who leads by the responsibility list: in some places another unit than elsewhere."""
    if category is None:
        return FoundLead(None)
    grid = policy.grid(complaint.place.grid)
    return find_lead(policy, category, grid, complaint.part_number)


def supervised_by(
    policy: Policy, complaint: Complaint, category: Category | None
) -> tuple[str, ...]:
    """Return the departments that supervise the category in this place."""
    return supervisors_of(category, policy.grid(complaint.place.grid)) if category else ()


def kinds_of(policy: Policy, *units: str | None) -> tuple[tuple[str, str], ...]:
    """Return each of these units once, with its kind."""
    named = dict.fromkeys(unit for unit in units if unit is not None)
    return tuple((unit, policy.kind_of(unit)) for unit in named)


def backups_of(policy: Policy, complaint: Complaint, category: Category | None) -> tuple[str, ...]:
    """Return the units after that of the grid: its backups, and at last the category's lead.

    Empty for a category that the grid does not decide: the responsibility list names one unit, and
    no other has its powers.
    """
    grid = policy.grid(complaint.place.grid)
    if category is None or grid is None or not category.by_grid:
        return ()
    units = (*grid.backups, *([category.lead] if category.lead else []))
    return tuple(unit for unit in dict.fromkeys(units) if unit != grid.unit)


def issuer_of(policy: Policy, complaint: Complaint) -> str | None:
    """Return the unit that issued a superior's order, by its id or one of its names, or else the
    unit that speaks for the office that did.

    None where no unit is called so, or it has no superior: then it is an office outside the policy.
    """
    order, roster = complaint.superior, policy.roster
    if order is None:
        return None
    name = order.issuer.strip()
    named = (unit.id for unit in policy.units if name in {unit.id, unit.name, unit.name_en})
    living = {current_successor(roster.successors, unit) for unit in named}
    superiors = {each.unit for each in roster.people if Role.SUPERIOR in each.roles}
    superiors |= {duty.unit for duty in roster.duties if duty.role is Role.SUPERIOR}
    if issued := living & superiors:
        return min(issued)
    speaking = (unit.id for unit in policy.units if name in unit.speaks_for)
    heirs = {current_successor(roster.successors, unit) for unit in speaking}
    return min(heirs & superiors, default=None)


def names_issuers(policy: Policy) -> bool:
    """Return whether the policy says which unit speaks for which office outside it."""
    return any(unit.speaks_for for unit in policy.units)


def above_the_town(policy: Policy) -> tuple[str, ...]:
    """Return the units above that of the head of the leading group, the nearest first."""
    roster = policy.roster
    head = roster.leading_group.head if roster.leading_group else None
    own = next((person.unit for person in roster.people if person.id == head), None)
    return units_above(roster.parents, own) if own is not None else ()


def _does_not_lead(policy: Policy, unit: str, tier: Tier) -> str:
    return f"{unit} is of kind {policy.kind_of(unit)}, which does not lead in {tier}"


def _unlisted(category: str) -> str:
    return f"category {category} is not in the responsibility list"


def _unowned(category: str) -> str:
    return f"nobody owns category {category}"


def in_the_vacuum(plan: CasePlan) -> bool:
    """Return True if the leading group got the case because no unit owns its matter (监管真空)."""
    if plan.category is None:
        return False
    reasons = {_unlisted(plan.category), _unowned(plan.category)}
    return any(
        each.question == "holder" and each.rule.split(_RULED)[0] in reasons for each in plan.choices
    )
