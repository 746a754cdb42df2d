"""Compare the records that consumer groups have committed with the ledger and parked records."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from gateways.kafka.record_reader import Extent, KafkaReader, NoRecord
from runtime.jobs.reconcile.backlog import Backlog
from runtime.jobs.reconcile.repair import Repair
from runtime.jobs.reconcile.report import Discrepancy, DiscrepancyKind, ReconciliationReport
from schemas.intake import Position, Record, Unavailable
from store.intake.reconciliation import HeldIdentity, PostgresReconciliation, Span

Groups = Mapping[str, str]
"""Topic -> the consumer group of intake that reads it."""

GONE = "the broker has deleted it, or was set up again"


@dataclass(frozen=True)
class RecordReconciler:
    """Raises schemas.intake.Unavailable if a server does not answer.

    `patience` is how long an identity may be held, a record wait for intake, a transaction be open,
    or a parked record be past its limit.
    """

    ledger: PostgresReconciliation
    kafka: KafkaReader
    groups: Groups
    repair: Repair | None
    patience: timedelta
    now: Callable[[], datetime]

    async def reconcile(self, report: ReconciliationReport) -> None:
        # Committed offsets are read first: records below them had their outcome before.
        committed = {
            topic: await self.kafka.committed(group, topic) for topic, group in self.groups.items()
        }
        extents = [each for topic in self.groups for each in await self._extents(topic)]
        backlog = Backlog(self.kafka, self.now() - self.patience)
        for extent in extents:
            stop = committed[extent.topic].get(extent.partition)
            if stop is not None:
                await self._partition(extent, stop, report)
            elif extent.end:
                # Intake has not begun, or this is not its group. Either way nothing is proved.
                report.looked_at["partitions with records and no committed offset"] += 1
            await backlog.look(extent, stop, report)
        await self._waiting(report)
        await self._held({_partition_of(each): each for each in extents}, committed, report)

    async def _extents(self, topic: str) -> list[Extent]:
        found = await self.kafka.extents(topic)
        if not found:
            raise Unavailable("kafka", f"there is no topic {topic}")
        return found

    async def _partition(self, extent: Extent, stop: int, report: ReconciliationReport) -> None:
        """Find the offsets below `stop` without an outcome, and read the records that are there.

        An offset without a record is no fault (an aborted record, which was never sent; a marker of
        a transaction; compaction). A record that retention has deleted cannot be checked any more
        and is only counted. What is behind an open transaction cannot be read, whatever a release
        that read it has committed.
        """
        if extent.newest > extent.end:
            stop = min(stop, extent.end)
        report.looked_at["partitions with a committed offset"] += 1
        begin = Position(extent.cluster, extent.topic, extent.topic_id, extent.partition, 0)
        async for stretch in self.ledger.stretches(begin, stop):
            report.looked_at["records with an outcome"] += stretch.decided
            for start, end in stretch.holes:
                deleted = max(min(end, extent.first) - start, 0)
                report.looked_at["offsets deleted by the broker, with no outcome"] += deleted
                await self._hole(extent, (start + deleted, end), report)

    async def _hole(self, extent: Extent, hole: Span, report: ReconciliationReport) -> None:
        start, end = hole
        if start >= end:
            return
        found = 0
        async for records in self.kafka.between(extent.topic, extent.partition, start, end):
            found += len(records)
            for record in records:
                await self._without_outcome(record, report)
        report.looked_at["offsets without a record"] += end - start - found

    async def _without_outcome(self, record: Record, report: ReconciliationReport) -> None:
        if self.repair is not None:
            outcome = await self.repair.decide(record)
            done = f"decided from the broker's record: {outcome}"
        else:
            done = None
        report.add(
            Discrepancy(
                DiscrepancyKind.NO_OUTCOME,
                text_of(record.position),
                "the group has committed beyond it, and the ledger has no outcome",
                "`sanban reconcile --repair` decides it from the broker's record",
                done,
            )
        )

    async def _waiting(self, report: ReconciliationReport) -> None:
        for overdue in await self.ledger.overdue(self.patience):
            report.add(
                Discrepancy(
                    DiscrepancyKind.OVERDUE,
                    text_of(overdue.position),
                    f"waits for {overdue.wait}; its limit was {overdue.until:%Y-%m-%d %H:%M} UTC",
                    "start `sanban intake`, which takes it up; see intake.parked_wait in its log",
                )
            )
        for position in await self.ledger.not_kept():
            done = await self.repair.decide_at(position) if self.repair else None
            report.add(
                Discrepancy(
                    DiscrepancyKind.NOT_KEPT,
                    text_of(position),
                    "it is parked, and its bytes were not kept to be taken up",
                    "`sanban reconcile --repair` decides it from the broker's record"
                    if done is None or done.outcome
                    else f"{done.why}: ask its publisher to send it again",
                    f"decided from the broker's record: {done.outcome}"
                    if done and done.outcome
                    else None,
                )
            )

    async def _held(
        self,
        extents: Mapping[tuple[str, str, str, int], Extent],
        committed: Mapping[str, Mapping[int, int]],
        report: ReconciliationReport,
    ) -> None:
        for held in await self.ledger.held(self.patience):
            position = held.claim.position
            extent = extents.get(
                (position.cluster, position.topic, position.topic_id, position.partition)
            )
            if extent is None or position.offset < extent.first:
                report.add(await self._held_in_vain(held, GONE))
            elif position.offset >= committed[position.topic].get(position.partition, 0):
                report.add(
                    Discrepancy(
                        DiscrepancyKind.HELD,
                        text_of(position),
                        f"intake began with it at {held.held_at:%Y-%m-%d %H:%M} UTC and has not "
                        "ended",
                        "start `sanban intake`, or see what its /readyz waits for",
                    )
                )
            elif (why := await self._why_unreadable(position)) is not None:
                report.add(await self._held_in_vain(held, why))
            # Else the group has committed beyond it: `_hole` reports it as without an outcome.

    async def _why_unreadable(self, position: Position) -> str | None:
        try:
            await self.kafka.at(position.topic, position.partition, position.offset)
        except NoRecord as error:
            return str(error)
        return None

    async def _held_in_vain(self, held: HeldIdentity, why: str) -> Discrepancy:
        claim = held.claim
        return Discrepancy(
            DiscrepancyKind.HELD,
            text_of(claim.position),
            f"its record is gone ({why}) before it had an outcome; the event {claim.event_id} of "
            f"{claim.source} is undecided until it is sent again",
            "`sanban reconcile --repair` finds out whether it had its effect; if not, have it sent "
            "again with the same id",
            await self.repair.settle_held(claim) if self.repair else None,
        )


def text_of(position: Position) -> str:
    return f"{position.topic}/{position.partition}/{position.offset}"


def _partition_of(extent: Extent) -> tuple[str, str, str, int]:
    return (extent.cluster, extent.topic, extent.topic_id, extent.partition)
