"""What happened to the resources of a case."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Literal

from domain.policy.resources import ResourceUse


class FreedBecause(StrEnum):
    """Why a case has a resource no more before the time is over."""

    RELEASED = "released"  # a person gave it back
    PART_ENDED = "part_ended"
    CASE_ENDED = "case_ended"  # or it follows another case
    CONFLICT = "conflict"  # another case reserved it first, at the same time


@dataclass(frozen=True, slots=True, kw_only=True)
class Reserved:
    """`unit` holds the resource, which is called `name`."""

    kind: Literal["reserved"] = "reserved"
    resource: str
    name: str
    unit: str
    use: ResourceUse | None = None
    start: datetime
    until: datetime
    part: str | None = None
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReservationConfirmed:
    """No other case had it first. `over`: cases that reserved it later, and have to yield."""

    kind: Literal["reservation_confirmed"] = "reservation_confirmed"
    row: int
    resource: str
    over: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ResourceFreed:
    """`row` reserved it. `case`: the other case, of a conflict."""

    kind: Literal["resource_freed"] = "resource_freed"
    row: int
    resource: str
    because: FreedBecause
    reason: str = ""
    case: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FileDoubted:
    """The file names a recorder that was not reserved for the case when it was taken."""

    kind: Literal["file_doubted"] = "file_doubted"
    sha256: str
    recorder: str
    taken_at: datetime
