"""In what order a form asks for its fields, and what it proposes before a person has typed."""

from collections.abc import Iterable, Mapping, Sequence

from console.desk.acts import ActField
from domain.case.parts.facts import PartState
from domain.case.state import Case

_ORDERS: Mapping[str, tuple[str, ...]] = {
    "give_task": ("unit", "what", "hours", "evidence", "optional"),
    "close": ("callback", "solved", "note"),
    "verify": ("passed", "note"),
    "convene": ("at", "agenda", "units", "cases"),
    "plan_action": ("at", "goal", "units", "people", "vehicles"),
    "appoint": ("lead", "members", "instruction", "level", "reason"),
    "hold": ("part", "came", "present", "minutes", "evidence", "tasks", "lead"),
}
"""Act -> the fields that come first, where they are not in the order of the act."""


def in_order(kind: str, fields: Iterable[ActField]) -> list[ActField]:
    """Return the fields as the form asks for them: those without a place stay as they are."""
    order = _ORDERS.get(kind, ())
    return sorted(
        fields, key=lambda each: order.index(each.name) if each.name in order else len(order)
    )


def first_values(kind: str, case: Case | None) -> Mapping[str, Sequence[str]]:
    """Return what is filled in at first: the unit that who returned the case has suggested, or else
    that of the responsibility list.
    """
    if case is None:
        return {}
    match kind:
        case "dispatch" if (unit := _next_unit(case)) is not None:
            return {"unit": [unit]}
        case "appoint" if (lead := _listed(case)) is not None:
            return {"lead": [lead]}
        case _:
            return {}


def _next_unit(case: Case) -> str | None:
    granted = [p for p in case.parts if p.type.contests and p.state is PartState.GRANTED and p.unit]
    if case.holder is None and granted:
        return granted[-1].unit
    listed = _listed(case)
    return None if listed in case.had[-1:] else listed


def _listed(case: Case) -> str | None:
    """Return the unit of the responsibility list; None where that leaves it to a person."""
    listed = case.plan.holder or case.plan.lead
    return None if listed in {case.plan.platform, case.plan.office} else listed
