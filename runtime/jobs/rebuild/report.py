"""What a rebuild did, how far it is, and what went wrong."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

LISTED = 500
"""How many cases of each result are listed. All are counted."""
TELL_EVERY_S = 2.0


class RebuildResult(StrEnum):
    """What was found in a case, or done to it. Programs read these codes: never rename one."""

    # of the read model
    AS_IT_SHOULD_BE = "as_it_should_be"
    PUT = "put"  # its row was missing or wrong
    DROPPED = "dropped"  # a row of a case that the journal does not have
    # of workflows
    OVER = "over"  # nothing more happens in it
    RUNS = "runs"
    BEGUN = "begun"
    SAID_AGAIN = "said_again"  # a message between cases of which its receiver has no row
    # of both
    BROKEN = "broken"  # nothing was done: its rows do not hold together, or cannot be read
    FAILED = "failed"  # Temporal would never accept it


TROUBLE = frozenset({RebuildResult.BROKEN, RebuildResult.FAILED})
CHANGES = frozenset(
    {
        RebuildResult.PUT,
        RebuildResult.DROPPED,
        RebuildResult.BEGUN,
        RebuildResult.SAID_AGAIN,
    }
)


@dataclass(frozen=True, slots=True)
class RebuildFinding:
    what: RebuildResult
    case_id: str
    detail: str


@dataclass(slots=True)
class RebuildReport:
    """Counts of all results, and the cases that were changed or are wrong.

    With `dry` nothing was done, and the report says what would be. `tell` is called with each
    finding that is listed.
    """

    dry: bool
    counts: dict[RebuildResult, int] = field(default_factory=dict)
    listed: list[RebuildFinding] = field(default_factory=list)
    tell: Callable[[RebuildFinding], None] = lambda _finding: None

    def add(self, what: RebuildResult, case_id: str, detail: str = "") -> None:
        """Count a result; list it if the case was changed or is wrong."""
        self.counts[what] = number = self.counts.get(what, 0) + 1
        if number <= LISTED and what in TROUBLE | CHANGES:
            finding = RebuildFinding(what, case_id, detail)
            self.listed.append(finding)
            self.tell(finding)

    def number(self, *whats: RebuildResult) -> int:
        """Return how many cases had one of these results."""
        return sum(self.counts.get(what, 0) for what in whats)

    def as_json(self) -> dict[str, Any]:
        """Return the report for `--json`; its keys are read by programs."""
        return {
            "dry_run": self.dry,
            "counts": {what.value: number for what, number in self.counts.items()},
            "listed": [
                {"what": each.what.value, "case": each.case_id, "detail": each.detail}
                for each in self.listed
            ],
        }


@dataclass(slots=True)
class RebuildProgress:
    """Says every few seconds how many of `total` cases are done, and how many a second."""

    total: int
    tell: Callable[[str], None]
    done: int = 0
    _begun: float = field(default_factory=time.monotonic)
    _told: float = field(default_factory=time.monotonic)

    def more(self, cases: int) -> None:
        self.done += cases
        now = time.monotonic()
        if now - self._told >= TELL_EVERY_S:
            self._told = now
            rate = self.done / (now - self._begun)
            self.tell(f"{self.done:,} of {self.total:,} cases, {rate:,.0f} a second")
