"""The end of the known days of the law is announced a year before, in every way an end is."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from structlog.testing import capture_logs

from domain.policy.model import Policy
from domain.policy_checks.calendar_end import law_days_left, law_ending
from domain.sla.calendars import Calendar
from gateways.holidays import china
from gateways.law_days import LAST_YEAR
from packs import pack_of
from runtime.metrics import LAW_DAYS
from runtime.services.calendar_watch import CalendarWatch
from runtime.wiring.packs import load_one
from tests.town import CALENDAR, PLAIN_WEEK, at
from tests.unit.test_calendar_watch import Date

PAGE = "docs/RUNBOOK.md, «The law's days end»"
DAYS, UNTIL = china(PLAIN_WEEK)
TOWN = Calendar("town", "Asia/Shanghai", PLAIN_WEEK, DAYS, date(2030, 12, 31))
NEW_YEAR = date(LAST_YEAR + 1, 1, 1)


def policy(calendar: Calendar = TOWN) -> Policy:
    return replace(load_one(pack_of("youchegang")), calendar=calendar)


def test_a_town_sees_days_off_until_the_last_year_and_none_after_it() -> None:
    assert TOWN.hours_on(date(LAST_YEAR, 10, 1)) == ()
    assert TOWN.hours_on(NEW_YEAR) == PLAIN_WEEK[NEW_YEAR.weekday()]
    assert TOWN.is_provisional(at("2031-01-01 12:00"))


@pytest.mark.parametrize("now", ["2029-12-30 23:59", "2026-12-01 08:00"])
def test_nothing_is_said_earlier_than_a_year_before(now: str) -> None:
    assert law_ending(TOWN, at(now), 2030) == ""


@pytest.mark.parametrize(
    ("now", "when"),
    [
        ("2029-12-31 00:00", "end in 365 days, with 2030"),
        ("2030-06-01 12:00", "end in 213 days, with 2030"),
        ("2030-12-31 23:59", "end today, with 2030"),
        ("2031-01-10 12:00", "ended 10 days ago, with 2030"),
    ],
)
def test_it_is_said_from_a_year_before_until_a_release_knows_more(now: str, when: str) -> None:
    assert when in law_ending(TOWN, at(now), 2030)


def test_the_remark_names_the_page_that_says_what_to_do() -> None:
    assert PAGE in law_ending(TOWN, at("2030-06-01 12:00"), 2030)


def test_a_calendar_without_the_days_of_the_law_has_no_such_end() -> None:
    assert law_days_left(CALENDAR, at("2030-06-01 12:00"), 2030) is None


def test_the_note_of_intake_says_it_beside_the_end_of_the_holidays() -> None:
    watch = CalendarWatch({"town": policy()}, 6, Date(at("2030-12-01 12:00")), last_year=2030)

    assert PAGE in watch.note()
    assert "the published holidays of town end" in watch.note()


def test_a_warning_is_written_once_a_week() -> None:
    clock = Date(at("2030-03-01 12:00"))
    watch = CalendarWatch({"town": policy()}, 6, clock, last_year=2030)
    written = []
    for _ in range(15):
        with capture_logs() as lines:
            watch.look()
        written.append([line["event"] for line in lines])
        clock.now += timedelta(days=1)

    assert [number for number, events in enumerate(written) if events] == [0, 7, 14]
    assert written[7] == ["calendar.law_ends"]


def test_the_days_left_are_a_number_for_an_alarm() -> None:
    CalendarWatch({"ahead": policy()}, 6, Date(at("2030-12-01 12:00")), last_year=2030).look()

    assert LAW_DAYS.labels("ahead")._value.get() == 30


def test_the_shipped_town_hears_of_it() -> None:
    town = load_one(pack_of("youchegang")).calendar

    assert law_days_left(town, at("2026-12-01 12:00"), LAST_YEAR) is not None
