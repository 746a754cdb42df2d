"""Patrols in time: what was over before the town knew it, and what no person can have done then."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from domain.complaints import Evidence
from domain.patrols.coverage import coverage_of
from domain.patrols.days import patrols_of
from domain.patrols.patrollers import Patroller, PatrolPass, PatrolRefused
from domain.patrols.routes import Cancellation, Patrol, versions_of
from domain.patrols.stops import StopState, misses_of, stops_of
from domain.policy.model import Grid, Policy
from tests.town import at
from tests.unit.test_patrols import MONDAY, SQUAD, TOWN, inside, kept, with_schedule

NOON = at("2026-11-30 12:00")
ROUND = with_schedule(every=1, until=timedelta(hours=18))
[VERSION] = versions_of(ROUND)


def patrol_known(since: datetime | None) -> Patrol:
    known = {VERSION: since} if since is not None else {}
    [found] = patrols_of(ROUND, MONDAY, known=known)
    return found


@pytest.mark.parametrize("since", [at("2026-11-30 18:00"), at("2026-12-01 07:00"), None])
def test_a_patrol_that_was_over_before_the_town_knew_it_misses_nothing(
    since: datetime | None,
) -> None:
    patrol = patrol_known(since)
    states = {stop.state for stop in stops_of(patrol, [], at("2026-11-30 19:00"))}

    assert states == {StopState.UNCOUNTED}
    assert misses_of(patrol, []) == ()


def test_a_patrol_that_the_town_knew_before_its_end_is_missed() -> None:
    patrol = patrol_known(at("2026-11-30 17:59"))

    assert {stop.state for stop in stops_of(patrol, [], NOON)} == {StopState.TO_COME}
    assert [row.grid for row in misses_of(patrol, [])] == ["G08", "G05"]


def split(grid: str, *into: str) -> tuple[Grid, ...]:
    return tuple(replace(each, successors=into) if each.id == grid else each for each in TOWN.grids)


def other_routes() -> Iterator[Policy]:
    yield with_schedule(every=1, until=timedelta(hours=12))
    yield with_schedule(every=1, until=timedelta(hours=18), route=("G08", "G05", "G07"))
    yield with_schedule(every=2, until=timedelta(hours=18))
    yield with_schedule(every=1, until=timedelta(hours=18), unit="sanitation")
    yield replace(ROUND, grids=split("G08", "G06", "G07"))


@pytest.mark.parametrize("changed", [*other_routes()])
def test_another_route_hour_or_unit_is_another_version_of_a_schedule(changed: Policy) -> None:
    assert versions_of(changed) != (VERSION,)


def test_what_a_schedule_is_called_and_looks_at_is_no_other_version() -> None:
    named = with_schedule(every=1, until=timedelta(hours=18), name="早巡", look_at=("garbage",))

    assert versions_of(named) == (VERSION,)


def test_a_grid_that_was_passed_and_then_split_is_not_to_be_passed_again() -> None:
    town = replace(ROUND, grids=split("G08", "G06", "G07"))
    [before] = patrols_of(ROUND, MONDAY)
    [passed] = patrols_of(town, MONDAY, kept=[kept(before, "G08")])
    [left] = patrols_of(town, MONDAY, kept=[kept(before, "G05")])

    assert passed.grids == ("G08", "G05")
    assert left.grids == ("G06", "G07", "G05")


def test_a_patrol_that_was_planned_through_a_grid_goes_through_its_parts_after_a_split() -> None:
    [planned] = patrols_of(ROUND, MONDAY)
    town = replace(TOWN, patrols=None, grids=split("G08", "G06", "G07"))
    [found] = patrols_of(town, MONDAY, [planned])
    said = PatrolPass("G06", NOON, inside("G06"))

    assert found.grids == ("G06", "G07", "G05")
    assert Patroller(town, SQUAD, NOON).check_pass(found, said, []).grid == "G06"


def test_what_was_passed_is_shown_also_after_the_route_has_left_it() -> None:
    [before] = patrols_of(ROUND, MONDAY)
    shorter = with_schedule(every=1, until=timedelta(hours=18), route=("G05",))
    [found] = patrols_of(shorter, MONDAY, kept=[kept(before, "G08")])

    assert found.grids == ("G05", "G08")


PLANNED = replace(patrol_known(NOON), id="P1.2026-11-30", opens=NOON, schedule=None)
PICTURE = Evidence("ab" * 32, "file:///a.jpg", "image/jpeg")
LATER = at("2026-11-30 13:00")


def moments() -> Iterator[tuple[PatrolPass, str]]:
    here = PatrolPass("G08", LATER, inside("G08"))
    yield replace(here, at=NOON - timedelta(minutes=1)), "P1.2026-11-30 is from Mon 2026-11-30 12"
    yield replace(here, at=LATER + timedelta(minutes=1)), "is to come: it is Mon 2026-11-30 13:00"
    yield replace(here, at=NOON - timedelta(days=1)), "or choose the patrol of that time"
    early = replace(PICTURE, taken_at=at("2026-11-29 16:00"))
    yield replace(here, evidence=(early,)), "a picture was taken at Sun 2026-11-29 16:00"


@pytest.mark.parametrize(("said", "why"), [*moments()])
def test_a_pass_and_its_picture_are_of_the_time_of_the_patrol(said: PatrolPass, why: str) -> None:
    with pytest.raises(PatrolRefused, match=why):
        Patroller(TOWN, SQUAD, LATER).check_pass(PLANNED, said, [])


def test_a_finding_is_filed_until_a_day_after_the_end_of_the_patrol() -> None:
    last = PLANNED.closes + timedelta(hours=23, minutes=59)
    Patroller(TOWN, SQUAD, last).check_finding(PLANNED, "G08", None)

    with pytest.raises(PatrolRefused, match="file it on a patrol of today"):
        Patroller(TOWN, SQUAD, last + timedelta(minutes=1)).check_finding(PLANNED, "G08", None)


def test_a_finding_of_an_unknown_category_is_refused_and_says_which_was_meant() -> None:
    with pytest.raises(PatrolRefused, match="no category 'garbags'; did you mean 'garbage'"):
        Patroller(TOWN, SQUAD, LATER).check_finding(PLANNED, "G08", None, "garbags")


def test_a_finding_without_a_category_is_taken_for_a_person_to_sort() -> None:
    Patroller(TOWN, SQUAD, LATER).check_finding(PLANNED, "G08", None)


GONE = Cancellation("round.2026-11-30", MONDAY, "zhou-zhiqiang", NOON, "台风")


def test_a_cancelled_patrol_keeps_what_was_passed_and_misses_nothing() -> None:
    [before] = patrols_of(ROUND, MONDAY)
    rows = [kept(before, "G08")]
    [patrol] = patrols_of(ROUND, MONDAY, kept=rows, cancelled=[GONE])
    states = [stop.state for stop in stops_of(patrol, rows, at("2026-11-30 19:00"))]

    assert states == [StopState.PASSED, StopState.CANCELLED]
    assert misses_of(patrol, rows) == ()
    said = PatrolPass("G05", NOON, inside("G05"))
    with pytest.raises(PatrolRefused, match=r"G05 is on a patrol that was cancelled at Mon"):
        Patroller(TOWN, SQUAD, LATER).check_pass(patrol, said, rows)


def test_the_head_of_the_unit_cancels_a_patrol_before_its_end_once() -> None:
    [patrol] = patrols_of(ROUND, MONDAY)
    Patroller(TOWN, "zhou-zhiqiang", NOON).check_cancel(patrol)

    with pytest.raises(PatrolRefused, match="xu-meng cancels no patrol of enforcement-squad"):
        Patroller(TOWN, SQUAD, NOON).check_cancel(patrol)
    with pytest.raises(PatrolRefused, match=r"was over at .* 18:00; what it missed stays"):
        Patroller(TOWN, "zhou-zhiqiang", patrol.closes).check_cancel(patrol)
    again = replace(patrol, cancelled=GONE)
    with pytest.raises(PatrolRefused, match="was cancelled at Mon 2026-11-30 12:00 by zhou-zhi"):
        Patroller(TOWN, "zhou-zhiqiang", NOON).check_cancel(again)


def test_coverage_lists_cancelled_patrols_and_counts_them_nowhere() -> None:
    found = coverage_of(TOWN, [], {}, [GONE])

    assert found.cancelled == (GONE,)
    assert found.whole.planned == 0


# --- A pass in time that is typed after the end.

OVER = PLANNED.closes + timedelta(hours=2)
THERE = PatrolPass("G08", LATER, inside("G08"), (replace(PICTURE, taken_at=LATER),))


def test_a_pass_in_time_is_typed_until_a_day_after_the_end_with_a_picture_of_then() -> None:
    row = Patroller(TOWN, SQUAD, OVER).check_pass(PLANNED, THERE, misses_of(PLANNED, []))

    assert row.typed_late is True
    assert row.at == LATER
    late = PLANNED.closes + timedelta(days=1)
    with pytest.raises(PatrolRefused, match="G08 was counted as missed at"):
        Patroller(TOWN, SQUAD, late).check_pass(PLANNED, THERE, misses_of(PLANNED, []))


@pytest.mark.parametrize("files", [(), (PICTURE,)])
def test_without_a_picture_of_then_no_miss_becomes_a_pass(files: tuple[Evidence, ...]) -> None:
    said = replace(THERE, evidence=files)

    with pytest.raises(PatrolRefused, match="a picture with its moment shows"):
        Patroller(TOWN, SQUAD, OVER).check_pass(PLANNED, said, misses_of(PLANNED, []))


def test_who_was_not_there_in_time_hears_how_a_pass_is_typed_later() -> None:
    said = replace(THERE, at=OVER)

    with pytest.raises(PatrolRefused, match=r"say when you were there before that \(--at\)"):
        Patroller(TOWN, SQUAD, OVER).check_pass(PLANNED, said, misses_of(PLANNED, []))


def test_an_unknown_category_in_the_words_of_the_town_is_guessed() -> None:
    with pytest.raises(PatrolRefused, match="no category '市容'; did you mean 'city-appearance'"):
        Patroller(TOWN, SQUAD, LATER).check_finding(PLANNED, "G08", None, "市容")
