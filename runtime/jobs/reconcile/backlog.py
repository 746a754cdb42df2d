"""Look at what intake has not decided yet: an agreement of the rest must not hide it."""

from dataclasses import dataclass
from datetime import UTC, datetime

from gateways.kafka.record_reader import Extent, KafkaReader
from runtime.jobs.reconcile.report import Discrepancy, DiscrepancyKind, ReconciliationReport
from schemas.intake import Record


@dataclass(frozen=True)
class Backlog:
    """Raises schemas.intake.Unavailable.

    What was in the topic before `moment`, by the timestamps of records, waits for too long.
    """

    kafka: KafkaReader
    moment: datetime

    async def look(self, extent: Extent, stop: int | None, report: ReconciliationReport) -> None:
        """Look beyond `stop`, the committed offset; None if there is none."""
        start = extent.first if stop is None else stop
        if (record := await self._first(extent, start)) is not None:
            waiting = extent.end - record.position.offset
            report.waiting += waiting
            report.looked_at["offsets that intake has not decided"] += waiting
            if record.timestamp_ms < 1000 * self.moment.timestamp():
                report.add(_undecided(record))
        if extent.newest > extent.end:
            behind = extent.newest - extent.end
            report.waiting += behind
            report.looked_at["offsets in or behind an open transaction"] += behind
            if await self.kafka.is_open_since(extent, self.moment):
                report.add(_hung(extent, self.moment))

    async def _first(self, extent: Extent, start: int) -> Record | None:
        """Return the first committed record from `start` on, if there is one."""
        async for records in self.kafka.between(extent.topic, extent.partition, start, extent.end):
            return records[0]
        return None


def _undecided(record: Record) -> Discrepancy:
    position = record.position
    # The publisher chose the timestamp; one before 1970 is not a moment that a reader can use.
    at = datetime.fromtimestamp(max(record.timestamp_ms, 0) / 1000, UTC)
    return Discrepancy(
        DiscrepancyKind.UNDECIDED,
        f"{position.topic}/{position.partition}/{position.offset}",
        f"it was sent at {at:%Y-%m-%d %H:%M} UTC, and intake has not decided it",
        "start `sanban intake` with this SANBAN_KAFKA_GROUP, or see what its /readyz waits for",
    )


def _hung(extent: Extent, moment: datetime) -> Discrepancy:
    return Discrepancy(
        DiscrepancyKind.OPEN_TRANSACTION,
        f"{extent.topic}/{extent.partition}/{extent.end}",
        f"a publisher began a transaction there before {moment:%Y-%m-%d %H:%M} UTC and has not "
        f"ended it: {extent.newest - extent.end} offsets cannot be read",
        "docs/RUNBOOK.md, «A transaction is not ended»",
    )
