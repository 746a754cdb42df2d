"""The model of parts.yaml: how many parts of a kind a case may have, and their deadlines."""

from typing import Annotated

from pydantic import Field
from typing_extensions import override

from domain.policy.part_rules import Default, PartKind, PartRule
from domain.vocabulary import Role, Tier, Urgency
from schemas.durations import Days, Hours
from schemas.packs.escalation import Timed
from schemas.packs.sections import SectionFile


class PartEntry(Timed):
    """A rule for parts of a kind. The first rule that fits kind, tier and urgency applies.

    Every rule needs time and ladder, also with `limit: 0`: a case may bring an open part into a
    tier where no new one may be opened.
    """

    kind: PartKind
    limit: Annotated[int, Field(ge=0)]
    decider: Role | None = None
    second: Role | None = None
    default: Default | None = None
    then: Hours | None = None
    longest: Days | None = None
    by_head: bool = False
    ahead: Hours | None = None
    tiers: Annotated[tuple[Tier, ...], Field(min_length=1)] = tuple(Tier)
    urgencies: Annotated[tuple[Urgency, ...], Field(min_length=1)] = tuple(Urgency)

    def to_domain(self) -> PartRule:
        timed = {"budget": self.budget.amount, "measure": self.counted_in}
        return PartRule(**dict(self) | timed | {"by_head": self.by_head or None})


class PartsFile(SectionFile):
    parts: tuple[PartEntry, ...]

    @override
    def to_domain(self) -> tuple[PartRule, ...]:
        return tuple(entry.to_domain() for entry in self.parts)
