"""Patrols: which days have one, who passes a grid, and what coverage counts."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from domain.complaints import Evidence
from domain.patrols.coverage import coverage_of
from domain.patrols.days import patrols_of
from domain.patrols.patrollers import Patroller, PatrolPass, PatrolRefused
from domain.patrols.routes import Patrol, scheduled
from domain.patrols.stops import KeptStop, StopState, misses_of, stops_of
from domain.people.rosters import Absence
from domain.policy.model import Policy
from domain.policy.patrols import PatrolRules, PatrolSchedule, patrol_changes
from packs import pack_of
from runtime.wiring.packs import HOLIDAYS
from store.packs.loader import load_pack
from tests.town import at
from tests.unit.test_policy_diffs import edited, packed

MONDAY = date(2026, 11, 30)
TOWN = load_pack(pack_of("youchegang"), HOLIDAYS)
SQUAD, VILLAGER = "xu-meng", "feng-lu"


def with_schedule(**changed: object) -> Policy:
    schedule = PatrolSchedule("round", "巡查", "Round", "enforcement-squad", MONDAY, ("G08", "G05"))
    rules = PatrolRules((replace(schedule, **changed),))  # type: ignore[arg-type]
    return replace(TOWN, patrols=rules)


def days_with_patrol(policy: Policy, first: date, number: int) -> list[str]:
    days = (first + timedelta(days=each) for each in range(number))
    return [str(patrol.day) for day in days for patrol in scheduled(policy, day)]


def inside(grid: str) -> tuple[int, int]:
    """Return a point of a grid: the middle of its box, which the shipped shapes contain."""
    shape = next(each for each in TOWN.shapes if each.grid == grid)
    west, south, east, north = shape.box
    return (west + east) // 2, (south + north) // 2


@pytest.fixture
def patrol() -> Patrol:
    [found] = scheduled(with_schedule(every=1, until=timedelta(hours=18)), MONDAY)
    return found


def test_a_schedule_of_weekdays_leaves_out_days_on_which_no_one_works() -> None:
    on = with_schedule(weekdays=(0, 3), first_day=date(2026, 9, 28))

    # 1 October is a Thursday and a holiday; Monday the 5th is one too.
    assert days_with_patrol(on, date(2026, 9, 28), 15) == ["2026-09-28", "2026-10-08", "2026-10-12"]


def test_a_schedule_also_of_days_off_leaves_out_none_of_its_weekdays() -> None:
    on = with_schedule(weekdays=(5,), days_off=True)

    assert days_with_patrol(on, MONDAY, 14) == ["2026-12-05", "2026-12-12"]


def test_each_second_working_day_is_counted_from_the_first_day_over_weekends() -> None:
    every = with_schedule(every=2)

    assert days_with_patrol(every, MONDAY, 9) == [
        "2026-11-30",
        "2026-12-02",
        "2026-12-04",
        "2026-12-08",
    ]


def test_a_make_up_working_day_has_its_patrol() -> None:
    every = with_schedule(every=1, first_day=date(2026, 10, 9))

    assert days_with_patrol(every, date(2026, 10, 9), 2) == ["2026-10-09", "2026-10-10"]


def test_there_is_none_before_the_first_and_after_the_last_day() -> None:
    every = with_schedule(every=1, last_day=MONDAY)

    assert days_with_patrol(every, MONDAY - timedelta(days=7), 14) == ["2026-11-30"]


def test_a_zone_is_all_its_living_grids_and_a_split_grid_is_its_parts() -> None:
    zone = with_schedule(every=1, route=(), zone="built-up")
    [whole] = scheduled(zone, MONDAY)
    grids = tuple(
        replace(grid, successors=("G05", "G06")) if grid.id == "G08" else grid
        for grid in TOWN.grids
    )
    [split] = patrols_of(replace(with_schedule(every=1), grids=grids), MONDAY)

    assert whole.grids == ("G05", "G06", "G07", "G08")
    assert split.grids == ("G05", "G06")


def test_a_day_is_that_of_the_town_and_closes_at_its_hour(patrol: Patrol) -> None:
    assert patrol.id == "round.2026-11-30"
    assert patrol.opens == at("2026-11-30 00:00")
    assert patrol.closes == at("2026-11-30 18:00")


def test_a_grid_without_a_pass_is_missed_when_the_patrol_closes(patrol: Patrol) -> None:
    passed = kept(patrol, "G08")
    before = [stop.state for stop in stops_of(patrol, [passed], at("2026-11-30 17:59"))]
    after = [stop.state for stop in stops_of(patrol, [passed], at("2026-11-30 18:00"))]

    assert before == [StopState.PASSED, StopState.TO_COME]
    assert after == [StopState.PASSED, StopState.MISSED]
    [missed] = misses_of(patrol, [passed])
    assert missed.grid == "G05"
    assert missed.at == patrol.closes
    assert misses_of(patrol, [passed, missed]) == ()


def kept(patrol: Patrol, grid: str, *, passed: bool = True) -> KeptStop:
    return KeptStop(patrol.id, grid, patrol.day, patrol.unit, passed, at("2026-11-30 09:00"))


PASS = PatrolPass("G08", at("2026-11-30 09:00"), inside("G08"))
NOW = at("2026-11-30 10:00")


def test_a_pass_has_person_place_and_time(patrol: Patrol) -> None:
    row = Patroller(TOWN, SQUAD, NOW).check_pass(patrol, PASS, [])

    assert row.person == SQUAD
    assert row.point == inside("G08")
    assert row.at == PASS.at
    assert row.passed is True


def refusals() -> Iterator[tuple[str, datetime, PatrolPass, str]]:
    yield VILLAGER, NOW, PASS, "feng-lu is not one of it"
    yield SQUAD, NOW, replace(PASS, grid="G01"), "G01 is not on the route"
    yield SQUAD, NOW, replace(PASS, point=inside("G07")), "the point lies in G07, not in G08"
    yield SQUAD, NOW, replace(PASS, point=(0, 0)), "the point lies in no grid"
    yield SQUAD, NOW, replace(PASS, at=at("2026-11-30 10:01")), "is to come"
    yield SQUAD, NOW, replace(PASS, at=at("2026-11-29 23:59")), "is from Mon 2026-11-30 00:00"
    yield SQUAD, at("2026-11-30 18:00"), PASS, "counted as missed"


@pytest.mark.parametrize(("person", "now", "said", "why"), [*refusals()])
def test_a_pass_that_cannot_be_is_refused_with_the_reason(
    patrol: Patrol, person: str, now: datetime, said: PatrolPass, why: str
) -> None:
    with pytest.raises(PatrolRefused, match=why):
        Patroller(TOWN, person, now).check_pass(patrol, said, [])


def test_a_grid_is_passed_once(patrol: Patrol) -> None:
    with pytest.raises(PatrolRefused, match=r"G08 was passed at Mon 2026-11-30 09:00"):
        Patroller(TOWN, SQUAD, NOW).check_pass(patrol, PASS, [kept(patrol, "G08")])


def test_a_picture_proves_one_pass(patrol: Patrol) -> None:
    picture = Evidence("ab" * 32, "file:///a.jpg", "image/jpeg")
    shown = replace(PASS, evidence=(picture,))

    with pytest.raises(PatrolRefused, match="a file proved another pass"):
        Patroller(TOWN, SQUAD, NOW).check_pass(patrol, shown, [], {picture.sha256})


def test_a_paper_shows_no_pass(patrol: Patrol) -> None:
    paper = Evidence("cd" * 32, "file:///a.pdf", "application/pdf")

    with pytest.raises(PatrolRefused, match="shown by pictures"):
        Patroller(TOWN, SQUAD, NOW).check_pass(patrol, replace(PASS, evidence=(paper,)), [])


def test_a_deputy_of_an_absent_officer_may_pass(patrol: Patrol) -> None:
    squad = next(each for each in TOWN.roster.people if each.id == SQUAD)
    away = Absence(SQUAD, at("2026-11-30 00:00"), at("2026-12-01 00:00"), VILLAGER)
    roster = replace(TOWN.roster, absences=(*TOWN.roster.absences, away))
    row = Patroller(replace(TOWN, roster=roster), VILLAGER, NOW).check_pass(patrol, PASS, [])

    assert squad.unit == patrol.unit
    assert row.person == VILLAGER


def test_a_finding_is_of_the_route_and_of_one_who_patrols(patrol: Patrol) -> None:
    Patroller(TOWN, SQUAD, NOW).check_finding(patrol, "G08", inside("G08"))

    with pytest.raises(PatrolRefused, match="not on the route"):
        Patroller(TOWN, SQUAD, NOW).check_finding(patrol, "G01", None)
    with pytest.raises(PatrolRefused, match="not one of it"):
        Patroller(TOWN, VILLAGER, NOW).check_finding(patrol, "G08", None)
    with pytest.raises(PatrolRefused, match="are filed from Mon 2026-11-30 00:00"):
        Patroller(TOWN, SQUAD, patrol.opens - timedelta(hours=1)).check_finding(patrol, "G08", None)


def planned(patrol: Patrol, **changed: object) -> Patrol:
    return replace(patrol, **changed)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("person", "changed", "why"),
    [
        ("xu-meng", {"unit": "sanitation"}, "plans no patrol of sanitation"),
        ("shen-haifeng", {"unit": "squad"}, "no unit 'squad'"),
        ("shen-haifeng", {"grids": ("G99",)}, "no grid 'G99'"),
        ("shen-haifeng", {"grids": ("G05", "G05")}, "a grid twice"),
        ("shen-haifeng", {"grids": ()}, "no grid"),
        ("shen-haifeng", {"look_at": ("dogs",)}, "no category 'dogs'"),
        (
            "shen-haifeng",
            {"look_at": ("garbags",)},
            "no category 'garbags'; did you mean",
        ),
        ("shen-haifeng", {"unit": "sanitaton"}, "no unit 'sanitaton'; did you mean"),
        ("shen-haifeng", {"closes": NOW}, "over already"),
    ],
)
def test_a_plan_that_cannot_be_is_refused_with_the_reason(
    patrol: Patrol, person: str, changed: dict[str, object], why: str
) -> None:
    with pytest.raises(PatrolRefused, match=why):
        Patroller(TOWN, person, NOW).check_plan(planned(patrol, **changed))


def test_coverage_is_passes_over_what_was_due_and_lists_grids_without_a_pass(
    patrol: Patrol,
) -> None:
    rows = [kept(patrol, "G08"), kept(patrol, "G05", passed=False)]
    before = at("2026-11-20 08:00")
    found = coverage_of(TOWN, rows, {"G05": before, "G08": NOW})

    assert found.whole.planned == 2
    assert found.whole.percent == 50
    assert found.by_grid["G08"].percent == 100
    assert found.by_grid["G01"].percent is None
    assert found.by_unit["enforcement-squad"].missed == 1
    assert "G08" not in found.uncovered
    assert found.uncovered["G05"] == before
    assert found.uncovered["G01"] is None


def test_a_change_of_the_schedules_is_told_and_gives_the_policy_no_other_hash() -> None:
    after = edited("patrols", "every: 1", "every: 2")
    [told] = patrol_changes(packed().patrols, after.patrols)

    assert "every 1 working days" in told.split(" -> ")[0]
    assert "every 2 working days" in told.split(" -> ")[1]
    assert after.hash == packed().hash


def test_rules_that_come_and_go_are_told() -> None:
    rules = packed().patrols

    assert any(line.startswith("schedule fair added") for line in patrol_changes(None, rules))
    assert any(line.startswith("schedule fair removed") for line in patrol_changes(rules, None))
    assert any("-> none" in line for line in patrol_changes(rules, None))
