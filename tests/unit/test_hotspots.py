"""Hotspots: chance names few, a cluster is found, and one person is none."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from math import exp
from random import Random

import pytest

from domain.insight.hotspots import FALSE_SHARE, Hotspot, PlacedReport, chance_of, hotspots

SUNDAY = date(2026, 11, 29)
GRIDS = tuple(f"grid-{number}" for number in range(10))
CATEGORIES = ("garbage", "street-stalls", "road-damage")


def off_at_weekends(day: date) -> bool:
    return day.weekday() > 4


def poisson(random: Random, mean: float) -> int:
    limit, product, number = exp(-mean), random.random(), 0
    while product > limit:
        product *= random.random()
        number += 1
    return number


def noise(seed: int, days: int, *, a_week: float = 1.0, until: date = SUNDAY) -> list[PlacedReport]:
    """Reports by chance, the same everywhere, each by another person."""
    random, found = Random(seed), list[PlacedReport]()  # noqa: S311 - a simulation
    for back in range(days):
        day = until - timedelta(days=back)
        for grid in GRIDS:
            for category in CATEGORIES:
                for _ in range(poisson(random, a_week / 7)):
                    name = str(len(found))
                    found.append(PlacedReport(name, day, grid, category, name))
    return found


def cluster(size: int, *, people: int, grid: str = "grid-3") -> Iterator[PlacedReport]:
    for number in range(size):
        day = SUNDAY - timedelta(days=number % 7)
        yield PlacedReport(f"c{number}", day, grid, "garbage", f"person {number % people}")


def found(
    reports: list[PlacedReport], beside: Mapping[str, frozenset[str]] | None = None
) -> tuple[Hotspot, ...]:
    return hotspots(reports, SUNDAY, is_off=off_at_weekends, beside=beside)


def test_a_year_of_chance_has_at_most_one_false_week_in_ten() -> None:
    reports = noise(1, 7 * (52 + 12))
    weeks = [SUNDAY - timedelta(days=7 * back) for back in range(52)]
    named = [week for week in weeks if hotspots(reports, week, is_off=off_at_weekends)]

    assert len(named) <= FALSE_SHARE * len(weeks)


@pytest.mark.parametrize("seed", range(5))
def test_a_cluster_of_six_beside_one_a_week_is_found_in_its_week(seed: int) -> None:
    reports = [*noise(seed, 7 * 13), *cluster(6, people=6)]
    named = [each for each in found(reports) if "grid-3" in each.grids]

    assert [each.category for each in named] == ["garbage"]
    assert {each.case for each in cluster(6, people=6)} <= {*named[0].cases}


def test_one_person_who_calls_every_day_is_no_hotspot() -> None:
    quiet = [each for each in noise(2, 7 * 13) if each.grid != "grid-3"]

    assert found([*quiet, *cluster(9, people=1)]) == ()
    assert found([*quiet, *cluster(9, people=2)]) == ()
    assert found([*quiet, *cluster(9, people=3)]) != ()


def test_what_lies_on_a_border_is_found_with_the_grids_beside_it() -> None:
    beside = {"grid-3": frozenset({"grid-4"}), "grid-4": frozenset({"grid-3"})}
    here, there = cluster(3, people=3), cluster(6, people=6, grid="grid-4")
    reports = [*noise(3, 7 * 13, a_week=0.3), *here]
    reports += [each for each in there if each.case in {"c3", "c4", "c5"}]
    [first, *_] = found(reports, beside)

    assert {*first.grids} == {"grid-3", "grid-4"}


def test_a_week_of_holidays_is_compared_with_days_off() -> None:
    """On days off this town reports four times as much; a week of holidays is no hotspot."""
    reports = list[PlacedReport]()
    holidays = {SUNDAY - timedelta(days=back) for back in range(7)}
    for back in range(7 * 13):
        day = SUNDAY - timedelta(days=back)
        for number in range(4 if day in holidays or off_at_weekends(day) else 1):
            name = f"{back}-{number}"
            reports.append(PlacedReport(name, day, "grid-1", "garbage", name))
    as_working_days = hotspots(reports, SUNDAY, is_off=off_at_weekends)
    as_holidays = hotspots(
        reports, SUNDAY, is_off=lambda day: day in holidays or off_at_weekends(day)
    )

    assert as_working_days != ()
    assert as_holidays == ()


def test_the_chance_falls_with_what_is_seen_and_rises_with_what_was_before() -> None:
    assert chance_of(0, 12, 1 / 12) == 1.0
    falling = [chance_of(seen, 12, 1 / 12) for seen in range(20)]
    assert falling == sorted(falling, reverse=True)
    rising = [chance_of(6, before, 1 / 12) for before in range(60)]
    assert rising == sorted(rising)
    # Of a Poisson number with mean 1 it would be 0.00059; the rate is not known that well.
    assert 0.0006 < chance_of(6, 12, 1 / 12) < 0.002


def test_why_says_how_many_by_how_many_and_what_was_to_be_expected() -> None:
    spot = Hotspot(("grid-3",), "garbage", ("a", "b", "c", "d"), 3, 6, 0.5, 0.001)

    assert spot.why == (
        "4 reports by 3 people in 7 days; 0.5 were to be expected by the 6 of the 12 weeks before; "
        "by chance so many come in one week of 1,000"
    )
