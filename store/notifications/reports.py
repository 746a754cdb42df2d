"""Reports of deliveries that cases still have to receive."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import TypeAdapter

from domain.case.notices.acts import KeepNotice
from domain.notifications.notices import Notice
from store.connection import Connection, Database
from store.intake.identities import columns
from store.journal.leases import Lease

REPORT = """
INSERT INTO sanban.notice_reports (tenant, case_id, report)
SELECT new.tenant, new.case_id, new.report::jsonb
FROM unnest(%s::text[], %s::text[], %s::text[]) AS new (tenant, case_id, report)
"""
REPORTS = (
    "SELECT number, tenant, case_id, report FROM sanban.notice_reports ORDER BY number LIMIT %s"
)
HEARD = "DELETE FROM sanban.notice_reports WHERE number = ANY(%s) RETURNING number"

_REPORT = TypeAdapter(KeepNotice)


@dataclass(frozen=True, slots=True)
class NoticeReport:
    """A report of a delivery that its case still has to receive; `number` is their order."""

    number: int
    tenant: str
    case_id: str
    act: KeepNotice

    @property
    def command_id(self) -> str:
        """The id of the command, the same each time the report is sent."""
        how = "notified"
        if self.act.failure is not None:
            how = "given_up" if self.act.final else "undelivered"
        return f"notice:{self.act.row}:{self.act.person}:{how}"


async def write(
    connection: Connection,
    message: Sequence[Notice],
    acts: dict[str, KeepNotice],
    ids: Sequence[tuple[Any, ...]],
) -> None:
    """Write reports for the notices in `ids` alone, so that a repeated result is reported once.

    `acts` has the report of each notice of `message` by its id.
    """
    there = {id_ for (id_,) in ids}
    rows = [
        (each.tenant, each.case_id, _REPORT.dump_json(acts[each.id]).decode())
        for each in message
        if each.id in there and not each.is_of_patrol  # which no case has to hear of
    ]
    if rows:
        await connection.execute(REPORT, columns(rows))


async def pending(database: Database, limit: int) -> list[NoticeReport]:
    """Return the first reports that cases still have to receive, in order."""
    rows = await database.fetch(REPORTS, (limit,))
    return [
        NoticeReport(number, tenant, case_id, _REPORT.validate_python(report))
        for number, tenant, case_id, report in rows
    ]


async def drop(lease: Lease, reports: Collection[NoticeReport]) -> None:
    """Delete reports that their cases have received, or never can."""
    await lease.execute(HEARD, ([each.number for each in reports],))
