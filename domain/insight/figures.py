"""Figures: sums of what cases add, by any dimensions; each is the sum of the lines that it lists.

Cases are added one by one, so memory does not grow with their number, unless lines are kept.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from domain.case.events import Event
from domain.insight.case_facts import CaseFacts, facts_at
from domain.insight.indicator import Indicator, ShownAs
from domain.insight.indicators import INDICATORS
from domain.insight.shares import Share
from domain.reporting.indicators import percent, plan_of
from domain.reporting.periods import Period

FEW = 10
"""Below so many, a percentage says more than it knows: the counts alone are shown, and no rank."""


TOGETHER = "all"
"""In place of dimensions: the whole town in one."""


class Dimension(StrEnum):
    """By what figures are told apart. `unit`: whose it was, not who has the case now."""

    TIER = "tier"
    UNIT = "unit"
    GRID = "grid"
    CATEGORY = "category"
    CHANNEL = "channel"
    MONTH = "month"


@dataclass(frozen=True, slots=True)
class Figure:
    """`part` of `whole`: sums over cases. `lines`: how many lines it lists."""

    part: int = 0
    whole: int = 0
    lines: int = 0

    def plus(self, share: Share) -> "Figure":
        return Figure(self.part + share.part, self.whole + share.whole, self.lines + 1)

    def percent(self, indicator: Indicator) -> float | None:
        """Return the rate; None where there is no whole, where it is small, or for a number."""
        if indicator.form is not ShownAs.RATE or self.whole < FEW:
            return None
        return percent(self.part, self.whole)

    def multiple(self, indicator: Indicator) -> float | None:
        if indicator.form is not ShownAs.MULTIPLE or not self.whole:
            return None
        return round(self.part / self.whole, 2)


@dataclass(frozen=True, slots=True)
class FigureLine:
    """What one row of one case added to a figure."""

    case: str
    row: int
    unit: str | None
    part: int
    whole: int


Key = tuple[str, ...]
"""The values of the dimensions, in their order; "" where the case has none."""


@dataclass
class Figures:
    """The figures of one tenant in a period. `listed`: the indicator whose lines are kept."""

    period: Period
    by: tuple[Dimension, ...] = ()
    listed: str | None = None
    sums: dict[tuple[str, Key], Figure] = field(default_factory=dict)
    lines: dict[Key, list[FigureLine]] = field(default_factory=dict)

    def add(self, events: Sequence[Event]) -> None:
        """Add one case, given all its events in order."""
        zone, case = plan_of(events).calendar.zone, plan_of(events).case_id
        periods = self.period.months() if Dimension.MONTH in self.by else (self.period,)
        known = facts_at(events, [each.ends(zone) for each in periods])
        for period, facts in zip(periods, known, strict=True):
            if facts is not None:
                self._add(case, facts, period)

    def _add(self, case: str, facts: CaseFacts, period: Period) -> None:
        for indicator in INDICATORS:
            for share in indicator.count(facts, period):
                key = tuple(_value(each, facts, share, period) for each in self.by)
                at = (indicator.id, key)
                self.sums[at] = self.sums.get(at, Figure()).plus(share)
                if indicator.id == self.listed:
                    line = FigureLine(case, share.row, share.unit, share.part, share.whole)
                    self.lines.setdefault(key, []).append(line)

    def total(self, indicator: Indicator) -> Figure:
        """Return the sum of an indicator over all keys."""
        found = [each for (id_, _), each in self.sums.items() if id_ == indicator.id]
        return Figure(
            sum(each.part for each in found),
            sum(each.whole for each in found),
            sum(each.lines for each in found),
        )

    def rows(self) -> Iterator[tuple[Key, Indicator, Figure]]:
        """Yield every figure: by key, then in the order of indicators; an empty one as well."""
        for key in sorted({key for _, key in self.sums}) or ([()] if not self.by else []):
            for indicator in INDICATORS:
                yield key, indicator, self.sums.get((indicator.id, key), Figure())


def _value(dimension: Dimension, facts: CaseFacts, share: Share, period: Period) -> str:
    plan = facts.case.plan
    match dimension:
        case Dimension.TIER:
            return facts.case.tier.value
        case Dimension.UNIT:
            return share.unit or ""
        case Dimension.GRID:
            return plan.listed_grid or ""
        case Dimension.CATEGORY:
            return plan.category or ""
        case Dimension.CHANNEL:
            return plan.complaint.channel.value
        case Dimension.MONTH:
            return f"{period.first_day:%Y-%m}"
