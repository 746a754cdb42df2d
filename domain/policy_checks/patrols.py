"""Check patrols.yaml: routes of living grids, units that live, and schedules that can be."""

from collections.abc import Iterator
from datetime import timedelta

from domain.people.leading_group import told_post
from domain.people.rosters import HOLDER, PARENT
from domain.planning.grids import living_grids
from domain.policy.diffs import WEEK
from domain.policy.model import Policy
from domain.policy.patrols import LookBackRule, PatrolRules, PatrolSchedule
from domain.policy.sources import why_not_filed
from domain.policy_checks.drafts import PolicyDraft
from domain.policy_checks.findings import Path, PolicyFinding, listed, repeated
from domain.sla.clocks import Measure
from domain.sla.working_days import DAY
from domain.vocabulary import Channel

_WEEK = timedelta(days=7)


def patrols(draft: PolicyDraft) -> Iterator[PolicyFinding]:
    """Yield findings of patrols.yaml."""
    rules = draft.patrols
    if rules is None:
        return
    ids = [each.id for each in rules.schedules]
    yield from repeated("patrols", ("schedules",), ids, "id")
    for index, each in enumerate(rules.schedules):
        path: Path = ("schedules", index)
        yield from _unit(path, each, draft)
        yield from _route(path, each, draft)
        yield from _days(path, each, draft)
        yield from _categories((*path, "look_at"), each.look_at, draft)
    yield from _look_backs(rules, draft)
    yield from _told(rules, draft)
    if rules.source is not None:
        why = why_not_filed(draft.sources or (), rules.source, Channel.PATROL)
        if why:
            yield PolicyFinding("patrols", ("source",), f"findings could not be filed: {why}")


def routes_through_split(policy: Policy) -> Iterator[PolicyFinding]:
    """Yield a remark for each grid of a route that was split or merged.

    Only a remark: the patrol goes through its parts, and a pack with new grids must start.
    """
    for index, each in enumerate(policy.patrols.schedules if policy.patrols else ()):
        for number, id_ in enumerate(each.route):
            grid = policy.grid(id_)
            if grid is not None and grid.successors:
                parts = listed(living_grids(policy, id_))
                reason = f"{id_!r} was split or merged: the patrol goes through {parts}; write that"
                yield PolicyFinding("patrols", ("schedules", index, "route", number), reason)


def _told(rules: PatrolRules, draft: PolicyDraft) -> Iterator[PolicyFinding]:
    """Those who are told of a missed patrol: a unit that there is, or that of the patrol."""
    for index, each in enumerate(rules.missed):
        path: Path = ("missed", index, "unit")
        if told_post(each.unit) is not None or each.unit in {HOLDER, PARENT}:
            continue
        if each.unit.startswith("@"):
            reason = f"{each.unit} is of cases; write {HOLDER}, {PARENT}, a unit or a post"
            yield PolicyFinding("patrols", path, reason)
        elif draft.units is not None and each.unit not in draft.unit_names:
            yield PolicyFinding("patrols", path, draft.unit_names.no_such(each.unit))


def _unit(path: Path, schedule: PatrolSchedule, draft: PolicyDraft) -> Iterator[PolicyFinding]:
    if draft.units is None:
        return
    if schedule.unit not in draft.unit_names:
        yield PolicyFinding("patrols", (*path, "unit"), draft.unit_names.no_such(schedule.unit))
    elif (heir := draft.heirs.get(schedule.unit)) is not None:
        reason = f"{schedule.unit!r} is gone; write {heir!r}, which has its cases now"
        yield PolicyFinding("patrols", (*path, "unit"), reason)


def _route(path: Path, schedule: PatrolSchedule, draft: PolicyDraft) -> Iterator[PolicyFinding]:
    if draft.grids is None:
        return
    if schedule.zone is not None and schedule.zone not in draft.zone_names:
        yield PolicyFinding("patrols", (*path, "zone"), draft.zone_names.no_such(schedule.zone))
    yield from repeated("patrols", (*path, "route"), schedule.route)
    for number, grid in enumerate(schedule.route):
        place = (*path, "route", number)
        if grid not in draft.grid_names:
            yield PolicyFinding("patrols", place, draft.grid_names.no_such(grid))


def _days(path: Path, schedule: PatrolSchedule, draft: PolicyDraft) -> Iterator[PolicyFinding]:
    """A schedule that no day fits."""
    first, last = schedule.first_day, schedule.last_day
    if last is not None and last < first:
        reason = f"ends before it begins, on {first}; turn the days round"
        yield PolicyFinding("patrols", (*path, "last_day"), reason)
        return
    for day in schedule.weekdays:
        if last is not None and not _has_weekday(day, first.weekday(), (last - first).days):
            reason = f"no {WEEK[day]} is between {first} and {last}; no patrol would ever be"
            yield PolicyFinding("patrols", (*path, "on"), reason)
        elif draft.week is not None and not draft.week[day] and not schedule.days_off:
            reason = (
                f"no one works on a {WEEK[day]} (calendar.yaml), so no patrol would be; add "
                "`days_off: true`, or choose another day"
            )
            yield PolicyFinding("patrols", (*path, "on"), reason)


def _has_weekday(day: int, first: int, length: int) -> bool:
    return (day - first) % 7 <= length


def _categories(
    path: Path, categories: tuple[str, ...], draft: PolicyDraft
) -> Iterator[PolicyFinding]:
    yield from repeated("patrols", path, categories)
    for number, category in enumerate(categories):
        if draft.categories is not None and category not in draft.category_names:
            reason = draft.category_names.no_such(category)
            yield PolicyFinding("patrols", (*path, number), reason)


def _look_backs(rules: PatrolRules, draft: PolicyDraft) -> Iterator[PolicyFinding]:
    named = dict[str, int]()
    general = [index for index, each in enumerate(rules.look_backs) if not each.categories]
    for index in general[1:]:
        reason = f"[{general[0]}] holds for all other categories already; name some, or remove it"
        yield PolicyFinding("patrols", ("look_backs", index), reason)
    for index, rule in enumerate(rules.look_backs):
        path: Path = ("look_backs", index)
        yield from _categories((*path, "categories"), rule.categories, draft)
        for number, category in enumerate(rule.categories):
            if named.setdefault(category, index) != index:
                reason = f"{category!r} is in [{named[category]}] already, which holds; keep one"
                yield PolicyFinding("patrols", (*path, "categories", number), reason)
        if draft.reopen_window is not None and _least(rule, draft) >= draft.reopen_window:
            days = draft.reopen_window.days
            reason = (
                f"comes when the case cannot be opened again: `reopen_window` is {days}d; shorten "
                "it, or lengthen that (policy.yaml)"
            )
            yield PolicyFinding("patrols", (*path, "after"), reason)


def _least(rule: LookBackRule, draft: PolicyDraft) -> timedelta:
    """Return how long it takes at least until a look-back is due, without any holiday."""
    week = draft.week
    if rule.measure is Measure.CONTINUOUS or week is None:
        return rule.after
    if rule.measure is Measure.WORKING:
        minutes = sum(closes - opens for spans in week for opens, closes in spans)
        return rule.after * (_WEEK / timedelta(minutes=minutes)) if minutes else rule.after
    days = sum(bool(spans) for spans in week)
    return rule.after / DAY * (_WEEK / days) if days else rule.after
