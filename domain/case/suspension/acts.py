"""Let the clocks of a case stand still, and run again (挂账, 恢复)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class Suspend:
    """Stand still for a stated reason until a stated moment (挂账); once a case.

    `measures`: the plan of what is done meanwhile. No case rests without one.
    """

    kind: Literal["suspend"] = "suspend"
    reason: str
    until: datetime
    measures: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AskSuspension:
    """Ask for a rest until a moment; `measures`: the plan of what is done meanwhile."""

    kind: Literal["ask_suspension"] = "ask_suspension"
    reason: str
    until: datetime
    measures: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Resume:
    kind: Literal["resume"] = "resume"
    reason: str = ""
