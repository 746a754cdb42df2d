"""What a granted request led to."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class Extended:
    kind: Literal["extended"] = "extended"
    amount: timedelta
    reason: str
    promise_stays: Literal[True] | None = None
    """The promise to the citizen was broken before more time was asked for, so it stays broken."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reopened:
    """Back to the platform. The citizen clock goes on where it stood when the case was closed.

    `goes_on`: a refusal was found wrong, so all goes on as if it had not been given. `taken_back`:
    by who gave it, and the time since counts.
    """

    kind: Literal["reopened"] = "reopened"
    reason: str
    goes_on: Literal[True] | None = None
    taken_back: Literal[True] | None = None
