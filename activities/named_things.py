"""What a person names in a command, looked up in the policy: a grid, a part, a resource, a spot."""

from difflib import get_close_matches

from domain.matching.spots import spot_of
from domain.planning.grids import living_grids
from domain.planning.plans import CasePlan
from domain.planning.standards import classes_like
from domain.planning.tier_rules import repeat_window, repeats_by_group
from domain.policy.model import Policy
from domain.policy.resources import ResourceLedger
from domain.policy_checks.findings import no_such
from schemas.intake import Spot


def repeat_spot(policy: Policy, old: CasePlan, category: str) -> Spot | None:
    """Return where a rule counts earlier cases of the category that a person names, if any does."""
    about = old.complaint
    window, spot = repeat_window(policy), spot_of(about.place)
    if window is None or spot is None:
        return None
    alike = classes_like(policy, category, by_group=repeats_by_group(policy))
    return Spot(about.tenant, category, spot, about.reported_at - window, old.case_id, alike)


def unknown_resource(ledger: ResourceLedger | None, asked: tuple[str, ...]) -> str:
    """Return why the first of these ids that the ledger lacks cannot be; "" if it has them all."""
    known = [each.id for each in ledger.resources] if ledger else []
    wrong = next((id_ for id_ in asked if id_ not in known), None)
    return no_such("resource", wrong, known) if wrong is not None else ""


def part_number(policy: Policy, asked: str | None) -> tuple[str | None, str]:
    """Return the part number that a person named, and why it cannot be: of these one is empty."""
    inventory = policy.inventory
    if asked is None or (inventory is not None and inventory.thing(asked) is not None):
        return asked, ""
    if inventory is None:
        return None, "the pack has no inventory of parts (`parts_inventory` in policy.yaml)"
    return None, f"{inventory.version} has no part {asked}; leave it out, and name the unit"


def living_grid(policy: Policy, asked: str | None) -> tuple[str | None, str]:
    """Return the grid that a person named, and why it cannot be: of these one is empty."""
    if asked is None:
        return None, ""
    now = living_grids(policy, asked)
    if now == (asked,):
        return asked, ""
    if now:
        return None, f"grid {asked} is now {' and '.join(now)}; name one of them"
    near = get_close_matches(asked, [grid.id for grid in policy.grids if not grid.successors], n=1)
    guess = f"did you mean {near[0]}?" if near else "see grids.yaml"
    return None, f"no grid {asked}; {guess}"
