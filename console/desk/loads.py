"""How many cases each unit has, as bars: late, near, and the rest."""

from collections.abc import Sequence
from dataclasses import dataclass

from console.desk.context import Visit
from console.desk.lists import Query
from console.desk.option_names import OptionNames
from store.cases.tallies import UnitTally


@dataclass(frozen=True, slots=True)
class LoadView:
    """One unit. Widths are percent of the longest bar, the later over the earlier ones; `links`:
    all open cases, the late ones, and those of level 3 or above.
    """

    name: str
    open: int
    late: int
    near: int
    high: int
    widths: tuple[float, float, float]
    links: tuple[str, str, str]


def loads_of(units: Sequence[UnitTally], visit: Visit) -> list[LoadView]:
    """Return the units that have open cases, or answer for the deadline of one; cases that no unit
    has are not theirs.
    """
    held = [each for each in units if each.unit is not None and _longest(each)]
    most = max(map(_longest, held), default=1)
    return [_view(each, most, visit) for each in held]


def _longest(tally: UnitTally) -> int:
    """Return the longest of a unit's bars: it may answer for more cases than it has."""
    return max(tally.open, tally.late + tally.near)


def _view(tally: UnitTally, most: int, visit: Visit) -> LoadView:
    def percent(number: int) -> float:
        return round(100 * number / most, 2)

    unit = Query(unit=tally.unit or "")
    return LoadView(
        visit.names.unit(tally.unit),
        tally.open,
        tally.late,
        tally.near,
        tally.high,
        (percent(tally.open), percent(tally.late + tally.near), percent(tally.late)),
        (
            f"/cases?{unit}",
            f"/cases?{Query(owes=unit.unit, light='red')}",
            f"/cases?{Query(owes=unit.unit, level='3')}",
        ),
    )


async def option_names(visit: Visit, kind: str) -> OptionNames:
    """Return the names of what a form lets choose from; of units that a case can be given to, with
    their load, for those who read the whole town.
    """
    if kind not in _GIVES or not visit.reach.whole_tenant:
        return OptionNames(visit.names)
    found = await visit.reader.overview([], visit.now)
    tallies = {each.unit: each for each in found.units if each.unit is not None}
    loads = {
        unit.id: visit.words(
            "has %(open)s, answers for %(late)s late",
            open=tallies[unit.id].open if unit.id in tallies else 0,
            late=tallies[unit.id].late if unit.id in tallies else 0,
        )
        for unit in visit.policy.units
    }
    return OptionNames(visit.names, loads)


_GIVES = frozenset({"answer", "appoint", "dispatch", "give_task", "hold", "return", "triage"})
"""Acts by which a unit gets a case, or work of one."""
