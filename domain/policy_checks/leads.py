"""Check who leads by place: units of grids, kinds of work, candidates, the clock of choosing."""

from collections.abc import Iterator, Sequence

from domain.planning.leads import may_choose, may_look_for_owner, works_of
from domain.policy.leads import PLATFORM, LeadRule
from domain.policy.model import Category
from domain.policy_checks.drafts import PolicyDraft
from domain.policy_checks.findings import Path, PolicyFinding, listed, repeated
from domain.sla.case_clocks import CHOOSE, OWNER
from domain.vocabulary import Tier


def units_of_lead(rule: LeadRule | None) -> Iterator[tuple[Path, str]]:
    """Yield each unit that a rule names, with its path below `lead`."""
    if rule is None:
        return
    for number, each in enumerate(rule.choose):
        if each.unit:
            yield ("choose", number), each.unit
    if rule.otherwise not in {None, PLATFORM}:
        yield ("else",), rule.otherwise or ""


def units_by_place(draft: PolicyDraft) -> dict[str, str]:
    """Return each unit that a category may find by its place, with a grid that names it."""
    asked = {
        work
        for category in draft.categories or ()
        if category.lead_rule is not None
        for work in works_of(category.lead_rule)
    }
    found: dict[str, str] = {}
    for grid in draft.grids or ():
        for each in grid.units:
            if each.work in asked:
                found.setdefault(each.unit, grid.id)
    return found


def owners_of(category: Category, draft: PolicyDraft) -> tuple[str, ...]:
    """Return the units that may lead the category as owners of its parts."""
    if category.lead_rule is None or not category.lead_rule.owner_of:
        return ()
    owners = draft.owners or {}
    named = (owners.get(name, ()) for name in (category.id, category.group or ""))
    return tuple(dict.fromkeys(unit for units in named for unit in units))


def leads(draft: PolicyDraft) -> Iterator[PolicyFinding]:
    """Yield where a category finds no unit, and where the platform would choose without a clock."""
    choosing: list[Category] = []
    looking: list[Category] = []
    for index, category in enumerate(draft.categories or ()):
        rule, path = category.lead_rule, ("categories", index, "lead")
        if rule is None:
            continue
        if may_choose(rule):
            choosing.append(category)
        if may_look_for_owner(rule):
            looking.append(category)
        if rule.owner_of and draft.has_inventory is False:
            reason = (
                "no inventory says whose a part is; name it with `parts_inventory` in policy.yaml"
            )
            yield PolicyFinding("categories", (*path, "owner_of"), reason)
        yield from repeated("categories", (*path, "choose"), rule.choose)
        yield from _grids_without(path, rule, draft)
        yield from _helps(path, category)
    yield from _clock(CHOOSE, "chooses who leads", choosing, draft)
    yield from _clock(OWNER, "looks for the owner in", looking, draft)


def _grids_without(path: Path, rule: LeadRule, draft: PolicyDraft) -> Iterator[PolicyFinding]:
    """Every living grid has a unit for the work, unless the rule says what happens without one."""
    if draft.grids is None:
        return
    places: list[tuple[Path, str]] = [(("grid",), rule.grid)] if rule.grid else []
    places += [(("choose", number), each.grid) for number, each in enumerate(rule.choose)]
    for end, work in places:
        place = (*path, *end)
        if work and work not in draft.work_names:
            reason = draft.work_names.no_such(work) + " (`units` of a grid in grids.yaml)"
            yield PolicyFinding("categories", place, reason)
        elif rule.grid and rule.otherwise is None and (without := draft.grids_without(work)):
            reason = (
                f"no unit for {work!r} in {listed(without)}; name one in `units` there, or say "
                "`else: UNIT`, or `else: platform`, which then finds one"
            )
            yield PolicyFinding("categories", place, reason)


def _helps(path: Path, category: Category) -> Iterator[PolicyFinding]:
    for place, unit in units_of_lead(category.lead_rule):
        if unit in category.helpers:
            reason = f"{unit!r} is a helper already; a lead is another unit"
            yield PolicyFinding("categories", (*path, *place), reason)


def _clock(
    clock: str, does: str, choosing: Sequence[Category], draft: PolicyDraft
) -> Iterator[PolicyFinding]:
    """Every level below supervise has time for it, because a category may come in any of them."""
    for index, level in enumerate(draft.levels or ()):
        known = {limit.clock for limit in level.limits}
        names = [each.id for each in choosing if not level.groups or each.group in level.groups]
        if names and level.tier is not Tier.SUPERVISE and clock not in known:
            reason = f"no `{clock}`, and the platform {does} {listed(names)}; add it"
            yield PolicyFinding("levels", ("levels", index, "clocks"), reason)
