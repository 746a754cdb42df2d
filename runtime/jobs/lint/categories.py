"""Remarks on the category of an event that intake takes: the town does not list it."""

from collections.abc import Iterator
from difflib import get_close_matches

from consumers.decoding.complaint_events import ComplaintEvent
from domain.complaints import Complaint
from domain.planning.standards import class_of
from domain.policy.inventory import Thing
from domain.policy.model import Policy
from domain.policy_checks.findings import listed
from schemas.events.complaint import ComplaintFiled


def remarks_on_category(event: ComplaintEvent, policy: Policy) -> Iterator[tuple[str, str]]:
    """Yield the path of a category, standard or part number that is not listed, and what follows.

    Names entries of the policy, and never a value of the event.
    """
    said = event.said
    if not isinstance(said, ComplaintFiled):
        return
    about = said.to_domain(event.source, event.event_id)
    yield from _number(about, policy)
    if said.category is None:
        return
    found = class_of(policy, about)
    category = policy.category(found)
    if category is None:
        known = [each.id for each in policy.categories]
        guess = _guess(said.category, known)
        what = "is not in the responsibility list, so the case goes to the leading group's office"
        yield "data.category", f"{what}{guess}"
        return
    standards = [each.id for each in category.standards]
    if said.standard is not None and said.standard not in standards:
        what = "is no standard of its category, so another one holds until a person chooses"
        guess = _guess(said.standard, standards) if standards else "; the category has none"
        yield "data.standard", f"{what}{guess}"


def _number(about: Complaint, policy: Policy) -> Iterator[tuple[str, str]]:
    inventory = policy.inventory
    thing = inventory.thing(about.part_number) if inventory else None
    if thing is not None:
        for other in _other_than(about, thing, policy):
            yield "data.part_number", other
    if about.part_number is None or (thing is not None and thing.owner is not None):
        return
    if inventory is None:
        yield "data.part_number", "is not used: the town has no inventory of parts"
    elif thing is None:
        yield "data.part_number", f"is not in {inventory.file}, so its owner is unknown"
    else:
        yield "data.part_number", f"has no owner in {inventory.file}"


def _other_than(about: Complaint, thing: Thing, policy: Policy) -> Iterator[str]:
    """The inventory says another class or grid of the thing than the event does."""
    row = policy.category(class_of(policy, about))
    if about.category is not None and row and thing.category not in {row.id, row.group}:
        yield (
            f"is a thing of class {thing.category!r} in the inventory, and data.category, which "
            "counts, is another; check both"
        )
    grid = about.place.grid
    if thing.grid is not None and grid is not None and grid != thing.grid:
        yield (
            f"is a thing in grid {thing.grid!r} of the inventory, and data.place.grid, which "
            "counts, is another; check both"
        )


def _guess(name: str, known: list[str]) -> str:
    near = get_close_matches(name, known, n=1)
    return f"; did you mean {near[0]}?" if near else f"; there are: {listed(known)}"
