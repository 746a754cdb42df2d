"""Limits as spreadsheets write them become limits of a pack, or are named."""

import re

import pytest

from domain.policy.written_limits import (
    Notation,
    WrittenLimit,
    date_limit_of,
    limit_of,
    steps_of,
)
from domain.sla.clocks import Measure

BY_DAY, ALL = Measure.WORKING, Measure.CONTINUOUS
BOTH = Notation(hours=ALL, days=ALL, words={"立即": "1小时", "当日": "4wh"})


@pytest.mark.parametrize(
    ("text", "within", "measure"),
    [
        ("2个工作日", "2wd", None),
        ("２个工作日内", "2wd", None),
        ("不超过 5 工作日", "5wd", None),
        ("十五个工作日", "15wd", None),
        ("二十个工作日内完成", "20wd", None),
        ("2wd", "2wd", None),
        ("半个工作日", "4wh", None),
        ("4个工作小时", "4wh", None),
        ("４工时", "4wh", None),
        ("1.5个工作小时", "1h30min", BY_DAY),
        ("7个自然日", "7nd", None),
        ("15天", "15nd", None),
        ("0.5日", "12h", ALL),
        ("24小时", "24h", ALL),
        ("24小时之内", "24h", ALL),
        ("两小时", "2h", ALL),
        ("半小时", "30min", ALL),
        ("1.5小时", "1h30min", ALL),
        ("90分钟", "1h30min", ALL),
        ("4小时（工作时间）", "4wh", None),
        ("3天(工作日)", "3wd", None),
        ("立即", "1h", ALL),
        ("当日", "4wh", None),
    ],
)
def test_a_limit_is_understood(text: str, within: str, measure: Measure | None) -> None:
    assert limit_of(text, BOTH) == WrittenLimit(within, measure)


@pytest.mark.parametrize(
    ("text", "how", "within"),
    [("4小时", "工作时间", "4wh"), ("3天", "工作日", "3wd"), ("3天", "紧急", "3nd")],
)
def test_a_column_says_how_the_limit_is_counted(text: str, how: str, within: str) -> None:
    assert limit_of(text, Notation(measures={"紧急": ALL}), how).within == within


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("尽快", "'尽快' is no limit that is understood"),
        ("2周", "'2周' is no limit that is understood"),
        ("24", "'24' is a number without a unit; say which with `unit`"),
        ("2小时，3个工作日", "'2小时，3个工作日' says several limits"),
        ("24小时", "which hours count is not said; say it with `hours: working` or `continuous`"),
        ("3天", "which days count is not said; say it with `days: working` or `continuous`"),
        ("2小时（另行通知）", "'另行通知' does not say which hours count"),
        ("2个工作日（自然日）", "its measure is said twice, and differently"),
        ("1.5个工作日", "part of a working day; write it in working hours, 8 are one day"),
        ("0小时(连续)", "a limit of nothing"),
        ("十十个工作日", "'十十' is no number that is understood"),
    ],
)
def test_what_is_unclear_is_named(text: str, reason: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(reason)}"):
        limit_of(text, Notation())


def test_a_number_has_the_unit_of_its_column() -> None:
    assert limit_of("24", Notation(unit="工作小时")).within == "24wh"


def test_several_limits_with_words_are_steps() -> None:
    for text in ("先控制4小时，后修复７个工作日", "4小时内控制；7个工作日内修复"):
        assert steps_of(text, BOTH) == (
            ("控制", WrittenLimit("4h", ALL)),
            ("修复", WrittenLimit("7wd")),
        )


def test_one_limit_has_no_steps() -> None:
    assert steps_of("7个工作日", BOTH) == ()
    assert steps_of("2小时，3个工作日", BOTH) == ()


def test_a_plan_is_the_latest_date() -> None:
    assert date_limit_of("按计划，不超过30个工作日", BOTH) == WrittenLimit("30wd")
    assert date_limit_of("30个工作日", BOTH) is None
