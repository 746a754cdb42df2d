"""Repairs of what a reconciliation finds, done by intake; repeating one changes nothing."""

from collections.abc import Mapping
from dataclasses import dataclass

from consumers.complaints.intake import Intake
from consumers.record_intake import RecordIntake
from gateways.kafka.record_reader import KafkaReader, NoRecord
from schemas.intake import DueRecord, Outcome, Position, Record
from store.intake.reconciliation import PostgresReconciliation


@dataclass(frozen=True, slots=True)
class RepairResult:
    """How a repair ended: its outcome, or None and the reason why it could not be done."""

    outcome: Outcome | None
    why: str = ""


@dataclass(frozen=True)
class Repair:
    """Raises schemas.intake.Unavailable; repairs that were done by then stay done.

    `intakes` has the intake of each topic. `complaints` must start a case also if an earlier
    workflow of it has ended.
    """

    intakes: Mapping[str, RecordIntake]
    complaints: Intake
    kafka: KafkaReader
    ledger: PostgresReconciliation

    async def decide(self, record: Record) -> Outcome:
        """Decide the record as if it had just come; the outcome is recorded at its position."""
        intake = self.intakes[record.position.topic]
        [outcome] = await intake.take_up([DueRecord(record, expired=False)])
        return outcome

    async def decide_at(self, position: Position) -> RepairResult:
        """Read the record at that position and decide it."""
        try:
            record = await self._read(position)
        except NoRecord as error:
            return RepairResult(None, str(error))
        return RepairResult(await self.decide(record))

    async def start_again(self, tenant: str, case_id: str) -> RepairResult:
        """Start the case again from its complaint, under the policy of today."""
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
        """Read the same record that was decided. Raises NoRecord.

        A topic that was deleted and created again has other records at the same offsets: the
        position (with the topic's id) and the digest tell them apart.
        """
        record = await self.kafka.at(position.topic, position.partition, position.offset)
        known = await self.ledger.digest(position)
        if record.position != position or known not in {record.digest, ""}:
            raise NoRecord("another record is there now: the topic or its broker was set up again")
        return record
