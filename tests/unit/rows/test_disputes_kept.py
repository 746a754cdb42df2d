"""While a unit waits for the answer whose case it is, no one person makes the dispute vanish."""

from dataclasses import replace

import pytest

from domain.case.closing.acts import Withdraw
from domain.case.commands import Act
from domain.case.dispatch.acts import Return
from domain.case.refusals import Refusal
from domain.case.requests.acts import Answer
from domain.planning.plans import RULES
from domain.policy.part_rules import PartKind
from domain.vocabulary import Role, Stage
from tests.builders import ACTORS, plan
from tests.town import at
from tests.unit.rows.story import Story

TEN = at("2026-07-01 10:00")
BACK, AGAIN = Return(reason="Not ours."), Return(reason="Still not ours.")
REFUSED = Answer(part="return-1", granted=False, reason="It is.")
once_and_again = pytest.mark.parametrize(
    "acts", [(BACK,), (BACK, REFUSED, AGAIN)], ids=["return", "ruling"]
)


def disputed(acts: tuple[Act, ...], rules: int = RULES) -> Story:
    story = Story(replace(plan(), rules=rules))
    for act in acts:
        story.do(act, TEN)
    return story


@once_and_again
@pytest.mark.parametrize("role", [Role.HOTLINE, Role.DISPATCHER])
def test_no_seat_withdraws_a_disputed_case_alone(acts: tuple[Act, ...], role: Role) -> None:
    story = disputed(acts)
    story.do(Withdraw(reason="Settled."), TEN, by=ACTORS[role])

    assert story.case.open_parts(PartKind.WITHDRAWAL)
    assert story.case.stage is Stage.DISPATCHED


@once_and_again
def test_a_disputed_case_is_not_merged(acts: tuple[Act, ...]) -> None:
    story = disputed(acts)
    [open_] = story.case.open_parts()
    code, words = story.refused("merge", TEN)

    assert Refusal.PARTS_OPEN is code
    assert f"still open: {open_.id}" in words


def test_the_citizen_withdraws_a_disputed_case() -> None:
    story = disputed((BACK,))
    story.do(Withdraw(reason="Settled."), TEN, by=ACTORS[Role.REPORTER])

    assert story.case.stage is Stage.WITHDRAWN


@once_and_again
def test_a_running_case_is_withdrawn_and_merged_as_before(acts: tuple[Act, ...]) -> None:
    gone = disputed(acts, rules=2)
    gone.do(Withdraw(reason="Settled."), TEN, by=ACTORS[Role.HOTLINE])
    disputed(acts, rules=2).do("merge", TEN)

    assert gone.case.stage is Stage.WITHDRAWN
