"""Indicators of clocks kept in time: one for each rate in the table of clocks."""

from domain.insight.indicator import Basis, Indicator
from domain.insight.shares import in_time
from domain.sla.case_clocks import CASE_CLOCKS
from domain.sla.clock_rates import ClockRate


def _indicator(rate: ClockRate) -> Indicator:
    clocks = [clock for clock in CASE_CLOCKS if clock.rate == rate]
    names = ", ".join(f"`{clock.id}`" for clock in clocks)
    return Indicator(
        rate.id,
        rate.number,
        rate.chinese,
        rate.english,
        f"done in time / due, by the clock {names}",
        Basis.DUE,
        in_time(*(clock.id for clock in clocks)),
    )


CLOCKS_KEPT = tuple(
    _indicator(rate) for rate in dict.fromkeys(c.rate for c in CASE_CLOCKS if c.rate is not None)
)
