"""A case changed its tier."""

from dataclasses import dataclass
from typing import Literal

from domain.planning.plans import CasePlan
from domain.vocabulary import Tier


@dataclass(frozen=True, slots=True, kw_only=True)
class TierRaised:
    """`held_to`: the tier whose limits hold for the unit that gets it, where that was decided;
    None: the new one, and stricter limits that held already.
    """

    kind: Literal["tier_raised"] = "tier_raised"
    to: Tier
    reason: str
    held_to: Tier | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TierLowered:
    """Only by a granted request; the case is dispatched again. A plan has no tier below its own."""

    kind: Literal["tier_lowered"] = "tier_lowered"
    to: Tier
    reason: str
    plan: CasePlan | None = None
