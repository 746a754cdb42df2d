"""Indicators of supervision and joint work: rows 28 to 31 and 34 (domain.md 3)."""

from domain.insight import counts_of_cases as cases
from domain.insight import counts_of_joint_work as joint
from domain.insight.indicator import Basis, Indicator, ShownAs
from domain.insight.shares import came, in_time

JOINT = (
    Indicator(
        "attendance_rate",
        28,
        "会商到会率",
        "attendance",
        "units that came / units asked to conferences that were held",
        Basis.HAPPENED,
        joint.attendance,
    ),
    Indicator(
        "duty_rate",
        28,
        "履职率",
        "duty done",
        "tasks done with evidence / tasks due",
        Basis.DUE,
        joint.duty,
    ),
    Indicator(
        "answered_in_time_rate",
        29,
        "督办按期反馈率",
        "letters answered in time",
        "letters of supervision answered in time / due",
        Basis.DUE,
        in_time("letter"),
    ),
    Indicator(
        "supervised_rate",
        29,
        "督办率",
        "supervised",
        "in tier supervise at the end / came",
        Basis.CAME,
        came(cases.supervised),
    ),
    Indicator(
        "inspection_pass_rate",
        30,
        "复查合格率",
        "passed the inspection",
        "passed / inspected again",
        Basis.HAPPENED,
        joint.inspections,
    ),
    Indicator(
        "rectified_in_time_rate",
        30,
        "整改完成率",
        "put right in time",
        "put right by its day / due",
        Basis.DUE,
        joint.rectified,
    ),
    Indicator(
        "actions",
        31,
        "联合行动",
        "joint actions",
        "actions reported",
        Basis.HAPPENED,
        joint.actions,
        ShownAs.NUMBER,
    ),
    Indicator(
        "person_times",
        31,
        "出动人次",
        "person-times that came",
        "people who came / people planned",
        Basis.HAPPENED,
        joint.person_times,
    ),
    Indicator(
        "campaign_amount",
        34,
        "专项完成量",
        "counted for campaigns",
        "sum of what counted",
        Basis.HAPPENED,
        joint.counted,
        ShownAs.NUMBER,
    ),
)
