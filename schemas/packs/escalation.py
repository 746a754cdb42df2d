"""levels.yaml and ladders.yaml as people write them: by when, and what if not."""

from datetime import timedelta
from typing import Annotated

from pydantic import Field, ValidationInfo, field_validator

from domain.people.rosters import ASKED, HOLDER, PARENT, Recipient
from domain.policy.model import Level, Limit
from domain.sla.clock_names import CLOCKS
from domain.sla.clocks import Measure
from domain.sla.ladders import Action, Ladder, Late, Rung
from domain.vocabulary import Role, Tier, Urgency
from schemas.base import Written
from schemas.durations import Hours, duration
from schemas.packs.policy import Id

_PLACES = (HOLDER, PARENT, ASKED)


class Timed(Written):
    """`measure` stands first: whether a budget may be written in days depends on it."""

    measure: Measure = Measure.WORKING
    budget: timedelta
    ladder: Id

    @field_validator("budget", mode="plain")
    @classmethod
    def _budget(cls, text: object, info: ValidationInfo) -> timedelta:
        # A measure that is itself wrong is told once, not twice.
        measure = info.data.get("measure", Measure.CONTINUOUS)
        return duration(text, days=measure is Measure.CONTINUOUS)


class LimitEntry(Timed):
    """The limit of one clock of a service level."""


class ClocksEntry(Written):
    """Every service level has every clock: one without a limit could stand still unnoticed."""

    citizen: LimitEntry
    accept: LimitEntry
    sign: LimitEntry
    first: LimitEntry
    holder: LimitEntry
    verify: LimitEntry
    callback: LimitEntry


class LevelEntry(Written):
    tier: Tier
    urgency: Urgency
    clocks: ClocksEntry

    def to_domain(self) -> Level:
        entries: dict[str, LimitEntry] = dict(self.clocks)
        limits = tuple(
            Limit(name, entries[name].budget, entries[name].ladder, entries[name].measure)
            for name in CLOCKS
        )
        return Level(self.tier, self.urgency, limits)


class LevelsFile(Written):
    levels: tuple[LevelEntry, ...]

    def to_domain(self) -> tuple[Level, ...]:
        return tuple(entry.to_domain() for entry in self.levels)


class RecipientEntry(Written):
    unit: str
    role: Role

    @field_validator("unit")
    @classmethod
    def _place(cls, unit: str) -> str:
        if unit.startswith("@") and unit not in _PLACES:
            raise ValueError(f"no place {unit!r}; there are {', '.join(_PLACES)}, and units")
        return unit


class RungEntry(Written):
    id: Id
    level: Annotated[int, Field(ge=0, le=6)]
    action: Action
    tell: Annotated[tuple[RecipientEntry, ...], Field(min_length=1)]
    late: Late
    share: int | None = None
    after: Hours | None = None

    def to_domain(self) -> Rung:
        tell = tuple(Recipient(entry.unit, entry.role) for entry in self.tell)
        return Rung(self.id, self.level, self.action, tell, self.late, self.share, self.after)


class LadderEntry(Written):
    id: Id
    rungs: Annotated[tuple[RungEntry, ...], Field(min_length=1)]
    grace: Hours = timedelta(minutes=10)

    def to_domain(self) -> Ladder:
        return Ladder(self.id, tuple(rung.to_domain() for rung in self.rungs), self.grace)


class LaddersFile(Written):
    ladders: tuple[LadderEntry, ...]

    def to_domain(self) -> tuple[Ladder, ...]:
        return tuple(entry.to_domain() for entry in self.ladders)
