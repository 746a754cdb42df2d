"""How records end, whatever they said: dead-lettered, settled, counted, told."""

import asyncio
from collections import Counter
from collections.abc import Collection, Coroutine, Iterable, Sequence

import structlog

from consumers import metrics
from consumers.ceiling import RejectCeiling
from consumers.ports import DeadLetters, Outcomes
from domain.complaints import workflow_id_of
from schemas.intake import Decision, Outcome, Record, RejectReason, Unavailable

log = structlog.stdlib.get_logger()

Decided = tuple[Record, Decision]

_ANSWERS = frozenset({RejectReason.COMMAND_REFUSED, RejectReason.CASE_OVER})
"""The case was reached and said no: a sign that everything works, which no ceiling counts."""


async def keep(
    decided: Sequence[Decided], ledger: Outcomes, dead_letters: DeadLetters, ceiling: RejectCeiling
) -> None:
    """Make what was decided last, then tell it. Raises Unavailable; doing it again is safe."""
    decisions = [decision for _, decision in decided]
    rejected = [_is_rejected(decision) for decision in decisions]
    try:
        ceiling.check(rejected)
    except Unavailable:
        _tell_why_most_are_rejected(decisions)
        raise
    await all_or_worst(
        dead_letters.put(record, decision.reason, decision.detail)
        for record, decision in decided
        if decision.reason is not None
    )
    await ledger.settle(decisions)
    ceiling.decided(rejected)
    for decision in decisions:
        _tell(decision)


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
    metrics.RECORDS.labels(position.topic, decision.outcome, decision.reason or "").inc()
    log.info(
        "intake.record_decided",
        outcome=decision.outcome,
        reason=decision.reason,
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
