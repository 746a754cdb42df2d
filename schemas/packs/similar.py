"""Models of `similar` and `surge` in policy.yaml: which reports are alike, and how many surge."""

from dataclasses import asdict
from typing import Annotated

from pydantic import Field

from domain.policy.similar_rules import SimilarRule, SurgeRule, Weights
from schemas.base import Written
from schemas.durations import Days

Percent = Annotated[int, Field(ge=1, le=100)]
Weight = Annotated[int, Field(ge=0, le=100)]
_USUAL = asdict(Weights())


class WeightsEntry(Written):
    category: Weight = _USUAL["category"]
    place: Weight = _USUAL["place"]
    time: Weight = _USUAL["time"]
    text: Weight = _USUAL["text"]


class SimilarEntry(Written):
    within: Days
    metres: Annotated[int, Field(ge=1)]
    link: Percent
    weights: WeightsEntry = WeightsEntry()

    def to_domain(self) -> SimilarRule:
        weights = Weights(**dict(self.weights))
        return SimilarRule(self.within, self.metres, self.link, weights)


class SurgeEntry(Written):
    at_least: Annotated[int, Field(ge=3)]
    within: Days
    score: Percent

    def to_domain(self) -> SurgeRule:
        return SurgeRule(self.at_least, self.within, self.score)
