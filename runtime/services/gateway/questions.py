"""What clients ask of the gateway, answered from the database."""

from dataclasses import dataclass, replace
from datetime import datetime

from console.gateway.moments import FirstReport
from console.gateway.open311_search import Search
from console.gateway.ports import CaseSnapshot
from domain.case.evolve import fold
from runtime.wiring.follow_codes import ReceiptCodes
from schemas.events.receipts import Receipt, receipt_of
from store.connection import Database
from store.intake.first_reports import PostgresFirstReports
from store.intake.ledger_entries import Entry, LedgerFilter, PostgresLedgerEntries
from store.intake.of_source import PostgresSourceCases
from store.journal.operations import is_case
from store.journal.rows import PostgresJournal
from store.privacy.follow_codes import PostgresFollowCodes
from store.privacy.keys import PostgresKeys
from store.privacy.unseal import Unsealer

MOST_RECEIPTS = 20


@dataclass(frozen=True, slots=True)
class JournaledRequests:
    """The cases of console.gateway.ports, read from the journal."""

    database: Database

    async def find(self, tenant: str, case_id: str) -> CaseSnapshot | None:
        rows = await PostgresJournal(self.database).read(case_id) if is_case(case_id) else []
        if not rows:
            return None
        opening = Unsealer(PostgresKeys(self.database))
        known = await opening.events([row.body for row in rows])
        case = fold(known)
        return CaseSnapshot(case, known[-1].at) if case.plan.complaint.tenant == tenant else None

    async def of_source(self, tenant: str, source: str, search: Search) -> list[str]:
        return await PostgresSourceCases(self.database).page(
            tenant,
            source,
            since=search.since,
            until=search.until,
            categories=search.categories,
            closed=search.closed,
            limit=search.limit,
            skip=search.skip,
        )


@dataclass(frozen=True, slots=True)
class SharedReports:
    """The first reports of console.gateway.ports, in a table that all gateways share."""

    database: Database

    async def first(self, key: str, report: FirstReport, since: datetime | None) -> FirstReport:
        reports = PostgresFirstReports(self.database)
        return FirstReport(*await reports.first(key, report.event_id, report.at, since))


@dataclass(frozen=True, slots=True)
class LedgerReceipts:
    """The receipts of console.gateway.ports, read from the ledger."""

    database: Database
    complaints_topic: str = ""

    async def of_event(self, tenant: str, source: str, event_id: str) -> list[Receipt]:
        wanted = LedgerFilter(tenant=tenant, source=source, event_id=event_id)
        found = await PostgresLedgerEntries(self.database).page(wanted, limit=MOST_RECEIPTS)
        decisions = [each.decision for each in found]
        follow = ReceiptCodes(PostgresFollowCodes(self.database), self.complaints_topic)
        codes = await follow.of(decisions)
        return [_receipt(each, codes.get(each.decision.position)) for each in found]


def _receipt(entry: Entry, code: str | None) -> Receipt:
    receipt = receipt_of(replace(entry.decision, follow_code=code), entry.settled_at)
    return receipt.model_copy(update={"reason": entry.waits}) if entry.waits else receipt
