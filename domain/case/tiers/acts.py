"""Raise a case to a higher tier."""

from dataclasses import dataclass
from typing import Literal

from domain.vocabulary import Tier


@dataclass(frozen=True, slots=True, kw_only=True)
class RaiseTier:
    kind: Literal["raise_tier"] = "raise_tier"
    to: Tier
    reason: str
