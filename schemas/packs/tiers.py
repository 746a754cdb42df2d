"""The model of tiers.yaml: the rules that choose the tier of a case."""

from datetime import timedelta
from typing import Annotated

from pydantic import AfterValidator, Field, StrictBool
from typing_extensions import override

from domain.characters import quoted
from domain.planning.tier_rules import MOST_REPEATS, REPEATS
from domain.policy.known_by import KnownBy
from domain.policy.model import TierRule
from domain.vocabulary import Tier
from schemas.base import Written
from schemas.durations import Days
from schemas.packs.ids import Id
from schemas.packs.sections import SectionFile
from schemas.texts import Name


def _telling(word: str) -> str:
    if len(word) == 1:
        raise ValueError(f"{quoted(word)} is in too many texts; write two characters or more")
    return word


Word = Annotated[Name, AfterValidator(_telling)]


class KnownByEntry(Written):
    """By what a stability risk, or a matter of history, is known; any of them is enough."""

    words: Annotated[tuple[Word, ...], Field(max_length=200)] = ()
    source: StrictBool = False
    reporters: Annotated[int, Field(ge=2)] | None = None
    repeats: Annotated[int, Field(ge=2, le=MOST_REPEATS)] | None = None
    older_than: Days | None = None

    def to_domain(self) -> KnownBy:
        return KnownBy(**dict(self))


class RuleEntry(Written):
    """One rule. A rule on repeats means three within thirty days, if it does not say otherwise."""

    id: Id
    when: str
    tier: Tier
    at_least: Annotated[int, Field(ge=0)] = 0
    within: Days | None = None
    by_group: StrictBool = False
    known_by: KnownByEntry | None = None

    def to_domain(self) -> TierRule:
        said = dict(self) | {"known_by": self.known_by.to_domain() if self.known_by else None}
        if self.when != REPEATS:
            return TierRule(**said)
        within, at_least = self.within or timedelta(days=30), self.at_least or 3
        return TierRule(**said | {"within": within, "at_least": at_least})


class TiersFile(SectionFile):
    rules: tuple[RuleEntry, ...]

    @override
    def to_domain(self) -> tuple[TierRule, ...]:
        return tuple(rule.to_domain() for rule in self.rules)
