"""A policy that is being read: the tables that could be read so far, for the checks."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

from domain.people.leading_group import Approvers, LeadingGroup
from domain.people.rosters import ASKED, HOLDER, PARENT, SUPERVISING, Duty, Person, Recipient
from domain.people.unit_successors import current_successors
from domain.policy.campaigns import Campaign
from domain.policy.hurry_rules import HurryRule
from domain.policy.model import Category, ChannelRule, Grid, Level, TierRule, Unit
from domain.policy.part_rules import PartRule
from domain.policy.patrols import PatrolRules
from domain.policy.powers import KindPowers
from domain.policy.resources import ResourceLedger
from domain.policy.shapes import Datum, GridShape
from domain.policy.similar_rules import SimilarRule, SurgeRule
from domain.policy.sources import SourceRule
from domain.policy.vacuum import VacuumRule
from domain.policy_checks.findings import Names
from domain.sla.calendars import Spans
from domain.sla.ladders import Ladder
from domain.vocabulary import OVERSEERS, Role


@dataclass(frozen=True)
class Staff:
    """The tables of roster.yaml, not checked yet. `absent`: the person of each absence."""

    people: tuple[Person, ...]
    duties: tuple[Duty, ...]
    absent: tuple[str, ...]
    last_resort: tuple[str, ...]
    leading_group: LeadingGroup | None = None

    @cached_property
    def names(self) -> Names:
        return Names("person", (person.id for person in self.people))

    @cached_property
    def sorted_ids(self) -> list[str]:
        return sorted(person.id for person in self.people)

    @cached_property
    def auxiliaries(self) -> frozenset[str]:
        """The people who have no other role than to help regular officers."""
        return frozenset(p.id for p in self.people if {*p.roles} == {Role.AUXILIARY})

    @cached_property
    def posts(self) -> frozenset[tuple[str, Role]]:
        """Each unit with each role that a person or a duty has there, and that acts on cases."""
        planned = {(duty.unit, duty.role) for duty in self.duties}
        found = {(p.unit, role) for p in self.people for role in p.roles} | planned
        return frozenset((unit, role) for unit, role in found if role not in OVERSEERS)


@dataclass(frozen=True, kw_only=True)
class PolicyDraft:
    """The tables of a policy. None: the file could not be read, so references to it are not
    checked.

    Entries keep the order of their file, so that an index leads to a line. `days_off` are the dates
    of the calendar's own exceptions. Without `powers`, those of a pack without powers.yaml hold.
    `owners` are those of the parts of each class.
    What many checks look up is made once: a policy may have thousands of units, categories and
    people.
    """

    platform: str | None = None
    office: str | None = None
    rehandle_ladder: str | None = None
    units: tuple[Unit, ...] | None = None
    powers: tuple[KindPowers, ...] | None = None
    grids: tuple[Grid, ...] | None = None
    categories: tuple[Category, ...] | None = None
    tier_rules: tuple[TierRule, ...] | None = None
    levels: tuple[Level, ...] | None = None
    ladders: tuple[Ladder, ...] | None = None
    parts: tuple[PartRule, ...] | None = None
    channels: tuple[ChannelRule, ...] | None = None
    campaigns: tuple[Campaign, ...] | None = None
    sources: tuple[SourceRule, ...] | None = None
    days_off: tuple[date, ...] | None = None
    staff: Staff | None = None
    similar: SimilarRule | None = None
    surge: SurgeRule | None = None
    shapes: tuple[GridShape, ...] | None = None
    datum: Datum | None = None
    uncovered: Recipient | None = None
    has_inventory: bool | None = None
    owners: Mapping[str, tuple[str, ...]] | None = None
    vacuum: VacuumRule | None = None
    approvers: Approvers | None = None
    hurry: HurryRule | None = None
    resources: ResourceLedger | None = None
    patrols: PatrolRules | None = None
    week: tuple[Spans, ...] | None = None
    reopen_window: timedelta | None = None

    @cached_property
    def unit_names(self) -> Names:
        return Names("unit", (unit.id for unit in self.units or ()))

    @cached_property
    def recipient_names(self) -> Names:
        """What a ladder may tell: units, and the places that stand for units."""
        return Names("unit", (*self.parents, HOLDER, PARENT, ASKED, SUPERVISING))

    @cached_property
    def category_names(self) -> Names:
        return Names("category", (category.id for category in self.categories or ()))

    @cached_property
    def grid_names(self) -> Names:
        return Names("grid", (grid.id for grid in self.grids or ()))

    @cached_property
    def zone_names(self) -> Names:
        """The zones of all grids that have one."""
        return Names("zone", (grid.zone for grid in self.grids or () if grid.zone is not None))

    @cached_property
    def work_names(self) -> Names:
        """The kinds of work for which a grid has a unit."""
        return Names(
            "kind of work", (unit.work for grid in self.grids or () for unit in grid.units)
        )

    def grids_without(self, work: str) -> list[str]:
        """Return the living grids that have no unit for a kind of work, in their order."""
        if work not in self._without:
            living = (grid for grid in self.grids or () if not grid.successors)
            self._without[work] = [grid.id for grid in living if grid.unit_for(work) is None]
        return self._without[work]

    @cached_property
    def _without(self) -> dict[str, list[str]]:
        return {}

    @cached_property
    def ladder_names(self) -> Names:
        return Names("ladder", self.ladders_by_id)

    @cached_property
    def ladders_by_id(self) -> Mapping[str, Ladder]:
        """The first ladder of each id."""
        return {ladder.id: ladder for ladder in reversed(self.ladders or ())}

    @cached_property
    def parents(self) -> Mapping[str, str | None]:
        return {unit.id: unit.parent for unit in self.units or ()}

    @cached_property
    def successors(self) -> Mapping[str, str | None]:
        return {unit.id: unit.successor for unit in self.units or ()}

    @cached_property
    def heirs(self) -> Mapping[str, str]:
        """Return each former unit with the living one that has its matters now."""
        after = {unit: next_ for unit, next_ in self.successors.items() if next_ is not None}
        living = self.parents.keys() - after.keys()
        last = current_successors(after)
        return {gone: heir for gone, heir in last.items() if heir in living}
