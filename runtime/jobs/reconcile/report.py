"""Does what was published, what was decided and what is handled agree? `sanban reconcile`.

Each step looks first where looking is cheap (the ledger, Temporal's visibility), then asks whoever
knows for sure (the broker, a workflow) about what seems odd. Nothing grows with the records.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Oddity(StrEnum):
    """What does not agree. Codes are for programs: never rename one."""

    NO_OUTCOME = "no_outcome"  # a record below the committed offset has no outcome
    NO_CASE = "no_case"  # a record was accepted, and nothing runs or is journaled of its case
    NO_WORKFLOW = "no_workflow"  # a case is open in the journal, and no workflow runs for it
    NO_JOURNAL = "no_journal"  # a workflow has run for a while, and nothing of it is journaled
    HELD = "held"  # an event's identity is held by a record that has had no outcome for long
    OVERDUE = "overdue"  # a parked record is past its limit
    NOT_KEPT = "not_kept"  # a record is parked by the ledger, and was not kept to be taken up


@dataclass(frozen=True, slots=True)
class Odd:
    """`where` is a position or a case; `do` says what to do about it; `repaired` what was done."""

    oddity: Oddity
    where: str
    detail: str
    do: str
    repaired: str | None = None


@dataclass(slots=True)
class Report:
    """What was looked at, and the odd ones: the first few hundred of each kind, and how many."""

    looked_at: Counter[str] = field(default_factory=Counter)
    odd: Counter[Oddity] = field(default_factory=Counter)
    repaired: Counter[Oddity] = field(default_factory=Counter)
    listed: list[Odd] = field(default_factory=list)
    tell: Callable[[Odd], None] = lambda _odd: None

    def add(self, odd: Odd) -> None:
        self.odd[odd.oddity] += 1
        if odd.repaired is not None:
            self.repaired[odd.oddity] += 1
        if self.odd[odd.oddity] <= LISTED:
            self.listed.append(odd)
            self.tell(odd)

    @property
    def left(self) -> int:
        """Odd ones that were not repaired."""
        return self.odd.total() - self.repaired.total()

    def unlisted(self) -> Iterator[tuple[Oddity, int]]:
        """Of which kinds there are more than are listed, and how many more."""
        for oddity, number in self.odd.items():
            if number > LISTED:
                yield oddity, number - LISTED

    def as_json(self) -> dict[str, Any]:
        return {
            "looked_at": dict(self.looked_at),
            "odd": {oddity.value: number for oddity, number in self.odd.items()},
            "repaired": {oddity.value: number for oddity, number in self.repaired.items()},
            "left": self.left,
            "listed": [
                {
                    "oddity": each.oddity.value,
                    "where": each.where,
                    "detail": each.detail,
                    "do": each.do,
                    "repaired": each.repaired,
                }
                for each in self.listed
            ],
        }


LISTED = 500
