"""Units come and go; cases stay. Who has the matters of a unit that is gone?

A unit that was merged, renamed or dissolved stays listed with a successor, so that open cases,
whose plans still name it, reach somebody.
"""

from collections.abc import Iterable


def current_successor(successors: Iterable[tuple[str, str]], unit: str) -> str:
    """The living unit that has what `unit` had: itself, unless it is gone.

    `successors` are pairs of a gone unit and the one after it, in any order. In a circle nobody
    lives: the answer is `unit` itself, which still has a successor then.
    """
    after = dict(successors)
    seen, last = {unit}, unit
    while last in after:
        last = after[last]
        if last in seen:
            return unit
        seen.add(last)
    return last
