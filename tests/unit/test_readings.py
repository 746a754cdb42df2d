"""Gauges say when what they show was not measured lately, so that none looks well by its age."""

import math

import pytest
from prometheus_client import CollectorRegistry, Gauge

from consumers.readings import LabelledReadings, Reading


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


def shown(gauge: Gauge) -> list[float]:
    [family] = gauge.collect()
    return [sample.value for sample in family.samples]


def gauge(*labels: str) -> Gauge:
    return Gauge("town", "A town.", labels, registry=CollectorRegistry())


@pytest.mark.parametrize("is_age", [True, False])
def test_what_was_never_measured_is_not_shown_as_zero(is_age: bool) -> None:
    town = gauge()
    Reading(is_age).on(town)

    assert math.isnan(shown(town)[0])


@pytest.mark.parametrize("is_age", [True, False])
def test_a_number_is_shown_for_as_long_as_it_may_be_believed(is_age: bool) -> None:
    town, clock = gauge(), Clock()
    Reading(is_age, stale_s=30, clock=clock).on(town).measured(7)
    clock.now += 30

    assert shown(town) == [7]


def test_an_old_number_is_unknown() -> None:
    town, clock = gauge(), Clock()
    Reading(stale_s=30, clock=clock).on(town).measured(7)
    clock.now += 31

    assert math.isnan(shown(town)[0])


@pytest.mark.parametrize(("measured", "after"), [(7, 38), (0, 31), (None, 31)])
def test_an_age_that_is_not_measured_grows_on_so_that_a_rule_alarms(
    measured: int | None, after: int
) -> None:
    town, clock = gauge(), Clock()
    age = Reading(is_age=True, stale_s=30, clock=clock).on(town)
    if measured is not None:
        age.measured(measured)
    clock.now += 31

    assert shown(town) == [after]


def test_what_another_process_measures_is_not_shown_here_any_more() -> None:
    town = gauge("topic")
    readings = LabelledReadings(town)
    readings.measured(1, "a")
    readings.measured(2, "b")
    readings.forget("a")
    readings.forget("a")

    assert shown(town) == [2]
