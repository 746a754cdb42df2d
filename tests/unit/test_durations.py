"""Times as policy files write them."""

from datetime import timedelta

import pytest

from schemas.durations import duration


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("40h", timedelta(hours=40)),
        ("1h30min", timedelta(minutes=90)),
        ("7d", timedelta(days=7)),
        ("1d2h3min4s", timedelta(days=1, hours=2, minutes=3, seconds=4)),
        ("20s", timedelta(seconds=20)),
    ],
)
def test_a_time_is_the_sum_of_its_parts(text: str, expected: timedelta) -> None:
    assert duration(text, days=True) == expected


@pytest.mark.parametrize("text", ["", "20", "s", "4s1h", "1 h", "-1h", "0s", 20, None, "99999d"])
def test_anything_else_is_no_time(text: object) -> None:
    with pytest.raises(ValueError, match=r"time|nothing"):
        duration(text, days=True)
