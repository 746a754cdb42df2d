"""What a process says of itself in the database: /health of the console reads it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class ProcessState:
    """One service of one process. `reasons`: part -> why it is not ready, none while it is.

    `since`: when these parts became not ready, or all were. `silent_s`: since it last said so, by
    the clock of the database.
    """

    id: str
    service: str
    host: str
    begun_at: datetime
    since: datetime
    reasons: Mapping[str, str]
    silent_s: float = 0.0
