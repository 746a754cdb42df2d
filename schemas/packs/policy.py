"""The models of policy.yaml, units.yaml, grids.yaml and categories.yaml.

schemas/packs/pack.py lists all files of a pack. A model checks the form of its file alone;
domain/policy_checks finds names that refer to nothing.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    StrictBool,
    model_validator,
)
from typing_extensions import override

from domain.characters import quoted
from domain.people.leading_group import Approvers, Post
from domain.people.rosters import Recipient
from domain.policy.leads import GridUnit, ZoneLead
from domain.policy.model import Category, Grid, Unit
from domain.policy.powers import kind_by_default
from domain.policy.shapes import Datum
from domain.policy.vacuum import VacuumRule
from domain.vocabulary import Elsewhere, Role, Tier, Urgency
from schemas.base import Written
from schemas.durations import Days, Hours
from schemas.mistakes import Misplaced
from schemas.packs.flows import FlowStepEntry, FollowOnEntry
from schemas.packs.hurry import HurryEntry
from schemas.packs.ids import Id
from schemas.packs.inventory import InventoryEntry
from schemas.packs.leads import LeadEntry, UnitOfPlace, lead_alone
from schemas.packs.sections import SectionFile
from schemas.packs.similar import SimilarEntry, SurgeEntry
from schemas.packs.source_names import SourceName
from schemas.packs.standards import StandardEntry
from schemas.texts import Code, Name, Short, Tenant


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (KeyError, OSError, ValueError) as error:
        raise ValueError(f"no time zone {quoted(name)}; write one like Asia/Shanghai") from error
    return name


class RehandleEntry(Written):
    """The time that a holder has to handle a case again. `24h` alone is the time to resolve it.

    In tier assign, `ladder` is the one that its clock then climbs, and `extension: false` gives no
    more time. With `head: true` the head of the unit reports the new result.
    """

    resolve: Hours = timedelta(hours=24)
    sign: Hours | None = None
    first: Hours | None = None
    ladder: Id | None = None
    extension: StrictBool | None = None
    head: StrictBool | None = None

    @model_validator(mode="after")
    def _fits(self) -> "RehandleEntry":
        for name, limit in (("sign", self.sign), ("first", self.first)):
            if limit is not None and limit > self.resolve:
                raise Misplaced("is longer than `resolve`, all the time there is; shorten it", name)
        return self


def _resolve_alone(said: object) -> object:
    return said if isinstance(said, dict) else {"resolve": said}


class ApproversEntry(Written):
    """From which post of the leading group on each decision is taken in tier supervise."""

    requests: Post | None = None
    rulings: Post | None = None
    signatures: Post | None = None
    waivers: Post | None = None

    def to_domain(self) -> Approvers | None:
        said = Approvers(**dict(self))
        return None if said == Approvers() else said


class SuperviseEntry(Written):
    """What must be before a supervised case has a result: its lead appointed, its members met, and
    each of them heard.

    `approvers`: who of the leading group decides in it.
    """

    appointed: StrictBool = False
    met: StrictBool = False
    heard: StrictBool = False
    approvers: ApproversEntry = ApproversEntry()


class UncoveredEntry(Written):
    """Who is told of a case whose place is in no grid: a role of a unit, as in a ladder."""

    unit: Id
    role: Role

    def to_domain(self) -> Recipient:
        return Recipient(self.unit, self.role)


class VacuumEntry(Written):
    """Who leads what no unit owns, and which ruling of the leading group says so."""

    lead: Id
    ruling: Short

    def to_domain(self) -> VacuumRule:
        return VacuumRule(self.lead, self.ruling)


class PolicyFile(Written):
    tenant: Tenant
    name: Name
    name_en: Name
    zone: Annotated[str, AfterValidator(_zone)]
    platform: Id
    office: Id
    return_window: Hours
    reopen_window: Days = timedelta(days=30)
    appeal_window: Hours | None = None
    rehandle: Annotated[RehandleEntry, BeforeValidator(_resolve_alone)] = RehandleEntry()
    reserve: Hours = timedelta(0)
    supervise: SuperviseEntry = SuperviseEntry()
    similar: SimilarEntry | None = None
    surge: SurgeEntry | None = None
    datum: Datum | None = None
    uncovered: UncoveredEntry | None = None
    parts_inventory: InventoryEntry | None = None
    vacuum: VacuumEntry | None = None
    hurry: HurryEntry | None = None
    evidence_elsewhere: Elsewhere | None = None


class UnitEntry(Written):
    id: Id
    name: Name
    name_en: Name
    parent: Id | None = None
    successor: Id | None = None
    assists_only: bool = False
    kind: Id | None = None
    speaks_for: tuple[Name, ...] = ()

    @model_validator(mode="after")
    def _has_one_kind(self) -> "UnitEntry":
        if self.assists_only and self.kind is not None:
            raise ValueError("`kind` says what it may do (powers.yaml); remove assists_only")
        return self

    def to_domain(self) -> Unit:
        kind = self.kind or kind_by_default(assists_only=self.assists_only)
        return Unit(**dict(self) | {"kind": kind})


class UnitsFile(SectionFile):
    units: Annotated[tuple[UnitEntry, ...], Field(min_length=1)]

    @override
    def to_domain(self) -> tuple[Unit, ...]:
        return tuple(entry.to_domain() for entry in self.units)


class GridEntry(Written):
    """One grid. Without `unit`, the first of `units` is responsible for it."""

    id: Code
    name: Name
    name_en: Name
    unit: Id | None = None
    backups: tuple[Id, ...] = ()
    zone: Id | None = None
    successors: tuple[Code, ...] = ()
    units: Mapping[Id, Id] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _has_a_unit(self) -> "GridEntry":
        if self.unit is None and not self.units:
            raise ValueError("no unit; name the `unit` that is responsible for the grid")
        return self

    def to_domain(self) -> Grid:
        units = tuple(GridUnit(work, unit) for work, unit in self.units.items())
        said = {"unit": self.unit or units[0].unit, "units": units}
        return Grid(**dict(self) | said)


class GridsFile(SectionFile):
    grids: tuple[GridEntry, ...]

    @override
    def to_domain(self) -> tuple[Grid, ...]:
        return tuple(entry.to_domain() for entry in self.grids)


class CategoryEntry(Written):
    """One category. `vacuum: true` confirms that no unit leads it; the engine does not use it."""

    id: Code
    name: Name
    name_en: Name
    lead: Annotated[LeadEntry | None, BeforeValidator(lead_alone)] = None
    vacuum: bool = False
    helpers: tuple[Id, ...] = ()
    by_grid: bool = False
    tier: Tier | None = None
    urgency: Urgency = Urgency.NORMAL
    evidence: Annotated[int, Field(ge=0, le=20)] = 0
    resolve: Hours | None = None
    consult: bool = False
    by_zone: Mapping[Id, Id] = Field(default_factory=dict)
    group: Id | None = None
    codes: Annotated[dict[SourceName, tuple[Code, ...]], Field(default_factory=dict)]
    standards: Annotated[tuple[StandardEntry, ...], Field(max_length=50)] = ()
    follow_on: FollowOnEntry | None = None
    words: Annotated[tuple[Name, ...], Field(max_length=50)] = ()
    supervised_by: Annotated[tuple[UnitOfPlace, ...], Field(max_length=20)] = ()
    proposal: Name | None = None
    picture: bool = False
    flow: Annotated[tuple[FlowStepEntry, ...], Field(max_length=9)] = ()

    @model_validator(mode="after")
    def _is_owned_or_says_so(self) -> "CategoryEntry":
        if self.lead is None and not self.vacuum:
            raise ValueError("no lead; name a unit, or say `vacuum: true` if nobody owns it")
        if self.vacuum and (self.lead is not None or self.by_grid):
            raise Misplaced(
                "`vacuum: true` says that nobody owns it; remove lead and by_grid", "vacuum"
            )
        if self.picture and not self.evidence:
            raise Misplaced("says nothing without `evidence: 1` or more; add that", "picture")
        if self.by_zone and (self.vacuum or self.by_grid):
            other = "vacuum" if self.vacuum else "by_grid"
            raise Misplaced(f"does not go together with `{other}: true`; keep one", "by_zone")
        if self.lead is not None and self.lead.unit is None and (self.by_zone or self.by_grid):
            other = "by_zone" if self.by_zone else "by_grid"
            raise Misplaced("says already who leads where, as `lead` does; keep one", other)
        return self

    def to_domain(self) -> Category:
        said = {name: value for name, value in self if name != "vacuum"}
        said["lead"] = self.lead.unit if self.lead else None
        said["lead_rule"] = self.lead.to_domain() if self.lead else None
        said["supervised_by"] = tuple(entry.to_domain() for entry in self.supervised_by)
        said["by_zone"] = tuple(ZoneLead(zone, unit) for zone, unit in self.by_zone.items())
        said["codes"] = tuple(self.codes.items())
        said["standards"] = tuple(entry.to_domain() for entry in self.standards)
        said["flow"] = tuple(entry.to_domain() for entry in self.flow)
        said["follow_on"] = self.follow_on.to_domain() if self.follow_on else None
        return Category(**said)


class CategoriesFile(SectionFile):
    categories: Annotated[tuple[CategoryEntry, ...], Field(min_length=1)]

    @override
    def to_domain(self) -> tuple[Category, ...]:
        return tuple(entry.to_domain() for entry in self.categories)
