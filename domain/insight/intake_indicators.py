"""Indicators of how cases come in and reach a unit: rows 1 to 6, 16, 24, 26 (domain.md 3)."""

from domain.insight import counts_of_cases as cases
from domain.insight.indicator import Basis, Indicator
from domain.insight.shares import came

INTAKE = (
    Indicator(
        "valid_report_rate",
        1,
        "有效上报率",
        "valid reports",
        "taken on as work of a unit / came",
        Basis.CAME,
        came(cases.filed),
    ),
    Indicator(
        "acceptance_rate",
        2,
        "受理率",
        "accepted",
        "taken on or answered / came",
        Basis.CAME,
        came(cases.accepted),
    ),
    Indicator(
        "filing_rate",
        3,
        "立案率",
        "filed",
        "taken on as work of a unit / came",
        Basis.CAME,
        came(cases.filed),
    ),
    Indicator(
        "filed_in_time_rate",
        4,
        "按时立案率",
        "filed in time",
        "filed with no deadline of accepting missed / filed",
        Basis.HAPPENED,
        cases.filed_in_time,
    ),
    Indicator(
        "rightly_filed_rate",
        4,
        "准确立案率",
        "rightly filed",
        "category never changed / filed",
        Basis.HAPPENED,
        cases.correctly_filed,
    ),
    Indicator(
        "dispatch_accuracy",
        5,
        "派遣准确率",
        "rightly dispatched",
        "first unit is the last one / first dispatched",
        Basis.HAPPENED,
        cases.rightly_dispatched,
    ),
    Indicator(
        "return_rate",
        16,
        "回退率",
        "returned",
        "returns / received by units",
        Basis.HAPPENED,
        cases.returns,
    ),
    Indicator(
        "discovery_rate",
        24,
        "发现率",
        "found by the town",
        "by patrol or camera / came",
        Basis.CAME,
        came(cases.proactive),
    ),
    Indicator(
        "repeat_rate",
        26,
        "重复件率",
        "repeats",
        "like a case of the same place and category before / came",
        Basis.CAME,
        came(cases.repeated),
    ),
)
