"""The engine's own command, given whenever it wakes."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class Ring:
    """Do what is due: the engine's own command, given whenever it wakes."""

    kind: Literal["ring"] = "ring"
