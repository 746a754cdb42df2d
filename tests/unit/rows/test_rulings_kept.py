"""Row 13: who keeps a case by a ruling, or by a return that was refused, does not raise it away."""

from dataclasses import replace
from datetime import timedelta

import pytest

from domain.case.closing.acts import Resolve, Verify
from domain.case.commands import Actor
from domain.case.dispatch.acts import Dispatch, Return
from domain.case.handling.acts import Progress
from domain.case.refusals import Refusal
from domain.case.requests.acts import Answer
from domain.case.tiers.acts import AskTier, RaiseTier
from domain.complaints import Place
from domain.planning.planner import plan
from domain.sla.case_clocks import HOLDER
from domain.sla.clocks import due
from domain.vocabulary import Response, Role, Tier
from tests.builders import ACTORS, LOOKUP, PHOTO, WATER_HANDLER
from tests.builders import plan as plain
from tests.unit.rows.story import OFFICE_LEADER, Story
from tests.unit.triages import NINE, TOWN, complaint

VILLAGER = Actor("lu-fang", Role.HANDLER, "hetang-village")
CLEANER = Actor("qiu-ping", Role.HANDLER, "sanitation")
MINUTE = timedelta(minutes=1)
NOT_OURS = Return(reason="Not ours.")
TO_ASSIGN = RaiseTier(to=Tier.ASSIGN, reason="Too much for us.")
DISPATCHER, SUPERVISOR = ACTORS[Role.DISPATCHER], ACTORS[Role.SUPERVISOR]
NAMED = tuple((unit.id, unit.kind) for unit in TOWN.units)
TOWNS = replace(LOOKUP, units=tuple(unit for unit, _ in NAMED), kinds=NAMED)


def litter(rules: int = 3) -> Story:
    """Return the story of litter in a village, which leads no case above direct."""
    made = plan(TOWN, complaint(category="garbage", place=Place(grid="G01")))
    story = Story(replace(made, rules=rules), NINE)
    assert story.case.holder == "hetang-village"
    return story


def denied(rules: int = 3) -> Story:
    story = litter(rules)
    story.do(NOT_OURS, NINE, by=VILLAGER)
    no = Answer(part="return-1", granted=False, reason="It is yours.")
    story.do(no, NINE, by=DISPATCHER)
    return story


def ruled(*, granted: bool, rules: int = 3) -> Story:
    story = denied(rules)
    story.do(NOT_OURS, NINE, by=VILLAGER)
    ruling = Answer(part="ruling-1", granted=granted, reason="By the list.", unit="hetang-village")
    story.do(ruling, NINE, by=SUPERVISOR, lookup=TOWNS)
    return story


@pytest.mark.parametrize("granted", [True, False])
@pytest.mark.parametrize("to", [Tier.ASSIGN, Tier.SUPERVISE])
def test_a_unit_that_a_ruling_designated_does_not_raise_the_case_away(
    granted: bool, to: Tier
) -> None:
    story = ruled(granted=granted)
    code, words = story.refused(replace(TO_ASSIGN, to=to), NINE, by=VILLAGER)

    assert code is Refusal.DESIGNATED
    assert words == (
        f"hetang-village was designated; in {to} another unit would have it; ask_tier, and a "
        "second person decides"
    )


def test_a_unit_whose_return_was_refused_does_not_raise_the_case_away() -> None:
    code, words = denied().refused(TO_ASSIGN, NINE, by=VILLAGER)

    assert code is Refusal.DESIGNATED
    assert words.startswith("hetang-village keeps the case: return-1 was refused; in assign")


def test_it_asks_for_the_tier_and_the_office_gives_the_case_to_another_unit() -> None:
    story = ruled(granted=False)
    story.do(AskTier(to=Tier.ASSIGN, reason="Heaps."), NINE, by=VILLAGER)
    yes = Answer(part="tier_change-1", granted=True, reason="So it is.")
    story.do(yes, NINE, by=OFFICE_LEADER, lookup=TOWNS)

    assert story.case.tier is Tier.ASSIGN
    assert story.case.holder == "sanitation"


def test_a_unit_that_keeps_the_case_in_the_next_tier_raises_it() -> None:
    story = Story(plain(tier=Tier.DIRECT))
    story.do(NOT_OURS, NINE)
    story.do(Answer(part="return-1", granted=False, reason="Yours."), NINE, by=DISPATCHER)
    story.do(TO_ASSIGN, NINE)

    assert story.case.holder == "squad"


def test_a_unit_of_which_nothing_was_ruled_raises_the_case_to_another_one() -> None:
    story = litter()
    story.do(TO_ASSIGN, NINE, by=VILLAGER)

    assert story.case.holder == "sanitation"


def test_under_earlier_rules_a_designated_unit_raises_as_before() -> None:
    story = ruled(granted=False, rules=2)
    story.do(TO_ASSIGN, NINE, by=VILLAGER)

    assert story.case.holder == "sanitation"


# --- Each unit has its own return.


def raised_by_another(granted: bool) -> Story:
    story = ruled(granted=granted)
    story.do(TO_ASSIGN, NINE, by=DISPATCHER)
    return story


def test_the_next_unit_has_a_return_of_its_own() -> None:
    story = raised_by_another(granted=False)
    story.do(NOT_OURS, NINE, by=CLEANER)

    assert story.part("return-2").is_open


def test_its_second_return_is_for_a_ruling_and_there_is_no_third() -> None:
    story = raised_by_another(granted=False)
    story.do(NOT_OURS, NINE, by=CLEANER)
    story.do(Answer(part="return-2", granted=False, reason="Yours."), NINE, by=DISPATCHER)
    story.do(NOT_OURS, NINE, by=CLEANER)
    no = Answer(part="ruling-2", granted=False, reason="By the list.", unit="sanitation")
    story.do(no, NINE, by=SUPERVISOR, lookup=TOWNS)

    assert story.refused(NOT_OURS, NINE, by=CLEANER)[0] is Refusal.DESIGNATED


def test_its_return_is_not_granted_towards_a_unit_that_does_not_lead_in_its_tier() -> None:
    story = raised_by_another(granted=False)
    story.do(NOT_OURS, NINE, by=CLEANER)
    back = Answer(part="return-2", granted=True, reason="Theirs.", unit="hetang-village")

    assert story.refused(back, NINE, by=DISPATCHER, lookup=TOWNS)[0] is Refusal.ASSISTS_ONLY


def test_where_a_return_was_granted_the_next_unit_asks_for_a_ruling() -> None:
    story = Story()
    story.do(NOT_OURS, NINE)
    story.do(Answer(part="return-1", granted=True, reason="So it is."), NINE, by=DISPATCHER)
    story.do(Dispatch(unit="water"), NINE)
    story.do(NOT_OURS, NINE, by=WATER_HANDLER)

    assert story.part("ruling-1").is_open


def test_under_earlier_rules_the_returns_of_all_units_are_counted_together() -> None:
    story = ruled(granted=False, rules=2)
    story.do(TO_ASSIGN, NINE, by=DISPATCHER)

    assert story.refused(NOT_OURS, NINE, by=CLEANER)[0] is Refusal.RETURN_EXHAUSTED


# --- Nor just before its own deadline.


def warned(rules: int = 3) -> Story:
    """Return the story of litter in a village, a minute before its time is over."""
    story = litter(rules)
    story.do("sign", NINE, by=VILLAGER)
    story.do(Progress(note="Swept.", response=Response.ON_SITE), NINE, by=VILLAGER)
    due = story.due(HOLDER)
    assert due is not None
    story.wait(due - MINUTE)
    assert not story.case.misses
    return story


@pytest.mark.parametrize("to", [Tier.ASSIGN, Tier.SUPERVISE])
def test_a_unit_does_not_leave_its_deadline_by_raising_the_case(to: Tier) -> None:
    story = warned()
    code, words = story.refused(replace(TO_ASSIGN, to=to), story.events[-1].at, by=VILLAGER)

    assert code is Refusal.TOO_LATE
    assert words == (
        f"hetang-village has been warned of its deadline (holder); in {to} another unit would have "
        "the case; ask_tier, and a second person decides"
    )


def test_its_time_runs_on_while_its_request_waits() -> None:
    story = warned()
    due = story.due(HOLDER)
    assert due is not None
    story.do(AskTier(to=Tier.ASSIGN, reason="Too much."), due - MINUTE, by=VILLAGER)
    story.wait(due + MINUTE)

    assert [(miss.clock, miss.units) for miss in story.case.misses if miss.clock == HOLDER] == [
        (HOLDER, ("hetang-village",))
    ]


def test_before_the_first_warning_a_unit_raises_the_case() -> None:
    story = litter()
    story.do("sign", NINE, by=VILLAGER)
    story.do(TO_ASSIGN, NINE, by=VILLAGER, lookup=TOWNS)

    assert story.case.holder == "sanitation"


def test_a_unit_that_keeps_the_case_raises_it_at_any_time() -> None:
    story = Story(plain(tier=Tier.DIRECT))
    story.do("sign", NINE)
    due = story.due(HOLDER)
    assert due is not None
    story.wait(due - MINUTE)
    story.do(TO_ASSIGN, due - MINUTE)

    assert story.case.holder == "squad"


def test_the_platform_raises_it_at_any_time() -> None:
    story = warned()
    story.do(TO_ASSIGN, story.events[-1].at, by=DISPATCHER, lookup=TOWNS)

    assert story.case.tier is Tier.ASSIGN


@pytest.mark.parametrize("rules", [1, 2])
def test_a_unit_of_a_running_case_raises_it_at_any_time(rules: int) -> None:
    story = warned(rules)
    story.do(TO_ASSIGN, story.events[-1].at, by=VILLAGER, lookup=TOWNS)

    assert story.case.tier is Tier.ASSIGN


@pytest.mark.parametrize(("rules", "kept"), [(2, False), (3, True)])
def test_a_ruling_that_no_one_gives_in_time_leaves_the_next_unit_the_limits_of_before(
    rules: int, *, kept: bool
) -> None:
    """The office gets what two returns have left open, with the time of the tier it had."""
    story = denied(rules)
    before = story.clock(HOLDER)
    story.do(NOT_OURS, NINE, by=VILLAGER)
    asked = due(story.clock("ruling-1"), story.case.plan.calendar)
    assert asked is not None
    story.wait(asked.at + MINUTE)

    assert story.case.holder == story.case.plan.office
    assert story.case.tier is Tier.SUPERVISE
    assert (story.clock(HOLDER).budget <= before.budget) is kept


@pytest.mark.parametrize(("rules", "kept"), [(2, False), (3, True)])
def test_who_gets_what_was_found_wrong_twice_has_the_limits_of_before(
    rules: int, *, kept: bool
) -> None:
    story = litter(rules)
    before = story.clock(HOLDER)
    story.do("sign", NINE, by=VILLAGER)
    for number in (1, 2):
        shown = replace(PHOTO, sha256=f"{number}a" * 32)
        story.do(Resolve(result="Gone.", evidence=(shown,)), NINE, by=VILLAGER)
        story.do(Verify(passed=False, note="Still there."), NINE)

    assert story.case.tier is Tier.ASSIGN
    assert story.case.holder != "hetang-village"
    assert (story.clock(HOLDER).budget <= before.budget) is kept
