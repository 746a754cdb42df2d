"""Coverage: passes over what was planned, and the grids that no patrol has passed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from domain.patrols.routes import Cancellation
from domain.patrols.stops import KeptStop
from domain.policy.model import Policy


@dataclass(frozen=True, slots=True)
class CoverageCount:
    """Of what was due: `passed` and `missed` together are what was planned."""

    passed: int = 0
    missed: int = 0

    @property
    def planned(self) -> int:
        return self.passed + self.missed

    @property
    def percent(self) -> int | None:
        """Return passes in percent of what was planned; None where nothing was."""
        return round(100 * self.passed / self.planned) if self.planned else None


@dataclass(frozen=True, slots=True)
class Coverage:
    """`uncovered`: the living grids without a pass, each with its last one before, if any.

    `cancelled`: the patrols that a person took off, in order of time: they are in no count.
    """

    whole: CoverageCount
    by_grid: Mapping[str, CoverageCount]
    by_unit: Mapping[str, CoverageCount]
    uncovered: Mapping[str, datetime | None]
    cancelled: tuple[Cancellation, ...] = ()


def coverage_of(
    policy: Policy,
    kept: Iterable[KeptStop],
    last_passes: Mapping[str, datetime],
    cancelled: Iterable[Cancellation] = (),
) -> Coverage:
    """Return the coverage of a period: of what its rows say, so it never changes afterwards.

    A patrol that is not over counts what was passed by now. `last_passes`: of each grid, at any
    time.
    """
    rows = [*kept]
    passed = {each.grid for each in rows if each.passed}
    living = [grid.id for grid in policy.grids if not grid.successors]
    return Coverage(
        whole=_count(rows),
        by_grid={
            grid: _count([each for each in rows if each.grid == grid])
            for grid in dict.fromkeys((*living, *sorted(each.grid for each in rows)))
        },
        by_unit={
            unit: _count([each for each in rows if each.unit == unit])
            for unit in sorted({each.unit for each in rows})
        },
        uncovered={grid: last_passes.get(grid) for grid in living if grid not in passed},
        cancelled=tuple(sorted(cancelled, key=lambda each: (each.at, each.patrol))),
    )


def _count(rows: list[KeptStop]) -> CoverageCount:
    passed = sum(each.passed for each in rows)
    return CoverageCount(passed, len(rows) - passed)
