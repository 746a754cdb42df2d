"""A case came to a unit, or back from it."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class Dispatched:
    kind: Literal["dispatched"] = "dispatched"
    unit: str
    designated: bool = False
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Returned:
    kind: Literal["returned"] = "returned"
    unit: str
    reason: str
    suggested_unit: str | None = None
