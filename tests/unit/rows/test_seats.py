"""A seat of another system that names no unit is one of the platform, in every rule on units."""

from dataclasses import replace

import pytest

from domain.case.closing.acts import Verify
from domain.case.commands import Actor, Command
from domain.case.decide import decide
from domain.case.events import CommandRefused
from domain.case.joint_work.acts import GiveTask
from domain.case.refusals import Refusal
from domain.case.state import Case
from domain.planning.plans import RULES
from domain.vocabulary import Role, Stage
from tests.builders import case_at, opened, plan
from tests.town import OPENED, at
from workflows.questions import question

SEAT = Actor("seat-1", Role.DISPATCHER)
LOOKED_AT = Verify(passed=True, note="Looked at the photos.")
TEN = at("2026-07-01 10:00")


def resolved(holder: str, rules: int = RULES) -> Case:
    """A case with a result that this unit reported."""
    pinned = replace(plan(), rules=rules)
    return replace(case_at(Stage.RESOLVED, pinned=pinned), holder=holder)


@pytest.mark.parametrize("role", [Role.DISPATCHER, Role.VERIFIER])
def test_a_seat_does_not_verify_what_the_platform_did(role: Role) -> None:
    case = resolved("platform")
    found = decided(case, replace(SEAT, role=role))

    assert Refusal.SAME_PERSON is found


@pytest.mark.parametrize(
    ("holder", "rules", "actor"),
    [
        ("squad", RULES, SEAT),
        ("platform", 2, SEAT),
        ("platform", RULES, replace(SEAT, unit="office")),
    ],
    ids=["of another unit", "a running case", "a seat of a unit"],
)
def test_others_verify_as_before(holder: str, rules: int, actor: Actor) -> None:
    assert decided(resolved(holder, rules), actor) is None


def decided(case: Case, actor: Actor) -> Refusal | None:
    decision = decide(case, Command("c-seat", actor, LOOKED_AT), TEN)
    refused = [each.fact for each in decision.events if isinstance(each.fact, CommandRefused)]
    return refused[0].refusal if refused else None


def test_the_units_above_a_seat_are_those_above_the_platform() -> None:
    act = GiveTask(unit="water", what="Clear it.")
    found, before = (
        question(opened(replace(plan(), rules=rules)), Command("c", SEAT, act), OPENED)
        for rules in (RULES, 2)
    )

    assert found is not None
    assert "platform" == found.below
    assert before is not None
    assert before.below is None
