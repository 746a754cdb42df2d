"""Hotspots: places where much more of a kind was reported in a week than was to be expected.

A week is compared with the twelve weeks before it, in the same place and of the same category. All
places and categories are looked at together, so that of what is named at most one in ten is chance
(Benjamini and Hochberg, 1995).
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

WEEK = 7
WEEKS_BEFORE = 12
FALSE_SHARE = 0.10
LEAST_REPORTERS = 3
"""So many different people must have reported: one who calls every day is no hotspot."""
_PRIOR = 0.5
_SUNDAY, _WEDNESDAY, _SATURDAY = 6, 2, 5


@dataclass(frozen=True, slots=True)
class PlacedReport:
    """One case as it came. `reporter`: by what people are told apart; "" where nothing says it."""

    case: str
    day: date
    grid: str
    category: str
    reporter: str


@dataclass(frozen=True, slots=True)
class Hotspot:
    """`grids`: one, or one and those beside it. `before`: reports there in the weeks before.

    `chance`: the probability of as many reports or more if nothing had changed.
    """

    grids: tuple[str, ...]
    category: str
    cases: tuple[str, ...]
    reporters: int
    before: int
    expected: float
    chance: float

    @property
    def why(self) -> str:
        """Return the reason in a sentence."""
        weeks = max(1, round(1 / self.chance)) if self.chance > 0 else 10**9
        return (
            f"{len(self.cases)} reports by {self.reporters} people in 7 days; "
            f"{self.expected:.1f} were to be expected by the {self.before} of the "
            f"{WEEKS_BEFORE} weeks before; by chance so many come in one week of {weeks:,}"
        )


@dataclass(frozen=True, slots=True)
class _Cell:
    grids: tuple[str, ...]
    category: str
    week: tuple[PlacedReport, ...]
    before: int


def hotspots(
    reports: Iterable[PlacedReport],
    last_day: date,
    *,
    is_off: Callable[[date], bool],
    beside: Mapping[str, frozenset[str]] | None = None,
) -> tuple[Hotspot, ...]:
    """Return the hotspots of the seven days that end with `last_day`, the least likely first.

    `is_off`: whether offices are closed on a day; days off are compared with days off. `beside`:
    the grids beside each grid, so that what lies on a border is seen. A place of several grids is
    named only where it is less likely than each grid of it.
    """
    first = last_day - timedelta(days=WEEK - 1)
    begin = first - timedelta(days=WEEK * WEEKS_BEFORE)
    known = [each for each in reports if begin <= each.day <= last_day]
    share = _share_of_week(known, begin, first, last_day, is_off)
    cells = list(_cells(known, first, beside or {}))
    number = _looked_at(known, beside or {})
    found = [(chance_of(len(cell.week), cell.before, share), cell) for cell in cells]
    named = _benjamini_hochberg(sorted(found, key=lambda each: each[0]), number)
    spots = [
        Hotspot(
            cell.grids,
            cell.category,
            tuple(sorted(each.case for each in cell.week)),
            _people(cell.week),
            cell.before,
            share * cell.before,
            chance,
        )
        for chance, cell in named
        if _people(cell.week) >= LEAST_REPORTERS
    ]
    return tuple(_without_parts(spots))


def chance_of(seen: int, before: int, share: float) -> float:
    """Return the probability of `seen` reports or more in a week, given those of before.

    `share` is how long the week is, compared with all the time before, day by day. The rate is not
    known but by `before`, so what is to be expected has a negative binomial distribution (a Poisson
    number of reports, its rate as uncertain as a Jeffreys prior leaves it).
    """
    size, step = before + _PRIOR, share / (1 + share)
    at_zero = (1 - step) ** size
    below, term = 0.0, at_zero
    for number in range(seen):
        below += term
        term *= (size + number) / (number + 1) * step
    return max(0.0, 1.0 - below)


def _share_of_week(
    reports: Sequence[PlacedReport],
    begin: date,
    first: date,
    last: date,
    is_off: Callable[[date], bool],
) -> float:
    """Return the week's length as a share of the time before, each day weighed by how much the town
    reports on such days.
    """
    days = [begin + timedelta(days=n) for n in range((last - begin).days + 1)]
    of_day = Counter(each.day for each in reports if each.day < first)
    seen, number = Counter[int](), Counter[int]()
    for day in days:
        if day < first:
            seen[_kind(day, is_off)] += of_day[day]
            number[_kind(day, is_off)] += 1
    everywhere = (sum(seen.values()) + 1) / sum(number.values())

    def weight(day: date) -> float:
        kind = _kind(day, is_off)
        # As if a week of ordinary days had been seen as well: few days of a kind say little.
        return (seen[kind] + WEEK * everywhere) / (number[kind] + WEEK)

    week = sum(weight(day) for day in days if day >= first)
    return week / sum(weight(day) for day in days if day < first)


def _kind(day: date, is_off: Callable[[date], bool]) -> int:
    """Return the weekday that a day is like: a holiday is a Sunday, a make-up day a Wednesday."""
    weekday = day.weekday()
    if weekday < _SATURDAY:
        return _SUNDAY if is_off(day) else weekday
    return weekday if is_off(day) else _WEDNESDAY


def _cells(
    reports: Sequence[PlacedReport], first: date, beside: Mapping[str, frozenset[str]]
) -> Iterable[_Cell]:
    """Yield the places and categories with a report in the week; all others have a chance of 1."""
    week: dict[tuple[str, str], list[PlacedReport]] = {}
    before = Counter[tuple[str, str]]()
    for each in reports:
        key = (each.grid, each.category)
        if each.day >= first:
            week.setdefault(key, []).append(each)
        else:
            before[key] += 1
    for grid, category in sorted(week):
        yield _Cell((grid,), category, tuple(week[grid, category]), before[grid, category])
        around = (grid, *sorted(beside.get(grid, frozenset())))
        if len(around) > 1:
            known = tuple(each for one in around for each in week.get((one, category), ()))
            yield _Cell(around, category, known, sum(before[one, category] for one in around))


def _looked_at(reports: Sequence[PlacedReport], beside: Mapping[str, frozenset[str]]) -> int:
    """Return how many places and categories were looked at, also those without a report."""
    grids, categories = {each.grid for each in reports}, {each.category for each in reports}
    around = sum(1 for grid in grids if beside.get(grid))
    return (len(grids) + around) * len(categories)


def _benjamini_hochberg(
    found: Sequence[tuple[float, _Cell]], number: int
) -> Sequence[tuple[float, _Cell]]:
    last = 0
    for rank, (chance, _) in enumerate(found, start=1):
        if chance <= FALSE_SHARE * rank / max(number, 1):
            last = rank
    return found[:last]


def _people(reports: Iterable[PlacedReport]) -> int:
    """Count different people; all reports of whom nothing is known count as one person."""
    return len({each.reporter for each in reports})


def _without_parts(spots: Sequence[Hotspot]) -> Iterable[Hotspot]:
    """Yield each hotspot, least likely first, that shares no case with one that was named."""
    named: set[str] = set()
    for spot in sorted(spots, key=lambda each: (each.chance, len(each.grids), each.grids)):
        if not named.intersection(spot.cases):
            named.update(spot.cases)
            yield spot
