"""How strictly a case is handled: how deep (its tier) and how soon (its urgency).

The end of a case is the end of those that follow it, so a case follows none that is handled less
strictly.
"""

from dataclasses import dataclass
from datetime import timedelta

from typing_extensions import override

from domain.planning.plans import CasePlan
from domain.sla.case_clocks import HOLDER
from domain.sla.clocks import Measure
from domain.sla.comparison import in_measure
from domain.vocabulary import Tier, Urgency


@dataclass(frozen=True, slots=True)
class Strictness:
    """None: not known, or only assumed."""

    tier: Tier | None = None
    urgency: Urgency | None = None

    def exceeds(self, other: "Strictness", *, one_category: bool = False) -> bool:
        """Return whether it is known to be stricter in one of the two.

        Within one category a later report is in a higher tier because others came before it, for
        which the case that it would follow stands: there the urgency alone counts.
        """
        sooner = (
            self.urgency is not None
            and other.urgency is not None
            and self.urgency.rank < other.urgency.rank
        )
        if one_category or self.tier is None or other.tier is None:
            return sooner
        return sooner or self.tier.depth > other.tier.depth

    @override
    def __str__(self) -> str:
        return ", ".join(word for word in (self.tier, self.urgency) if word is not None) or "open"


UNKNOWN = Strictness()


def strictness_of(plan: CasePlan, tier: Tier | None = None) -> Strictness:
    """Return that of a plan, or of its case in another tier.

    Without a category the usual tier and urgency are assumed, so only what is above them counts.
    What a person has to look at soon may be critical until that person has said what it is.
    """
    found, unsorted = tier or plan.tier, plan.category is None
    if plan.hurry is not None:
        return Strictness(tier=None if unsorted else found, urgency=Urgency.CRITICAL)
    return Strictness(
        tier=None if unsorted and found is plan.tier is Tier.ASSIGN else found,
        urgency=None if unsorted and plan.urgency is Urgency.NORMAL else plan.urgency,
    )


@dataclass(frozen=True, slots=True)
class UnitsLimit:
    """How long the unit of a case has in a tier."""

    budget: timedelta
    measure: Measure

    def shorter_than(self, other: "UnitsLimit | None") -> bool:
        """Return whether it is known to be the shorter one; hours of the day count a third."""
        if other is None:
            return False
        return in_measure(self.budget, self.measure, other.measure) < other.budget


def units_limit(plan: CasePlan, tier: Tier | None) -> UnitsLimit | None:
    """Return the limit of the unit in a tier, by the standard of the plan.

    None without a category, because the limit is only assumed then, and where the plan has none.
    """
    spec = plan.spec(tier, HOLDER) if tier is not None and plan.category is not None else None
    return UnitsLimit(spec.budget, spec.measure) if spec is not None else None
