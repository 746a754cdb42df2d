"""Records the outcomes of records: dead letter, ledger, receipt, metric and log line."""

import asyncio
from collections import Counter
from collections.abc import Collection, Coroutine, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import structlog

from consumers import metrics
from consumers.outcomes.reject_rate_breaker import RejectRateBreaker
from consumers.ports import DeadLetters, FollowCodes, Outcomes, ReceiptSender
from domain.complaints import workflow_id_of
from schemas.intake import (
    Letter,
    Outcome,
    Position,
    Record,
    RecordDecision,
    RejectReason,
    Unavailable,
)

log = structlog.stdlib.get_logger()

Decided = tuple[Record, RecordDecision]

_ANSWERS = frozenset({RejectReason.COMMAND_REFUSED, RejectReason.CASE_OVER})
"""The case answered and refused. This shows that everything works, so the breaker ignores it."""
_REMEMBERED = 20_000
"""Positions; more than any chunk that is tried again has."""


@dataclass(frozen=True, slots=True)
class OutcomeSink:
    """Makes decisions durable and reports them to publishers.

    `reported` holds what this process has sent already, so that a chunk that is tried again sends
    no receipt twice. A restart forgets it; receipts have ids, so a second one changes nothing.
    `codes`: those of complaints, which their receipts have.
    """

    dead_letters: DeadLetters
    receipts: ReceiptSender
    codes: FollowCodes | None = None
    reported: dict[Position, Outcome] = field(default_factory=dict, init=False, repr=False)

    async def record(
        self, decided: Sequence[Decided], ledger: Outcomes, breaker: RejectRateBreaker
    ) -> Mapping[Position, RecordDecision]:
        """Keep the decisions, then report them; return them as the ledger has them.

        The order is the promise: dead letter, ledger, receipt. What the ledger calls rejected is
        in the dead letters, and what a publisher hears is in the ledger. Raises Unavailable;
        calling again is safe.
        """
        rejected = [_is_rejected(decision) for _, decision in decided]
        try:
            # Before the first dead letter: a stream of rejections must not be diverted.
            breaker.check(rejected)
        except Unavailable:
            _log_why_most_are_rejected([decision for _, decision in decided])
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
        settled = {
            each.position: each for each in await ledger.settle([decision for _, decision in kept])
        }
        kept = [(record, settled[record.position]) for record, _ in kept]
        # Counted only now, so that a chunk that is tried again does not count twice.
        breaker.decided(rejected)
        kept = await _as_settled(kept, ledger)
        await self.report(kept, ledger)
        for _, decision in kept:
            _count_and_log(decision)
        return settled

    async def report(self, decided: Sequence[Decided], ledger: Outcomes) -> None:
        """Send receipts for decisions that are durable, then release their parked records.

        Skips what this process has sent before. Releases only after the receipt: nothing delivers a
        parked record a second time, so until then the ledger must keep it. Raises Unavailable.
        """
        new = [(r, d) for r, d in decided if self.reported.get(d.position) is not d.outcome]
        codes = await self.codes.of([each for _, each in new]) if self.codes and new else {}
        await all_or_worst(
            self.receipts.put(record, replace(each, follow_code=codes.get(each.position)))
            for record, each in new
        )
        for _, decision in new:
            self.reported[decision.position] = decision.outcome
        # A dict keeps the order of insertion: the oldest go first.
        while len(self.reported) > _REMEMBERED:
            del self.reported[next(iter(self.reported))]
        over = [each.position for _, each in decided if each.outcome is not Outcome.PARKED]
        await ledger.release(over)

    async def _put_away(
        self, record: Record, reason: RejectReason, detail: str, letters: dict[Position, Letter]
    ) -> None:
        letters[record.position] = await self.dead_letters.put(record, reason, detail)


async def _as_settled(kept: Sequence[Decided], ledger: Outcomes) -> list[Decided]:
    """Drop decisions to park a record that has another outcome by now.

    Another process may have decided it between our look at the queue and our call of `settle`,
    which keeps the first final outcome.
    """
    parked = [each.position for _, each in kept if each.hold is not None]
    known = await ledger.decided(parked) if parked else {}
    return [
        (record, each)
        for record, each in kept
        if each.hold is None or known[each.position].outcome is Outcome.PARKED
    ]


async def all_or_worst(work: Iterable[Coroutine[object, object, None]]) -> None:
    """Await all of them, then raise the worst failure: a defect rather than Unavailable.

    A defect must end the process. Reported as Unavailable, its chunk would be tried for ever.
    """
    results = await asyncio.gather(*work, return_exceptions=True)
    failures: Collection[BaseException] = [r for r in results if isinstance(r, BaseException)]
    for failure in sorted(failures, key=lambda failure: isinstance(failure, Unavailable)):
        raise failure


def _is_rejected(decision: RecordDecision) -> bool:
    return decision.outcome is Outcome.REJECTED and decision.reason not in _ANSWERS


def _count_and_log(decision: RecordDecision) -> None:
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


def _log_why_most_are_rejected(decisions: Iterable[RecordDecision]) -> None:
    rejected = [each for each in decisions if _is_rejected(each)]
    counted = Counter(str(each.reason) for each in rejected)
    log.error("intake.most_rejected", reasons=dict(counted), example=rejected[-1].detail)


def _workflow_id(decision: RecordDecision) -> str | None:
    if decision.tenant is None or decision.case_id is None:
        return None
    return workflow_id_of(decision.tenant, decision.case_id)
