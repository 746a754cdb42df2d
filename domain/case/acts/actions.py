"""Joint actions, and what a case brings for a campaign."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from domain.complaints import Evidence


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanAction:
    """A joint action of several units; the holder always takes part.

    `people` and `vehicles` are how many are planned, of all units together.
    """

    kind: Literal["plan_action"] = "plan_action"
    units: tuple[str, ...]
    at: datetime
    goal: str
    people: int
    vehicles: int = 0


@dataclass(frozen=True, slots=True)
class Counter:
    """What an action brought, counted: 40 dogs, 3 t of scrap."""

    name: str
    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportAction:
    """The roll call and the result: how many really came, and what it brought. Ends the action."""

    kind: Literal["report_action"] = "report_action"
    part: str
    text: str
    people: int
    vehicles: int = 0
    counters: tuple[Counter, ...] = ()
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """What the case brought for a campaign, in the campaign's unit of measure.

    A negative amount puts right what was counted too much.
    """

    kind: Literal["count"] = "count"
    campaign: str
    amount: int
    note: str = ""
