"""Rungs: which are due, in what order, and what becomes of those that are late."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.sla.clocks import due
from domain.sla.ladders import (
    Action,
    BadLadder,
    DueRung,
    Ladder,
    Late,
    Rung,
    check_rungs,
    due_rungs,
    moment,
    next_rung,
)
from tests.town import CALENDAR, FIVE_LEVELS, OPENED, at, clock, hours, ladder, pause, rung

IT = clock(budget=hours(8))
"""Amber (80 %) on Wednesday 16:24, red at 18:00, then +8 h, +24 h and +40 h."""
MILLISECOND = timedelta(milliseconds=1)


def outcomes(steps: tuple[DueRung, ...]) -> list[tuple[str, Late, str | None]]:
    return [(step.rung.id, step.outcome, step.collapsed_into) for step in steps]


def due_at(when: str, climbs: Ladder = FIVE_LEVELS) -> list[tuple[str, Late, str | None]]:
    return outcomes(due_rungs(climbs, IT, CALENDAR, at(when)))


def test_each_rung_has_its_moment() -> None:
    moments = [moment(step, IT, CALENDAR) for step in FIVE_LEVELS.rungs]

    assert [
        at("2026-07-01 16:24"),
        at("2026-07-01 18:00"),
        at("2026-07-02 18:00"),
        at("2026-07-06 18:00"),
        at("2026-07-08 18:00"),
    ] == moments


@pytest.mark.parametrize(
    "bad",
    [
        ladder("both", rung("x", share=80, after=hours(1))),
        ladder("neither", rung("x")),
        ladder("beyond", rung("x", share=101)),
        ladder("before", rung("x", share=-1)),
        ladder("backwards", rung("x", share=80), rung("y", share=50)),
        ladder("share after hours", rung("x", after=hours(1)), rung("y", share=100)),
        ladder("hours backwards", rung("x", after=hours(2)), rung("y", after=hours(1))),
        ladder("twice", rung("x", share=80), rung("x", share=100)),
        ladder("hours before the deadline", rung("x", after=hours(-1))),
    ],
    ids=lambda bad: bad.id,
)
def test_a_ladder_that_could_not_fire_in_order_is_refused(bad: Ladder) -> None:
    with pytest.raises(BadLadder):
        check_rungs(bad)


def test_rungs_of_the_same_moment_are_in_order() -> None:
    check_rungs(FIVE_LEVELS)
    check_rungs(
        ladder("same", rung("x", share=100), rung("y", after=hours(0)), rung("z", after=hours(0)))
    )


def test_nothing_is_due_at_the_very_moment_of_a_rung() -> None:
    amber = at("2026-07-01 16:24")

    assert () == due_rungs(FIVE_LEVELS, IT, CALENDAR, amber)
    assert [("amber", Late.FIRE, None)] == outcomes(
        due_rungs(FIVE_LEVELS, IT, CALENDAR, amber + MILLISECOND)
    )


def test_a_rung_within_its_grace_is_on_time_whatever_it_does_when_late() -> None:
    [step] = due_rungs(FIVE_LEVELS, IT, CALENDAR, at("2026-07-01 16:34"))

    assert not step.late
    assert Late.FIRE is step.outcome


def test_a_rung_beyond_its_grace_is_late() -> None:
    [step] = due_rungs(FIVE_LEVELS, IT, CALENDAR, at("2026-07-01 16:34") + MILLISECOND)

    assert step.late
    assert Late.RECORD is step.outcome


def test_after_an_outage_of_days_one_rung_is_told_and_the_rest_give_way_to_it() -> None:
    assert [
        ("amber", Late.RECORD, None),
        ("red", Late.COLLAPSE, "up"),
        ("order", Late.COLLAPSE, "up"),
        ("up", Late.FIRE, None),
    ] == due_at("2026-07-07 09:00")


def test_a_rung_that_must_fire_fires_however_late() -> None:
    assert [
        ("amber", Late.RECORD, None),
        ("red", Late.COLLAPSE, "raise"),
        ("order", Late.COLLAPSE, "raise"),
        ("up", Late.COLLAPSE, "raise"),
        ("raise", Late.FIRE, None),
    ] == due_at("2026-07-20 09:00")


def test_a_late_rung_gives_way_to_one_that_is_on_time() -> None:
    assert [("red", Late.COLLAPSE, "order"), ("order", Late.FIRE, None)] == due_at(
        "2026-07-02 18:05", ladder("holder", *FIVE_LEVELS.rungs[1:])
    )


def test_nobody_is_left_untold_because_the_last_rung_only_records() -> None:
    climbs = ladder(
        "holder",
        rung("red", share=100),
        rung("order", after=hours(8)),
        rung("note", after=hours(9), late=Late.RECORD),
    )

    assert [
        ("red", Late.COLLAPSE, "order"),
        ("order", Late.FIRE, None),
        ("note", Late.RECORD, None),
    ] == due_at("2026-07-20 09:00", climbs)


def test_rungs_done_with_are_not_due_again() -> None:
    fired = replace(IT, fired=("amber", "red"))

    assert [("order", Late.FIRE, None)] == outcomes(
        due_rungs(FIVE_LEVELS, fired, CALENDAR, at("2026-07-02 18:05"))
    )
    assert FIVE_LEVELS.rungs[2] == next_rung(FIVE_LEVELS, fired)


def test_after_the_last_rung_there_is_none() -> None:
    done = replace(IT, fired=tuple(step.id for step in FIVE_LEVELS.rungs))

    assert next_rung(FIVE_LEVELS, done) is None
    assert () == due_rungs(FIVE_LEVELS, done, CALENDAR, at("2026-12-01 09:00"))


def test_a_pause_freezes_the_ladder() -> None:
    paused = replace(IT, pauses=(pause("2026-07-01 17:00", None),))

    assert [("amber", Late.RECORD, None)] == outcomes(
        due_rungs(FIVE_LEVELS, paused, CALENDAR, at("2026-12-01 09:00"))
    )


def test_a_pause_inside_a_threshold_window_moves_the_rungs_behind_it() -> None:
    paused = replace(IT, pauses=(pause("2026-07-01 17:00", "2026-07-02 09:00"),))
    moments = [moment(step, paused, CALENDAR) for step in FIVE_LEVELS.rungs[:3]]

    assert [at("2026-07-01 16:24"), at("2026-07-02 10:00"), at("2026-07-03 10:00")] == moments


# Properties.

RUNGS = st.lists(
    st.tuples(st.integers(0, 100), st.none()) | st.tuples(st.none(), st.integers(0, 60)),
    min_size=1,
    max_size=6,
)


def built(moments: list[tuple[int | None, int | None]], lates: list[Late]) -> Ladder:
    ordered = sorted(moments, key=lambda m: (m[0] if m[0] is not None else 100, m[1] or 0))
    shares = [m for m in ordered if m[1] is None]
    afters = [m for m in ordered if m[1] is not None]
    return ladder(
        "holder",
        *(
            Rung(
                f"r{i}",
                i + 1,
                Action.URGE,
                (),
                late,
                share,
                None if after is None else hours(after),
            )
            for i, ((share, after), late) in enumerate(zip([*shares, *afters], lates, strict=False))
        ),
    )


LADDERS = st.builds(built, RUNGS, st.lists(st.sampled_from(Late), min_size=6, max_size=6))
MOMENTS = st.integers(0, 40 * 24 * 60).map(lambda minutes: OPENED + timedelta(minutes=minutes))


@given(LADDERS)
def test_a_ladder_built_in_order_passes_the_check(climbs: Ladder) -> None:
    check_rungs(climbs)


@given(LADDERS, st.lists(MOMENTS, min_size=1, max_size=8))
def test_however_often_one_looks_every_rung_is_climbed_once_and_in_order(
    climbs: Ladder, looks: list[datetime]
) -> None:
    it, climbed = IT, []
    for now in sorted(looks):
        for step in due_rungs(climbs, it, CALENDAR, now):
            climbed.append(step.rung)
            it = replace(it, fired=(*it.fired, step.rung.id))
    last = max(looks)
    past = [step for step in climbs.rungs if (moment(step, it, CALENDAR) or last) < last]

    assert climbed == past


@given(LADDERS, MOMENTS)
def test_after_an_outage_somebody_is_told_unless_every_late_rung_only_records(
    climbs: Ladder, now: datetime
) -> None:
    steps = due_rungs(climbs, IT, CALENDAR, now)
    told = [step.rung.id for step in steps if step.outcome is Late.FIRE]
    given_way = {step.collapsed_into for step in steps if step.outcome is Late.COLLAPSE}

    assert told or all(step.rung.late is Late.RECORD for step in steps)
    assert given_way <= set(told[-1:])
    assert all(step.late for step in steps if step.outcome is not Late.FIRE)


def test_the_whole_share_and_the_deadline_are_the_same_moment() -> None:
    deadline = due(IT, CALENDAR)

    assert deadline is not None
    assert deadline.at == moment(FIVE_LEVELS.rungs[1], IT, CALENDAR)
