"""What `sanban reconcile` found: where records, outcomes, cases, workflows and journal disagree.

Each step first asks what is cheap to ask (the ledger, Temporal's visibility). Only what seems wrong
there is asked of the source that knows for sure (the broker, a workflow). Memory does not grow with
the number of records.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

LISTED = 500
"""How many discrepancies of each kind are listed. All are counted."""


class DiscrepancyKind(StrEnum):
    """What disagrees. Programs read these codes: never rename one."""

    NO_OUTCOME = "no_outcome"  # a record below the committed offset has no outcome
    NO_CASE = "no_case"  # a record was accepted; its case neither runs nor has a journal row
    NO_WORKFLOW = "no_workflow"  # a case is open in the journal, and no workflow runs for it
    NO_JOURNAL = "no_journal"  # a workflow has run for a while and has no journal row
    HELD = "held"  # a record without an outcome has held an event's identity for long
    OVERDUE = "overdue"  # a parked record is past its limit
    UNDECIDED = "undecided"  # a record has been in the topic for long, and intake is not there yet
    OPEN_TRANSACTION = "open_transaction"  # a publisher's, for long: what follows cannot be read
    NOT_KEPT = "not_kept"  # the ledger says parked, and the record's bytes were not kept


@dataclass(frozen=True, slots=True)
class Discrepancy:
    """`where` is a position or a case; `do` says what to do, `repaired` what was done."""

    kind: DiscrepancyKind
    where: str
    detail: str
    do: str
    repaired: str | None = None


@dataclass(slots=True)
class ReconciliationReport:
    """What was looked at, how many discrepancies were found, and the first `LISTED` of each kind.

    `tell` is called with each one that is listed, as soon as it is found.
    """

    looked_at: Counter[str] = field(default_factory=Counter)
    waiting: int = 0  # offsets that are not decided, so that nothing is proved of them
    found: Counter[DiscrepancyKind] = field(default_factory=Counter)
    repaired: Counter[DiscrepancyKind] = field(default_factory=Counter)
    listed: list[Discrepancy] = field(default_factory=list)
    tell: Callable[[Discrepancy], None] = lambda _discrepancy: None

    def add(self, discrepancy: Discrepancy) -> None:
        kind = discrepancy.kind
        self.found[kind] += 1
        if discrepancy.repaired is not None:
            self.repaired[kind] += 1
        if self.found[kind] <= LISTED:
            self.listed.append(discrepancy)
            self.tell(discrepancy)

    @property
    def left(self) -> int:
        """How many were not repaired."""
        return self.found.total() - self.repaired.total()

    def unlisted(self) -> Iterator[tuple[DiscrepancyKind, int]]:
        """Yield each kind that has more than are listed, and how many more."""
        for kind, number in self.found.items():
            if number > LISTED:
                yield kind, number - LISTED

    def as_json(self) -> dict[str, Any]:
        """Return the report for `--json`; its keys are read by programs."""
        return {
            "looked_at": dict(self.looked_at),
            "odd": {kind.value: number for kind, number in self.found.items()},
            "repaired": {kind.value: number for kind, number in self.repaired.items()},
            "left": self.left,
            "waiting": self.waiting,
            "listed": [
                {
                    "oddity": each.kind.value,
                    "where": each.where,
                    "detail": each.detail,
                    "do": each.do,
                    "repaired": each.repaired,
                }
                for each in self.listed
            ],
        }
