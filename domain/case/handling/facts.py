"""The holder signed for a case, or said what it did; a note was added; a file was known before."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Literal

from domain.complaints import Evidence
from domain.vocabulary import Response


@dataclass(frozen=True, slots=True, kw_only=True)
class Signed:
    kind: Literal["signed"] = "signed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Progressed:
    kind: Literal["progressed"] = "progressed"
    note: str
    evidence: tuple[Evidence, ...] = ()
    safe: Literal[True] | None = None
    """The danger is over. None where the unit did not say so."""
    step: str | None = None
    done_by: datetime | None = None
    response: Response | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Commented:
    kind: Literal["commented"] = "commented"
    text: str


class Relation(StrEnum):
    """Why a file of another case may show this one."""

    MATTER = "matter"  # one follows the other, or led to it
    PLACE = "place"


@dataclass(frozen=True, slots=True)
class EarlierUse:
    """A file that was handed in to another case, `at` first. `same`: what the two cases share."""

    sha256: str
    case: str
    at: datetime
    same: Relation | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenBefore:
    """Files of the command, or of the result that it is about, were evidence in other cases."""

    kind: Literal["seen_before"] = "seen_before"
    files: tuple[EarlierUse, ...]
