"""docs/INDICATORS.md: the indicators of a town."""

from domain.insight.indicator import Indicator, ShownAs
from domain.insight.indicators import INDICATORS, WITHOUT_DATA
from tools.pages.markdown import code, page, table

INTRODUCTION = """
`sanban report --by all` shows them for a town, `--by unit,month` by unit and month; `--json` and
`--csv` have every figure with its id, and `--list ID` the rows of journals that one counts: the sum
of their parts is the numerator, the sum of their wholes the denominator.

What holds for all of them:

- A period has whole days in the time zone of the town, from midnight to midnight. Facts count as
  they were known when it ended, so a report on a month is the same whenever it is made.
- A rate over deadlines counts what was *due* in the period: ten cases due, five handled in time and
  five open and late are 50 %. What is suspended, merged, or waits for the answer to a return is not
  due meanwhile; what went another way (returned, withdrawn, another tier) before it was due, never.
- Late is a row of the journal, written once, at its moment; it belongs to the unit that had the
  turn. A granted exemption takes it out of the rate, and stays a number of its own.
- A case that was reopened counts as it is when the period ends.
- A rate of nothing is empty, never 0 or 100 %. Of fewer than ten, the counts are shown alone.
- `number` is the row in the list of indicators that the town's indicators follow (GB/T 30428).
- The canary's reports are in no figure.
"""


def indicators_page() -> str:
    head = ("number", "id", "Chinese", "English", "formula", "a period has what ...")
    rows = [
        (str(each.number), code(each.id), each.chinese, each.english, _formula(each), _basis(each))
        for each in INDICATORS
    ]
    left = [(str(number), chinese, why) for number, (chinese, why) in sorted(WITHOUT_DATA.items())]
    missing = table(("number", "Chinese", "why no sum over cases gives it"), left)
    return page(
        "Indicators",
        "domain/insight/indicators.py",
        INTRODUCTION,
        f"{table(head, rows)}\n\n{missing}",
    )


def _formula(indicator: Indicator) -> str:
    return (
        indicator.formula
        if indicator.form is not ShownAs.NUMBER
        else f"{indicator.formula} (a number)"
    )


def _basis(indicator: Indicator) -> str:
    return indicator.basis.value
