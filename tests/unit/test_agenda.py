"""The one timer that a case needs: it rings for the earliest thing, and never too late for any."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given

from domain.case.agenda import ARCHIVE, DEADLINE, RESUME, first_due, next_item
from domain.case.closing.facts import Archived
from domain.case.escalation.facts import DeadlineMissed, RungReached
from domain.case.forecasts import TICK, forecast
from domain.case.state import Case
from domain.case.summaries import summarize
from domain.policy.part_rules import PartKind
from domain.sla.case_clocks import CITIZEN, HOLDER, SIGN
from domain.sla.ladders import Ladder
from domain.vocabulary import Stage
from tests.builders import case_at, complaint, give, opened, plan, plan_for
from tests.town import OPENED, PART_RULES, PLATFORM_LADDER, at, hours, ladder, roster, rung
from tests.unit.lives import ANY_LIVES, FEWER, Life
from tests.unit.rows.story import Story, only

LONG_AFTER = at("2030-01-01 00:00")


def coming(case: Case) -> tuple[datetime, str, str] | None:
    item = next_item(case)
    return (item.at, item.clock, item.what) if item else None


def test_the_earliest_rung_of_any_clock_comes_first() -> None:
    # 80 % of the four working hours in which it must be signed.
    assert (at("2026-07-01 11:12"), SIGN, "amber") == coming(case_at(Stage.DISPATCHED))


def test_a_suspended_case_waits_for_its_end_and_for_nothing_else() -> None:
    case = give(case_at(Stage.SIGNED), "suspend", OPENED).case

    assert (at("2026-08-03 08:00"), "", RESUME) == coming(case)


def test_a_deadline_without_a_rung_of_its_own_is_waited_for() -> None:
    case = give(case_at(Stage.SIGNED), "ring", at("2026-07-07 17:59")).case
    holder = case.clock(HOLDER)

    assert holder is not None
    assert ("amber",) == holder.fired
    due_first = first_due(case, at("2026-07-07 18:00") + TICK)
    assert due_first is not None
    assert HOLDER == due_first.clock
    assert DEADLINE == due_first.what


@pytest.mark.parametrize("climbs", [ladder("holder"), ladder("holder", rung("early", share=50))])
def test_a_deadline_is_waited_for_and_missed_also_where_no_rung_is_left(climbs: Ladder) -> None:
    sparse = plan(ladders=(ladder("citizen"), PLATFORM_LADDER, climbs))
    case = give(case_at(Stage.IN_PROGRESS, pinned=sparse), "ring", at("2026-07-07 17:59")).case
    decision = give(case, "ring", at("2026-07-07 18:00") + TICK)

    assert (at("2026-07-07 18:00"), HOLDER, DEADLINE) == coming(case)
    missed = DeadlineMissed(clock=HOLDER, due_at=at("2026-07-07 18:00"), units=("squad",))
    assert [missed] == [event.fact for event in decision.events]


@pytest.mark.parametrize("stage", [Stage.CLOSED, Stage.REFUSED])
def test_a_case_that_has_ended_waits_for_its_archive_and_for_nothing_else(stage: Stage) -> None:
    sparse = tuple(rule for rule in PART_RULES if rule.kind is not PartKind.REFUSAL)
    pinned = replace(plan_for(stage), parts=sparse)
    case = case_at(stage, pinned=pinned)
    month_later = OPENED + timedelta(days=30)

    assert (month_later, "", ARCHIVE) == coming(case)
    assert () == give(case, "ring", month_later).events
    assert [Archived()] == [e.fact for e in give(case, "ring", month_later + TICK).events]


def test_a_request_that_is_open_keeps_a_closed_case_from_its_archive() -> None:
    asked = give(case_at(Stage.CLOSED), "ask_reopening", OPENED).case

    assert ARCHIVE not in {item.what for item in [next_item(asked)] if item}
    assert first_due(asked, OPENED) is None


@pytest.mark.parametrize("stage", [Stage.ARCHIVED, Stage.WITHDRAWN])
def test_nothing_comes_in_a_case_that_is_over(stage: Stage) -> None:
    case = case_at(stage)

    assert next_item(case) is None
    assert first_due(case, LONG_AFTER) is None
    assert [] == list(forecast(case, roster()))


def test_a_case_is_archived_once_however_late_the_engine_looks() -> None:
    decision = give(case_at(Stage.CLOSED), "ring", LONG_AFTER)

    assert [Archived()] == [event.fact for event in decision.events]
    assert Stage.ARCHIVED is decision.case.stage


@pytest.mark.parametrize("stage", [Stage.DISPATCHED, Stage.IN_PROGRESS])
def test_nothing_comes_in_a_case_that_follows_another_but_its_broken_promise(stage: Stage) -> None:
    case = give(case_at(stage), "merge", OPENED).case
    coming = next_item(case)
    decision = give(case, "ring", LONG_AFTER)

    assert coming is not None
    assert DEADLINE == coming.what
    missed = DeadlineMissed(clock=CITIZEN, due_at=coming.at, units=("squad",))
    assert [missed] == [e.fact for e in decision.events]
    assert next_item(decision.case) is None
    assert first_due(decision.case, LONG_AFTER) is None


def test_nothing_at_all_comes_in_a_case_from_before_that_follows_another() -> None:
    pinned = replace(plan_for(Stage.DISPATCHED), rules=None)
    case = give(case_at(Stage.DISPATCHED, pinned=pinned), "merge", OPENED).case

    assert next_item(case) is None
    assert first_due(case, LONG_AFTER) is None
    assert () == give(case, "ring", LONG_AFTER).events


@FEWER
@given(ANY_LIVES)
def test_no_wake_is_missed_and_none_is_in_vain(life: Life) -> None:
    for turn in life.turns:
        case = turn.decision.case
        item = next_item(case)
        if item is None:
            assert first_due(case, LONG_AFTER) is None
        else:
            assert first_due(case, item.at) is None
            assert first_due(case, item.at - timedelta(days=1)) is None
            assert first_due(case, item.at + TICK) is not None


@FEWER
@given(ANY_LIVES)
def test_a_case_left_alone_comes_to_rest(life: Life) -> None:
    foretold = list(forecast(life.case, roster(), most=200))

    assert len(foretold) < 200
    assert [event.at for event in foretold] == sorted(event.at for event in foretold)


def test_a_forecast_is_as_long_as_it_is_asked_to_be() -> None:
    case = case_at(Stage.DISPATCHED)

    assert [3, 7] == [len(list(forecast(case, roster(), most=most))) for most in (3, 7)]


# A case in one line.


def test_a_summary_shows_what_was_promised_and_what_comes_next() -> None:
    summary = summarize(case_at(Stage.DISPATCHED))

    assert summary.citizen_due is not None
    assert at("2026-07-10 18:00") == summary.citizen_due
    assert summary.coming == next_item(case_at(Stage.DISPATCHED))


def test_a_closed_case_promises_nothing_more() -> None:
    summary = summarize(case_at(Stage.CLOSED))

    assert summary.citizen_due is None
    assert summary.next_due is None
    assert summary.coming is not None
    assert ARCHIVE == summary.coming.what


def test_the_next_deadline_is_the_earliest_of_those_that_run() -> None:
    assert at("2026-07-01 12:00") == summarize(case_at(Stage.DISPATCHED)).next_due
    assert at("2026-07-01 18:00") == summarize(case_at(Stage.SIGNED)).next_due


def test_a_case_that_arrives_overdue_is_due_at_once() -> None:
    case = opened(plan(complaint(reported_at=OPENED - hours(1000))))
    item = first_due(case, OPENED)

    assert item is not None
    assert CITIZEN == item.clock


def test_after_its_window_a_closed_case_is_not_reopened_whatever_keeps_it_from_its_archive() -> (
    None
):
    closed = case_at(Stage.CLOSED)
    assert closed.closed_at is not None
    last = closed.closed_at + closed.plan.reopen_window

    asked = give(closed, "ask_reopening", last).case
    late = give(closed, "ask_reopening", last + timedelta(seconds=1)).events

    assert asked.open_parts(PartKind.REOPENING)
    assert [event.fact.kind for event in late] == ["command_refused"]


@pytest.mark.parametrize(("rules", "levels"), [(3, [4, 5]), (2, [5, 4])])
def test_of_two_clocks_at_one_moment_the_lower_level_comes_first(
    rules: int, levels: list[int]
) -> None:
    promised = ladder("citizen", rung("promise", 5, share=100))
    handled = ladder("holder", rung("three-days", 4, after=hours(24)))
    story = Story(replace(plan(ladders=(promised, PLATFORM_LADDER, handled)), rules=rules))
    story.do("sign", at("2026-07-01 09:00"))
    facts = story.wait(at("2026-07-10 18:01"))
    reached = [fact for fact in only(facts, RungReached) if fact.clock in {CITIZEN, HOLDER}]

    assert [fact.level for fact in reached] == levels
    assert {fact.moment for fact in reached} == {at("2026-07-10 18:00")}
