"""What holds for the figures of every life of a case."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from domain.insight.case_facts import Walk, facts_at
from domain.insight.figures import Dimension, Figure, Figures
from domain.insight.indicator import ShownAs
from domain.insight.indicators import INDICATORS
from domain.reporting.periods import Period
from domain.sla.case_clocks import HOLDER
from tests.unit.lives import ANY_LIVES, FEWER, Life

MORE_THAN_PLANNED = {"person_times", "campaign_amount", "return_rate"}


def month_of(life: Life) -> Period:
    day = life.events[-1].at.date()
    return Period(day.replace(day=1), day)


@FEWER
@given(ANY_LIVES)
def test_what_is_written_after_a_period_changes_none_of_its_figures(life: Life) -> None:
    first = life.events[0].at.date()
    period = Period(first, first)
    zone = life.case.plan.calendar.zone
    whole, known = Figures(period), Figures(period)
    whole.add(life.events)
    known.add([event for event in life.events if event.at < period.ends(zone)])

    assert known.sums == whole.sums


@FEWER
@given(ANY_LIVES)
def test_a_figure_is_the_sum_of_its_lines_whatever_it_is_told_apart_by(life: Life) -> None:
    period = month_of(life)
    for indicator in INDICATORS:
        apart = Figures(period, (Dimension.UNIT, Dimension.TIER), indicator.id)
        apart.add(life.events)
        together = Figures(period, (), indicator.id)
        together.add(life.events)
        total = together.sums.get((indicator.id, ()), Figure())
        lines = [line for each in apart.lines.values() for line in each]

        assert len(lines) == total.lines
        assert sum(line.part for line in lines) == total.part
        assert sum(line.whole for line in lines) == total.whole


@FEWER
@given(ANY_LIVES)
def test_no_case_adds_more_than_its_whole_to_a_rate_and_names_a_row_it_has(life: Life) -> None:
    period = month_of(life)
    [facts] = facts_at(life.events, [period.ends(life.case.plan.calendar.zone)])
    assert facts is not None
    for indicator in INDICATORS:
        for share in indicator.count(facts, period):
            assert 1 <= share.row <= len(life.events)
            if indicator.form is ShownAs.RATE and indicator.id not in MORE_THAN_PLANNED:
                assert 0 <= share.part <= share.whole


@FEWER
@given(ANY_LIVES, st.integers(0, 400))
def test_facts_at_an_instant_are_those_of_a_walk_that_stopped_there(life: Life, hours: int) -> None:
    instant = life.events[0].at + timedelta(hours=hours)
    walk = Walk()
    for event in life.events:
        if event.at < instant:
            walk.take(event)
    later = life.events[-1].at + timedelta(days=1)
    [found, _] = facts_at(life.events, [instant, max(instant, later)])

    assert walk.facts(instant) == found


@FEWER
@given(ANY_LIVES)
def test_a_miss_that_counts_for_a_holder_is_a_run_that_was_missed(life: Life) -> None:
    """Misses come from the case, runs from the figures' own fold: they agree."""
    walk = Walk()
    for event in life.events:
        walk.take(event)
    facts = walk.facts(life.events[-1].at + timedelta(seconds=1))
    assert facts is not None
    misses = sorted(miss.due_at for miss in life.case.misses if miss.clock == HOLDER)
    runs = [run for run in facts.runs if run.kind == HOLDER and run.missed]

    assert sorted(run.due_at for run in runs if run.due_at) == misses
