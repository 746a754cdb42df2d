"""Hand-offs: to a unit, and back to the platform."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class Dispatch:
    """Hand the case to a unit. A designated unit cannot return it.

    Who rules on disputes designates, after a unit has returned the case.
    """

    kind: Literal["dispatch"] = "dispatch"
    unit: str
    reason: str = ""
    designated: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Return:
    """The holder says it is not theirs: a request the first time, a ruling the second."""

    kind: Literal["return"] = "return"
    reason: str
    suggested_unit: str | None = None
