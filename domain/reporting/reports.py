"""The report on a period. Cases are added one by one, so memory does not grow with their number."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, fields

from domain.case.events import Event
from domain.reporting.indicators import CaseCounts, CaseFigures, case_figures, plan_of
from domain.reporting.joint_results import Actions, CampaignProgress, actions_of, counted_of
from domain.reporting.periods import Period
from domain.vocabulary import Tier

VACUUM = "vacuum"
"""The figure of the cases that no unit owns, beside the fields of CaseCounts."""
FIGURES = (*(each.name for each in fields(CaseCounts)), VACUUM)


def counts_in(found: CaseFigures, figure: str) -> bool:
    """Return whether a case is one of those that a figure of FIGURES counts."""
    return found.vacuum is not None if figure == VACUUM else bool(getattr(found.closing, figure))


@dataclass
class PeriodReport:
    """The figures of one tenant.

    `vacuum`: (month, category) -> cases that no unit owns; `unowned`: each, with its holder.
    `missed`: (unit, clock or kind of part) -> deadlines that the unit missed.
    `figure`: one of FIGURES, of which `cases` has the cases.
    `overtaken`: (what overtook it, clock or kind of part) -> missed deadlines that count no more.
    """

    period: Period
    tiers: dict[Tier, CaseCounts] = field(default_factory=lambda: dict.fromkeys(Tier, CaseCounts()))
    actions: Actions = field(default_factory=Actions)
    campaigns: dict[str, CampaignProgress] = field(default_factory=dict)
    vacuum: Counter[tuple[str, str]] = field(default_factory=Counter)
    missed: Counter[tuple[str, str]] = field(default_factory=Counter)
    overtaken: Counter[tuple[str, str]] = field(default_factory=Counter)
    unowned: dict[tuple[str, str], list[tuple[str, str | None]]] = field(default_factory=dict)
    figure: str | None = None
    cases: list[str] = field(default_factory=list)

    @property
    def all_tiers(self) -> CaseCounts:
        return sum(self.tiers.values(), CaseCounts())

    def add(self, events: Sequence[Event]) -> None:
        """Add one case, given all its events in order."""
        found = case_figures(events, self.period)
        if found is not None:
            self.tiers[found.tier] += found.closing
            if self.figure is not None and counts_in(found, self.figure):
                self.cases.append(plan_of(events).case_id)
            self.missed.update(found.missed)
            self.overtaken.update(found.overtaken)
            if found.vacuum is not None:
                self.vacuum.update([found.vacuum])
                case = (plan_of(events).case_id, found.holder)
                self.unowned.setdefault(found.vacuum, []).append(case)
        self.actions += actions_of(events, self.period)
        for campaign, amount in counted_of(events, self.period).items():
            before = self.campaigns.get(campaign, CampaignProgress())
            self.campaigns[campaign] = CampaignProgress(before.amount + amount, before.cases + 1)
