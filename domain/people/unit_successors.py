"""Which unit acts for one that was merged, renamed or dissolved.

Such a unit stays listed with a successor, because the plans of open cases still name it.
"""

from collections.abc import Iterable, Mapping


def current_successor(successors: Iterable[tuple[str, str]], unit: str) -> str:
    """Return the unit that now has the matters of `unit`: itself, unless it has a successor.

    `successors` are pairs of a former unit and the next one, in any order. If they form a circle,
    return `unit` itself; the caller can see that it still has a successor.
    """
    after = dict(successors)
    seen, last = {unit}, unit
    while last in after:
        last = after[last]
        if last in seen:
            return unit
        seen.add(last)
    return last


def current_successors(after: Mapping[str, str]) -> dict[str, str]:
    """Return what `current_successor` returns, for every former unit: each link is read once."""
    ends: dict[str, str | None] = {}
    """Unit -> the last one after it; None where the successors form a circle."""
    for unit in after:
        way: dict[str, None] = {}
        last = unit
        while last in after and last not in way and last not in ends:
            way[last] = None
            last = after[last]
        end = ends.get(last, None if last in way else last)
        ends.update(dict.fromkeys(way, end))
    return {unit: end if end is not None else unit for unit, end in ends.items()}
