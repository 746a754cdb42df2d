"""Raise a case to a higher tier, or ask for another one."""

from dataclasses import dataclass
from typing import Literal

from domain.vocabulary import Tier


@dataclass(frozen=True, slots=True, kw_only=True)
class RaiseTier:
    kind: Literal["raise_tier"] = "raise_tier"
    to: Tier
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AskTier:
    """A tier may be asked for in either direction; lower is for the leading group's office."""

    kind: Literal["ask_tier"] = "ask_tier"
    to: Tier
    reason: str
