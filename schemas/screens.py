"""A screen on a wall of the town: who holds its link sees figures, and nothing personal."""

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256


@dataclass(frozen=True, slots=True)
class Screen:
    """`sha256`: of its token. `name`: where it hangs, unique in the tenant."""

    sha256: str
    tenant: str
    name: str
    made_at: datetime


@dataclass(frozen=True, slots=True)
class Escalation:
    """A rung that a clock of a case has reached."""

    at: datetime
    level: int
    case_id: str
    category: str | None
    grid: str | None
    holder: str | None


def screen_digest_of(token: str) -> str:
    return sha256(f"screen {token}".encode()).hexdigest()
