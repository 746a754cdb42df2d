"""The days off that the law itself names, for years whose yearly notice has not come yet.

Source: 全国年节及纪念日放假办法, article 2, as amended from 1 January 2025. The yearly notice of
the State Council adds the days around them and the make-up working days (调休); it never makes one
of these days a working day. Where one falls on a weekend, the notice also says which weekday is
off instead: that is not known before.
"""

from collections.abc import Mapping
from datetime import date

from domain.policy_checks.calendar_end import FIXED_DAYS_OFF

_BY_THE_MOON_AND_SUN: Mapping[int, tuple[tuple[int, int], ...]] = {
    2025: ((1, 28), (1, 29), (1, 30), (1, 31), (4, 4), (5, 31), (10, 6)),
    2026: ((2, 16), (2, 17), (2, 18), (2, 19), (4, 5), (6, 19), (9, 25)),
    2027: ((2, 5), (2, 6), (2, 7), (2, 8), (4, 5), (6, 9), (9, 15)),
    2028: ((1, 25), (1, 26), (1, 27), (1, 28), (4, 4), (5, 28), (10, 3)),
    2029: ((2, 12), (2, 13), (2, 14), (2, 15), (4, 4), (6, 16), (9, 22)),
    2030: ((2, 2), (2, 3), (2, 4), (2, 5), (4, 5), (6, 5), (9, 12)),
}
"""New Year's Eve and the first three days of the first month (春节), Qingming (清明), the fifth of
the fifth month (端午), the fifteenth of the eighth (中秋). Computed with borax 4.1.3 and
lunar_python 1.4.8, which agree on every day of these years; 2025 and 2026 are here to be compared
with their notices."""

LAST_YEAR = max(_BY_THE_MOON_AND_SUN)


def law_days(year: int) -> tuple[date, ...]:
    """Return the days off of a year in order. Raises KeyError for a year that is not in the table.

    One date may be two feasts, as 3 October 2028.
    """
    days = {*FIXED_DAYS_OFF, *_BY_THE_MOON_AND_SUN[year]}
    return tuple(date(year, month, day) for month, day in sorted(days))
