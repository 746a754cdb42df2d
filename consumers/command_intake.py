"""Acts on cases by other people's systems: gives a chunk of commands of one partition, in order.

Who may do what is for the case to say (domain/case/permissions.py), as for a person at a terminal.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from consumers.answers import REUSED, Giver
from consumers.decoding import command_events
from consumers.decoding.command_events import CommandEvent
from consumers.decoding.envelopes import MAX_BYTES, Unreadable
from consumers.decoding.readings import nobody_serves, unreadable
from consumers.outcomes import Books, all_or_worst
from consumers.ports import Commands, JournaledCases, Ledger, Policies
from consumers.queues import PARKED_FOR, Queues, queue_of
from consumers.reject_rate_breaker import RejectCeiling
from domain.policy.model import Policy
from domain.policy.sources import why_not_acting
from schemas.events.case_commands import COMMANDED
from schemas.events.inbound import INBOUND
from schemas.intake import (
    CaseSilent,
    Claim,
    Decision,
    Outcome,
    Position,
    Record,
    RejectReason,
    Standing,
    Unavailable,
    UnknownTenant,
    Wait,
    Waiting,
)

_NOWHERE = frozenset({RejectReason.UNKNOWN_CASE, RejectReason.SOURCE_NOT_ALLOWED})
"""Nobody has looked whether there is such a case, or there is none."""


def why_not_given(event: CommandEvent, policy: Policy) -> str:
    """Why its source may not act on the tenant's cases like this; empty when it may."""
    actor = event.message.actor
    return why_not_acting(policy.sources, event.source, actor.role, actor.unit)


@dataclass(frozen=True, slots=True)
class Order:
    """A record that can be given to a case."""

    record: Record
    event: CommandEvent

    @property
    def queue(self) -> str:
        return queue_of(self.event.tenant, self.event.case_id)

    @property
    def claim(self) -> Claim:
        """Under the command's own id, which no event of a complaint has."""
        event = self.event
        return Claim(
            position=self.record.position,
            tenant=event.tenant,
            source=event.source,
            event_id=event.message.id,
            digest=event.digest,
            case_id="",
            kind=INBOUND[COMMANDED].kind,
        )

    def ended(
        self, outcome: Outcome, reason: RejectReason | None = None, detail: str = ""
    ) -> Decision:
        event = self.event
        nowhere = reason in _NOWHERE or outcome is Outcome.PARKED
        return Decision(
            self.record.position,
            outcome,
            reason,
            detail,
            tenant=event.tenant,
            source=event.source,
            event_id=event.event_id,
            case_id=None if nowhere else event.case_id,
        )


@dataclass(frozen=True)
class CommandIntake:
    """`handle` again after any exception: what has its outcome keeps it, and the id of a command
    lets it have one effect.
    """

    policies: Policies
    ledger: Ledger
    commands: Commands
    cases: JournaledCases
    books: Books
    now: Callable[[], datetime]
    ceiling: RejectCeiling = field(default_factory=RejectCeiling)
    at_once: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(32))
    max_bytes: int = MAX_BYTES
    parked_for: timedelta = PARKED_FOR

    async def handle(self, records: Sequence[Record]) -> list[Outcome]:
        """Decide each record. An exception means «not all are decided»: commit no offset.

        Those that were decided have their outcome all the same, and are not given again. Raises
        Unavailable when waiting will help; anything else is a defect.
        """
        known = await self.ledger.decided([record.position for record in records])
        old = [(r, known[r.position]) for r in records if r.position in known]
        await self.books.tell(old, self.ledger)  # perhaps nobody has
        new = [record for record in records if record.position not in known]
        decided = dict(known) | await self._decide(new, frozenset(), self.ceiling)
        return [decided[record.position].outcome for record in records]

    async def take_up(self, waiting: Sequence[Waiting]) -> list[Outcome]:
        """Decide records that were parked, whose time has come. Raises as `handle` does."""
        records = [each.record for each in waiting]
        expired = frozenset(each.record.position for each in waiting if each.expired)
        decided = await self._decide(records, expired, RejectCeiling(1))
        return [decided[record.position].outcome for record in records]

    async def _decide(
        self, records: Sequence[Record], expired: frozenset[Position], ceiling: RejectCeiling
    ) -> dict[Position, Decision]:
        queues = Queues({}, self.now(), self.parked_for, expired)
        read = [self._read(record, queues) for record in records]
        ended = {item.position: item for item in read if isinstance(item, Decision)}
        orders = await self._of_one_meaning([o for o in read if isinstance(o, Order)], ended)
        queues.parked.update(await self.ledger.waiting(sorted({each.queue for each in orders})))
        absence: Unavailable | None = None
        try:
            await self._give_all(orders, ended, queues)
        except Unavailable as error:
            absence = error
        new = [(record, ended[record.position]) for record in records if record.position in ended]
        await self.books.keep(new, self.ledger, ceiling)
        if absence is not None:
            raise absence
        return ended

    def _read(self, record: Record, queues: Queues) -> Order | Decision:
        try:
            event = command_events.read(record, max_bytes=self.max_bytes)
        except Unreadable as error:
            return unreadable(record, error, queues)
        try:
            policy = self.policies.current(event.tenant)
        except UnknownTenant:
            return nobody_serves(record, event.tenant)
        order = Order(record, event)
        if why := why_not_given(event, policy):
            return order.ended(Outcome.REJECTED, RejectReason.SOURCE_NOT_ALLOWED, why)
        return order

    async def _of_one_meaning(
        self, orders: Sequence[Order], ended: dict[Position, Decision]
    ) -> list[Order]:
        """Without those whose id came before with other content. A repetition is given again:
        its case answers as it did.
        """
        standings = await self.ledger.reserve([each.claim for each in orders]) if orders else []
        good = list[Order]()
        for order, standing in zip(orders, standings, strict=True):
            if standing is Standing.CONFLICT:
                reason = RejectReason.IDENTITY_CONFLICT
                ended[order.record.position] = order.ended(Outcome.CONFLICT, reason, REUSED)
            else:
                good.append(order)
        return good

    async def _give_all(
        self, orders: Sequence[Order], ended: dict[Position, Decision], queues: Queues
    ) -> None:
        """In order within a case, side by side across cases; what comes of each goes to `ended`."""
        lanes: dict[str, list[Order]] = {}
        for order in orders:
            lanes.setdefault(order.queue, []).append(order)
        away = asyncio.Event()
        await all_or_worst(self._lane(lane, ended, queues, away) for lane in lanes.values())

    async def _lane(
        self,
        orders: Sequence[Order],
        ended: dict[Position, Decision],
        queues: Queues,
        away: asyncio.Event,
    ) -> None:
        for order in orders:
            async with self.at_once:
                if away.is_set():  # one that got no answer is enough to know
                    return
                try:
                    ended[order.record.position] = await self._give(order, queues)
                except Unavailable:
                    away.set()
                    raise

    async def _give(self, order: Order, queues: Queues) -> Decision:
        event, position, queue = order.event, order.record.position, order.queue
        if queues.is_blocked(queue, position):
            detail = "an earlier command on this case waits"
            return queues.park(order.ended(Outcome.PARKED, detail=detail), Wait.BEHIND, queue)
        giver = Giver(self.commands, self.cases)
        try:
            answer = await giver.give(event.tenant, event.case_id, event.message)
        except CaseSilent as error:
            return queues.park(order.ended(Outcome.PARKED, detail=str(error)), Wait.SILENT, queue)
        if answer.reason is RejectReason.UNKNOWN_CASE:
            waits = order.ended(Outcome.PARKED, detail=answer.detail)
            return queues.park(waits, Wait.CASE, queue)
        queues.ended(queue, position)
        return order.ended(answer.outcome(Outcome.ACCEPTED), answer.reason, answer.detail)
