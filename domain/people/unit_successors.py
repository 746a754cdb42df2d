"""Which unit acts for one that was merged, renamed or dissolved.

Such a unit stays listed with a successor, because the plans of open cases still name it.
"""

from collections.abc import Iterable


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
