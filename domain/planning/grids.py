"""Which grid a place is in: the one that its source names, else the one that its point is in.

A place that should be in a grid, and is in none, is never routed silently: a person of the platform
triages its case first, the people of `uncovered` (policy.yaml) are told, and the case is listed.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from domain.complaints import Complaint, Place
from domain.people.rosters import Recipient
from domain.planning.plans import GRID, NO_GRID, CasePlan, Choice
from domain.policy.model import Grid, Policy
from domain.policy.shapes import Datum, Point, shapes_at
from domain.sla.case_clocks import BEFORE_UNIT, BY_PLATFORM
from domain.sla.ladders import Action, Ladder, Late, Rung
from domain.vocabulary import Role

_POINT = "point"
BY_PERSON = "a person"
"""The reason of a choice of the grid that a person has named."""
_RUNG = "uncovered-place"
_WITHOUT = "place-without-unit"


@dataclass(frozen=True, slots=True)
class Located:
    """The grid of a place. `choices` say what is not plain.

    `uncovered`: why it is in no grid, although it should be; else empty. `doubt`: the point is
    elsewhere than the grid that the source names.
    """

    grid: str | None
    choices: tuple[Choice, ...] = ()
    uncovered: str = ""
    doubt: str = ""


def locate(policy: Policy, place: Place) -> Located:
    """Return the grid of a new complaint's place.

    In a policy without grids, and of a place without grid and point, there is nothing to decide.
    """
    point, name = _point(place), place.grid
    if not policy.grids or (name is None and point is None):
        return Located(name)
    living = _grid_now(policy, name, point)
    around = grid_around(policy, point) if point is not None and policy.shapes else None
    if living is not None:
        return _named(policy, living, name, around, has_point=point is not None)
    if around is not None:
        why = "the point lies in it" + (f"; {_unknown(policy, name)}" if name is not None else "")
        return Located(around, (Choice(GRID, around, why),))
    if name is None and not policy.shapes:
        return Located(None)
    why = _unknown(policy, name) if name is not None else "uncovered point: it lies in no grid"
    return Located(None, (Choice(GRID, NO_GRID, why),), uncovered=why)


def locate_part(policy: Policy, complaint: Complaint) -> Located:
    """Return the grid of a new complaint: where its source names none, that of its city part."""
    inventory, place = policy.inventory, complaint.place
    thing = inventory.thing(complaint.part_number) if inventory else None
    if inventory is None or thing is None or thing.grid is None or place.grid is not None:
        return locate(policy, place)
    # Where the thing stands is surveyed; the point is that of a telephone.
    found = locate(policy, replace(place, grid=thing.grid, longitude_e6=None, latitude_e6=None))
    if found.grid is None:
        return locate(policy, place)
    why = f"that of {complaint.part_number} ({inventory.version})"
    return Located(found.grid, (Choice(GRID, found.grid, why),))


def _named(
    policy: Policy, grid: str, name: str | None, around: str | None, *, has_point: bool
) -> Located:
    """The named grid holds, also against the point; then a choice says so."""
    choices = []
    if grid != name:
        choices.append(Choice(GRID, grid, f"grid {name} became it"))
    if not policy.shapes or not has_point or around == grid:
        return Located(grid, tuple(choices))
    elsewhere = f"in {around}" if around is not None else "in no grid"
    doubt = f"the point lies {elsewhere}, not in grid {grid}"
    choices.append(
        Choice(_POINT, around or NO_GRID, f"{doubt}, which its source names and which holds")
    )
    return Located(grid, tuple(choices), doubt=doubt)


def located_again(policy: Policy, old: CasePlan) -> Located:
    """Return the grid of a case that has a plan: cases keep their old grid.

    One without a grid gets the one that this policy has for its place.
    """
    if old.grid is None:
        return locate(policy, old.complaint.place)
    return Located(old.grid, tuple(each for each in old.choices if each.question in {GRID, _POINT}))


def located_by_person(grid: str) -> Located:
    return Located(grid, (Choice(GRID, grid, BY_PERSON),))


def placed(complaint: Complaint, located: Located) -> Complaint:
    """Return the complaint with the grid of its place, for the rules to read."""
    return replace(complaint, place=replace(complaint.place, grid=located.grid))


def in_grid(plan: CasePlan, complaint: Complaint, located: Located) -> CasePlan:
    """Return the plan with what was located; its complaint says what the source said."""
    return replace(
        plan,
        complaint=replace(plan.complaint, place=complaint.place),
        choices=(*plan.choices, *located.choices),
    )


def told_at_once(policy: Policy, plan: CasePlan) -> CasePlan:
    """Return the plan in which the time to triage begins with a notice to those of `uncovered`."""
    return _told(policy, plan, _RUNG, BEFORE_UNIT)


def told_of_no_unit(policy: Policy, plan: CasePlan) -> CasePlan:
    """Return the plan in which the time to find a unit begins with such a notice."""
    return _told(policy, plan, _WITHOUT, BY_PLATFORM)


def _told(policy: Policy, plan: CasePlan, name: str, clocks: tuple[str, ...]) -> CasePlan:
    to = policy.uncovered or Recipient(policy.platform, Role.DISPATCHER)
    rung = Rung(name, 0, Action.WARN, (to,), Late.FIRE, share=0)
    climbed = {
        spec.ladder for level in plan.levels for spec in level.clocks if spec.clock in clocks
    }
    ladders = (_with_rung(ladder, rung) for ladder in plan.ladders if ladder.id in climbed)
    levels = tuple(
        replace(
            level,
            clocks=tuple(
                replace(spec, ladder=_renamed(spec.ladder)) if spec.clock in clocks else spec
                for spec in level.clocks
            ),
        )
        for level in plan.levels
    )
    others = {spec.ladder for level in levels for spec in level.clocks}
    others |= {rule.ladder for rule in plan.parts} | {plan.rehandle_ladder or ""}
    kept = (ladder for ladder in plan.ladders if ladder.id in others)
    return replace(plan, levels=levels, ladders=(*kept, *ladders))


def _with_rung(ladder: Ladder, rung: Rung) -> Ladder:
    return replace(ladder, id=_renamed(ladder.id), rungs=(rung, *ladder.rungs))


def _renamed(ladder: str) -> str:
    return f"{ladder}@uncovered"  # no ladder of a pack has such an id


def datum_of(policy: Policy) -> Datum:
    """Return the datum of all points of the tenant."""
    return (policy.datum or Datum.CGCS2000).family


def why_other_datum(policy: Policy, datum: Datum | None) -> str:
    """Return why a point of this datum is not taken; empty if it is, or names no datum.

    It is never converted: GCJ-02 and BD-09 have no published exact inverse.
    """
    if datum is None:
        return ""
    ours = datum_of(policy)
    if datum.family is ours:
        return ""
    same = " (or WGS-84)" if ours is Datum.CGCS2000 else ""
    return (
        f"data.place.datum: this tenant has points in {ours}{same}, not in {datum}; send the "
        "coordinates in it, or the address without them"
    )


def living_grids(policy: Policy, grid: str) -> tuple[str, ...]:
    """Return what a grid is now: itself, or the living grids that it was split or merged into."""
    return tuple(_living(policy, grid, set()))


def _living(policy: Policy, id_: str, seen: set[str]) -> Iterator[str]:
    grid = policy.grid(id_)
    if grid is None or id_ in seen:
        return
    seen.add(id_)
    if not grid.successors:
        yield id_
    for each in grid.successors:
        yield from _living(policy, each, seen)


def _grid_now(policy: Policy, name: str | None, point: Point | None) -> str | None:
    """Return the living grid that a source means; of several, the one that has the point."""
    after = living_grids(policy, name) if name is not None else ()
    if len(after) > 1 and point is not None:
        after = tuple(each for each in shapes_at(policy.shapes, point) if each in after)[:1]
    return after[0] if len(after) == 1 else None


def grid_around(policy: Policy, point: Point) -> str | None:
    """Return the living grid that a point lies in."""
    return next((id_ for id_ in shapes_at(policy.shapes, point) if _lives(policy.grid(id_))), None)


def _lives(grid: Grid | None) -> bool:
    return grid is not None and not grid.successors


def _unknown(policy: Policy, name: str) -> str:
    after = living_grids(policy, name)
    return f"grid {name} is now {' and '.join(after)}" if after else f"there is no grid {name}"


def _point(place: Place) -> Point | None:
    if place.longitude_e6 is None or place.latitude_e6 is None:
        return None
    return place.longitude_e6, place.latitude_e6
