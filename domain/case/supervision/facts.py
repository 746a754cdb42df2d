"""How a case is supervised, and what was reported to the superior."""

from dataclasses import dataclass
from typing import Literal

from domain.vocabulary import Callback, Supervision


@dataclass(frozen=True, slots=True, kw_only=True)
class Appointed:
    kind: Literal["appointed"] = "appointed"
    lead: str
    members: tuple[str, ...]
    instruction: str
    level: Supervision
    reason: str | None = None
    """Why the level is lower than before, or the listed lead does not lead; None where neither."""
    passed_over: str | None = None
    """The lead that the responsibility list names, where another unit leads."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Circulated:
    """`level`: the level of the case that it stands for by itself; None for a rung or a person."""

    kind: Literal["circulated"] = "circulated"
    unit: str
    text: str
    level: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportedUp:
    """Reported to the superior: the one that issued the case, or the one above the town (L6).

    `callback` and `solved` are what the citizen said before, None where nobody was asked.
    """

    kind: Literal["reported_up"] = "reported_up"
    to: str
    note: str = ""
    awaits: bool = False
    """Whether the case now waits for the superior to write it off."""
    callback: Callback | None = None
    solved: bool | None = None
    their_turn: Literal[True] | None = None
    """The town's clocks wait, caps included, and the superior has one. None in earlier rows."""
