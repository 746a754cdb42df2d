"""The comparison at the end: does everything kept agree with everything done?"""

from collections import Counter
from collections.abc import Iterable, Mapping

from domain.case.events import Event
from domain.case.evolve import fold
from runtime.clock import utc_now
from schemas.commands import CommandAnswer
from schemas.intake import Outcome
from schemas.journal import event_of, row_of
from store.cases.filters import CaseFilter
from store.cases.read_model import PostgresCases
from store.connection import Database
from store.intake.ledger_entries import Entry, PostgresLedgerEntries
from store.journal.audit import verify
from store.journal.rows import PostgresJournal

MANY = 10_000
Place = tuple[int, int]
"""Partition and offset."""


async def faults(
    database: Database, records: Iterable[Place], answers: Mapping[str, CommandAnswer]
) -> list[str]:
    """Return a sentence for everything that does not agree; nothing when all is well."""
    entries = await PostgresLedgerEntries(database).newest(limit=MANY)
    page = await PostgresCases(database).page(CaseFilter(), now=utc_now(), limit=MANY)
    rows = {row.case_id: row for row in page.rows}
    journal = await _journal(database)
    found = [
        *_of_records(entries, set(records)),
        *_of_cases(entries, set(rows), set(journal)),
        *_of_acts(answers, journal),
    ]
    found += [
        f"{case_id}: the read model is not the fold of the journal"
        for case_id, events in journal.items()
        if rows.get(case_id) != row_of(fold(events))
    ]
    found += [
        f"{case_id}: left in stage {row.stage}"
        for case_id, row in rows.items()
        if row.closed_at is None
    ]
    report = await verify(database)
    return found + [f"audit: {broken}" for broken in report.breaks]


def _of_records(entries: list[Entry], records: set[Place]) -> list[str]:
    """Check records; two outcomes of one are impossible by the ledger's key."""
    decided = {(e.decision.position.partition, e.decision.position.offset) for e in entries}
    return [
        *(f"record {place} has no outcome" for place in sorted(records - decided)),
        *(f"record {place} was decided and never sent" for place in sorted(decided - records)),
    ]


def _of_cases(entries: list[Entry], shown: set[str], journaled: set[str]) -> list[str]:
    decisions = [entry.decision for entry in entries]
    accepted = Counter(d.case_id for d in decisions if d.outcome is Outcome.ACCEPTED)
    repeated = {d.case_id for d in decisions if d.outcome is Outcome.DUPLICATE}
    return [
        *(f"{case_id}: accepted {n} times" for case_id, n in accepted.items() if n > 1),
        *(f"{case_id}: a duplicate of no case" for case_id in repeated - set(accepted)),
        *(f"{case_id}: accepted and not in the journal" for case_id in set(accepted) - journaled),
        *(f"{case_id}: in the journal and never accepted" for case_id in journaled - set(accepted)),
        *(f"{case_id}: not in both journal and read model" for case_id in journaled ^ shown),
    ]


def _of_acts(answers: Mapping[str, CommandAnswer], journal: Mapping[str, list[Event]]) -> list[str]:
    """Check that each answered act is in the journal once, where its answer says."""
    found = []
    for command_id, answer in answers.items():
        events = [e for e in journal.get(answer.case_id, ()) if e.command_id == command_id]
        kinds = Counter(event.fact.kind for event in events)
        if not events:
            found.append(f"{command_id}: answered and not in the journal")
        elif events[-1].seq != answer.seq or max(kinds.values()) > 1:
            rows = [event.seq for event in events]
            found.append(f"{command_id}: answered row {answer.seq}, journaled in {rows}")
    return found


async def _journal(database: Database) -> dict[str, list[Event]]:
    journal: dict[str, list[Event]] = {}
    async for row in PostgresJournal(database).stream_rows():
        journal.setdefault(row.case_id, []).append(event_of(row.body))
    return journal
