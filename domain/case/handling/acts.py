"""The holder's work: sign, progress; and what anybody may add: a comment."""

from dataclasses import dataclass
from typing import Literal

from domain.complaints import Evidence


@dataclass(frozen=True, slots=True, kw_only=True)
class Sign:
    kind: Literal["sign"] = "sign"


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """What the unit has done so far. `safe`: the danger is over, the matter not yet solved."""

    kind: Literal["progress"] = "progress"
    note: str
    evidence: tuple[Evidence, ...] = ()
    safe: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Comment:
    kind: Literal["comment"] = "comment"
    text: str
