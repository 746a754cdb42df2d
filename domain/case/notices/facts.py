"""Facts about what became of telling people. They change nothing of a case but its journal."""

from dataclasses import dataclass
from typing import Literal

from domain.case.notices.acts import Failure


@dataclass(frozen=True, slots=True, kw_only=True)
class Notified:
    """`person` was told of the rung in `row`; of `attempts` the last one succeeded."""

    kind: Literal["notified"] = "notified"
    row: int
    person: str
    attempts: int
    channel: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Undelivered:
    """`person` has not heard of the rung in `row`. Unless `final`, it is tried again."""

    kind: Literal["undelivered"] = "undelivered"
    row: int
    person: str
    attempts: int
    because: Failure
    final: bool
