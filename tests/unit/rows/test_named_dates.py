"""The unit names the date by which it will be done, and has to keep it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from domain.case.handling.acts import Progress
from domain.case.handling.facts import Progressed
from domain.case.refusals import Refusal
from domain.case.repinning.acts import Repin
from domain.case.suspension.acts import Suspend
from domain.planning.planner import plan_under_new_policy
from domain.sla.case_clocks import CITIZEN, HOLDER
from domain.sla.clocks import Measure
from domain.vocabulary import Tier
from runtime.cli.views.cases import print_case
from tests.builders import LOOKUP
from tests.town import at, hours
from tests.unit.rows.story import only
from tests.unit.rows.work import CREW, TEN, TOWN, WORK, story
from tests.unit.standards import planned, town


def named(when: str) -> Progress:
    return Progress(note="The pipe is ordered.", done_by=at(when))


def test_until_a_date_is_named_the_time_to_name_it_holds() -> None:
    assert story("old").due(HOLDER) == at("2026-07-03 10:00")


def test_the_deadline_is_the_date_that_the_unit_named() -> None:
    told = story("old")
    [fact] = only(told.do(named("2026-07-06 17:00"), TEN, by=CREW), Progressed)

    assert fact.done_by == at("2026-07-06 17:00")
    assert told.due(HOLDER) == at("2026-07-06 17:00")


def test_a_suspension_moves_the_date() -> None:
    told = story("old")
    told.do(named("2026-07-06 17:00"), TEN, by=CREW)
    until = at("2026-07-02 12:00")
    rest = Suspend(reason="The street is closed.", until=until, measures="The pipe is made.")
    told.do(rest, at("2026-07-02 10:00"))
    told.wait(until + timedelta(minutes=1))

    assert told.due(HOLDER) == at("2026-07-06 19:00")


@pytest.mark.parametrize(
    ("when", "words"),
    [
        ("2026-07-08 10:00", "at most 4 working days after the unit got the case"),
        ("2026-07-01 09:00", "name a moment to come"),
    ],
)
def test_a_date_too_late_or_past_is_refused(when: str, words: str) -> None:
    code, detail = story("old").refused(named(when), TEN, by=CREW)

    assert code is Refusal.BAD_DATE
    assert words in detail


def test_an_earlier_date_may_follow_and_a_later_one_needs_an_extension() -> None:
    told = story("old")
    told.do(named("2026-07-06 10:00"), TEN, by=CREW)
    told.do(named("2026-07-03 10:00"), TEN, by=CREW)

    assert told.due(HOLDER) == at("2026-07-03 10:00")
    assert "needs an extension" in told.refused(named("2026-07-06 10:00"), TEN, by=CREW)[1]


def test_after_the_deadline_no_date_is_named() -> None:
    told = story("old")
    late = at("2026-07-03 11:00")
    told.wait(late)

    assert told.refused(named("2026-07-06 10:00"), late, by=CREW)[0] is Refusal.TOO_LATE


def test_a_standard_without_dates_lets_none_be_named() -> None:
    code, detail = story("noisy").refused(named("2026-07-02 10:00"), TEN, by=CREW)

    assert code is Refusal.BAD_DATE
    assert "ask for an extension" in detail


def test_the_date_stays_under_a_new_policy() -> None:
    told = story("old")
    told.do(named("2026-07-06 17:00"), TEN, by=CREW)
    new = replace(plan_under_new_policy(TOWN, told.case.plan, Tier.ASSIGN), policy="sha256:new")
    told.do(Repin(policy="sha256:new", reason="New limits."), TEN, lookup=replace(LOOKUP, plan=new))

    assert told.due(HOLDER) == at("2026-07-06 17:00")


def test_the_promise_leaves_room_for_the_latest_date() -> None:
    old = planned("old", TOWN)
    promise, last = old.spec(Tier.ASSIGN, CITIZEN), old.standard

    assert promise is not None
    assert last is not None
    assert last.dated is not None
    assert promise.budget >= last.dated


def test_no_date_is_later_than_the_levels_own_limit() -> None:
    wide = planned("old", town(WORK.replace("date_within: 4wd", "date_within: 60nd"))).standard

    assert wide is not None
    assert wide.dated == hours(40)
    assert wide.dated_measure is Measure.WORKING


def test_the_case_shows_the_date(capsys: pytest.CaptureFixture[str]) -> None:
    told = story("old")
    told.do(named("2026-07-06 17:00"), TEN, by=CREW)
    print_case(told.events, TEN)
    shown = " ".join(capsys.readouterr().out.split())

    assert "by date at most 4 working days" in shown
    assert "done by Mon 2026-07-06 17:00" in shown
