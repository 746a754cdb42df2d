"""The words of policy.yaml for which a person looks soon at what has no category yet."""

from typing import Annotated

from pydantic import Field

from domain.policy.hurry_rules import HurryRule
from schemas.base import Written
from schemas.durations import Hours
from schemas.packs.ids import Id
from schemas.texts import Name


class HurryEntry(Written):
    """Words for which a person triages a case soon; the time counts by day and by night."""

    words: Annotated[tuple[Name, ...], Field(min_length=1, max_length=100)]
    accept: Hours
    ladder: Id | None = None

    def to_domain(self) -> HurryRule:
        return HurryRule(self.words, self.accept, self.ladder)
