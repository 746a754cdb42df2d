"""Check the powers by kind of unit: no table gives a unit what its kind may not do."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from domain.case.part_types import PART_TYPES, kinds
from domain.planning.leads import works_of
from domain.policy.model import Category, Policy, Unit, kind_of
from domain.policy.powers import (
    DEFAULT_POWERS,
    KindPowers,
    Power,
    powers_of,
    which_lead,
    which_may,
)
from domain.policy_checks.drafts import PolicyDraft
from domain.policy_checks.findings import Path, PolicyFinding, no_such, repeated
from domain.policy_checks.leads import owners_of, units_of_lead
from domain.vocabulary import REGULAR, Tier

_WITH_OFFICERS = kinds(lambda row: row.officers)


@dataclass(frozen=True, slots=True)
class _Units:
    """`kinds` is by unit. A unit or a kind that is unknown may do all: others report it."""

    table: tuple[KindPowers, ...]
    kinds: Mapping[str, str]

    def row(self, unit: str) -> KindPowers:
        every = KindPowers("", tuple(Tier), may=tuple(Power))
        kind = self.kinds.get(unit)
        return next((row for row in self.table if row.kind == kind), every)

    def no_lead(self, unit: str, tiers: Iterable[Tier]) -> str:
        """Return why the unit may not lead in these tiers; empty if it may."""
        row = self.row(unit)
        for tier in tiers:
            if tier not in row.leads:
                may = which_lead(self.table, tier)
                return f"{unit!r} is of kind {row.kind}, which does not lead in {tier}; {may} may"
        return ""


def powers(draft: PolicyDraft) -> Iterator[PolicyFinding]:
    """Yield findings of powers.yaml, and where other tables give more than it allows."""
    table = DEFAULT_POWERS if draft.powers is None else draft.powers
    yield from repeated("powers", ("powers",), [row.kind for row in table], "kind")
    if draft.units is None:
        return
    units = _Units(table, {unit.id: kind_of(unit) for unit in draft.units})
    yield from _kinds(draft.units, table)
    yield from _successors(draft.units, units)
    yield from _office(draft, units)
    for index, category in enumerate(draft.categories or ()):
        yield from _category(("categories", index), category, units)
    yield from _grids(draft, units)
    yield from _works(draft, units)
    yield from _part_owners(draft, units)


def _kinds(all_units: tuple[Unit, ...], table: tuple[KindPowers, ...]) -> Iterator[PolicyFinding]:
    known = [row.kind for row in table]
    there = set(known)
    for index, unit in enumerate(all_units):
        if kind_of(unit) not in there:
            reason = no_such("kind", kind_of(unit), known) + " (powers.yaml)"
            yield PolicyFinding("units", ("units", index, "kind"), reason)


def _successors(all_units: tuple[Unit, ...], units: _Units) -> Iterator[PolicyFinding]:
    """The successor gets the open cases, so it may lead what the former unit may."""
    for index, unit in enumerate(all_units):
        if unit.successor is not None:
            why = units.no_lead(unit.successor, units.row(unit.id).leads)
            if why:
                reason = f"{why}, and {unit.id!r} has cases there; name another successor"
                yield PolicyFinding("units", ("units", index, "successor"), reason)


def _office(draft: PolicyDraft, units: _Units) -> Iterator[PolicyFinding]:
    if draft.office is not None and (why := units.no_lead(draft.office, Tier)):
        reason = f"{why}; the office gets what no other unit may lead"
        yield PolicyFinding("policy", ("office",), reason)


def _category(path: Path, category: Category, units: _Units) -> Iterator[PolicyFinding]:
    tiers = _tiers(category)
    if category.lead is not None and (why := units.no_lead(category.lead, tiers)):
        reason = f"{why}; name a unit that leads, and this one as a helper"
        yield PolicyFinding("categories", (*path, "lead"), reason)
    for place, unit in units_of_lead(category.lead_rule):
        if why := units.no_lead(unit, tiers):
            yield PolicyFinding("categories", (*path, "lead", *place), why)
    for each in category.by_zone:
        if why := units.no_lead(each.unit, tiers):
            reason = f"{why}; name a unit that leads, and this one as a helper"
            yield PolicyFinding("categories", (*path, "by_zone", each.zone), reason)
    for number, helper in enumerate(category.helpers):
        row = units.row(helper)
        if Power.ASSIST not in row.may:
            may = which_may(units.table, Power.ASSIST)
            reason = f"{helper!r} is of kind {row.kind}, which is no co-handler; {may} may be"
            yield PolicyFinding("categories", (*path, "helpers", number), reason)


def _tiers(category: Category) -> tuple[Tier, ...]:
    """Return in which tiers its lead leads: a direct case may be raised at any time."""
    if category.tier is Tier.SUPERVISE:
        return (Tier.SUPERVISE,)
    return tuple(dict.fromkeys((category.tier or Tier.ASSIGN, Tier.ASSIGN)))


def _works(draft: PolicyDraft, units: _Units) -> Iterator[PolicyFinding]:
    """The units of grids lead where a category finds its lead by their kind of work."""
    tiers: dict[str, dict[Tier, None]] = {}
    for category in draft.categories or ():
        for work in works_of(category.lead_rule) if category.lead_rule else ():
            tiers.setdefault(work, {}).update(dict.fromkeys(_tiers(category)))
    for index, grid in enumerate(draft.grids or ()):
        for each in grid.units:
            if why := units.no_lead(each.unit, tiers.get(each.work, ())):
                yield PolicyFinding("grids", ("grids", index, "units", each.work), why)


def _part_owners(draft: PolicyDraft, units: _Units) -> Iterator[PolicyFinding]:
    """The owners of parts lead where a category finds its lead by them."""
    for index, category in enumerate(draft.categories or ()):
        for owner in owners_of(category, draft):
            if why := units.no_lead(owner, _tiers(category)):
                reason = (
                    f"{why}; it owns parts of this class: say `else: UNIT`, or leave it out there"
                )
                yield PolicyFinding("categories", ("categories", index, "lead"), reason)


def _grids(draft: PolicyDraft, units: _Units) -> Iterator[PolicyFinding]:
    """The units of grids lead where the list gives cases to grids, and where a rung hands on."""
    by_grid = [(i, each) for i, each in enumerate(draft.categories or ()) if each.by_grid]
    if not by_grid:
        return
    grids = draft.grids or ()
    for index, grid in enumerate(grids):
        if why := units.no_lead(grid.unit, (Tier.DIRECT,)):
            yield PolicyFinding("grids", ("grids", index, "unit"), why)
        for number, backup in enumerate(grid.backups):
            if why := units.no_lead(backup, (Tier.DIRECT,)):
                yield PolicyFinding("grids", ("grids", index, "backups", number), why)
    barred: dict[Tier, str] = {
        tier: next((why for grid in grids if (why := units.no_lead(grid.unit, (tier,)))), "")
        for tier in Tier
        if tier is not Tier.DIRECT
    }
    for index, category in by_grid:
        if why := barred.get(category.tier or Tier.ASSIGN, ""):
            reason = f"{why}; say tier: direct, or remove by_grid"
            yield PolicyFinding("categories", ("categories", index, "by_grid"), reason)


def officers_lacking(policy: Policy) -> str:
    """Return the remark that penalties are provided for, and officers are not; or empty.

    No mistake of the pack: certificates expire, and cases go on.
    """
    allowed = {rule.kind for rule in policy.parts if rule.limit} & _WITH_OFFICERS
    needed = max((PART_TYPES[kind].officers for kind in allowed), default=0)
    kind_of_unit = dict(policy.roster.kinds)
    able = [
        person
        for person in policy.roster.people
        if person.certificate is not None
        and not REGULAR.isdisjoint(person.roles)
        and Power.OFFICER in powers_of(policy.powers, kind_of_unit.get(person.unit, "")).may
    ]
    if len(able) >= needed:
        return ""
    return (
        f"roster.yaml: {len(able)} with a `certificate`, of units whose kind may have officers; a "
        f"penalty needs {needed}, so none can be filed"
    )
