"""Acts on cases by other people's systems: gives a chunk of commands of one partition, in order.

Who may do what is for the case to say (domain/permissions.py), as for a person at a terminal.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field

from consumers import command_events
from consumers.ceiling import RejectCeiling
from consumers.command_events import CommandEvent
from consumers.envelopes import MAX_BYTES, Unreadable
from consumers.outcomes import all_or_worst, keep
from consumers.ports import CommandLedger, Commands, DeadLetters, JournaledCases, Policies
from schemas.commands import IdReused, NotOpen, NotTaken, SaidNo, Unfit
from schemas.intake import (
    Decision,
    Outcome,
    Position,
    Record,
    RejectReason,
    Unavailable,
    UnknownTenant,
)

REUSED = "an event with this source and id came before with another act; give each act its own id"


@dataclass(frozen=True, slots=True)
class Order:
    """A record that can be given to a case."""

    record: Record
    event: CommandEvent

    def ended(
        self, outcome: Outcome, reason: RejectReason | None = None, detail: str = ""
    ) -> Decision:
        event = self.event
        case_id = None if reason is RejectReason.UNKNOWN_CASE else event.case_id
        return Decision(
            self.record.position,
            outcome,
            reason,
            detail,
            tenant=event.tenant,
            source=event.source,
            event_id=event.event_id,
            case_id=case_id,
        )


@dataclass(frozen=True)
class CommandIntake:
    """`handle` again after any exception: what has its outcome keeps it, and the id of a command
    lets it have one effect.
    """

    policies: Policies
    ledger: CommandLedger
    commands: Commands
    cases: JournaledCases
    dead_letters: DeadLetters
    ceiling: RejectCeiling = field(default_factory=RejectCeiling)
    at_once: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(32))
    max_bytes: int = MAX_BYTES

    async def handle(self, records: Sequence[Record]) -> list[Outcome]:
        """Decide each record. An exception means «not all are decided»: commit no offset.

        Those that were decided have their outcome all the same, and are not given again. Raises
        Unavailable when waiting will help; anything else is a defect.
        """
        known = await self.ledger.decided([record.position for record in records])
        read = [self._read(record) for record in records if record.position not in known]
        orders = [item for item in read if isinstance(item, Order)]
        ended = {item.position: item for item in read if isinstance(item, Decision)}
        absence: Unavailable | None = None
        try:
            await self._give_all(orders, ended)
        except Unavailable as error:
            absence = error
        new = [(record, ended[record.position]) for record in records if record.position in ended]
        await keep(new, self.ledger, self.dead_letters, self.ceiling)
        if absence is not None:
            raise absence
        outcomes = dict(known) | {place: decision.outcome for place, decision in ended.items()}
        return [outcomes[record.position] for record in records]

    def _read(self, record: Record) -> Order | Decision:
        try:
            event = command_events.read(record, max_bytes=self.max_bytes)
        except Unreadable as error:
            return Decision(record.position, Outcome.REJECTED, error.reason, error.detail)
        try:
            self.policies.current(event.tenant)
        except UnknownTenant:
            detail = f"data.tenant: nobody here serves {event.tenant}; check its spelling"
            reason = RejectReason.UNKNOWN_TENANT
            return Decision(record.position, Outcome.REJECTED, reason, detail)
        return Order(record, event)

    async def _give_all(self, orders: Sequence[Order], ended: dict[Position, Decision]) -> None:
        """In order within a case, side by side across cases; what comes of each goes to `ended`."""
        lanes: dict[bytes | None, list[Order]] = {}
        for order in orders:
            lanes.setdefault(order.record.key, []).append(order)
        away = asyncio.Event()
        await all_or_worst(self._lane(lane, ended, away) for lane in lanes.values())

    async def _lane(
        self, orders: Sequence[Order], ended: dict[Position, Decision], away: asyncio.Event
    ) -> None:
        for order in orders:
            async with self.at_once:
                if away.is_set():  # one that got no answer is enough to know
                    return
                try:
                    ended[order.record.position] = await self._give(order)
                except Unavailable:
                    away.set()
                    raise

    async def _give(self, order: Order) -> Decision:
        event = order.event
        try:
            await self.commands.give(event.tenant, event.case_id, event.message)
        except NotOpen:
            return await self._look_back(order)
        except NotTaken as error:
            return _not_taken(order, error)
        return order.ended(Outcome.ACCEPTED)

    async def _look_back(self, order: Order) -> Decision:
        """Where nothing runs any more, the journal knows what the case would have answered."""
        event = order.event
        case = await self.cases.find(event.tenant, event.case_id)
        if case is None:
            detail = f"data.case: {event.tenant} has no case of this number; check both"
            return order.ended(Outcome.REJECTED, RejectReason.UNKNOWN_CASE, detail)
        earlier = case.answer(event.message.id)
        if earlier is None and not case.stage.is_final:
            raise Unavailable(
                "temporal", f"no workflow runs for case {case.case_id}, which is {case.stage}"
            )
        if earlier is None:
            detail = f"the case is {case.stage}; nothing more can happen"
            return order.ended(Outcome.REJECTED, RejectReason.CASE_OVER, detail)
        if earlier.command != event.message.act.kind:
            return order.ended(Outcome.CONFLICT, RejectReason.IDENTITY_CONFLICT, REUSED)
        if earlier.refusal is not None:
            return _not_taken(order, SaidNo(earlier.refusal, earlier.detail, earlier.seq))
        return order.ended(Outcome.ACCEPTED)


def _not_taken(order: Order, error: NotTaken) -> Decision:
    match error:
        case SaidNo():
            detail = f"{error.code}: {error}"
            return order.ended(Outcome.REJECTED, RejectReason.COMMAND_REFUSED, detail)
        case Unfit():
            return order.ended(Outcome.REJECTED, RejectReason.COMMAND_UNFIT, str(error))
        case IdReused():
            return order.ended(Outcome.CONFLICT, RejectReason.IDENTITY_CONFLICT, REUSED)
        case _:
            raise error
