"""Facts about cases that belong together."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class Merged:
    kind: Literal["merged"] = "merged"
    into: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Unmerged:
    """`stood`: so much of the holder's time passed while the case was merged.

    `ran_on`: one person merged and separated it, or a person separated what its unit had signed, so
    no clock but those of parts has stood still meanwhile; `parts_ran_on`: nor have those.
    """

    kind: Literal["unmerged"] = "unmerged"
    into: str
    reason: str
    stood: timedelta | None = None
    ran_on: Literal[True] | None = None
    parts_ran_on: Literal[True] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Joined:
    """`due_at`: what was promised to the other citizen, if that is earlier than what stands.

    `by_rule`: a rule merged it, so `scatter` separates it. None is not
    written, so rows of before `scatter` keep their bytes. `files`: the digests of what its
    reporters sent, which shows no result here either. `provisional`: True if `due_at` counts days
    whose holidays are not published. `dues`: by which moments clocks of this case end now, because
    those of the other would have, and `unit` which unit had it; None: none ends earlier by it.
    """

    kind: Literal["joined"] = "joined"
    case: str
    due_at: datetime | None = None
    by_rule: Literal[True] | None = None
    files: tuple[str, ...] | None = None
    provisional: bool | None = None
    dues: tuple[tuple[str, datetime], ...] | None = None
    unit: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    kind: Literal["left"] = "left"
    case: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Linked:
    kind: Literal["linked"] = "linked"
    to: str
    score: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Unlinked:
    kind: Literal["unlinked"] = "unlinked"
    to: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Scattered:
    """`cases`: those that a rule had merged into this one, and that now go their own way."""

    kind: Literal["scattered"] = "scattered"
    cases: tuple[str, ...]
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StaysMerged:
    """Its citizen said that it is another matter, and a person decided that it is not.

    `reason`: what the citizen is told.
    """

    kind: Literal["stays_merged"] = "stays_merged"
    into: str
    reason: str
