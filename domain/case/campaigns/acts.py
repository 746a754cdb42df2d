"""What a case brings for a campaign."""

from dataclasses import dataclass
from typing import Literal

from domain.complaints import Evidence


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """What the case brought for a campaign, in the campaign's unit of measure; a file shows it.

    With a negative amount and a note the leading group's office takes back what was too much.
    """

    kind: Literal["count"] = "count"
    campaign: str
    amount: int
    note: str = ""
    evidence: tuple[Evidence, ...] = ()
