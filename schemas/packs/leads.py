"""Who leads a category: a unit, or how it is found for each place."""

from typing import Annotated, Literal

from pydantic import BeforeValidator, ConfigDict, Field, model_validator

from domain.policy.leads import LeadRule, UnitSpec
from schemas.base import Written
from schemas.mistakes import Misplaced
from schemas.packs.ids import Id


def lead_alone(said: object) -> object:
    """Read `lead: UNIT` as `lead: {unit: UNIT}`."""
    return {"unit": said} if isinstance(said, str) else said


class UnitSpecEntry(Written):
    """A unit, or `{grid: WORK}`: that of the place's grid for a kind of work."""

    unit: Id | None = None
    grid: Id | None = None

    @model_validator(mode="after")
    def _is_one(self) -> "UnitSpecEntry":
        if (self.unit is None) == (self.grid is None):
            raise ValueError("must be a unit, or `{grid: WORK}` for that of the place's grid")
        return self

    def to_domain(self) -> UnitSpec:
        return UnitSpec(self.unit or "", self.grid or "")


def _listed(said: object) -> object:
    # Behind `lead_alone` pydantic has no JSON any more, and a list is no tuple to it.
    return tuple(said) if isinstance(said, list) else said


UnitOfPlace = Annotated[UnitSpecEntry, BeforeValidator(lead_alone)]
Specs = Annotated[tuple[UnitOfPlace, ...], Field(max_length=20)]


_WAYS = ("unit", "grid", "choose", "owner_of")


class LeadEntry(Written):
    """`lead: UNIT`, `{grid: WORK}`, `{choose: [UNIT, {grid: WORK}]}` or `{owner_of: part}`.

    `else` is who leads where that finds no unit: a unit, or `platform`, which then finds one.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", serialize_by_alias=True)

    unit: Id | None = None
    grid: Id | None = None
    choose: Annotated[Specs | None, BeforeValidator(_listed)] = None
    otherwise: Id | None = Field(None, alias="else")
    owner_of: Literal["part"] | None = None

    @model_validator(mode="after")
    def _is_one(self) -> "LeadEntry":
        ways = [name for name in _WAYS if getattr(self, name) is not None]
        if len(ways) != 1:
            raise ValueError(
                "must be a unit, `{grid: WORK}`, `{choose: [UNIT, ...]}` or `{owner_of: part}`; "
                "keep one"
            )
        if self.choose is not None and len(self.choose) < 2:  # noqa: PLR2004
            raise Misplaced("leaves no choice; name two units or more, or `lead: UNIT`", "choose")
        if self.unit is not None and self.otherwise is not None:
            raise Misplaced("a unit leads everywhere, so nothing else is needed; remove it", "else")
        return self

    def to_domain(self) -> LeadRule | None:
        """Return the rule; None where one unit leads everywhere."""
        if self.unit is not None:
            return None
        choose = tuple(entry.to_domain() for entry in self.choose or ())
        return LeadRule(self.grid or "", choose, self.otherwise, self.owner_of or "")
