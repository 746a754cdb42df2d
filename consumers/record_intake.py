"""What the intake of complaints and the intake of commands have in common."""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from consumers.decoding.envelopes import MAX_BYTES
from consumers.outcomes.outcome_sink import OutcomeSink
from consumers.outcomes.queues import PARKED_FOR, Queues
from consumers.outcomes.reject_rate_breaker import RejectRateBreaker
from consumers.ports import Commands, JournaledCases, Ledger, Policies
from schemas.intake import DueRecord, Outcome, Position, Record, RecordDecision


def _nothing(_: Record) -> AbstractContextManager[object]:
    return nullcontext()


@dataclass(frozen=True, slots=True)
class IntakeContext:
    """What every intake is built from, whatever its records say.

    `around` is entered while a record takes effect (for traces). `at_once` bounds the calls to
    Temporal that wait for an answer, over all chunks; `max_bytes` is the largest value of a record;
    `parked_for` is how long a record may wait before it is rejected.
    """

    policies: Policies
    ledger: Ledger
    commands: Commands
    cases: JournaledCases
    outcomes: OutcomeSink
    now: Callable[[], datetime]
    breaker: RejectRateBreaker = field(default_factory=RejectRateBreaker)
    at_once: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(32))
    max_bytes: int = MAX_BYTES
    parked_for: timedelta = PARKED_FOR
    around: Callable[[Record], AbstractContextManager[object]] = _nothing

    def queues(self, expired: frozenset[Position]) -> Queues:
        """Return the queues of a chunk that begins now, with nothing parked in them yet."""
        return Queues({}, self.now(), self.parked_for, expired)


@dataclass(frozen=True)
class RecordIntake(ABC):
    """Decides the records of one topic."""

    context: IntakeContext

    async def handle(self, records: Sequence[Record]) -> list[Outcome]:
        """Decide the records of a chunk, in order; return the outcome of each.

        After any exception the chunk must not be committed; calling again is safe. Raises
        Unavailable when waiting will help; any other exception is a defect.
        """
        decided = await self._decide(records, frozenset(), self.context.breaker)
        return [decided[record.position].outcome for record in records]

    async def take_up(self, due: Sequence[DueRecord]) -> list[Outcome]:
        """Decide parked records whose time has come. Raises as `handle` does."""
        records = [each.record for each in due]
        expired = frozenset(each.record.position for each in due if each.expired)
        # What was parked says nothing about what comes in now: this breaker never trips.
        decided = await self._decide(records, expired, RejectRateBreaker(1))
        return [decided[record.position].outcome for record in records]

    @abstractmethod
    async def _decide(
        self, records: Sequence[Record], expired: frozenset[Position], breaker: RejectRateBreaker
    ) -> Mapping[Position, RecordDecision]:
        """Decide and record each record.

        `expired` has the positions of parked records that have waited as long as they may.
        """
