"""Indicators of how cases end and what citizens say: rows 10, 11, 20, 21, 23, 35 (domain.md 3)."""

from domain.insight import counts_of_cases as cases
from domain.insight.indicator import Basis, Indicator, ShownAs

ENDING = (
    Indicator(
        "closing_rate",
        10,
        "结案率",
        "closed",
        "closed at the end / to be closed at some time",
        Basis.OPEN,
        cases.closing,
    ),
    Indicator(
        "solving_rate",
        20,
        "解决率",
        "solved",
        "solved / citizens who said whether",
        Basis.CLOSED,
        cases.solved,
    ),
    Indicator(
        "satisfaction_rate",
        21,
        "满意率",
        "satisfied",
        "satisfied or basically satisfied / rated",
        Basis.CLOSED,
        cases.satisfied,
    ),
    Indicator(
        "closed_of_accepted_rate",
        23,
        "办结率",
        "closed of those accepted",
        "closed at the end / came and were accepted",
        Basis.CAME,
        cases.closed_of_accepted,
    ),
    Indicator(
        "exempted",
        35,
        "超时豁免数",
        "exempted",
        "missed promises that an exemption leaves out of the rates",
        Basis.DUE,
        cases.exempted,
        ShownAs.NUMBER,
    ),
)
