"""What a case brings for a campaign."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """What the case brought for a campaign, in the campaign's unit of measure.

    A negative amount puts right what was counted too much.
    """

    kind: Literal["count"] = "count"
    campaign: str
    amount: int
    note: str = ""
