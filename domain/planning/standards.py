"""Which class a complaint names, and which of its standards holds."""

from domain.complaints import Complaint
from domain.planning.plans import Choice
from domain.policy.model import Category, Policy
from domain.policy.sources import closest
from domain.policy.standards import Standard
from domain.sla.clocks import Measure
from domain.sla.comparison import in_measure


def class_of(policy: Policy, complaint: Complaint) -> str | None:
    """Return the category that a complaint means: its source may have codes of its own.

    A code that no category lists is returned as it is, and is then an unlisted category. Without a
    category, the number of a city part says its class.
    """
    said = complaint.category
    if said is None and policy.inventory is not None:
        thing = policy.inventory.thing(complaint.part_number)
        known = thing is not None and policy.category(thing.category) is not None
        return thing.category if thing is not None and known else None
    listed = {
        source: category.id
        for category in policy.categories
        for source, codes in category.codes
        if said in codes
    }
    source = closest(listed, complaint.source) if listed else None
    return said if source is None else listed[source]


def classes_like(policy: Policy, category: str, *, by_group: bool) -> tuple[str, ...]:
    """Return the categories that count as the same one: itself, or all of its group."""
    row = policy.category(category)
    if not by_group or row is None or row.group is None:
        return (category,)
    return tuple(each.id for each in policy.categories if each.group == row.group)


def standard_of(
    category: Category | None, named: str | None, by: str
) -> tuple[Standard | None, tuple[Choice, ...]]:
    """Return the standard that holds and why; (None, ()) if the category has none.

    `named` is the one that was chosen, and `by` says by whom. Until one is, the default of the
    category holds, else the strictest.
    """
    if category is None or not category.standards:
        return None, ()
    chosen = next((each for each in category.standards if each.id == named), None)
    if chosen is not None:
        return chosen, (Choice("standard", chosen.id, by),)
    until = "until a person chooses one"
    if named is not None:
        until += f"; it has no standard {named}"
    default = next((each for each in category.standards if each.default), None)
    held = default or min(category.standards, key=_length)
    why = "default" if default else "strictest"
    return held, (Choice("standard", held.id, f"the {why} of {category.id} {until}"),)


def _length(standard: Standard) -> tuple[bool, float]:
    """Order standards by their limits; those without one come last."""
    if standard.within is None or standard.measure is None:
        return True, 0.0
    hours = in_measure(standard.within, standard.measure, Measure.WORKING)
    return False, hours.total_seconds()
