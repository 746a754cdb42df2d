"""Which of two limits is stricter, when they may count time in different ways.

They are compared by days: 8 working hours are one, and so are 24 hours that all count.
"""

from datetime import timedelta

from domain.sla.clocks import Measure
from domain.sla.working_days import DAY

_HOURS_IN_ONE = timedelta(days=1) // DAY
"""How many hours by day and by night stand for one working hour."""


def in_measure(amount: timedelta, measure: Measure, wanted: Measure) -> timedelta:
    """Return the same part of a day, as an amount of another measure."""
    all_count, will_all_count = (each is Measure.CONTINUOUS for each in (measure, wanted))
    if all_count is will_all_count:
        return amount
    return amount * _HOURS_IN_ONE if will_all_count else amount / _HOURS_IN_ONE


def is_as_strict(
    amount: timedelta, measure: Measure, than: timedelta, than_measure: Measure
) -> bool:
    """Return whether a limit is as strict as another one, or stricter.

    A limit in working time never is where the other runs by day and by night: a weekend would
    lengthen it.
    """
    if than_measure is Measure.CONTINUOUS is not measure:
        return False
    return in_measure(amount, measure, than_measure) <= than
