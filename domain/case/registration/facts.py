"""A case came in, and was taken on or not."""

from dataclasses import dataclass
from typing import Literal

from domain.planning.plans import CasePlan
from domain.vocabulary import OutsideMandate, Tier


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """The complaint came in and its plan was pinned: enough to begin the case again."""

    kind: Literal["received"] = "received"
    plan: CasePlan


@dataclass(frozen=True, slots=True, kw_only=True)
class Triaged:
    """`plan` replaces the pinned one where a person triaged; None where the rules did.

    `shown`: the categories among which the person was shown to choose; that of `plan` was taken.
    `keeps`: no clock that runs is due later by it. None where its limits hold, as in earlier rows.
    `held_to`: the tier of before, whose limits hold for every unit that gets the case later.
    """

    kind: Literal["triaged"] = "triaged"
    tier: Tier
    plan: CasePlan | None = None
    reason: str | None = None
    keeps: Literal[True] | None = None
    shown: tuple[str, ...] | None = None
    held_to: Tier | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StandardChosen:
    """A person filed the case under another standard of its category; `plan` follows from it."""

    kind: Literal["standard_chosen"] = "standard_chosen"
    standard: str
    plan: CasePlan
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NotAccepted:
    kind: Literal["not_accepted"] = "not_accepted"
    because: OutsideMandate
    advice: str
