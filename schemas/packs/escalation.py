"""The models of levels.yaml (deadlines) and ladders.yaml (steps when a deadline passes)."""

from collections.abc import Iterable
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated, Any, Self

from pydantic import Field, ValidationInfo, create_model, field_validator, model_validator
from typing_extensions import override

from domain.characters import quoted
from domain.people.leading_group import Post, place_of
from domain.people.rosters import ASKED, HOLDER, PARENT, SUPERVISING, Recipient
from domain.policy.model import Level, Limit
from domain.sla.case_clocks import CASE_CLOCKS
from domain.sla.clock_rows import CaseClock
from domain.sla.clocks import Measure
from domain.sla.ladders import Action, Ladder, Late, Rung
from domain.vocabulary import Role, Tier, Urgency
from schemas.base import Written
from schemas.durations import CountedAmount, Hours, counted, in_one_way, measured
from schemas.mistakes import Misplaced
from schemas.packs.ids import Id
from schemas.packs.sections import SectionFile

_PLACES = (HOLDER, PARENT, ASKED, SUPERVISING)


class Timed(Written):
    """A budget and its ladder. `measure` comes first: it decides if the budget may be in days.

    `2wd`, `4wh` and `7nd` say themselves how they are counted.
    """

    measure: Measure = Measure.WORKING
    budget: CountedAmount
    ladder: Id

    @field_validator("budget", mode="plain")
    @classmethod
    def _budget(cls, text: object, info: ValidationInfo) -> CountedAmount:
        # A wrong measure is one mistake: without it, days are allowed here.
        measure = info.data.get("measure", Measure.CONTINUOUS)
        return counted(text, days=measure is Measure.CONTINUOUS)

    @model_validator(mode="after")
    def _is_counted_in_one_way(self) -> "Timed":
        said = self.measure if "measure" in self.model_fields_set else None
        mistake = in_one_way(self.budget, said)
        if mistake:
            raise Misplaced(mistake, "measure")
        return self

    @property
    def counted_in(self) -> Measure:
        return measured(self.budget, self.measure)


class LimitEntry(Timed):
    """The limit of one clock of a service level."""


def _clocks_entry(clocks: Iterable[CaseClock]) -> type[Written]:
    """Return a model with one field for each clock; only required clocks are obligatory."""
    fields: dict[str, Any] = {}
    for clock in clocks:
        entry = create_model("LimitEntry", __base__=LimitEntry, measure=(Measure, clock.measure))
        fields[clock.id] = (entry, ... if clock.required else None)
    return create_model("ClocksEntry", __base__=Written, **fields)


if TYPE_CHECKING:
    ClocksEntry = Written
else:
    ClocksEntry = _clocks_entry(CASE_CLOCKS)


class LevelEntry(Written):
    tier: Tier
    urgency: Urgency
    clocks: ClocksEntry
    groups: Annotated[tuple[Id, ...], Field(min_length=1)] | None = None

    def to_domain(self) -> Level:
        limits = (self._limit(clock) for clock in CASE_CLOCKS)
        given = tuple(limit for limit in limits if limit is not None)
        return Level(self.tier, self.urgency, given, self.groups or ())

    def _limit(self, clock: CaseClock) -> Limit | None:
        """Return the limit of the pack, else the default of the clock; None if it has none."""
        entries: dict[str, LimitEntry] = {name: entry for name, entry in self.clocks if entry}
        if clock.id in entries:
            entry = entries[clock.id]
            return Limit(clock.id, entry.budget.amount, entry.ladder, entry.counted_in)
        if clock.default is None:
            return None
        ladder = entries[clock.default.ladder_of].ladder
        return Limit(clock.id, clock.default.budget, ladder, clock.measure)


class LevelsFile(SectionFile):
    levels: tuple[LevelEntry, ...]

    @override
    def to_domain(self) -> tuple[Level, ...]:
        return tuple(entry.to_domain() for entry in self.levels)


class RecipientEntry(Written):
    """A role in a unit, or a post of the leading group."""

    unit: str | None = None
    role: Role | None = None
    post: Post | None = None

    @field_validator("unit")
    @classmethod
    def _place(cls, unit: str | None) -> str | None:
        if unit is not None and unit.startswith("@") and unit not in _PLACES:
            raise ValueError(f"no place {quoted(unit)}; there are {', '.join(_PLACES)}, and units")
        return unit

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        of_unit = (self.unit is not None, self.role is not None)
        if of_unit != ((False, False) if self.post is not None else (True, True)):
            raise ValueError("give `unit` and `role`, or a `post` of the leading group alone")
        return self

    def to_domain(self) -> Recipient:
        if self.post is not None:
            role = Role.UNIT_HEAD if self.post is Post.MEMBER else Role.LEADER
            return Recipient(place_of(self.post), role)
        if self.unit is None or self.role is None:
            raise ValueError("a recipient without unit and role was not validated")
        return Recipient(self.unit, self.role)


class RungEntry(Written):
    id: Id
    level: Annotated[int, Field(ge=0, le=6)]
    action: Action
    tell: Annotated[tuple[RecipientEntry, ...], Field(min_length=1)]
    late: Late
    share: int | None = None
    after: Hours | None = None

    def to_domain(self) -> Rung:
        tell = tuple(entry.to_domain() for entry in self.tell)
        return Rung(self.id, self.level, self.action, tell, self.late, self.share, self.after)


class LadderEntry(Written):
    id: Id
    rungs: Annotated[tuple[RungEntry, ...], Field(min_length=1)]
    grace: Hours = timedelta(minutes=10)

    def to_domain(self) -> Ladder:
        return Ladder(self.id, tuple(rung.to_domain() for rung in self.rungs), self.grace)


class LaddersFile(SectionFile):
    ladders: tuple[LadderEntry, ...]

    @override
    def to_domain(self) -> tuple[Ladder, ...]:
        return tuple(entry.to_domain() for entry in self.ladders)
