"""Take back what one has asked for."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class Retract:
    """A request is taken back before it is answered: it lapses, and no time is gained by it."""

    kind: Literal["retract"] = "retract"
    part: str
    reason: str
