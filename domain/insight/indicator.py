"""What an indicator is: names, formula, basis, and how one case counts in it."""

from dataclasses import dataclass
from enum import StrEnum

from domain.insight.shares import Count


class Basis(StrEnum):
    """Which cases, or times of clocks, a period has."""

    CAME = "came"  # what came in the period
    DUE = "due"  # whose deadline fell in the period
    CLOSED = "closed"  # what was closed in the period
    HAPPENED = "happened"  # what happened in the period
    OPEN = "open"  # what was to be done at some time of the period
    AT_THE_END = "at the end"  # how it is when the period ends


class ShownAs(StrEnum):
    """How the sums are shown."""

    RATE = "rate"  # part of whole, in percent
    NUMBER = "number"  # the sum of the parts
    MULTIPLE = "multiple"  # part by whole: 0.5 is half as long again


@dataclass(frozen=True, slots=True)
class Indicator:
    """`number`: its row in domain.md. `formula` is printed under the figure."""

    id: str
    number: int
    chinese: str
    english: str
    formula: str
    basis: Basis
    count: Count
    form: ShownAs = ShownAs.RATE
