"""A deadline passed, or a rung of a ladder was reached."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from domain.people.rosters import Told
from domain.sla.ladders import Action, Late


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadlineMissed:
    """A fact, written once, when it happened; `due_at` is the deadline that passed."""

    kind: Literal["deadline_missed"] = "deadline_missed"
    clock: str
    due_at: datetime
    of: str | None = None
    """The case that joined this one, if the promise was made there: that one is late, not this."""
    provisional: bool | None = None
    """True if `due_at` counted days whose holidays were not published in the case's calendar."""
    units: tuple[str, ...] | None = None
    """Whose miss it is: the units that had the turn. None in earlier rows, or if no unit had it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RungReached:
    """One step of a clock's ladder, done once.

    `outcome` fire: `told` were told. collapse: gave way to `collapsed_into`. record: written down.
    `note` says why the action did not happen, where it could not.
    """

    kind: Literal["rung_reached"] = "rung_reached"
    clock: str
    rung: str
    level: int
    action: Action
    outcome: Late
    moment: datetime
    late: bool
    told: tuple[Told, ...] = ()
    gaps: tuple[str, ...] = ()
    collapsed_into: str | None = None
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadlineMoved:
    """The deadline lies ahead again; what the earlier one had led to is overtaken.

    `due_at` is the new deadline. `missed`: the earlier one had been missed, which counts no more;
    False also where a miss stays in the figures. `rungs` are armed
    again, in the order of the ladder. `level` is the level that then stands. `provisional`: as in
    DeadlineMissed.
    """

    kind: Literal["deadline_moved"] = "deadline_moved"
    clock: str
    due_at: datetime
    missed: bool
    rungs: tuple[str, ...]
    level: int
    provisional: bool | None = None
