"""What the superior that issued a case says of its order."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeDeadline:
    """The superior sets another date for the case that it issued, earlier or later."""

    kind: Literal["change_deadline"] = "change_deadline"
    due_at: datetime
    reason: str
