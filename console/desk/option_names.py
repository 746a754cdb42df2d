"""What forms let choose from: codes with their names in the language of the page."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from console.desk.names import TownNames
from domain.case.participants import parties
from domain.case.state import Case
from domain.policy.model import Policy


@dataclass(frozen=True, slots=True)
class Option:
    value: str
    name: str


@dataclass(frozen=True, slots=True)
class OptionNames:
    """The names of what a form lets choose from, in the language of the page.

    `loads`: unit -> how many cases it has, in words, where the person may know it.
    """

    _names: TownNames
    loads: Mapping[str, str] = field(default_factory=dict)

    def field(self, kind: str, name: str) -> str:
        return self._names.field(kind, name)

    def choice(self, code: str) -> str:
        return self._names.code("choice", code)

    def part(self, part: str) -> str:
        return self._names.part(part)

    def units(self, policy: Policy, among: Collection[str] | None = None) -> tuple[Option, ...]:
        """Return the units that are there today, only those `among` if they are given."""
        living = (unit for unit in policy.units if unit.successor is None)
        if among is not None:
            living = (unit for unit in living if unit.id in among)
        return tuple(Option(unit.id, self._loaded(unit.id)) for unit in living)

    def _loaded(self, unit: str) -> str:
        load = self.loads.get(unit, "")
        return f"{self._names.unit(unit)} · {load}" if load else self._names.unit(unit)

    def categories(self, policy: Policy) -> tuple[Option, ...]:
        return tuple(Option(each.id, self._names.category(each.id)) for each in policy.categories)

    def grids(self, policy: Policy) -> tuple[Option, ...]:
        living = (grid for grid in policy.grids if not grid.successors)
        return tuple(Option(grid.id, self._names.grid(grid.id)) for grid in living)

    def people(self, policy: Policy, case: Case) -> tuple[Option, ...]:
        """Return the people of the units that have to do with the case, as UNIT:PERSON."""
        units = {*parties(case), *(unit for part in case.open_parts() for unit in part.units)}
        return tuple(
            Option(f"{person.unit}:{person.id}", f"{self._names.unit(person.unit)} {person.name}")
            for person in sorted(policy.roster.people, key=lambda each: each.unit)
            if person.unit in units
        )

    def officers(self, policy: Policy, unit: str | None) -> tuple[Option, ...]:
        return tuple(
            Option(person.id, person.name)
            for person in policy.roster.people
            if person.unit == unit and person.certificate is not None
        )
