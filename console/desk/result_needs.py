"""What the form of a result asks for, by the standard of the case: files, and a result."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from domain.case.results import files_before, results_of
from domain.case.state import Case
from domain.case.work import files_of_result


@dataclass(frozen=True, slots=True)
class ResultNeeds:
    """`files`: field -> how many files it needs; `results`: those that the standard lists;
    `hidden`: fields that the case would refuse.
    """

    files: Mapping[str, int] = field(default_factory=dict)
    results: tuple[str, ...] = ()
    hidden: frozenset[str] = frozenset()


NO_NEEDS = ResultNeeds()


def needs_of(case: Case) -> ResultNeeds:
    """Return what a result of the case needs."""
    results = results_of(case)
    return ResultNeeds(
        {"evidence": files_of_result(case), "before": files_before(case)},
        results,
        frozenset() if results else frozenset({"close"}),
    )
