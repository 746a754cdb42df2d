"""Check a whole policy: every name refers to something, and every case gets a holder."""

from bisect import bisect_left
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from domain.characters import quoted
from domain.policy.model import Category
from domain.policy.sources import ANY, names
from domain.policy_checks.auxiliaries import auxiliaries
from domain.policy_checks.campaigns import campaigns
from domain.policy_checks.channels import channels
from domain.policy_checks.circles import in_circles
from domain.policy_checks.drafts import PolicyDraft, Staff
from domain.policy_checks.escalation import (
    deciders,
    ladders,
    levels,
    recipients,
    rehandling,
    requests,
)
from domain.policy_checks.findings import Path, PolicyFinding, repeated
from domain.policy_checks.flows import flows
from domain.policy_checks.grids import grid_changes, shapes, zones
from domain.policy_checks.leading_group import leading_group
from domain.policy_checks.leads import leads, units_of_lead
from domain.policy_checks.overseers import overseers
from domain.policy_checks.parts import parts
from domain.policy_checks.patrols import patrols
from domain.policy_checks.powers import powers
from domain.policy_checks.resources import resources
from domain.policy_checks.similarity import similarity
from domain.policy_checks.standards import standards
from domain.policy_checks.supervising import supervising
from domain.policy_checks.tiers import tiers
from domain.policy_checks.words import words
from domain.vocabulary import Role


@dataclass(frozen=True, slots=True)
class _Unsettled(PolicyFinding):
    """A former unit is named. Until this is mended, recipients cannot be checked."""


def check(draft: PolicyDraft) -> Iterator[PolicyFinding]:
    """Yield every finding; a complete draft without any is a valid policy."""
    found = [finding for each in _CHECKS for finding in each(draft)]
    yield from found
    if any(isinstance(finding, _Unsettled) for finding in found):
        # No person is in a former unit, so each recipient there would be a second finding for the
        # same mistake. Without these tables the checks below stay silent about them.
        draft = replace(draft, platform=None, office=None, categories=None, staff=None)
    yield from recipients(draft)
    yield from deciders(draft)


def _offices(draft: PolicyDraft) -> Iterator[PolicyFinding]:
    if draft.units is None:
        return
    for key, unit in (("platform", draft.platform), ("office", draft.office)):
        if unit is not None:
            yield from _unit("policy", (key,), unit, draft)
    if draft.vacuum is not None:
        yield from _unit("policy", ("vacuum", "lead"), draft.vacuum.lead, draft)
    if draft.uncovered is not None:
        yield from _unit("policy", ("uncovered", "unit"), draft.uncovered.unit, draft)


def _units(draft: PolicyDraft) -> Iterator[PolicyFinding]:
    units = draft.units or ()
    yield from repeated("units", ("units",), [unit.id for unit in units], "id")
    yield from _successors(draft)
    yield from _issuers(draft)
    circular = in_circles(draft.parents)
    for index, unit in enumerate(units):
        path: Path = ("units", index, "parent")
        if unit.parent is None:
            continue
        yield from _unit("units", path, unit.parent, draft)
        if unit.id in circular:
            reason = f"{unit.id!r} is above itself; parents must end at a unit that has none"
            yield PolicyFinding("units", path, reason)


def _issuers(draft: PolicyDraft) -> Iterator[PolicyFinding]:
    """One unit, with a superior, speaks for an office that is none of the policy's units."""
    own = {name for unit in draft.units or () for name in (unit.id, unit.name, unit.name_en)}
    spoken = set[str]()
    for index, unit in enumerate(draft.units or ()):
        path: Path = ("units", index, "speaks_for")
        posts = draft.staff.posts if draft.staff is not None else {(unit.id, Role.SUPERIOR)}
        if unit.speaks_for and (unit.id, Role.SUPERIOR) not in posts:
            reason = f"{unit.id!r} has no person with the role superior, so none can speak"
            yield PolicyFinding("units", path, reason)
        for number, name in enumerate(unit.speaks_for):
            if name in own:
                reason = f"{quoted(name)} is a unit of this file, and speaks for itself; remove it"
                yield PolicyFinding("units", (*path, number), reason)
            if name in spoken:
                reason = f"{quoted(name)} has a unit that speaks for it already; keep one"
                yield PolicyFinding("units", (*path, number), reason)
            spoken.add(name)


def _successors(draft: PolicyDraft) -> Iterator[PolicyFinding]:
    """The successors of every former unit end at a unit without one."""
    circular = in_circles(draft.successors)
    for index, unit in enumerate(draft.units or ()):
        path: Path = ("units", index, "successor")
        if unit.successor is None:
            continue
        if unit.successor not in draft.unit_names:
            yield _Unsettled("units", path, draft.unit_names.no_such(unit.successor))
        elif unit.id in circular:
            reason = f"{unit.id!r} comes after itself; successors must end at a unit that lives"
            yield _Unsettled("units", path, reason)


def _grids(draft: PolicyDraft) -> Iterator[PolicyFinding]:
    grids = draft.grids or ()
    yield from repeated("grids", ("grids",), [grid.id for grid in grids], "id")
    for index, grid in enumerate(grids):
        if draft.units is not None:
            yield from _unit("grids", ("grids", index, "unit"), grid.unit, draft)
        for each in grid.units if draft.units is not None else ():
            yield from _unit("grids", ("grids", index, "units", each.work), each.unit, draft)
        yield from repeated("grids", ("grids", index, "backups"), grid.backups)
        for number, unit in enumerate(grid.backups):
            place = ("grids", index, "backups", number)
            if draft.units is not None:
                yield from _unit("grids", place, unit, draft)
            if unit == grid.unit:
                reason = f"{unit!r} answers for the grid already; a backup is another unit"
                yield PolicyFinding("grids", place, reason)


def _categories(draft: PolicyDraft) -> Iterator[PolicyFinding]:
    categories = draft.categories or ()
    ids = [category.id for category in categories]
    yield from repeated("categories", ("categories",), ids, "id")
    for index, category in enumerate(categories):
        yield from _category(("categories", index), category, draft)


def _category(path: Path, category: Category, draft: PolicyDraft) -> Iterator[PolicyFinding]:
    if category.lead is not None and draft.units is not None:
        yield from _unit("categories", (*path, "lead"), category.lead, draft)
    for place, unit in units_of_lead(category.lead_rule) if draft.units is not None else ():
        yield from _unit("categories", (*path, "lead", *place), unit, draft)
    for number, spec in enumerate(category.supervised_by):
        if spec.unit and draft.units is not None:
            yield from _unit("categories", (*path, "supervised_by", number), spec.unit, draft)
    for each in category.by_zone:
        if draft.units is not None:
            yield from _unit("categories", (*path, "by_zone", each.zone), each.unit, draft)
    yield from repeated("categories", (*path, "helpers"), category.helpers)
    for index, helper in enumerate(category.helpers):
        place = (*path, "helpers", index)
        if draft.units is not None:
            yield from _unit("categories", place, helper, draft)
        if helper == category.lead:
            reason = f"{helper!r} leads already; a helper is another unit"
            yield PolicyFinding("categories", place, reason)


def _sources(draft: PolicyDraft) -> Iterator[PolicyFinding]:
    sources = draft.sources or ()
    yield from repeated("sources", ("sources",), [each.source for each in sources], "source")
    for index, each in enumerate(sources):
        path: Path = ("sources", index)
        yield from repeated("sources", (*path, "channels"), each.channels)
        if not each.channels and each.commands is None:
            reason = f"{each.source!r} may do nothing; give it channels or commands, or remove it"
            yield PolicyFinding("sources", path, reason)
        acting = each.commands
        if acting is None:
            continue
        yield from repeated("sources", (*path, "commands", "roles"), acting.roles)
        yield from repeated("sources", (*path, "commands", "units"), acting.units)
        yield from repeated("sources", (*path, "commands", "vouches_for"), acting.vouches_for)
        for number, name in enumerate(acting.vouches_for):
            if (known := _person_named(name, draft.staff)) is not None:
                place = (*path, "commands", "vouches_for", number)
                reason = (
                    f"{quoted(name)} means {known!r}, whose roles are in roster.yaml; remove it"
                )
                yield PolicyFinding("sources", place, reason)
        for number, unit in enumerate(acting.units):
            if draft.units is not None:
                place = (*path, "commands", "units", number)
                yield from _unit("sources", place, unit, draft)


def _person_named(name: str, staff: Staff | None) -> str | None:
    """Return a person of the roster that an entry of `vouches_for` means."""
    if staff is None:
        return None
    # Sorted, so that names with one beginning stand together.
    first = bisect_left(staff.sorted_ids, name.removesuffix(ANY))
    near = next(iter(staff.sorted_ids[first : first + 1]), None)
    return near if near is not None and names(name, near) else None


def _calendar(draft: PolicyDraft) -> Iterator[PolicyFinding]:
    yield from repeated("calendar", ("exceptions",), draft.days_off or (), "date")


def _roster(draft: PolicyDraft) -> Iterator[PolicyFinding]:
    staff = draft.staff
    if staff is None:
        return
    yield from repeated("roster", ("people",), [person.id for person in staff.people], "id")
    for path, id_ in _people_named(staff):
        if id_ not in staff.names:
            yield PolicyFinding("roster", path, staff.names.no_such(id_))
    for index, person in enumerate(staff.people):
        if person.id in person.deputies:
            place = ("people", index, "deputies", person.deputies.index(person.id))
            yield PolicyFinding("roster", place, f"{person.id!r} cannot stand in for themselves")
        if draft.units is not None:
            yield from _unit("roster", ("people", index, "unit"), person.unit, draft)
    for index, duty in enumerate(staff.duties):
        if draft.units is not None:
            yield from _unit("roster", ("duties", index, "unit"), duty.unit, draft)


def _people_named(staff: Staff) -> Iterator[tuple[Path, str]]:
    for index, person in enumerate(staff.people):
        for number, deputy in enumerate(person.deputies):
            yield ("people", index, "deputies", number), deputy
    for index, duty in enumerate(staff.duties):
        for number, id_ in enumerate(duty.people):
            yield ("duties", index, "people", number), id_
    for index, id_ in enumerate(staff.absent):
        yield ("absences", index, "person"), id_
    for index, id_ in enumerate(staff.last_resort):
        yield ("last_resort", index), id_


def _unit(file: str, path: Path, unit: str, draft: PolicyDraft) -> Iterator[PolicyFinding]:
    if unit not in draft.unit_names:
        yield PolicyFinding(file, path, draft.unit_names.no_such(unit))
    else:
        yield from _gone(file, path, unit, draft)


def _gone(file: str, path: Path, unit: str, draft: PolicyDraft) -> Iterator[PolicyFinding]:
    """A unit with a successor is listed only for open cases; no table may name it."""
    if (heir := draft.heirs.get(unit)) is not None:
        yield _Unsettled(file, path, f"{unit!r} is gone; write {heir!r}, which has its cases now")


def _told(draft: PolicyDraft) -> Iterator[PolicyFinding]:
    """No rung tells a former unit; domain/policy_checks/escalation.py checks the rest of `tell`."""
    for index, ladder in enumerate(draft.ladders or ()):
        for number, rung in enumerate(ladder.rungs):
            for place, recipient in enumerate(rung.tell):
                path = ("ladders", index, "rungs", number, "tell", place)
                yield from _gone("ladders", path, recipient.unit, draft)


_CHECKS: tuple[Callable[[PolicyDraft], Iterator[PolicyFinding]], ...] = (
    _offices,
    _units,
    powers,
    _grids,
    grid_changes,
    shapes,
    _categories,
    zones,
    leads,
    supervising,
    standards,
    flows,
    channels,
    tiers,
    levels,
    rehandling,
    parts,
    requests,
    ladders,
    _told,
    campaigns,
    similarity,
    _sources,
    _calendar,
    resources,
    patrols,
    _roster,
    auxiliaries,
    overseers,
    leading_group,
    words,
)
