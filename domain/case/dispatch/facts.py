"""A case came to a unit, or back from it."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class Dispatched:
    """`unit_kind`: of what kind the unit is, which decides what it may do with the case."""

    kind: Literal["dispatched"] = "dispatched"
    unit: str
    designated: bool = False
    reason: str = ""
    goes_on: Literal[True] | None = None
    """The unit had the case before: it gets no more time than it had; or it has what is left of the
    time of the unit that has raised it. None in earlier rows.
    """
    unit_kind: str | None = None
    again: Literal[True] | None = None
    """The case is handled again (重办), also by this unit. None in earlier rows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Returned:
    kind: Literal["returned"] = "returned"
    unit: str
    reason: str
    suggested_unit: str | None = None
