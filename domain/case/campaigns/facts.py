"""A case brought something for a campaign."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    kind: Literal["counted"] = "counted"
    campaign: str
    amount: int
    note: str = ""
