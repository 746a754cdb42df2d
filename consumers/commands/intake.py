"""Commands of other systems: gives a chunk of one partition to its cases, in order.

Who acts in which role is decided here (domain/case/actors.py), and what the role may do by the case
(domain/case/permissions.py), as for a person at a terminal.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from typing_extensions import override

from consumers.commands.command_client import REUSED, CommandClient, CommandResult, no_case
from consumers.decoding import command_events
from consumers.decoding.command_events import CommandEvent
from consumers.decoding.readings import unknown_tenant, unreadable
from consumers.decoding.unreadable import Unreadable
from consumers.outcomes.outcome_sink import all_or_worst
from consumers.outcomes.queues import Queues, queue_of
from consumers.outcomes.reject_rate_breaker import RejectRateBreaker
from consumers.record_intake import RecordIntake
from domain.case.access import shut_out
from domain.case.actors import NotBelieved, actor_of_source
from domain.case.commands import Lookup
from domain.case.refusals import Refusal
from domain.people.unit_successors import current_successor
from domain.policy.model import Policy
from domain.vocabulary import Role
from schemas.commands import CommandMessage
from schemas.events.case_commands import COMMANDED
from schemas.events.inbound import INBOUND
from schemas.intake import (
    CaseSilent,
    Claim,
    Outcome,
    Position,
    Record,
    RecordDecision,
    RejectReason,
    Standing,
    Unavailable,
    UnknownTenant,
    Wait,
)

_NOT_FILED = (
    "data.case: this source has filed no case of this number, and a reporter acts only on cases of "
    "its own source; check number, source and tenant"
)
_NOWHERE = frozenset({RejectReason.UNKNOWN_CASE, RejectReason.SOURCE_NOT_ALLOWED})
"""With these it is not known whether there is such a case, or there is none."""


def with_actor(event: CommandEvent, policy: Policy, at: datetime) -> CommandMessage:
    """Return the command of the event, with its actor as the tenant's roster has them at `at`.

    Raises NotBelieved if roster and sources.yaml do not give the role to the one who claims it.
    """
    actor = actor_of_source(policy, event.source, event.message.actor, at)
    return event.message.model_copy(update={"actor": actor})


@dataclass(frozen=True, slots=True)
class Order:
    """A record that can be given to a case as `message`; `why`: its actor is not believed."""

    record: Record
    event: CommandEvent
    message: CommandMessage
    why: str = ""

    @property
    def queue(self) -> str:
        return queue_of(self.event.tenant, self.event.case_id)

    @property
    def claim(self) -> Claim:
        """The claim of the command's own id, which no event of a complaint has."""
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
    ) -> RecordDecision:
        event = self.event
        nowhere = reason in _NOWHERE or outcome is Outcome.PARKED
        return RecordDecision(
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
class CommandIntake(RecordIntake):
    """Gives commands to cases.

    Calling `handle` again after any exception is safe: a record that has its outcome keeps it, and
    the id of a command lets it have one effect.
    """

    @override
    async def handle(self, records: Sequence[Record]) -> list[Outcome]:
        """Decide each record; an exception means that not all are decided. See RecordIntake.

        Records that were decided before the exception have their outcome, and are not given again.
        """
        context = self.context
        known = await context.ledger.decided([record.position for record in records])
        old = [(r, known[r.position]) for r in records if r.position in known]
        # The process that recorded these may have ended before it sent their receipts.
        await context.outcomes.report(old, context.ledger)
        new = [record for record in records if record.position not in known]
        decided = dict(known) | await self._decide(new, frozenset(), context.breaker)
        return [decided[record.position].outcome for record in records]

    @override
    async def _decide(
        self, records: Sequence[Record], expired: frozenset[Position], breaker: RejectRateBreaker
    ) -> dict[Position, RecordDecision]:
        context = self.context
        queues = context.queues(expired)
        read = [self._read(record, queues) for record in records]
        ended = {item.position: item for item in read if isinstance(item, RecordDecision)}
        orders = [item for item in read if isinstance(item, Order)]
        orders = await self._of_one_meaning(await self._believed(orders, ended), ended)
        waiting = await context.ledger.waiting(sorted({each.queue for each in orders}))
        queues.parked.update(waiting)
        absence: Unavailable | None = None
        try:
            await self._give_all(orders, ended, queues)
        except Unavailable as error:
            absence = error
        # Also after an absence: what a case has done cannot be undone, so its outcome is recorded
        # now and the publisher is not kept waiting for the rest of the chunk.
        new = [(record, ended[record.position]) for record in records if record.position in ended]
        await context.outcomes.record(new, context.ledger, breaker)
        if absence is not None:
            raise absence
        return ended

    def _read(self, record: Record, queues: Queues) -> Order | RecordDecision:
        try:
            event = command_events.read(record, max_bytes=self.context.max_bytes)
        except Unreadable as error:
            return unreadable(record, error, queues, self.context.policies)
        try:
            policy = self.context.policies.current(event.tenant)
        except UnknownTenant:
            served = self.context.policies
            return unknown_tenant(record, event.tenant, served, event.source, event.event_id)
        try:
            return Order(record, event, with_actor(event, policy, self.context.now()))
        except NotBelieved as error:
            return Order(record, event, event.message, why=str(error))

    async def _believed(
        self, orders: Sequence[Order], ended: dict[Position, RecordDecision]
    ) -> list[Order]:
        """Return the orders but those whose actor is not believed; these take no identity.

        If a case has answered the command, its answer counts and is asked for again: the outcome
        may not have been recorded before a deputy's day was over, or a person left the roster.
        """
        good = list[Order]()
        for order in orders:
            if not order.why or await self._is_answered(order):
                good.append(order)
            else:
                reason = RejectReason.SOURCE_NOT_ALLOWED
                ended[order.record.position] = order.ended(Outcome.REJECTED, reason, order.why)
        return good

    async def _is_answered(self, order: Order) -> bool:
        case = await self.context.cases.find(order.event.tenant, order.event.case_id)
        return case is not None and case.answer(order.message.id) is not None

    async def _of_one_meaning(
        self, orders: Sequence[Order], ended: dict[Position, RecordDecision]
    ) -> list[Order]:
        """Return the orders but those whose id came before with other content.

        A repetition is given again: its case answers as it did.
        """
        standings = (
            await self.context.ledger.reserve([each.claim for each in orders]) if orders else []
        )
        good = list[Order]()
        for order, standing in zip(orders, standings, strict=True):
            if standing is Standing.CONFLICT:
                reason = RejectReason.IDENTITY_CONFLICT
                ended[order.record.position] = order.ended(Outcome.CONFLICT, reason, REUSED)
            else:
                good.append(order)
        return good

    async def _give_all(
        self, orders: Sequence[Order], ended: dict[Position, RecordDecision], queues: Queues
    ) -> None:
        """Give in order within a case, side by side across cases; add each decision to `ended`."""
        lanes: dict[str, list[Order]] = {}
        for order in orders:
            lanes.setdefault(order.queue, []).append(order)
        away = asyncio.Event()
        await all_or_worst(self._lane(lane, ended, queues, away) for lane in lanes.values())

    async def _lane(
        self,
        orders: Sequence[Order],
        ended: dict[Position, RecordDecision],
        queues: Queues,
        away: asyncio.Event,
    ) -> None:
        for order in orders:
            async with self.context.at_once:
                # One call without an answer is enough: the others would only wait as long.
                if away.is_set():
                    return
                try:
                    with self.context.around(order.record):
                        ended[order.record.position] = await self._give(order, queues)
                except Unavailable:
                    away.set()
                    raise

    async def _give(self, order: Order, queues: Queues) -> RecordDecision:
        event, position, queue = order.event, order.record.position, order.queue
        if queues.is_blocked(queue, position):
            detail = "an earlier command on this case waits"
            return queues.park(order.ended(Outcome.PARKED, detail=detail), Wait.BEHIND, queue)
        if order.message.actor.role is Role.REPORTER:
            foreign = await self._unless_filed(order, queues)
            if foreign is not None:
                return foreign
        client = CommandClient(self.context.commands, self.context.cases)
        try:
            answer = await client.give(event.tenant, event.case_id, order.message)
        except CaseSilent as error:
            return queues.park(order.ended(Outcome.PARKED, detail=str(error)), Wait.SILENT, queue)
        if answer.reason is RejectReason.UNKNOWN_CASE:
            waits = order.ended(Outcome.PARKED, detail=answer.detail)
            return queues.park(waits, Wait.CASE, queue)
        queues.ended(queue, position)
        if await self._is_of_others(order, answer):
            # It does not wait, as one of a reporter does not: it would hold up the case's people.
            answer = no_case(event.tenant)
        return order.ended(answer.outcome(Outcome.ACCEPTED), answer.reason, answer.detail)

    async def _is_of_others(self, order: Order, answer: CommandResult) -> bool:
        """Return whether the case is of units that the actor is not of, so that nothing is said of
        it, nor that it is over.
        """
        if answer.reason is not RejectReason.CASE_OVER:
            return answer.refusal == Refusal.NOT_READABLE
        tenant, message = order.event.tenant, order.message
        case = await self.context.cases.find(tenant, order.event.case_id)
        successors = self.context.policies.current(tenant).roster.successors
        own = message.actor.unit
        taken = (gone for gone, _ in successors if current_successor(successors, gone) == own)
        lookup = Lookup(succeeds=tuple(taken))
        return case is not None and shut_out(case, message.to_domain(lookup)) is not None

    async def _unless_filed(self, order: Order, queues: Queues) -> RecordDecision | None:
        """Return the decision on a command for a case that its source has not filed; else None.

        Reason and detail are the same whether the case is of another source or is unknown until
        the limit. What is of another source does not wait: it would hold up the case's own people.
        """
        event, position = order.event, order.record.position
        case = await self.context.cases.find(event.tenant, event.case_id)
        if case is None:
            waits = order.ended(Outcome.PARKED, detail=_NOT_FILED)
            return queues.park(waits, Wait.CASE, order.queue)
        if case.plan.complaint.source == event.source:
            return None
        queues.ended(order.queue, position)
        return order.ended(Outcome.REJECTED, RejectReason.UNKNOWN_CASE, _NOT_FILED)
