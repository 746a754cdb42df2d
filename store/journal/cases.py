"""Cases folded from the journal, without asking a workflow."""

from dataclasses import dataclass

from domain.case.evolve import fold
from domain.case.state import Case
from schemas.journal import event_of
from store.connection import Database
from store.journal.operations import is_case
from store.journal.rows import PostgresJournal


@dataclass(frozen=True, slots=True)
class PostgresJournaledCases:
    """Implements consumers.ports.JournaledCases."""

    database: Database

    async def find(self, tenant: str, case_id: str) -> Case | None:
        rows = await PostgresJournal(self.database).read(case_id) if is_case(case_id) else []
        case = fold([event_of(row.body) for row in rows]) if rows else None
        return case if case is not None and case.plan.complaint.tenant == tenant else None
