"""What a policy says about reports that resemble each other, and about many at once."""

from dataclasses import dataclass
from datetime import timedelta

MOST_SCORED = 50
"""So many of the reports that came before are compared with a new one, the nearest first."""


@dataclass(frozen=True, slots=True)
class Weights:
    """How much each likeness counts towards a score of 100."""

    category: int = 15
    place: int = 45
    time: int = 5
    text: int = 35


@dataclass(frozen=True, slots=True)
class SimilarRule:
    """Reports are compared when one came `within` of the other, up to `metres` away.

    From a score of `link` on, in percent, the new case is linked to the earlier one.
    """

    within: timedelta
    metres: int
    link: int
    weights: Weights = Weights()


@dataclass(frozen=True, slots=True)
class SurgeRule:
    """`at_least` reports `within` so long, each with this `score`, are one matter: one case leads.

    The new report counts as well.
    """

    at_least: int
    within: timedelta
    score: int
