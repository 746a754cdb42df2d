"""The holder signed for a case, or said what it did; a note was added."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from domain.complaints import Evidence


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Commented:
    kind: Literal["commented"] = "commented"
    text: str
