"""Who may read a case, and in whose inbox it lies."""

from dataclasses import replace

import pytest
from hypothesis import given

from domain.case.participants import inbox, parties, readers
from domain.case.parts.facts import PartState
from domain.case.supervision.acts import Appoint
from domain.sla.case_clocks import APPOINT
from domain.vocabulary import ENDED_STAGES, HELD_STAGES, Role, Stage, Tier
from tests.builders import ACTORS, WATER_HANDLER, case_at, give, plan
from tests.town import OPENED
from tests.unit.lives import ANY_LIVES, FEWER, Life
from tests.unit.lives_states import before_and_after
from tests.unit.rows.story import Story
from tests.unit.rows.test_rhythm import with_limits
from tests.unit.rows.test_whose_miss import quiet

GONE_SO_FAR: dict[Stage, tuple[str, ...]] = {
    stage: ("squad",) for stage in Stage if stage not in {Stage.RECEIVED, Stage.REFUSED}
}


@pytest.mark.parametrize("stage", Stage)
def test_whoever_held_a_case_may_read_it_at_every_stage_after(stage: Stage) -> None:
    assert parties(case_at(stage)) == GONE_SO_FAR.get(stage, ())


def test_the_unit_that_issued_a_case_reads_it_from_the_start_to_the_end() -> None:
    for stage in Stage:
        case = case_at(stage)
        ordered = replace(case, plan=replace(case.plan, issuer_unit="district"))

        assert readers(case) == parties(case)
        assert set(readers(ordered)) == {*parties(case), "district"}


@pytest.mark.parametrize(
    ("stage", "expected"),
    [
        (Stage.RECEIVED, ("platform",)),
        (Stage.TRIAGED, ("platform",)),
        (Stage.DISPATCHED, ("squad",)),
        (Stage.IN_PROGRESS, ("squad",)),
        (Stage.RESOLVED, ("platform", "squad")),
        (Stage.VERIFIED, ("platform", "squad")),
        (Stage.CLOSED, ()),
        (Stage.MERGED, ()),
        (Stage.WITHDRAWN, ()),
    ],
)
def test_an_open_case_lies_with_its_holder_and_with_whoever_is_next(
    stage: Stage, expected: tuple[str, ...]
) -> None:
    assert inbox(case_at(stage)) == expected


def test_the_office_signs_for_a_supervised_case() -> None:
    assert "office" in inbox(case_at(Stage.VERIFIED, tier=Tier.SUPERVISE))


def test_what_the_office_has_to_appoint_lies_with_the_office_until_it_has() -> None:
    story = Story(with_limits(quiet(Tier.SUPERVISE), APPOINT))
    before = inbox(story.case)
    appointed = Appoint(lead="squad", members=("water",), instruction="Go.")
    story.do(appointed, OPENED, by=ACTORS[Role.SUPERVISOR])

    assert before == ("office", "squad")
    assert inbox(story.case) == ("squad",)


def test_the_second_look_at_a_supervised_result_lies_with_the_office() -> None:
    story = Story(plan(tier=Tier.SUPERVISE))
    for kind in ("sign", "resolve"):
        story.do(kind, OPENED)
    first = inbox(story.case)
    story.do("verify", OPENED)

    assert first == ("platform", "squad")
    assert story.case.signatures
    assert "office" in inbox(story.case)


def test_a_task_brings_the_case_to_another_unit_until_that_has_reported() -> None:
    case = give(case_at(Stage.SIGNED), "give_task", OPENED).case
    asked = case.parts[-1]
    assert asked.units == ("water",)
    assert asked.by.unit == "squad"
    reported = give(case, "report", OPENED, by=WATER_HANDLER).case

    assert parties(case) == ("squad", "water")
    assert inbox(case) == ("squad", "water")
    assert reported.parts[-1].state is PartState.REPORTED
    assert parties(reported) == ("squad", "water")
    assert inbox(reported) == ("squad",)


def test_a_request_lies_with_its_decider_and_shows_the_case_to_no_further_unit() -> None:
    case = give(case_at(Stage.SIGNED), "ask_suspension", OPENED).case

    assert parties(case) == ("squad",)
    assert set(inbox(case)) - {"squad"} <= {"office", "platform"}
    assert len(inbox(case)) == 2


def test_a_unit_that_had_the_case_before_may_still_read_it() -> None:
    case = case_at(Stage.TRIAGED)
    by = ACTORS[Role.DISPATCHER]
    assert case.holder is None

    dispatched = give(case, "dispatch", OPENED, by=by).case

    assert {"squad", dispatched.holder} == set(parties(dispatched))
    assert inbox(dispatched) == (dispatched.holder,)


@FEWER
@given(ANY_LIVES)
def test_in_every_life_no_unit_loses_sight_of_a_case_and_every_open_one_lies_with_somebody(
    life: Life,
) -> None:
    seen: set[str] = set()
    for _, _, case in before_and_after(life):
        now = set(parties(case))

        assert seen <= now
        seen = now
        if case.stage in HELD_STAGES:
            assert case.holder in inbox(case)
        if case.stage not in ENDED_STAGES | {Stage.MERGED, Stage.REPORTED}:
            assert inbox(case)
