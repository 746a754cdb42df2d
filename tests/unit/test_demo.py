"""The demo on a busy machine: its clocks slow down, and its people repeat what was not answered."""

from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest

from domain.policy.model import Policy
from domain.vocabulary import Stage
from gateways.holidays import china
from packs import pack_of
from runtime.cli.demo.people import AGAIN, DemoPeople
from runtime.cli.demo.speed import bearable
from runtime.cli.demo.story import Scene, SceneStep
from runtime.clock import utc_now
from schemas.commands import CommandAnswer, CommandMessage, SaidNo
from schemas.intake import CaseSilent
from store.packs.loader import load_pack

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
