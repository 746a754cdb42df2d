"""A pack loads as it is written, and its hash follows what it says."""

from datetime import UTC, date, datetime, timedelta
from itertools import product
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from domain.policy.model import Policy
from domain.policy.part_rules import PartKind
from domain.policy.sources import ActingRule, SourceRule
from domain.sla.case_clocks import CASE_CLOCKS, CLOCKS
from domain.sla.clocks import Measure
from domain.vocabulary import Channel, Role, Tier, Urgency
from gateways.holidays import china
from packs import pack_of, shipped_packs
from schemas.packs.escalation import ClocksEntry
from schemas.packs.roster import AbsenceEntry
from store.packs.loader import load_pack
from tests.fakes.packs import (
    CALENDAR,
    CATEGORIES,
    HOLIDAYS,
    KINDS_IN_THE_TABLE,
    PACK,
    POLICY,
    ROSTER,
    part_order,
    written,
)

WHOLE_DAY = ((480, 720), (840, 1080))
REQUIRED = tuple(clock.id for clock in CASE_CLOCKS if clock.required)
"""The clocks that a pack must give a limit."""


def load(directory: Path, **changed: str) -> Policy:
    return load_pack(written(directory, **changed), HOLIDAYS)


@pytest.mark.parametrize("directory", shipped_packs(), ids=lambda path: path.name)
def test_every_shipped_pack_loads_without_a_problem(directory: Path) -> None:
    policy = load_pack(directory, {"china": china})

    assert policy.tenant == directory.name
    assert policy.hash.startswith("sha256:")


def test_the_shipped_town_is_the_one_of_the_brief() -> None:
    policy = load_pack(pack_of("youchegang"), {"china": china})
    regular_and_auxiliary = [p for p in policy.roster.people if p.unit == "enforcement-squad"]

    assert policy.name == "油车港镇"
    assert policy.calendar.zone == "Asia/Shanghai"
    assert len(policy.categories) >= 24
    assert [c.id for c in policy.categories if not c.is_owned] == ["waste-recycling"]
    assert {(level.tier, level.urgency) for level in policy.levels} == set(product(Tier, Urgency))
    assert len(regular_and_auxiliary) >= 4
    assert len({person.name for person in policy.roster.people}) == len(policy.roster.people)


def test_every_file_of_the_shipped_town_says_how_to_edit_it() -> None:
    for directory in shipped_packs():
        for path in directory.glob("*.yaml"):
            assert path.read_text().startswith("# "), path.name


def test_what_is_written_is_what_is_meant(tmp_path: Path) -> None:
    policy = load(tmp_path)
    level = policy.level(Tier.ASSIGN, Urgency.NORMAL)
    garbage, scrap = policy.categories

    assert level is not None
    given = tuple(limit.clock for limit in level.limits)
    assert tuple(clock for clock in given if clock in REQUIRED) == REQUIRED
    assert [limit.budget for limit in level.limits if limit.clock == "holder"] == [
        timedelta(hours=40)
    ]
    assert {limit.measure for limit in level.limits} == {Measure.WORKING}
    assert garbage.lead == "urban-mgmt"
    assert garbage.by_grid is True
    assert garbage.tier == Tier.DIRECT
    assert scrap.lead is None
    assert scrap.helpers == ("desk", "urban-mgmt")
    assert [rule.channel for rule in policy.channels if rule.callback] == [Channel.HOTLINE]
    assert [rule.kind for rule in policy.parts] == part_order(PartKind)
    assert policy.roster.parents == (("desk", "office"), ("urban-mgmt", "office"))
    assert policy.roster.duties[0].weekdays == (0, 6)


def test_the_lines_of_the_small_town_do_not_depend_on_where_a_new_kind_of_part_is_added() -> None:
    """The table of problems (policy_problems.txt) names the lines of parts.yaml."""
    for place in range(len(KINDS_IN_THE_TABLE)):
        added = [*KINDS_IN_THE_TABLE[:place], "sample", *KINDS_IN_THE_TABLE[place:]]
        assert part_order(added) == [*KINDS_IN_THE_TABLE, "sample"]


def test_campaigns_have_a_target_and_two_days_and_a_town_may_have_none(tmp_path: Path) -> None:
    (campaign,) = load(tmp_path).campaigns
    (tmp_path / "campaigns.yaml").unlink()

    assert campaign.id == "scrap-yards"
    assert campaign.target == 12
    assert campaign.measure == "处"
    assert campaign.first_day == date(2026, 3, 1)
    assert campaign.last_day == date(2026, 6, 30)
    assert load_pack(written(tmp_path, campaigns=None), HOLIDAYS).campaigns == ()


def test_a_town_lists_its_sources_or_takes_every_one(tmp_path: Path) -> None:
    hotline, office = load(tmp_path).sources
    (tmp_path / "sources.yaml").unlink()

    assert hotline == SourceRule(
        "https://hotline.example/*", channels=(Channel.HOTLINE, Channel.CITIZEN)
    )
    assert office == SourceRule(
        "https://urban.example/office", commands=ActingRule((Role.HANDLER,), ("urban-mgmt",))
    )
    assert load_pack(written(tmp_path, sources=None), HOLIDAYS).sources == ()


@pytest.mark.parametrize(
    ("limit", "measure", "budget"),
    [
        ("budget: 90min", Measure.WORKING, timedelta(minutes=90)),
        ("budget: 60h30min", Measure.WORKING, timedelta(hours=60, minutes=30)),
        ("budget: 7d, measure: continuous", Measure.CONTINUOUS, timedelta(days=7)),
        ("measure: continuous, budget: 1d12h", Measure.CONTINUOUS, timedelta(days=1, hours=12)),
    ],
)
def test_times_are_written_in_days_hours_and_minutes(
    tmp_path: Path, limit: str, measure: Measure, budget: timedelta
) -> None:
    policy = load(tmp_path, levels=PACK["levels"].replace("budget: 8h", limit))

    assert {
        (each.measure, each.budget)
        for level in policy.levels
        for each in level.limits
        if each.clock == "callback"
    } == {(measure, budget)}


def test_the_towns_own_days_outrank_the_holidays(tmp_path: Path) -> None:
    calendar = load(tmp_path).calendar

    assert calendar.exceptions == ((date(2026, 6, 1), ()), (date(2026, 12, 31), ((480, 720),)))
    assert calendar.published_until == date(2026, 12, 31)
    assert calendar.week == (WHOLE_DAY,) * 5 + ((), ())


def test_a_calendar_may_do_without_published_holidays(tmp_path: Path) -> None:
    written_out = CALENDAR.replace("holidays: moon", "published_until: 2027-06-30")
    calendar = load(tmp_path, calendar=written_out).calendar

    assert calendar.exceptions == ((date(2026, 12, 31), ((480, 720),)),)
    assert calendar.published_until == date(2027, 6, 30)


def test_a_pack_may_have_the_notice_of_a_year_that_its_holidays_do_not_know(
    tmp_path: Path,
) -> None:
    with_notice = CALENDAR.replace("holidays: moon", "holidays: moon\npublished_until: 2027-12-31")
    with_notice += "  - {date: 2027-02-21, hours: [08:00-12:00, 14:00-18:00], why: 调休}\n"
    calendar = load(tmp_path, calendar=with_notice).calendar

    assert calendar.hours_on(date(2027, 2, 21)) == WHOLE_DAY
    assert calendar.hours_on(date(2026, 6, 1)) == ()
    assert calendar.published_until == date(2027, 12, 31)


@pytest.mark.parametrize(
    ("days", "until"),
    [
        ("  - {date: 2028-02-05, hours: [08:00-12:00], why: 调休}\n", date(2026, 12, 31)),
        (
            (
                "  - {date: 2027-12-31, hours: [08:00-12:00]}\n"
                "  - {date: 2028-01-03, hours: [], why: 元旦}\n"
            ),
            date(2026, 12, 31),
        ),
        (
            (
                "  - {date: 2027-01-04, hours: [], why: 元旦}\n"
                "  - {date: 2028-01-03, hours: [], why: 元旦}\n"
            ),
            date(2028, 12, 31),
        ),
    ],
    ids=["a year is left out", "a half day is no notice", "each year has its notice"],
)
def test_a_year_without_its_notice_ends_what_is_published(
    days: str, until: date, tmp_path: Path
) -> None:
    further = CALENDAR.replace("holidays: moon", "holidays: moon\npublished_until: 2028-12-31")
    loaded = load(tmp_path, calendar=further + days)

    assert loaded.calendar.published_until == until


def test_the_notice_of_a_pack_never_shortens_what_the_holidays_know(tmp_path: Path) -> None:
    with_notice = CALENDAR.replace("holidays: moon", "holidays: moon\npublished_until: 2026-06-30")

    assert load(tmp_path, calendar=with_notice).calendar.published_until == date(2026, 12, 31)


def test_an_absence_lasts_to_the_end_of_its_last_day(tmp_path: Path) -> None:
    (absence,) = load(tmp_path).roster.absences

    assert absence.since == datetime(2026, 11, 30, 16, tzinfo=UTC)
    assert absence.until == datetime(2026, 12, 2, 16, tzinfo=UTC)


@pytest.mark.parametrize(
    ("first_day", "last_day"),
    [("0001-01-01", "2026-12-02"), ("2026-12-01", "9999-12-31"), ("9999-12-31", "9999-12-31")],
)
def test_an_absence_may_last_to_the_ends_of_the_calendar(first_day: str, last_day: str) -> None:
    entry = AbsenceEntry.model_validate(
        {"person": "li", "first_day": first_day, "last_day": last_day}
    )

    absence = entry.to_domain(ZoneInfo("Asia/Shanghai"))

    assert absence.since < absence.until


def test_clocks_of_a_level_are_the_clocks_of_a_case() -> None:
    assert tuple(ClocksEntry.model_fields) == CLOCKS


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("categories", "# a comment\n\n" + CATEGORIES),
        ("categories", CATEGORIES.replace("    lead", "    lead").replace(": 垃圾", ":   '垃圾'")),
        ("policy", POLICY.replace("8h", "480min")),
        ("roster", ROSTER.replace("last_resort: [an]", "last_resort: [bo]")),
        ("roster", ROSTER.replace("2026-12-02", "2026-12-09")),
    ],
)
def test_spelling_and_people_do_not_change_the_hash(tmp_path: Path, name: str, text: str) -> None:
    assert text != PACK[name]

    assert load(tmp_path, **{name: text}).hash == load(tmp_path, **PACK).hash
