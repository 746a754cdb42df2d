"""Mends what a reckoning finds, with what intake itself uses: the same again changes nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from consumers.complaints.intake import Intake
from gateways.kafka.record_reader import KafkaReader, NoRecord
from schemas.intake import DueRecord, Outcome, Position, Record
from store.intake.reconciliation import PostgresReconciliation


class ParkedRecordTaker(Protocol):
    """Of a topic: consumers.record_intake.RecordIntake."""

    async def take_up(self, waiting: Sequence[DueRecord]) -> list[Outcome]: ...


@dataclass(frozen=True, slots=True)
class RepairResult:
    """How a repair ended: an outcome, or None and why not."""

    outcome: Outcome | None
    why: str = ""


@dataclass(frozen=True)
class Repair:
    """`complaints` opens cases and must begin one also where an earlier workflow has ended.

    Raises schemas.intake.Unavailable: what was done by then stays done.
    """

    takers: Mapping[str, ParkedRecordTaker]
    complaints: Intake
    kafka: KafkaReader
    ledger: PostgresReconciliation

    async def decide(self, record: Record) -> Outcome:
        """As if it came just now; its own position gets the outcome."""
        taker = self.takers[record.position.topic]
        [outcome] = await taker.take_up([DueRecord(record, expired=False)])
        return outcome

    async def decide_at(self, position: Position) -> RepairResult:
        """The same, of the record at that position."""
        try:
            record = await self._read(position)
        except NoRecord as error:
            return RepairResult(None, str(error))
        return RepairResult(await self.decide(record))

    async def start_again(self, tenant: str, case_id: str) -> RepairResult:
        """Start the case once more from its complaint, under the policy of today."""
        position = await self.ledger.filed_at(tenant, case_id)
        if position is None:
            return RepairResult(None, "no complaint is known that would become this case")
        try:
            record = await self._read(position)
        except NoRecord as error:
            return RepairResult(None, str(error))
        decision = await self.complaints.start_again(record, case_id)
        if decision is None:
            return RepairResult(None, "the record that should become it is another complaint's")
        if decision.outcome is not Outcome.ACCEPTED:
            return RepairResult(
                None, f"today its complaint would be {decision.outcome}: {decision.detail}"
            )
        return RepairResult(decision.outcome)

    async def _read(self, position: Position) -> Record:
        """The very record that was decided. Raises NoRecord."""
        record = await self.kafka.at(position.topic, position.partition, position.offset)
        known = await self.ledger.digest(position)
        if record.position != position or known not in {record.digest, ""}:
            raise NoRecord("another record lies there now: the topic or its broker was made anew")
        return record
