"""What became of the superior's order."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadlineChanged:
    """`due_at` is the superior's date from now on; `before` the one it replaces, None if none."""

    kind: Literal["deadline_changed"] = "deadline_changed"
    due_at: datetime
    before: datetime | None = None
    reason: str
