"""The demo on a busy machine: its clocks slow down, and its people repeat what was not answered."""

import asyncio
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any, cast

import pytest

from domain.policy.model import Policy
from domain.vocabulary import Stage
from gateways.holidays import china
from packs import pack_of
from runtime.cli.demo.day import DaySummary
from runtime.cli.demo.follow import Follower, TownTime
from runtime.cli.demo.people import AGAIN, DemoPeople
from runtime.cli.demo.speed import bearable
from runtime.cli.demo.story import Scene, SceneStep
from runtime.clock import utc_now
from schemas.commands import CommandAnswer, CommandMessage, SaidNo
from schemas.intake import CaseSilent
from store.errors import StoreUnavailable
from store.journal.audit import JournalAudit
from store.packs.loader import load_pack
from tests.fakes.waiting import until

SIGN = SceneStep(after=timedelta(0), by="lu-fang", do="sign")
SCENE = Scene(at="08:00", data={}, steps=(SIGN, SIGN))


@dataclass
class SlowCases:
    """Cases that do not answer the first `silent` commands; the others they refuse, or take."""

    silent: int
    refuses: bool = False
    ids: list[str] = field(default_factory=list)

    async def give(self, tenant: str, case_id: str, message: CommandMessage) -> CommandAnswer:
        self.ids.append(message.id)
        if len(self.ids) <= self.silent:
            raise CaseSilent("temporal", f"case {case_id} of {tenant} gives no answer")
        if self.refuses:
            raise SaidNo("not_the_holder", "the case is with another unit")
        return CommandAnswer(case_id=case_id, command_id=message.id, seq=4, stage=Stage.SIGNED)


@pytest.fixture(scope="module")
def town() -> Policy:
    return load_pack(pack_of("youchegang"), {"china": china})


async def played(town: Policy, cases: SlowCases, evidence: Path) -> list[str]:
    """Play the scene; return what failed."""
    people = DemoPeople(cases, town, 1, evidence, utc_now)
    await people.play("7kq2m", SCENE)
    return people.failed


def test_a_machine_that_starts_the_servers_quickly_plays_as_fast_as_asked() -> None:
    assert bearable(6000, timedelta(seconds=5)) == 6000


def test_a_machine_that_is_ten_times_slower_plays_slower() -> None:
    assert bearable(6000, timedelta(seconds=50)) == 600


def test_no_machine_plays_faster_than_its_people_can_act() -> None:
    assert bearable(100_000, timedelta(seconds=4)) == 7500


async def test_a_person_repeats_a_command_without_an_answer_under_its_id(
    town: Policy, tmp_path: Path
) -> None:
    cases = SlowCases(silent=AGAIN - 1)
    failed = await played(town, cases, tmp_path)

    assert failed == []
    assert cases.ids == ["demo:7kq2m:0"] * AGAIN + ["demo:7kq2m:1"]


async def test_a_person_gives_up_when_a_case_never_answers(town: Policy, tmp_path: Path) -> None:
    [failed] = await played(town, SlowCases(silent=10 * AGAIN), tmp_path)

    assert "sign by lu-fang: no answer from the case" in failed


async def test_a_refusal_is_an_answer(town: Policy, tmp_path: Path) -> None:
    cases = SlowCases(silent=0, refuses=True)
    [failed] = await played(town, cases, tmp_path)

    assert "refused (not_the_holder)" in failed
    assert cases.ids == ["demo:7kq2m:0"]


def day(*failed: str, decided: int = 20) -> DaySummary:
    audit = JournalAudit(cases=1, rows=3)
    return DaySummary(6000, 20, {"accepted": decided}, {}, "", {}, failed, audit)


def test_a_record_without_an_outcome_is_no_day_as_the_story_says() -> None:
    assert day().wrong == ()
    assert day("7kq2m sign by lu-fang: no answer").wrong == ("7kq2m sign by lu-fang: no answer",)
    assert not day(decided=18).is_final
    assert day(decided=18).wrong == ("2 records have no outcome: intake did not come to them",)


async def test_a_database_that_does_not_answer_in_time_is_asked_again() -> None:
    """Without its follower no person of the day would hear of a case, and none would say why."""

    class BusyFeed:
        asked = 0

        async def after(self, _cursor: object) -> list[object]:
            self.asked += 1
            if self.asked < 3:
                raise StoreUnavailable("no answer in time")
            return []

    class Opening:
        async def rows(self, _tenant: str, bodies: list[bytes]) -> list[object]:
            return []

    feed = BusyFeed()
    hours = TownTime(utc_now(), timedelta(hours=8), 6000)
    follower = Follower(cast(Any, feed), cast(Any, Opening()), "t", hours, lambda _case, _id: None)
    following = asyncio.create_task(follower.follow())
    await until(lambda: feed.asked > 3)
    assert not following.done()
    following.cancel()
