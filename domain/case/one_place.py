"""Whether two cases are of one place: what a person merges, and what a case lets join it."""

from domain.case.draft import Draft, Refused
from domain.case.merging.acts import Join
from domain.case.refusals import Refusal
from domain.matching.spots import spot_of
from domain.planning.grids import BY_PERSON
from domain.planning.plans import GRID, CasePlan

Spot = str | None


def one_place(draft: Draft, other: str, grid: str | None, spot: Spot) -> None:
    """Raises Refused where the other case is in another grid, or one of the two in none and at
    another spot, unless they are of one spot, or a rule has found them alike when this case began.
    A person's link shows no more than a reason.
    """
    plan = draft.case.plan
    if not plan.follows(3) or other in {each.case for each in plan.similar}:
        return
    own, at = reported_grid(plan), spot_of(plan.complaint.place)
    if at is not None and at == spot:
        return
    if own is not None and grid is not None:
        differ, where = own != grid, f"in grid {grid}, and this one in {own}"
    else:
        # What is in no grid is found by its address; a point is no address.
        differ, where = _unlike(at, spot), "at another address than this one, as reported"
    if differ:
        detail = f"{other} is {where}, and no address or rule says that they are one"
        raise Refused(Refusal.OTHER_CASE, f"{detail}; link them instead")


def joins_at_one_place(draft: Draft, act: Join) -> None:
    """Raises Refused for a case from elsewhere, where a person has named the grid of this one: the
    person who merged it compared what this one was called since.
    """
    if act.elsewhere is None or act.by_rule or not _by_person(draft.case.plan):
        return
    grid, spot = act.elsewhere
    one_place(draft, act.case, grid, spot)


def as_reported(plan: CasePlan) -> tuple[str | None, Spot]:
    return reported_grid(plan), spot_of(plan.complaint.place)


def reported_grid(plan: CasePlan) -> str | None:
    """Return the grid that a case came with; what a person named later moves no report.

    None where that was a point alone, which a person has placed elsewhere since. What came without
    a place is where the person says.
    """
    place = plan.complaint.place
    if not _by_person(plan):
        return plan.grid
    return place.grid or (plan.grid if place.longitude_e6 is None else None)


def _by_person(plan: CasePlan) -> bool:
    return any(each.question == GRID and each.rule == BY_PERSON for each in plan.choices)


def _unlike(one: Spot, other: Spot) -> bool:
    """Return whether both are known, of one form, and not the same."""
    if one is None or other is None:
        return False
    return one.startswith("@") == other.startswith("@") and one != other
