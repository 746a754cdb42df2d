"""A late case is withdrawn by two people, and what was late stays late in the figures."""

from dataclasses import replace
from datetime import timedelta

import pytest

from domain.case.closing.acts import Withdraw
from domain.case.refusals import Refusal
from domain.case.requests.acts import Answer
from domain.complaints import SuperiorOrder
from domain.planning.planner import plan as planned
from domain.policy.part_rules import PartKind
from domain.reporting.indicators import CaseCounts, case_figures
from domain.vocabulary import Role, Stage
from tests.builders import ACTORS, complaint, plan
from tests.town import at
from tests.unit.rows.story import Story
from tests.unit.rows.test_statistics import JULY
from tests.unit.test_planning import TOWN

LATE = at("2026-07-20 08:00")
SUPERVISOR = ACTORS[Role.SUPERVISOR]
GRANTED = Answer(part="withdrawal-1", granted=True, reason="The citizen said so.")
WITHDRAW = Withdraw(reason="Solved by itself.")
WHO = [Role.REPORTER, Role.HOTLINE, Role.DISPATCHER]


def figures(story: Story) -> CaseCounts:
    found = case_figures(story.events, JULY)
    assert found is not None
    return found.closing


def refused(story: Story, act: Withdraw | Answer, role: Role) -> Refusal:
    return story.refused(act, LATE, by=ACTORS[role])[0]


@pytest.mark.parametrize("role", WHO)
def test_one_person_does_not_withdraw_a_late_case(role: Role) -> None:
    story = Story()
    story.do(WITHDRAW, LATE, by=ACTORS[role])

    assert story.case.stage is Stage.DISPATCHED
    assert [part.kind for part in story.case.open_parts(PartKind.WITHDRAWAL)] == ["withdrawal"]


@pytest.mark.parametrize("role", WHO)
def test_a_second_person_agrees_and_the_case_still_counts_as_late(role: Role) -> None:
    story = Story()
    story.do(WITHDRAW, LATE, by=ACTORS[role])
    story.do(GRANTED, LATE, by=SUPERVISOR)

    assert story.case.stage is Stage.WITHDRAWN
    assert figures(story).withdrawn == 1
    assert figures(story).late == 1


def test_a_case_in_time_is_withdrawn_at_once_and_was_not_late() -> None:
    story = Story()
    story.do(WITHDRAW, at("2026-07-01 09:00"))

    assert story.case.stage is Stage.WITHDRAWN
    assert figures(story).late == 0


EARLY = at("2026-07-01 09:00")
TOWNS = [Role.HOTLINE, Role.DISPATCHER]


@pytest.mark.parametrize("role", TOWNS)
def test_the_town_withdraws_no_complaint_of_a_citizen_who_can_be_called_alone(role: Role) -> None:
    """One dispatcher ended an ordinary case in time for good, and the citizen was not asked."""
    story = Story()
    story.do(WITHDRAW, EARLY, by=ACTORS[role])
    waits = story.case.stage
    story.do(GRANTED, EARLY, by=SUPERVISOR)

    assert waits is Stage.DISPATCHED
    assert story.case.stage is Stage.WITHDRAWN


@pytest.mark.parametrize("role", TOWNS)
def test_a_case_in_time_ends_by_one_under_earlier_rules_and_where_no_one_would_agree(
    role: Role,
) -> None:
    without = tuple(rule for rule in plan().parts if rule.kind is not PartKind.WITHDRAWAL)
    for pinned in (replace(plan(), rules=2), plan(callback=False, parts=without)):
        story = Story(pinned)
        story.do(WITHDRAW, EARLY, by=ACTORS[role])
        assert story.case.stage is Stage.WITHDRAWN


def test_the_first_person_is_not_the_second() -> None:
    story = Story()
    twice = replace(ACTORS[Role.DISPATCHER], id=SUPERVISOR.id)
    story.do(WITHDRAW, LATE, by=twice)

    assert refused(story, GRANTED, Role.SUPERVISOR) is Refusal.SAME_PERSON


def test_a_withdrawal_that_waits_is_not_asked_for_again() -> None:
    story = Story()
    story.do(WITHDRAW, LATE, by=ACTORS[Role.DISPATCHER])

    assert refused(story, WITHDRAW, Role.HOTLINE) is Refusal.ALREADY_ASKED


def test_silence_withdraws_no_late_case() -> None:
    story = Story()
    story.do(WITHDRAW, LATE)
    story.do("ring", at("2026-07-23 08:00"))

    assert story.case.stage is Stage.DISPATCHED
    assert story.case.open_parts(PartKind.WITHDRAWAL) == ()


def test_a_case_of_the_first_rules_is_withdrawn_as_before() -> None:
    story = Story(replace(plan(), rules=None))
    story.do(WITHDRAW, LATE)

    assert story.case.stage is Stage.WITHDRAWN


def test_a_superiors_case_is_taken_back_by_its_source_and_not_by_the_town() -> None:
    order = SuperiorOrder("1", "city")
    story = Story(plan(complaint(superior=order)))
    for role in (Role.HOTLINE, Role.DISPATCHER):
        assert refused(story, WITHDRAW, role) is Refusal.OUTSIDE_OUR_POWER

    early = Story(plan(complaint(superior=order)))
    early.do(WITHDRAW, at("2026-07-01 09:00"), by=ACTORS[Role.REPORTER])
    assert early.case.stage is Stage.WITHDRAWN


def test_a_superiors_case_that_was_reported_up_meanwhile_is_not_withdrawn() -> None:
    story = Story(plan(complaint(superior=SuperiorOrder("1", "city")), callback=False))
    story.do("sign", LATE)
    story.do(WITHDRAW, LATE, by=ACTORS[Role.REPORTER])
    for kind in ("resolve", "verify"):
        story.do(kind, LATE)
    assert story.case.stage is Stage.REPORTED

    assert refused(story, GRANTED, Role.SUPERVISOR) is Refusal.OUTSIDE_OUR_POWER


def test_merging_a_late_case_does_not_make_it_one_in_time() -> None:
    story = Story()
    story.do("ring", LATE)
    story.do("merge", LATE)

    assert figures(story).merged == 1
    assert figures(story).late == 1


def test_refusing_a_late_case_does_not_make_it_one_in_time() -> None:
    story = Story(plan(holder=None, callback=False))
    story.do("ring", LATE)
    story.do("refuse", LATE)

    assert figures(story).refused == 1
    assert figures(story).late == 1


def test_a_policy_that_says_nothing_lets_the_one_who_reviews_refusals_agree() -> None:
    silent = replace(
        TOWN, parts=tuple(rule for rule in TOWN.parts if rule.kind is not PartKind.WITHDRAWAL)
    )
    pinned = planned(silent, complaint(category="garbage", reported_at=LATE - timedelta(days=1)))

    refusal = pinned.part(pinned.tier, PartKind.REFUSAL)
    found = pinned.part(pinned.tier, PartKind.WITHDRAWAL)
    assert refusal is not None
    assert found == replace(refusal, kind=PartKind.WITHDRAWAL, limit=2)
