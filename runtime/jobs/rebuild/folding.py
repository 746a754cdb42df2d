"""Cases folded again from their journal rows: what both rebuilds begin with."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

from pydantic import ValidationError

from domain.audit.hash_chain import first_break
from domain.case.events import Event
from domain.case.evolve import fold
from domain.case.state import Case
from runtime.jobs.rebuild.report import RebuildProgress, RebuildReport, RebuildResult
from schemas.journal import event_of
from store.cases.rebuilding import PostgresRebuilding, StoredCase


@dataclass(frozen=True, slots=True)
class Folded:
    """A case, the events it was folded from, and what the database keeps of it."""

    stored: StoredCase
    events: list[Event]
    case: Case


class BrokenChain(Exception):
    """Nothing can be computed from these rows; the message says which one is wrong."""


def folded(stored: StoredCase) -> Folded:
    """Fold the rows of a case. Raises BrokenChain.

    Hashes are checked first: a rebuild must not spread what somebody altered.
    """
    found = first_break(stored.case_id, stored.rows)
    if found is not None:
        raise BrokenChain(f"row {found.seq} {found.reason}")
    # A chain without its last rows is unbroken; only the head shows that they are missing.
    if len(stored.rows) != stored.head:
        raise BrokenChain(f"its head is at row {stored.head}, and {len(stored.rows)} rows are kept")
    events = list[Event]()
    for row in stored.rows:
        try:
            events.append(event_of(row.body))
        except ValidationError as error:
            raise BrokenChain(f"row {row.seq} is of no form that this release reads") from error
    try:
        return Folded(stored, events, fold(events))
    except ValueError as error:
        raise BrokenChain("its rows are no life of a case") from error


async def every_case(
    store: PostgresRebuilding, report: RebuildReport, progress: RebuildProgress
) -> AsyncIterator[list[Folded]]:
    """Yield all cases of the journal, some at a time; report those that cannot be folded."""
    async for stretch in store.stretches():
        yield sound(stretch, report)
        progress.more(len(stretch))


def sound(stretch: list[StoredCase], report: RebuildReport) -> list[Folded]:
    """Fold the cases that can be folded; report the others."""
    found = list[Folded]()
    for stored in stretch:
        try:
            found.append(folded(stored))
        except BrokenChain as error:
            report.add(RebuildResult.BROKEN, stored.case_id, str(error))
    return found
