"""Who leads a category in a place, and what the platform has to find out where no rule says."""

from collections.abc import Iterator
from dataclasses import dataclass

from domain.policy.leads import PLATFORM, LeadRule, OpenLead, UnitSpec
from domain.policy.model import Category, Grid, Policy


@dataclass(frozen=True, slots=True)
class FoundLead:
    """The unit that leads, and the rule that says so.

    `unit` is None for what no unit owns, and where the platform finds out who leads: then
    `open_lead` says why, and `candidates` are the units of which it chooses one, if there are any.
    """

    unit: str | None
    why: str = ""
    open_lead: OpenLead | None = None
    candidates: tuple[str, ...] = ()


def find_lead(
    policy: Policy, category: Category, grid: Grid | None, number: str | None = None
) -> FoundLead:
    """Return who leads the category in a grid; None: the place is in none, or that is not known.

    `number`: that of the thing which the complaint is about.
    """
    rule, why = category.lead_rule, f"category {category.id}"
    if rule is None:
        zone = grid.zone if grid else None
        unit = category.lead_in(zone)
        return FoundLead(unit, f"{why}, zone {zone}" if unit != category.lead else why)
    if rule.owner_of:
        return _owner(policy, category, rule, number)
    return _choice(policy, rule, grid, why) if rule.choose else _by_work(policy, rule, grid, why)


def _choice(policy: Policy, rule: LeadRule, grid: Grid | None, why: str) -> FoundLead:
    units = tuple(dict.fromkeys(_units(rule.choose, grid)))
    if len(units) > 1:
        of = f"{why}: the platform chooses of {', '.join(units)}"
        return FoundLead(None, of, OpenLead.CHOICE, units)
    if units:
        return FoundLead(units[0], f"{why}, the only one here of which the platform chooses")
    return _otherwise(policy, rule, f"{why}: {_lacks(grid, rule.choose[0].grid)}")


def _by_work(policy: Policy, rule: LeadRule, grid: Grid | None, why: str) -> FoundLead:
    unit = grid.unit_for(rule.grid) if grid else None
    if unit is not None and grid is not None:
        return FoundLead(unit, f"{why}, {rule.grid} of grid {grid.id}")
    return _otherwise(policy, rule, f"{why}: {_lacks(grid, rule.grid)}")


def supervisors_of(category: Category, grid: Grid | None) -> tuple[str, ...]:
    """Return the departments that supervise the category in a grid; a place may lack one."""
    return tuple(dict.fromkeys(_units(category.supervised_by, grid)))


def works_of(rule: LeadRule) -> tuple[str, ...]:
    """Return the kinds of work of which a grid must have a unit, so that the rule finds one."""
    return (rule.grid,) if rule.grid else tuple(each.grid for each in rule.choose if each.grid)


def may_choose(rule: LeadRule | None) -> bool:
    """Return True if the platform may have to choose the unit that leads."""
    if rule is None or rule.owner_of:
        return False
    return bool(rule.choose) or rule.otherwise in {None, PLATFORM}


def may_look_for_owner(rule: LeadRule | None) -> bool:
    """Return True if the platform may have to find out whose a thing is."""
    return rule is not None and bool(rule.owner_of) and rule.otherwise in {None, PLATFORM}


def _owner(policy: Policy, category: Category, rule: LeadRule, number: str | None) -> FoundLead:
    inventory, why = policy.inventory, f"category {category.id}"
    thing = inventory.thing(number) if inventory else None
    fits = thing is not None and thing.category in {category.id, category.group}
    if thing is not None and thing.owner is not None and fits:
        version = inventory.version if inventory else ""
        return FoundLead(thing.owner, f"{why}, owner of {number} ({version})")
    if number is None:
        lacks = "no part number is known"
    elif inventory is None or thing is None:
        lacks = f"{inventory.version if inventory else 'no inventory'} has no {number}"
    elif not fits:
        lacks = f"{number} is of class {thing.category} ({inventory.version})"
    else:
        lacks = f"{inventory.version} has no owner of {number}"
    sought = "the owner is unknown, and the platform looks for it"
    return _otherwise(policy, rule, f"{why}: {lacks}", OpenLead.OWNER_UNKNOWN, sought)


def _units(specs: tuple[UnitSpec, ...], grid: Grid | None) -> Iterator[str]:
    """Yield the units that the specs mean in a grid; one that it does not have is left out."""
    for spec in specs:
        unit = spec.unit or (grid.unit_for(spec.grid) if grid else None)
        if unit is not None:
            yield unit


def _lacks(grid: Grid | None, work: str) -> str:
    if grid is None:
        return f"no grid is known, so no unit for {work}"
    return f"grid {grid.id} has no unit for {work}"


def _otherwise(
    policy: Policy,
    rule: LeadRule,
    why: str,
    open_lead: OpenLead = OpenLead.NO_UNIT,
    sought: str = "the platform finds one",
) -> FoundLead:
    """Return the unit that the rule names for this; else the lead is open, and `sought`."""
    if rule.otherwise in {None, PLATFORM, policy.platform}:
        return FoundLead(None, f"{why}; {sought}", open_lead)
    return FoundLead(rule.otherwise, f"{why}; {rule.otherwise} leads instead")
