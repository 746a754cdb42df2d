"""The holder's work: sign, progress; and what anybody may add: a comment."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from domain.complaints import Evidence
from domain.vocabulary import Response


@dataclass(frozen=True, slots=True, kw_only=True)
class Sign:
    kind: Literal["sign"] = "sign"


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """What the unit has done so far. `safe`: the danger is over, the matter not yet solved.

    `step`: which step of the standard is done. `done_by`: by when all will be, where the standard
    lets the unit name a date. `response`: what it was, if it is the first response.
    """

    kind: Literal["progress"] = "progress"
    note: str
    evidence: tuple[Evidence, ...] = ()
    safe: bool = False
    step: str | None = None
    done_by: datetime | None = None
    response: Response | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Comment:
    kind: Literal["comment"] = "comment"
    text: str
