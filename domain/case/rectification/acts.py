"""What has to be put right: promised, ordered, served (整改)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from domain.complaints import Evidence


@dataclass(frozen=True, slots=True, kw_only=True)
class Commit:
    """A signed commitment (the file is the evidence) to do something until a moment."""

    kind: Literal["commit"] = "commit"
    whom: str
    measures: str
    until: datetime
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderRectification:
    """What has to be put right, item by item, within `days` natural days of the serving."""

    kind: Literal["order_rectification"] = "order_rectification"
    whom: str
    items: tuple[str, ...]
    days: int = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Serve:
    """An order, or the notice of an interview, was handed over; the evidence is the proof.

    `served_at`: when, where it is recorded later; None: now. So who was summoned in time and did
    not come is recorded as such also where the summons is typed after its hour, and the days of an
    order count from its serving.
    """

    kind: Literal["serve"] = "serve"
    part: str
    note: str = ""
    evidence: tuple[Evidence, ...] = ()
    served_at: datetime | None = None
