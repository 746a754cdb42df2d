"""A closed case was looked at again."""

from dataclasses import dataclass
from typing import Literal

from domain.complaints import Evidence


@dataclass(frozen=True, slots=True, kw_only=True)
class LookedBack:
    """`held`: the result was still there; if not, a request to reopen the case follows."""

    kind: Literal["looked_back"] = "looked_back"
    held: bool
    note: str
    evidence: tuple[Evidence, ...] = ()
