"""A case that rests is late by clocks that run on alone: all other lateness stands still."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from domain.case.escalation.facts import RungReached
from domain.case.joint_work.acts import Report
from domain.case.merging.acts import Unmerge
from domain.case.suspension.acts import Resume, Suspend
from domain.sla.case_clocks import HOLDER, ORDER
from runtime.cli.views.case_list import print_list
from schemas.journal import row_of
from store.cases.filters import CaseFilter, is_late
from store.cases.read_model import CaseCount, CasePage
from tests.town import at
from tests.unit.rows.story import Story, only
from tests.unit.rows.test_order_warnings import ordered

NOW = at("2026-07-09 10:00")  # ten hours after the holder's deadline


def late() -> Story:
    story = Story()
    for kind in ("sign", "progress"):
        story.do(kind, at("2026-07-01 09:00"))
    story.wait(NOW)
    assert is_late(row_of(story.case), NOW)
    return story


def test_a_late_case_that_is_merged_is_late_in_no_list_until_it_is_unmerged() -> None:
    story = late()
    story.do(Report(part="letter-1", text="Two officers were ill."), NOW)
    due = row_of(story.case).next_due
    story.do("merge", NOW)

    assert row_of(story.case).next_due is None
    assert not is_late(row_of(story.case), at("2026-08-01 10:00"))

    story.do(Unmerge(reason="Other stalls."), at("2026-08-03 10:00"))

    assert due == row_of(story.case).next_due
    assert story.clock(HOLDER).missed


def test_a_late_case_that_is_suspended_is_late_in_no_list_until_it_goes_on() -> None:
    story = late()
    due = row_of(story.case).next_due
    story.do(Suspend(reason="Frost.", measures="Warn.", until=at("2026-08-03 10:00")), NOW)

    assert row_of(story.case).next_due is None

    story.do(Resume(), at("2026-07-20 10:00"))

    assert due == row_of(story.case).next_due
    assert story.clock(HOLDER).missed


def test_a_case_that_rests_is_late_by_a_clock_that_runs_on() -> None:
    """The date of a superior is absolute: what rests for longer is late, and in both lists."""
    dated = at("2026-07-20 18:00")
    story = ordered(dated)
    story.do(Suspend(reason="Frost.", measures="Warn.", until=at("2026-08-03 10:00")), NOW)
    row = row_of(story.case)

    assert row.rests
    assert row.next_due is not None
    assert row.due_clock == ORDER
    assert not is_late(row, row.next_due)
    assert is_late(row, dated + timedelta(minutes=1))


def test_a_case_that_goes_on_does_not_rest() -> None:
    assert row_of(late().case).rests is False


def test_the_lateness_of_a_case_that_rests_stands_still() -> None:
    """What comes a time after the deadline counts the time in which the case did not rest."""
    story = late()
    story.do(Suspend(reason="Frost.", measures="Warn.", until=at("2026-07-20 08:00")), NOW)
    story.wait(at("2026-07-20 08:01"))
    facts = story.wait(at("2026-07-31 18:00"))
    [up] = [f for f in only(facts, RungReached) if f.clock == HOLDER and f.rung == "up"]

    assert at("2026-07-21 14:00") <= up.moment


def test_a_list_of_what_rests_has_open_cases_alone() -> None:
    assert not CaseFilter(resting_only=True).includes_closed


def listed(story: Story, capsys: pytest.CaptureFixture[str], now: datetime) -> str:
    """Return what a list says of the case."""
    print_list(CasePage((row_of(story.case),), None), CaseCount(1, and_more=False), now)
    return capsys.readouterr().out


def test_a_list_says_that_what_rests_missed_a_deadline_before(
    capsys: pytest.CaptureFixture[str],
) -> None:
    story, in_time = late(), Story()
    in_time.do("sign", at("2026-07-01 09:00"))
    for each in (story, in_time):
        each.do(Suspend(reason="Frost.", measures="Warn.", until=at("2026-08-03 10:00")), NOW)
    first = min(miss.due_at for miss in story.case.misses)

    assert row_of(story.case).missed_at == first
    assert "rests, missed 10 d 0 h ago" in listed(story, capsys, first + timedelta(days=10))
    assert "missed" not in listed(in_time, capsys, first + timedelta(days=10))


def test_a_list_says_nothing_of_a_miss_that_is_exempt() -> None:
    story = late()
    exempt = tuple(replace(miss, exempt=True) for miss in story.case.misses)

    assert row_of(replace(story.case, misses=exempt)).missed_at is None
