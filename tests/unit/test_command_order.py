"""Commands by event, when something is away or breaks: in order, nothing lost, nothing twice."""

import asyncio

import pytest
from typing_extensions import override

from domain.vocabulary import Stage
from schemas.commands import CommandAnswer, CommandMessage
from schemas.intake import Outcome, Unavailable
from tests.builders import case_at
from tests.fakes.commands import FakeCases, Office, command, giving_to, sent
from tests.fakes.intake import ProcessDied
from tests.limits import EVENT_S

ACCEPTED, REJECTED = Outcome.ACCEPTED, Outcome.REJECTED
DISPATCHED = case_at(Stage.DISPATCHED)


@pytest.fixture
def office() -> Office:
    return Office()


@pytest.fixture
def case_id(office: Office) -> str:
    return office.cases.begin(DISPATCHED)


async def test_temporal_away_decides_nothing_and_then_everything(
    office: Office, case_id: str
) -> None:
    chunk = [command(0, case_id, "sign"), command(1, case_id, "progress")]
    office.cases.away = True
    with pytest.raises(Unavailable, match="temporal"):
        await office.intake().handle(chunk)
    assert office.ledger.settled == {}
    office.cases.away = False

    assert await office.intake().handle(chunk) == [ACCEPTED, ACCEPTED]


async def test_temporal_away_is_not_asked_for_every_case_of_the_chunk(office: Office) -> None:
    ids = [office.cases.begin(DISPATCHED, f"case-{number}") for number in range(100)]
    asked: list[str] = []
    office.cases.before = asked.append
    office.cases.away = True

    with pytest.raises(Unavailable):
        await office.intake().handle([command(n, case_id, "sign") for n, case_id in enumerate(ids)])

    assert len(asked) <= 32


async def test_a_case_that_does_not_answer_keeps_the_others_from_nothing(office: Office) -> None:
    """The chunk waits, and what was done of it is neither done nor told again."""
    stuck, other = office.cases.begin(DISPATCHED), office.cases.begin(DISPATCHED, "another")
    chunk = [command(0, other, "sign"), command(1, stuck, "sign"), command(2, other, "sign")]
    office.cases.unreachable = {stuck}

    for _ in range(2):
        with pytest.raises(Unavailable):
            await office.intake().handle(chunk)

    assert office.ledger.outcomes() == {0: ACCEPTED, 2: REJECTED}
    assert len(office.dead_letters.kept) == 1
    office.cases.unreachable.clear()

    assert await office.intake().handle(chunk) == [ACCEPTED, ACCEPTED, REJECTED]
    assert office.cases.given == [(other, "sign"), (other, "sign"), (stuck, "sign")]


async def test_the_first_of_a_case_holds_up_what_follows_it(office: Office, case_id: str) -> None:
    calls: list[str] = []
    office.cases.before = calls.append
    office.cases.away = True

    with pytest.raises(Unavailable):
        await office.intake().handle([command(0, case_id, "sign"), command(1, case_id, "progress")])

    assert calls == [case_id]


async def test_one_case_is_told_in_order_and_cases_side_by_side(office: Office) -> None:
    both_begun = asyncio.Barrier(2)
    order: list[tuple[str, str]] = []

    class Slow(FakeCases):
        @override
        async def give(self, tenant: str, case_id: str, message: CommandMessage) -> CommandAnswer:
            order.append((case_id, message.act.kind))
            if message.act.kind == "sign":
                await both_begun.wait()  # would wait for ever if cases were told one by one
            return await office.cases.give(tenant, case_id, message)

    one, other = office.cases.begin(DISPATCHED), office.cases.begin(DISPATCHED, "another")
    chunk = [command(0, one, "sign"), command(1, other, "sign"), command(2, one, "progress")]
    async with asyncio.timeout(EVENT_S):
        outcomes = await giving_to(Slow(), office.intake()).handle(chunk)

    assert outcomes == [ACCEPTED] * 3
    assert order == [(one, "sign"), (other, "sign"), (one, "progress")]


async def test_a_crash_before_settling_loses_and_doubles_nothing(
    office: Office, case_id: str
) -> None:
    def die() -> None:
        raise ProcessDied

    chunk = [command(0, case_id, "sign"), sent(b"{", offset=1), command(2, case_id, "progress")]
    office.ledger.before_settling = die
    with pytest.raises(ProcessDied):
        await office.intake().handle(chunk)
    seq = office.cases.running[case_id].seq
    office.ledger.before_settling = lambda: None

    assert await office.intake().handle(chunk) == [ACCEPTED, REJECTED, ACCEPTED]
    assert office.cases.running[case_id].seq == seq


async def test_a_record_redelivered_after_its_outcome_is_left_alone(office: Office) -> None:
    """Its case may be over by now, and asking again would end otherwise."""
    case_id = office.cases.begin(DISPATCHED)
    chunk = [command(0, case_id, "sign"), sent(b"{", offset=1)]
    first = await office.intake().handle(chunk)
    office.cases.running.clear()
    office.cases.journaled.clear()

    assert await office.intake().handle(chunk) == first == [ACCEPTED, REJECTED]
    assert len(office.dead_letters.kept) == 1


async def test_the_broker_of_dead_letters_away_decides_nothing(
    office: Office, case_id: str
) -> None:
    chunk = [command(0, case_id, "progress")]
    office.dead_letters.away = True
    with pytest.raises(Unavailable, match="kafka"):
        await office.intake().handle(chunk)
    assert office.ledger.settled == {}
    office.dead_letters.away = False

    assert await office.intake().handle(chunk) == [REJECTED]


async def test_a_defect_stops_everything_and_keeps_nothing(office: Office, case_id: str) -> None:
    class Broken(FakeCases):
        @override
        async def give(self, tenant: str, case_id: str, message: CommandMessage) -> CommandAnswer:
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await giving_to(Broken(), office.intake()).handle([command(0, case_id, "sign")])
    assert office.ledger.settled == {}
