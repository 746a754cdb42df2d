"""The engine's own command, given whenever it wakes."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class Ring:
    """Do what is due: the engine's own command, given whenever it wakes.

    As the terms of a part it says what opened it: a rung, or where `rung` is None the deadline, of
    a clock.
    """

    kind: Literal["ring"] = "ring"
    clock: str | None = None
    rung: str | None = None
