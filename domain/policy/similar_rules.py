"""The rules of a policy on similar reports, and on surges: many reports of one matter at once."""

from dataclasses import dataclass
from datetime import timedelta

MOST_SCORED = 50
"""A new report is compared with at most this many earlier ones, the nearest first."""


@dataclass(frozen=True, slots=True)
class Weights:
    """How much each kind of likeness adds to a score; they add up to 100."""

    category: int = 15
    place: int = 45
    time: int = 5
    text: int = 35


@dataclass(frozen=True, slots=True)
class SimilarRule:
    """Which reports are compared, and when they are linked.

    Reports are compared if they came `within` this time of each other and are at most `metres`
    apart. From a score of `link` percent, the new case is linked to the earlier one.
    """

    within: timedelta
    metres: int
    link: int
    weights: Weights = Weights()


@dataclass(frozen=True, slots=True)
class SurgeRule:
    """When similar reports are one matter, so that their cases follow one case.

    A surge begins with `at_least` reports `within` this time, the new one included, that score at
    least `score` percent against the new one. A later report joins if one of the surge scores so,
    and enough are similar (SimilarRule.link).
    """

    at_least: int
    within: timedelta
    score: int
