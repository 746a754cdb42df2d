"""What is done with the resources of the town for a case."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class Reserve:
    """Have these resources with the case from `start` (None: from now) until `until`.

    `part` names the joint action, task or other part that they are for; it frees them when it ends.
    """

    kind: Literal["reserve"] = "reserve"
    resources: tuple[str, ...]
    until: datetime
    start: datetime | None = None
    part: str | None = None
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """Give these resources back before their time is over."""

    kind: Literal["release"] = "release"
    resources: tuple[str, ...]
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmReservation:
    """The case looks once more at what it reserved in this row of its journal: its own message.

    Two cases can reserve the same at the same moment, before either sees the other. Each looks
    again once its row is in the journal, so at least one of them sees both.
    """

    kind: Literal["confirm_reservation"] = "confirm_reservation"
    row: int
    resource: str
    start: datetime
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class YieldReservation:
    """Another case reserved the resource first, at `at`: a message of that case."""

    kind: Literal["yield_reservation"] = "yield_reservation"
    case: str
    resource: str
    start: datetime
    until: datetime
    at: datetime
