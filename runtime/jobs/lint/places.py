"""Remarks on the place of an event that intake takes: no unit gets it before a person sorts it."""

from difflib import get_close_matches

from consumers.decoding.complaint_events import ComplaintEvent
from domain.planning.grids import living_grids, locate
from domain.policy.model import Policy
from schemas.events.complaint import ComplaintFiled

_SORTED = "a person has to sort this complaint first"


def remark_on_place(event: ComplaintEvent, policy: Policy) -> tuple[str, str] | None:
    """Return the path of what is odd about the place, and what to do; None if nothing is.

    Names grids of the policy, and never a value of the event.
    """
    if not isinstance(event.said, ComplaintFiled):
        return None
    place = event.said.place.to_domain()
    found = locate(policy, place)
    if place.grid is not None and policy.grids and policy.grid(place.grid) is None:
        near = get_close_matches(place.grid, [grid.id for grid in policy.grids], n=1)
        guess = f"; did you mean {near[0]}?" if near else ""
        sorts = f"; {_SORTED}" if found.uncovered else "; its point decides"
        return "data.place.grid", f"is no grid of this tenant{sorts}{guess}"
    if found.uncovered and place.grid is not None:
        now = " and ".join(living_grids(policy, place.grid))
        return "data.place.grid", f"is now {now}; {_SORTED}"
    if found.uncovered:
        return "data.place", (
            f"its point is in no grid of this tenant; {_SORTED}; check datum, and that longitude "
            "and latitude are not swapped"
        )
    if found.doubt:
        return "data.place", "its point is not in its grid, which holds; correct one of them"
    return None
