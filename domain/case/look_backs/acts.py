"""What a person saw who looked at a closed case again."""

from dataclasses import dataclass
from typing import Literal

from domain.complaints import Evidence


@dataclass(frozen=True, slots=True, kw_only=True)
class LookBack:
    """Look again after the end (回头看). `held`: the result is still there."""

    kind: Literal["look_back"] = "look_back"
    held: bool
    note: str
    evidence: tuple[Evidence, ...] = ()
