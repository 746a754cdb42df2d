"""The check of what was reported or ordered."""

from dataclasses import dataclass
from typing import Literal

from domain.complaints import Evidence


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """Somebody else looks: at a reported task, or at what was to be put right (复查)."""

    kind: Literal["check"] = "check"
    part: str
    passed: bool
    note: str
    evidence: tuple[Evidence, ...] = ()
