"""What both rebuilds share: cases folded again from their rows, how far it is, what went wrong."""

import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from pydantic import ValidationError

from domain.audit.hash_chain import first_break
from domain.case.events import Event
from domain.case.evolve import fold
from domain.case.state import Case
from schemas.journal import event_of
from store.cases.rebuilding import PostgresRebuilding, StoredCase

LISTED = 500
"""So many cases of each kind are named; all are counted."""
TELL_EVERY_S = 2.0


class RebuildResult(StrEnum):
    """What was found, or done. Codes are for programs: never rename one."""

    # of the read model
    AS_IT_SHOULD_BE = "as_it_should_be"
    PUT = "put"  # its row was missing, or another
    DROPPED = "dropped"  # a row of a case that the journal does not have
    # of workflows
    OVER = "over"  # nothing more happens in it
    RUNS = "runs"
    BEGUN = "begun"
    SAID_AGAIN = "said_again"  # what one case told another, which has no row of it
    # of both
    BROKEN = "broken"  # nothing was done: its rows do not hold together, or cannot be read
    FAILED = "failed"  # Temporal would never take it


TROUBLE = frozenset({RebuildResult.BROKEN, RebuildResult.FAILED})
CHANGES = frozenset(
    {RebuildResult.PUT, RebuildResult.DROPPED, RebuildResult.BEGUN, RebuildResult.SAID_AGAIN}
)


@dataclass(frozen=True, slots=True)
class RebuildFinding:
    what: RebuildResult
    case_id: str
    detail: str


@dataclass(slots=True)
class RebuildReport:
    """`dry` where nothing was done, and the report says what would be."""

    dry: bool
    counts: dict[RebuildResult, int] = field(default_factory=dict)
    listed: list[RebuildFinding] = field(default_factory=list)
    tell: Callable[[RebuildFinding], None] = lambda _found: None

    def add(self, what: RebuildResult, case_id: str, detail: str = "") -> None:
        """Counted; and named where something was changed or is wrong."""
        self.counts[what] = number = self.counts.get(what, 0) + 1
        if number <= LISTED and what in TROUBLE | CHANGES:
            found = RebuildFinding(what, case_id, detail)
            self.listed.append(found)
            self.tell(found)

    def number(self, *whats: RebuildResult) -> int:
        return sum(self.counts.get(what, 0) for what in whats)

    def as_json(self) -> dict[str, Any]:
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
    """Tells now and then how far it is: of how many cases, and how many a second."""

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


@dataclass(frozen=True, slots=True)
class Folded:
    kept: StoredCase
    events: list[Event]
    case: Case


class BrokenChain(Exception):
    """Nothing can be computed from these rows; the message says where they fail."""


def folded(kept: StoredCase) -> Folded:
    """The case as its rows say. Raises BrokenChain."""
    found = first_break(kept.case_id, kept.rows)
    if found is not None:
        raise BrokenChain(f"row {found.seq} {found.reason}")
    if len(kept.rows) != kept.head:
        raise BrokenChain(f"its head is at row {kept.head}, and {len(kept.rows)} rows are kept")
    events = list[Event]()
    for row in kept.rows:
        try:
            events.append(event_of(row.body))
        except ValidationError as error:
            raise BrokenChain(f"row {row.seq} is of no form that this release reads") from error
    try:
        return Folded(kept, events, fold(events))
    except ValueError as error:
        raise BrokenChain("its rows are no life of a case") from error


async def every_case(
    store: PostgresRebuilding, report: RebuildReport, progress: RebuildProgress
) -> AsyncIterator[list[Folded]]:
    """All cases that the journal has, some at a time; the broken ones are reported instead."""
    async for stretch in store.stretches():
        yield sound(stretch, report)
        progress.more(len(stretch))


def sound(stretch: list[StoredCase], report: RebuildReport) -> list[Folded]:
    """Those that can be folded; the others are reported."""
    found = list[Folded]()
    for kept in stretch:
        try:
            found.append(folded(kept))
        except BrokenChain as error:
            report.add(RebuildResult.BROKEN, kept.case_id, str(error))
    return found
