"""One event in two records, each with an intake of its own: one case, wherever either is killed.

The broker loses the first record for good, or hands it out again: both must end right. Each step
is what an intake does outside its own memory, and every order of the steps is tried.
"""

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations, product

import pytest
from typing_extensions import override

from consumers.ports import CaseStarter
from domain.planning.plans import CasePlan
from schemas.intake import Claim, Outcome, Record, RecordDecision, Standing
from tests.fakes.intake import FakeReceipts, Town
from tests.fakes.ledger import MemoryLedger
from tests.fakes.records import at, complaint
from tests.limits import EVENT_S
from tests.unit.test_intake import cases

STEPS = 4
"""Reserve, start, settle, send the receipt."""
LOST, KEPT = "lost", "handed out again"


@dataclass
class Turns:
    """Lets one delivery take a single step at a time."""

    asked: asyncio.Event = field(default_factory=asyncio.Event)
    given: asyncio.Event = field(default_factory=asyncio.Event)

    async def mine(self) -> None:
        self.asked.set()
        await self.given.wait()
        self.given.clear()

    async def give(self, task: "asyncio.Task[list[Outcome]]") -> None:
        """Let it do a step, and return when it waits for the next one or has ended."""
        await self.until_asked(task)
        self.asked.clear()
        self.given.set()
        await self.until_asked(task)

    async def until_asked(self, task: "asyncio.Task[list[Outcome]]") -> None:
        asking = asyncio.create_task(self.asked.wait())
        await asyncio.wait([asking, task], return_when=asyncio.FIRST_COMPLETED, timeout=EVENT_S)
        asking.cancel()


@dataclass
class SteppingLedger(MemoryLedger):
    turns: Turns = field(default_factory=Turns)

    @override
    async def reserve(self, claims: Sequence[Claim]) -> list[Standing]:
        await self.turns.mine()
        return await super().reserve(claims)

    @override
    async def settle(self, decisions: Sequence[RecordDecision]) -> list[RecordDecision]:
        await self.turns.mine()
        return await super().settle(decisions)


@dataclass
class SteppingStarter:
    starter: CaseStarter
    turns: Turns

    async def start(self, plan: CasePlan) -> bool:
        await self.turns.mine()
        return await self.starter.start(plan)


@dataclass
class SteppingReceipts(FakeReceipts):
    turns: Turns = field(default_factory=Turns)

    @override
    async def put(self, record: Record, decision: RecordDecision) -> None:
        await self.turns.mine()
        await super().put(record, decision)


class Delivery:
    """A record in the hands of an intake of its own, on what the whole town shares."""

    def __init__(self, town: Town, record: Record) -> None:
        self.turns = Turns()
        shared = town.ledger
        ledger = SteppingLedger(shared.holders, shared.settled, shared.released, turns=self.turns)
        receipts = SteppingReceipts(town.receipts.told, turns=self.turns)
        intake = replace(town, ledger=ledger, receipts=receipts).intake()
        stepping = replace(intake, starter=SteppingStarter(town.starter, self.turns))
        self.task = asyncio.create_task(stepping.handle([record]))

    async def step(self) -> None:
        await self.turns.give(self.task)

    async def kill(self) -> None:
        self.task.cancel()
        await asyncio.wait([self.task])

    async def finish(self) -> None:
        while not self.task.done():
            await self.step()
        self.task.result()


def orders() -> Iterator[str]:
    """Every order in which two deliveries can take their steps."""
    for places in combinations(range(2 * STEPS), STEPS):
        yield "".join("A" if place in places else "B" for place in range(2 * STEPS))


def ends_of(town: Town) -> list[Outcome]:
    return sorted(each.outcome for each in town.ledger.settled.values())


async def played(order: str, killed: int | None) -> Town:
    """Play the steps in that order; A is killed before its step of that number, and B ends."""
    town = Town()
    A, B = (Delivery(town, complaint(offset, event_id="e")) for offset in (0, 1))  # noqa: N806
    taken = 0
    for letter in order:
        if letter == "B":
            await B.step()
        elif taken == killed:
            await A.kill()
        else:
            await A.step()
        taken += letter == "A"
    await B.finish()
    if killed is None:
        await A.finish()
    return town


@pytest.mark.parametrize("killed", [*range(STEPS), None])
async def test_one_event_in_two_records_starts_one_case_in_every_order(killed: int | None) -> None:
    for order, fate in product(orders(), [LOST, KEPT]):
        town = await played(order, killed)
        if killed is not None and fate == KEPT:
            await town.intake().handle([complaint(0, event_id="e")])

        assert town.starter.running == cases("e"), order
        ends = [Outcome.ACCEPTED, Outcome.DUPLICATE]
        all_ended = killed is None or fate == KEPT or at(0) in town.ledger.settled
        assert ends_of(town) == (ends if all_ended else ends[:1]), (order, fate)
        named = {each.case_id for each in town.ledger.settled.values()}
        assert named == set(cases("e")), order
        last = {each.position: each.outcome for each in town.receipts.told}
        told = {at: each.outcome for at, each in town.ledger.settled.items() if at in last}
        assert last == told, (order, fate)


async def test_a_record_that_the_broker_lost_is_sent_again_and_becomes_its_case() -> None:
    """Before, its repetition was called a duplicate of a case that did not exist, for ever."""
    town = Town()
    lost = Delivery(town, complaint(0, event_id="e"))
    await lost.step()  # it holds its identity
    await lost.kill()

    outcomes = await town.intake().handle([complaint(1, event_id="e")])
    again = await town.intake().handle([complaint(2, event_id="e")])

    assert outcomes == [Outcome.ACCEPTED]
    assert again == [Outcome.DUPLICATE]
    assert town.starter.running == cases("e")


async def test_other_content_takes_nothing_over() -> None:
    town = Town()
    lost = Delivery(town, complaint(0, event_id="e"))
    await lost.step()
    await lost.kill()

    outcomes = await town.intake().handle([complaint(1, event_id="e", text="Something else.")])

    assert outcomes == [Outcome.CONFLICT]
    assert town.starter.running == []
