"""How the lead of a category is found, where the responsibility list names no unit for all places.

Not here: which unit that is for a place (domain/planning/leads.py).
"""

from dataclasses import dataclass
from enum import StrEnum

from typing_extensions import override

PART = "part"
"""What has an owner: a city part (部件) of the inventory."""
PLATFORM = "platform"
"""In `else` of a lead: the platform of the policy, whatever the id of that unit is."""


class OpenLead(StrEnum):
    """Why a case that has been triaged has no unit yet: what the platform has to find out."""

    OWNER_UNKNOWN = "owner_unknown"  # 权属不明: no one knows whose the thing is
    CHOICE = "to_choose"  # 选派: one of several units that may lead
    NO_UNIT = "no_unit_here"  # 无对应单位: the place has no unit for this kind of work


@dataclass(frozen=True, slots=True)
class GridUnit:
    """The unit of a grid for one kind of work: its street office, its squad, its cleaning."""

    work: str
    unit: str


@dataclass(frozen=True, slots=True)
class UnitSpec:
    """A unit, or that of the place's grid for a kind of work: one of the two is set."""

    unit: str = ""
    grid: str = ""

    @override
    def __str__(self) -> str:
        return self.unit or f"{self.grid} of the grid"


@dataclass(frozen=True, slots=True)
class LeadRule:
    """How the lead is found: by the kind of work `grid`, by a choice of the platform, or as the
    owner of the thing whose number the complaint has (`owner_of` PART).

    `choose`: the units of which the platform chooses one. `otherwise` leads where that finds no
    unit: a unit, or PLATFORM, which then finds one; None: the same, and no place may be without.
    """

    grid: str = ""
    choose: tuple[UnitSpec, ...] = ()
    otherwise: str | None = None
    owner_of: str = ""


@dataclass(frozen=True, slots=True)
class ZoneLead:
    """Which unit leads a category in the grids of a zone, in place of the category's `lead`."""

    zone: str
    unit: str
