"""Many reports of one matter in intake: one case leads, and none is lost whatever fails."""

import asyncio
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest
from typing_extensions import override

from consumers.complaints import clustering as gathering
from consumers.complaints import starts
from domain.case.commands import ENGINE
from domain.case.merging.acts import Merge
from domain.planning.plans import CasePlan
from domain.policy.similar_rules import SimilarRule, SurgeRule
from schemas.commands import SaidNo
from schemas.intake import Outcome, Record, Unavailable
from tests.fakes.intake import NO_POLICY, Town
from tests.fakes.ledger import MemoryLedger
from tests.fakes.similar import (
    TOLD,
    KeepingStarter,
    KeptCommands,
    MemorySimilar,
    case,
    lamp,
    pipe,
    replace_text,
)
from tests.fakes.waiting import until
from tests.limits import EVENT_S

ACCEPTED = Outcome.ACCEPTED
SIMILAR = SimilarRule(timedelta(days=7), metres=200, link=60)
SURGE = SurgeRule(at_least=4, within=timedelta(hours=2), score=75)


@dataclass
class Burst:
    town: Town
    starter: KeepingStarter
    similar: MemorySimilar
    commands: KeptCommands

    def followers(self) -> dict[str, str]:
        return {case: into for case, into in self.starter.into.items() if into is not None}

    async def handle(self, *records: Record) -> list[Outcome]:
        async with asyncio.timeout(EVENT_S):
            return await self.town.intake().handle(records)


@pytest.fixture
def burst() -> Burst:
    ledger, starter, commands = MemoryLedger(), KeepingStarter(), KeptCommands()
    similar = MemorySimilar(ledger, starter)
    town = Town(
        ledger=ledger,
        starter=starter,
        commands=commands,
        similar=similar,
        policy=type(NO_POLICY)(**vars(NO_POLICY) | {"similar": SIMILAR, "surge": SURGE}),
    )
    return Burst(town, starter, similar, commands)


async def test_a_chunk_about_one_matter_follows_its_first_and_the_rest_goes_its_way(
    burst: Burst,
) -> None:
    burst.starter.pause = 0.01
    records = [lamp(offset) if offset % 10 == 5 else pipe(offset) for offset in range(60)]

    outcomes = await burst.handle(*records)

    assert outcomes == [ACCEPTED] * 60
    assert burst.followers() == {
        case(offset): case(0) for offset in range(1, 60) if offset % 10 != 5
    }
    assert burst.commands.given == []


async def test_what_is_told_in_very_other_words_follows_as_well(burst: Burst) -> None:
    """The last telling has hardly a word of the first; it has some of the others'."""
    told = (*TOLD, "地下管道爆管，大量自来水涌出")
    records = [replace_text(pipe(offset), told[offset % 5]) for offset in range(40)]

    await burst.handle(*records)

    assert burst.followers() == {case(offset): case(0) for offset in range(1, 40)}


async def test_one_key_for_all_keeps_the_order_and_holds_up_nobody(burst: Burst) -> None:
    await burst.handle(*(pipe(offset, key="one") for offset in range(12)))

    assert burst.starter.running == [case(offset) for offset in range(12)]
    assert set(burst.followers().values()) == {case(0)}


async def test_those_of_earlier_chunks_follow_by_a_command_once(burst: Burst) -> None:
    for offset in range(3):
        await burst.handle(pipe(offset))
    assert burst.followers() == {}

    await burst.handle(pipe(3))
    await burst.handle(pipe(4))

    assert burst.followers() == {case(3): case(0), case(4): case(0)}
    assert {case_id for case_id, _ in burst.commands.given} == {case(1), case(2)}
    [(_, message), _] = burst.commands.given
    assert message.actor == ENGINE
    assert message.act == Merge(into=case(0), reason="surge: 4 reports of one matter or more")
    assert burst.similar.led == {case(offset): case(0) for offset in range(1, 5)}


@pytest.mark.parametrize(
    "error", [SaidNo("wrong_stage", "closed", 7), Unavailable("temporal"), TimeoutError()]
)
async def test_one_that_cannot_follow_stays_apart_and_is_asked_again_under_another_id(
    burst: Burst, error: Exception
) -> None:
    for offset in range(3):
        await burst.handle(pipe(offset))
    burst.commands.error = error

    assert await burst.handle(pipe(3)) == [ACCEPTED]
    assert burst.similar.led == {case(3): case(0)}
    burst.commands.error = None
    await burst.handle(pipe(4))

    ids = [message.id for case_id, message in burst.commands.given if case_id == case(1)]
    assert len(set(ids)) == 2
    assert burst.similar.led[case(1)] == case(0)


async def test_a_case_that_gives_no_answer_keeps_nobody_waiting(
    burst: Burst, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gathering, "PATIENCE_S", 0.05)
    for offset in range(3):
        await burst.handle(pipe(offset))
    burst.commands.pause = 3600

    assert await burst.handle(pipe(3)) == [ACCEPTED]


async def test_a_leader_that_cannot_be_started_leads_nobody(burst: Burst) -> None:
    burst.starter.poison = {"event-0"}
    burst.starter.pause = 0.01

    outcomes = await burst.handle(*(pipe(offset) for offset in range(6)))

    assert outcomes == [Outcome.REJECTED] + [ACCEPTED] * 5
    assert burst.followers() == {}


async def test_the_engine_away_decides_nothing_and_lets_nobody_wait_for_ever(burst: Burst) -> None:
    records = [pipe(offset) for offset in range(40)]
    burst.starter.away = True
    with pytest.raises(Unavailable, match="temporal"):
        await burst.handle(*records)
    burst.starter.away = False
    burst.starter.into.clear()

    assert await burst.handle(*records) == [ACCEPTED] * 40
    assert len(burst.followers()) == 39


async def test_a_defect_lets_nobody_wait_for_ever(burst: Burst) -> None:
    class Broken(KeepingStarter):
        @override
        async def start(self, plan: CasePlan) -> bool:
            raise ZeroDivisionError

    burst.town.starter = Broken()
    with pytest.raises(ZeroDivisionError):
        await burst.handle(*(pipe(offset) for offset in range(40)))


async def test_more_followers_than_starts_at_once_do_not_keep_their_leader_out(
    burst: Burst,
) -> None:
    """The leader comes last in its lane; those that wait for it hold no place."""
    burst.starter.pause = 0.001
    intake = burst.town.intake()
    intake = replace(intake, context=replace(intake.context, at_once=asyncio.Semaphore(2)))
    lane = [lamp(100 + offset) for offset in range(20)]
    lane = [replace(each, key=b"slow") for each in lane]
    leader = replace(pipe(150), key=b"slow")

    async with asyncio.timeout(EVENT_S):
        outcomes = await intake.handle([*lane, leader, *(pipe(offset) for offset in range(40))])

    assert outcomes == [ACCEPTED] * 61
    assert set(burst.followers().values()) == {case(150)}


async def test_a_leader_that_another_chunk_starts_is_waited_for(burst: Burst) -> None:
    burst.starter.pause = 0.05
    one, other = burst.town.intake(), burst.town.intake()
    first = asyncio.create_task(one.handle([pipe(offset) for offset in range(4)]))
    await until(lambda: burst.starter.asked)  # reserved, and probably not begun

    async with asyncio.timeout(EVENT_S):
        await other.handle([pipe(offset) for offset in range(4, 9)])
        await first

    assert set(burst.followers().values()) == {case(0)}
    assert len(burst.followers()) == 8


async def test_a_leader_that_never_begins_elsewhere_holds_up_nobody(
    burst: Burst, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(starts, "ELSEWHERE_S", 0.2)
    burst.starter.pause = 3600
    stuck = asyncio.create_task(burst.town.intake().handle([pipe(offset) for offset in range(4)]))
    await until(lambda: burst.starter.asked)
    burst.starter.pause = 0

    assert await burst.handle(pipe(7)) == [ACCEPTED]
    assert burst.followers() == {}
    stuck.cancel()


async def test_the_links_say_how_near_and_why(burst: Burst) -> None:
    plans = list[CasePlan]()

    class Seeing(KeepingStarter):
        @override
        async def start(self, plan: CasePlan) -> bool:
            plans.append(plan)
            return await super().start(plan)

    burst.town.starter = Seeing()
    await burst.handle(pipe(0), lamp(1), pipe(2))

    assert [[link.case for link in plan.similar] for plan in plans] == [[], [], [case(0)]]
    [link] = plans[2].similar
    assert link.score >= 60
    assert link.reason.startswith("same category, address 100 % alike")


async def test_what_another_chunk_has_not_decided_yet_is_waited_for(
    burst: Burst, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two partitions at once: whoever came first decides first, so both find the same leader."""
    asked = asyncio.Event()
    lead = burst.similar.lead

    async def slowly(*given: Any) -> None:
        asked.set()
        await asyncio.sleep(0.3)
        await lead(*given)

    monkeypatch.setattr(burst.similar, "lead", slowly)
    many = 60  # of which those that come later see the last fifty
    one = asyncio.create_task(burst.handle(*(pipe(offset) for offset in range(many))))
    await asked.wait()
    monkeypatch.setattr(burst.similar, "lead", lead)
    await burst.handle(*(pipe(offset) for offset in range(many, many + 4)))
    await one

    assert burst.followers() == {case(offset): case(0) for offset in range(1, many + 4)}


async def test_a_chunk_that_never_decides_holds_up_nobody(
    burst: Burst, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gathering, "DECIDED_S", 0.1)
    claim = burst.town.intake()
    lead = burst.similar.lead

    asked = asyncio.Event()

    async def never(*_: Any) -> None:
        asked.set()
        await asyncio.Event().wait()

    monkeypatch.setattr(burst.similar, "lead", never)
    stuck = asyncio.create_task(claim.handle([pipe(0)]))
    await asked.wait()
    monkeypatch.setattr(burst.similar, "lead", lead)

    assert await burst.handle(pipe(1)) == [ACCEPTED]
    stuck.cancel()


async def test_a_case_that_is_started_again_follows_as_it_did(burst: Burst) -> None:
    records = [pipe(offset) for offset in range(6)]
    await burst.handle(*records)
    burst.starter.running.remove(case(5))
    burst.starter.into.clear()

    again = await burst.town.intake().start_again(records[5], case(5))

    assert again is not None
    assert burst.followers() == {case(5): case(0)}
