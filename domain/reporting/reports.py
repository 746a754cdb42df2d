"""The report on a period: one case after the other is added, so that memory stays flat."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from domain.case.events import Event
from domain.reporting.indicators import Closing, outcome
from domain.reporting.joint_results import Actions, Progress, actions_of, counted_of
from domain.reporting.periods import Period
from domain.vocabulary import Tier


@dataclass
class Report:
    """Of one tenant. `vacuum`: (month, category) -> how many cases of a matter nobody owns."""

    period: Period
    tiers: dict[Tier, Closing] = field(default_factory=lambda: dict.fromkeys(Tier, Closing()))
    actions: Actions = field(default_factory=Actions)
    campaigns: dict[str, Progress] = field(default_factory=dict)
    vacuum: Counter[tuple[str, str]] = field(default_factory=Counter)

    @property
    def all_tiers(self) -> Closing:
        return sum(self.tiers.values(), Closing())

    def add(self, events: Sequence[Event]) -> None:
        """All events of one more case, in order."""
        found = outcome(events, self.period)
        if found is not None:
            self.tiers[found.tier] += found.closing
            self.vacuum.update([found.vacuum] if found.vacuum else [])
        self.actions += actions_of(events, self.period)
        for campaign, amount in counted_of(events, self.period).items():
            before = self.campaigns.get(campaign, Progress())
            self.campaigns[campaign] = Progress(before.amount + amount, before.cases + 1)
