"""Repairs of what a reconciliation finds, done by intake; repeating one changes nothing."""

from collections.abc import Mapping
from dataclasses import dataclass

from consumers.complaints.intake import Intake
from consumers.record_intake import RecordIntake
from domain.complaints import workflow_id_of
from gateways.kafka.record_reader import KafkaReader, NoRecord
from runtime.jobs.reconcile.workflows import Workflows
from schemas.events.case_commands import command_id_of
from schemas.events.inbound import INBOUND, EventFamily
from schemas.intake import Claim, DueRecord, Outcome, Position, Record, RecordDecision
from store.intake.reconciliation import PostgresReconciliation

FREED = "its identity is free: sent again, its event has its effect once"


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
    workflows: Workflows

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

    async def settle_held(self, claim: Claim) -> str:
        """Settle what a lost record claimed: as done if its event had its effect, else as free.

        Returns what was done. An act that its case answers with the same id has one effect, so
        freeing one that was carried out is safe.
        """
        case_id, outcome = await self._effect_of(claim)
        if outcome is None:
            freed = await self.ledger.free(claim)
            return FREED if freed else "it was decided meanwhile"
        decision = RecordDecision(
            claim.position,
            outcome,
            tenant=claim.tenant,
            source=claim.source,
            event_id=claim.event_id,
            case_id=case_id,
            claim=claim,
        )
        [settled] = await self.complaints.context.ledger.settle([decision])
        return f"{settled.outcome}: case {case_id} has it"

    async def _effect_of(self, claim: Claim) -> tuple[str, Outcome | None]:
        """Return the case of a lost record and its outcome; None where it had no effect."""
        row = next((row for row in INBOUND.values() if row.kind == claim.kind), None)
        if claim.is_filed and row is not None:
            runs = await self.workflows.runs(workflow_id_of(claim.tenant, claim.case_id))
            there = runs or bool(await self.ledger.journaled([claim.case_id]))
            return claim.case_id, row.done if there else None
        if row is None or row.family is not EventFamily.FOLLOW_UP:
            return "", None  # an identity does not say which case a command is for
        context = self.complaints.context
        reference = (claim.tenant, claim.source, claim.complaint_id)
        case_id = (await context.ledger.cases_of([reference])).get(reference, "")
        case = await context.cases.find(claim.tenant, case_id) if case_id else None
        answer = case.answer(command_id_of(claim.source, claim.event_id)) if case else None
        had_effect = answer is not None and answer.refusal is None
        return case_id, row.done if had_effect else None

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
