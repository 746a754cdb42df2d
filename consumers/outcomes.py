"""How records end, whatever they said: dead-lettered, settled, told, counted."""

import asyncio
from collections import Counter
from collections.abc import Collection, Coroutine, Iterable, Sequence
from dataclasses import dataclass, field, replace

import structlog

from consumers import metrics
from consumers.ports import DeadLetters, Outcomes, Receipts
from consumers.reject_rate_breaker import RejectCeiling
from domain.complaints import workflow_id_of
from schemas.intake import (
    Decision,
    Letter,
    Outcome,
    Position,
    Record,
    RejectReason,
    Unavailable,
)

log = structlog.stdlib.get_logger()

Decided = tuple[Record, Decision]

_ANSWERS = frozenset({RejectReason.COMMAND_REFUSED, RejectReason.CASE_OVER})
"""The case was reached and said no: a sign that everything works, which no ceiling counts."""
_REMEMBERED = 20_000
"""More than any chunk that is tried again has."""


@dataclass(frozen=True, slots=True)
class Books:
    """Where outcomes are told to others."""

    dead_letters: DeadLetters
    receipts: Receipts
    told: dict[Position, Outcome] = field(default_factory=dict, init=False, repr=False)

    async def keep(
        self, decided: Sequence[Decided], ledger: Outcomes, ceiling: RejectCeiling
    ) -> None:
        """Make what was decided last, then tell it. Raises Unavailable; again is safe."""
        rejected = [_is_rejected(decision) for _, decision in decided]
        try:
            ceiling.check(rejected)
        except Unavailable:
            _tell_why_most_are_rejected([decision for _, decision in decided])
            raise
        letters = dict[Position, Letter]()
        await all_or_worst(
            self._put_away(record, decision.reason, decision.detail, letters)
            for record, decision in decided
            if decision.reason is not None
        )
        kept = [
            (record, replace(each, record=record, letter=letters.get(each.position)))
            for record, each in decided
        ]
        await ledger.settle([decision for _, decision in kept])
        ceiling.decided(rejected)
        kept = await _as_settled(kept, ledger)
        await self.tell(kept, ledger)
        for _, decision in kept:
            _tell(decision)

    async def tell(self, decided: Sequence[Decided], ledger: Outcomes) -> None:
        """Only what is durable: a receipt is a promise. What this process has told is not told
        again. Only what is told is let go of, for nobody brings a record that was parked once
        more. Raises Unavailable.
        """
        new = [(r, d) for r, d in decided if self.told.get(d.position) is not d.outcome]
        await all_or_worst(self.receipts.put(record, decision) for record, decision in new)
        for _, decision in new:
            self.told[decision.position] = decision.outcome
        while len(self.told) > _REMEMBERED:
            del self.told[next(iter(self.told))]
        over = [each.position for _, each in decided if each.outcome is not Outcome.PARKED]
        await ledger.release(over)

    async def _put_away(
        self, record: Record, reason: RejectReason, detail: str, letters: dict[Position, Letter]
    ) -> None:
        letters[record.position] = await self.dead_letters.put(record, reason, detail)


async def _as_settled(kept: Sequence[Decided], ledger: Outcomes) -> list[Decided]:
    """Without what would be parked, had it not come to another end before."""
    parked = [each.position for _, each in kept if each.hold is not None]
    known = await ledger.decided(parked) if parked else {}
    return [
        (record, each)
        for record, each in kept
        if each.hold is None or known[each.position].outcome is Outcome.PARKED
    ]


async def all_or_worst(work: Iterable[Coroutine[object, object, None]]) -> None:
    """Let all come to an end, then raise the worst failure: a defect before a mere absence."""
    results = await asyncio.gather(*work, return_exceptions=True)
    failures: Collection[BaseException] = [r for r in results if isinstance(r, BaseException)]
    for failure in sorted(failures, key=lambda failure: isinstance(failure, Unavailable)):
        raise failure


def _is_rejected(decision: Decision) -> bool:
    return decision.outcome is Outcome.REJECTED and decision.reason not in _ANSWERS


def _tell(decision: Decision) -> None:
    position = decision.position
    metrics.RECORDS.labels(position.topic, decision.outcome, decision.code or "").inc()
    log.info(
        "intake.record_decided",
        outcome=decision.outcome,
        reason=decision.code,
        detail=decision.detail,
        tenant=decision.tenant,
        source=decision.source,
        event_id=decision.event_id,
        case_id=decision.case_id,
        workflow_id=_workflow_id(decision),
        topic=position.topic,
        partition=position.partition,
        offset=position.offset,
    )


def _tell_why_most_are_rejected(decisions: Iterable[Decision]) -> None:
    rejected = [each for each in decisions if _is_rejected(each)]
    counted = Counter(str(each.reason) for each in rejected)
    log.error("intake.most_rejected", reasons=dict(counted), example=rejected[-1].detail)


def _workflow_id(decision: Decision) -> str | None:
    if decision.tenant is None or decision.case_id is None:
        return None
    return workflow_id_of(decision.tenant, decision.case_id)
