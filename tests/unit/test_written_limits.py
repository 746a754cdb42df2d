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
    for text in (
        "先控制4小时，后修复７个工作日",
        "控制4小时（含节假日、夜间），再修复7天（工作日）",
        "4小时内控制；7个工作日内修复",
    ):
        assert steps_of(text, BOTH, known={"控制", "修复"}) == (
            ("控制", WrittenLimit("4h", ALL)),
            ("修复", WrittenLimit("7wd")),
        )


def test_one_limit_has_no_steps() -> None:
    assert steps_of("7个工作日", BOTH) == ()
    assert steps_of("2小时，3个工作日", BOTH) == ()


@pytest.mark.parametrize(
    "text",
    [
        "一般2小时，特殊情况24小时",
        "白天2小时，夜间4小时",
        "主干道2小时、次干道4小时",
        "一般5个工作日，最长10个工作日",
        "一般5个工作日，后期最长10个工作日",
        "4小时内控制；7个工作日内修复",
    ],
)
def test_limits_whose_order_is_not_said_are_no_steps_and_named(text: str) -> None:
    assert steps_of(text, BOTH, known={"修复"}) == ()
    with pytest.raises(ValueError, match="says several limits; give each a row of its own"):
        limit_of(text, BOTH)


def test_a_step_with_a_limit_that_is_unclear_is_named() -> None:
    with pytest.raises(ValueError, match="'非工作时间8小时' says a second limit"):
        steps_of("先控制4小时（非工作时间8小时），后修复7个工作日", BOTH)


@pytest.mark.parametrize(
    "how",
    [
        "含节假日、非工作时间",
        "包括双休日和节假日",
        "不分工作日",
        "不分昼夜",
        "昼夜",
        "自然日",
        "连续计算",
    ],
)
def test_a_bracket_says_that_all_hours_count(how: str) -> None:
    assert limit_of(f"24小时（{how}）", Notation()) == WrittenLimit("24h", ALL)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("2小时（非工作时间4小时）", "'非工作时间4小时' says a second limit"),
        ("3个工作日（需开挖的15个工作日）", "'需开挖的15个工作日' says a second limit"),
        ("5个工作日（延期不超过5个工作日）", "'延期不超过5个工作日' says a second limit"),
        ("7天（自然日，不含工作日）", "'自然日,不含工作日' does not say which hours count"),
        ("7日（遇节假日顺延至工作日）", "'遇节假日顺延至工作日' does not say which hours count"),
        ("2小时（非工作时间）", "'非工作时间' does not say which hours count"),
        ("2小时（紧急工作时）", "'紧急工作时' does not say which hours count"),
        ("7天（非自然日）", "'非自然日' does not say which hours count"),
        ("24小时（不含节假日）", "'不含节假日' does not say which hours count"),
        ("2小时（夜间除外）", "'夜间除外' does not say which hours count"),
    ],
)
def test_a_bracket_that_says_anything_else_is_named(text: str, reason: str) -> None:
    for notation in (BOTH, Notation(hours=BY_DAY, days=BY_DAY)):
        with pytest.raises(ValueError, match=f"^{re.escape(reason)}"):
            limit_of(text, notation)


def test_a_column_of_measures_is_read_as_a_bracket_is() -> None:
    with pytest.raises(ValueError, match="'非工作时间' does not say which hours count"):
        limit_of("2小时", BOTH, "非工作时间")


def test_what_a_whole_cell_means_is_said_under_limits() -> None:
    told = Notation(
        hours=ALL,
        words={
            "先控制4小时,后修复8小时": "8小时",
            "按计划": "30个工作日",
            "尽快": "先控制4h,后修复7wd",
        },
    )

    assert steps_of("先控制4小时，后修复8小时", told) == ()
    assert limit_of("先控制4小时，后修复8小时", told).within == "8h"
    assert date_limit_of("按计划", told) is None
    assert [limit.within for _, limit in steps_of("尽快", told)] == ["4h", "7wd"]


def test_a_plan_is_the_latest_date() -> None:
    assert date_limit_of("按计划，不超过30个工作日", BOTH) == WrittenLimit("30wd")
    assert date_limit_of("30个工作日", BOTH) is None
