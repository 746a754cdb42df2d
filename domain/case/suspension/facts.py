"""A case rests until a moment, or goes on."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class Suspended:
    """`measures` are those of an order; those of a request are in the row in which it was asked."""

    kind: Literal["suspended"] = "suspended"
    reason: str
    until: datetime
    measures: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Resumed:
    """`at` may lie before the event: a suspension ends when it said it would."""

    kind: Literal["resumed"] = "resumed"
    at: datetime
    reason: str = ""
