"""When what a person found on a patrol may be found already: the same act, or the same matter."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import NAMESPACE_URL, uuid5

from domain.complaints import Place
from domain.matching.similarity import metres_between
from domain.patrols.patrollers import PatrolFault, PatrolRefused
from domain.patrols.routes import Patrol
from domain.policy.shapes import Point

ASKED_FOR = timedelta(days=1)
"""So long after a finding its place and category are asked about once more."""
_NEAR_M = 200
"""In metres: points that are farther apart are of two matters, where no policy says how far."""


@dataclass(frozen=True, slots=True)
class OpenFinding:
    """What was found in a grid before, and whose case has not ended."""

    case_id: str
    person: str
    at: datetime
    point: Point | None = None


class FoundBefore(PatrolRefused):
    """What was found may be a matter that is open already: a person says if it is another."""

    def __init__(self, grid: str, category: str | None, earlier: OpenFinding, when: str) -> None:
        super().__init__(
            PatrolFault.FOUND_BEFORE,
            f"{grid} has an open finding of {category or 'no category'}: case {earlier.case_id}, "
            f"by {earlier.person} at {when}",
        )
        self.case_id = earlier.case_id


def finding_id(
    tenant: str, patrol: Patrol, grid: str, category: str | None, text: str, *, files: Sequence[str]
) -> str:
    """Return the id of a finding for which no person chose one: the same words, the same id.

    So a command that is typed twice files one complaint. `files`: digests.
    """
    said = (tenant, patrol.id, grid, category or "", text.strip(), *sorted({*files}))
    return str(uuid5(NAMESPACE_URL, "\n".join(said)))


def may_be_same(
    earlier: Iterable[OpenFinding], point: Point | None, metres: int | None = None
) -> OpenFinding | None:
    """Return the latest of the earlier findings of one grid and category that may be the same.

    Two points that are farther apart than `metres` are not.
    """
    found = [each for each in earlier if _near(each.point, point, metres or _NEAR_M)]
    return max(found, key=lambda each: each.at, default=None)


def _near(one: Point | None, other: Point | None, metres: int) -> bool:
    if one is None or other is None:
        return True
    apart = metres_between(Place("", None, *one), Place("", None, *other))
    return apart is None or apart <= metres
