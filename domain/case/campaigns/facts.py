"""A case brought something for a campaign."""

from dataclasses import dataclass
from typing import Literal

from domain.complaints import Evidence


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    kind: Literal["counted"] = "counted"
    campaign: str
    amount: int
    note: str = ""
    evidence: tuple[Evidence, ...] | None = None
    """What shows it. None in earlier rows, and where something was taken back."""
