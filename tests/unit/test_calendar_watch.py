"""The end of a calendar is told weeks before: by `policy check`, /readyz, the log, and a number.

A person then puts the notice of the next year into the pack: docs/RUNBOOK.md.
"""

import asyncio
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

import pytest
from structlog.testing import capture_logs

from domain.policy.model import Policy
from domain.policy_checks.calendar_end import days_left, ending
from packs import pack_of
from runtime.metrics import CALENDAR_DAYS
from runtime.services.calendar_watch import CalendarWatch
from runtime.wiring.packs import load_one
from tests.town import CALENDAR, at, calendar

SIX_WEEKS = timedelta(weeks=6)
TOWN = "youchegang"


@pytest.mark.parametrize(
    ("now", "left"),
    [
        ("2026-11-19 12:00", 42),
        ("2026-12-31 00:00", 0),
        ("2026-12-31 23:59", 0),
        ("2027-01-01 00:00", -1),  # by the date in the town, where it is still 2026 in UTC
    ],
)
def test_days_are_counted_by_the_date_in_the_town(now: str, left: int) -> None:
    assert days_left(CALENDAR, at(now)) == left


@pytest.mark.parametrize("now", ["2026-11-19 00:00", "2026-12-31 12:00", "2027-03-01 12:00"])
def test_it_is_said_from_six_weeks_before_the_end_until_it_is_mended(now: str) -> None:
    assert "are provisional" in ending(CALENDAR, at(now), SIX_WEEKS)


@pytest.mark.parametrize("now", ["2026-07-01 12:00", "2026-11-18 23:59"])
def test_nothing_is_said_before(now: str) -> None:
    assert ending(CALENDAR, at(now), SIX_WEEKS) == ""


@pytest.mark.parametrize(
    ("now", "when"),
    [
        ("2026-12-01 12:00", "end on 2026-12-31, in 30 days:"),
        ("2026-12-30 12:00", "end on 2026-12-31, tomorrow:"),
        ("2026-12-31 12:00", "end on 2026-12-31, today:"),
        ("2027-01-31 12:00", "ended 31 days ago:"),
    ],
)
def test_the_remark_says_when(now: str, when: str) -> None:
    assert when in ending(CALENDAR, at(now), SIX_WEEKS)


def test_the_remark_names_the_page_that_says_what_to_do() -> None:
    page = "docs/RUNBOOK.md, «The calendar ends»"

    assert page in ending(CALENDAR, at("2026-12-31 12:00"), SIX_WEEKS)


# --- In intake, which gives new cases their calendar.


@dataclass
class Date:
    """The time of a process, which a test moves."""

    now: datetime

    def __call__(self) -> datetime:
        return self.now


def town(until: date = date(2026, 12, 31)) -> Policy:
    return replace(load_one(pack_of(TOWN)), calendar=calendar(published_until=until))


def watch(now: str, weeks: int = 6, **towns: Policy) -> tuple[CalendarWatch, Date]:
    date_of = Date(at(now))
    return CalendarWatch(towns or {TOWN: town()}, weeks, date_of), date_of


def warnings(watching: CalendarWatch) -> list[str]:
    with capture_logs() as lines:
        watching.look()
    return [line["tenant"] for line in lines if line["event"] == "calendar.ends"]


def test_a_warning_is_written_once_a_day() -> None:
    watching, clock = watch("2026-12-01 00:10")
    first = warnings(watching)
    clock.now = at("2026-12-01 23:50")
    again = warnings(watching)
    clock.now = at("2026-12-02 00:10")

    assert first == [TOWN]
    assert again == []
    assert warnings(watching) == [TOWN]


def test_no_warning_is_written_while_there_is_time() -> None:
    assert warnings(watch("2026-11-01 12:00")[0]) == []


def test_the_weeks_are_a_setting() -> None:
    assert warnings(watch("2026-11-01 12:00", weeks=9)[0]) == [TOWN]


def test_each_tenant_has_its_own_warning() -> None:
    watching, _ = watch("2026-12-01 12:00", hamlet=town(), ahead=town(date(2027, 12, 31)))

    assert warnings(watching) == ["hamlet"]


def test_the_days_left_are_a_number_for_an_alarm() -> None:
    watch("2026-12-01 12:00")[0].look()

    assert CALENDAR_DAYS.labels(TOWN)._value.get() == 30


def test_the_note_says_until_when_all_is_well() -> None:
    assert watch("2026-07-01 12:00")[0].note() == (
        "holidays are published: youchegang until 2026-12-31"
    )


def test_the_note_says_that_a_calendar_ends() -> None:
    watching, _ = watch("2026-12-01 12:00")

    assert watching.note() == ending(CALENDAR, at("2026-12-01 12:00"), SIX_WEEKS)


async def test_the_watch_looks_at_once_and_ends_when_it_is_asked_to() -> None:
    watching, stop = watch("2026-12-01 12:00")[0], asyncio.Event()
    with capture_logs() as lines:
        running = asyncio.create_task(watching.run(stop))
        await asyncio.sleep(0)
        stop.set()
        await running

    assert [line["event"] for line in lines] == ["calendar.ends"]
