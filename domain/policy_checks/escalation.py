"""Check levels.yaml and ladders.yaml: clocks can run, rungs fire and reach people."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from itertools import product

from domain.case.part_types import kinds
from domain.people.leading_group import told_post
from domain.people.rosters import ASKED, PARENT, SUPERVISING, Recipient
from domain.people.rosters import HOLDER as AT_HOLDER
from domain.policy.model import Category, Level, Limit
from domain.policy_checks.drafts import PolicyDraft, Staff
from domain.policy_checks.findings import Names, Path, PolicyFinding, listed, repeated
from domain.policy_checks.leads import owners_of, units_by_place, units_of_lead
from domain.sla.case_clocks import CASE_CLOCKS, CITIZEN, HOLDER, HOLDER_STEPS, SIGN
from domain.sla.clocks import Measure
from domain.sla.ladders import Action, BadLadder, Ladder, Late, Rung, check_rungs
from domain.vocabulary import DECIDERS, Role, Tier, Urgency

RAISING = frozenset(clock.id for clock in CASE_CLOCKS if clock.with_holder)
"""The others climb no ladder that raises the tier."""
LIFTING = frozenset({Action.RAISE_TIER, Action.INTERVIEW})
"""Actions that raise the tier. An interview is also allowed in the highest tier."""
SURE = LIFTING | {Action.REPORT_UP, Action.REASSIGN}
"""Actions that must happen even after an outage."""
_DOES = {Action.REPORT_UP: "reports up", Action.REASSIGN: "hands the case on"}
ANSWERED = kinds(lambda row: row.request or row.unanswered)
"""Parts that end at their deadline by themselves: by default, or as not answered."""


def levels(draft: PolicyDraft) -> Iterator[PolicyFinding]:
    """Every tier at every urgency has a level, its ladders exist, and its limits fit together."""
    if draft.levels is None:
        return
    yield from repeated("levels", ("levels",), [" for ".join(_said(e)) for e in draft.levels])
    yield from _groups(draft.levels, draft.categories)
    covered = {(level.tier, level.urgency) for level in draft.levels if not level.groups}
    for tier, urgency in product(Tier, Urgency):
        if (tier, urgency) not in covered:
            reason = f"no service level for tier {tier} at urgency {urgency}; add it"
            yield PolicyFinding("levels", ("levels",), reason)
    for index, level in enumerate(draft.levels):
        path: Path = ("levels", index, "clocks")
        yield from _limits_fit(path, level)
        for limit in level.limits if draft.ladders is not None else ():
            yield from ladder_fits((*path, limit.clock, "ladder"), level, limit, draft)


def _said(level: Level) -> tuple[str, ...]:
    return f"{level.tier} at {level.urgency}", *sorted(level.groups)


def _groups(
    found: tuple[Level, ...], categories: tuple[Category, ...] | None
) -> Iterator[PolicyFinding]:
    """A level of groups is for groups that categories have, and a group has one level."""
    known = {category.group for category in categories or () if category.group}
    names = Names("group", sorted(known))
    taken = set[tuple[Tier, Urgency, str]]()
    for index, level in enumerate(found):
        path: Path = ("levels", index, "groups")
        for group in dict.fromkeys(level.groups):
            if categories is not None and group not in known:
                yield PolicyFinding("levels", path, names.no_such(group))
            if (level.tier, level.urgency, group) in taken:
                reason = f"another level for {level.tier} at {level.urgency} is for {group!r}, too"
                yield PolicyFinding("levels", path, f"{reason}; remove it here or there")
            taken.add((level.tier, level.urgency, group))


def rehandling(draft: PolicyDraft) -> Iterator[PolicyFinding]:
    """The ladder for handling again is one that the holder clock in tier assign may climb."""
    if draft.rehandle_ladder is None or draft.ladders is None:
        return
    limit = Limit(HOLDER, timedelta(0), draft.rehandle_ladder, Measure.WORKING)
    level = Level(Tier.ASSIGN, Urgency.NORMAL, (limit,))
    for finding in ladder_fits(("rehandle", "ladder"), level, limit, draft):
        yield replace(finding, file="policy")


def _limits_fit(path: Path, level: Level) -> Iterator[PolicyFinding]:
    limits = {limit.clock: limit for limit in level.limits}
    whole = limits.get(HOLDER)
    if whole is None:
        return
    citizen = limits.get(CITIZEN)
    if citizen is not None and _is_surely_shorter(citizen, whole):
        reason = "is shorter than the holder's own time; the promise to the citizen covers it all"
        yield PolicyFinding("levels", (*path, CITIZEN, "budget"), reason)
    for clock in HOLDER_STEPS:
        if clock in limits and _is_surely_shorter(whole, limits[clock]):
            reason = "is longer than the holder has for the whole case; shorten it"
            yield PolicyFinding("levels", (*path, clock, "budget"), reason)


def _is_surely_shorter(one: Limit, other: Limit) -> bool:
    """Compare two limits as far as possible: working time never passes faster than time."""
    comparable = one.measure is Measure.CONTINUOUS or other.measure is not Measure.CONTINUOUS
    return comparable and one.budget < other.budget


def ladder_fits(
    path: Path, level: Level, limit: Limit, draft: PolicyDraft
) -> Iterator[PolicyFinding]:
    """Yield a finding where the clock of the limit may not climb its ladder."""
    ladder = draft.ladders_by_id.get(limit.ladder)
    if ladder is None:
        yield PolicyFinding("levels", path, draft.ladder_names.no_such(limit.ladder))
        return
    raising = [rung.id for rung in ladder.rungs if rung.action in LIFTING]
    only = [rung.id for rung in ladder.rungs if rung.action is Action.RAISE_TIER]
    passing = [rung.id for rung in ladder.rungs if rung.action is Action.REASSIGN]
    if raising and limit.clock not in RAISING:
        reason = (
            f"rung {raising[0]!r} of ladder {ladder.id!r} raises the tier, "
            f"which the {limit.clock} clock cannot; take another ladder"
        )
        yield PolicyFinding("levels", path, reason)
    elif passing and (limit.clock, level.tier) != (SIGN, Tier.DIRECT):
        reason = (
            f"rung {passing[0]!r} of ladder {ladder.id!r} hands on what nobody signed for, "
            "which only the sign clock of tier direct does; take another ladder"
        )
        yield PolicyFinding("levels", path, reason)
    elif only and level.tier is Tier.SUPERVISE:
        reason = (
            f"rung {only[0]!r} of ladder {ladder.id!r} raises the tier, "
            f"and there is none above {level.tier}; take another ladder"
        )
        yield PolicyFinding("levels", path, reason)


def ladders(draft: PolicyDraft) -> Iterator[PolicyFinding]:
    """Rungs are in order, and none could be lost after an outage."""
    found = draft.ladders or ()
    yield from repeated("ladders", ("ladders",), [ladder.id for ladder in found], "id")
    for index, ladder in enumerate(found):
        path: Path = ("ladders", index, "rungs")
        yield from _in_order(path, ladder)
        silent = _next_silent(ladder)
        for number, rung in enumerate(ladder.rungs):
            yield from _has_an_above((*path, number, "action"), rung, draft)
            yield from _survives_an_outage((*path, number, "late"), rung, silent[number])


def _in_order(path: Path, ladder: Ladder) -> Iterator[PolicyFinding]:
    try:
        check_rungs(ladder)
    except BadLadder as error:
        # Only the first mistake: those below it may follow from it.
        yield PolicyFinding("ladders", (*path, error.number), str(error))


def _next_silent(ladder: Ladder) -> list[Rung | None]:
    """Return for each rung the next one after it that only records when it is late."""
    found: list[Rung | None] = []
    following = None
    for rung in reversed(ladder.rungs):
        found.append(following)
        following = rung if rung.late is Late.RECORD else following
    return found[::-1]


def _survives_an_outage(path: Path, rung: Rung, silent: Rung | None) -> Iterator[PolicyFinding]:
    if rung.action in SURE and rung.late is not Late.FIRE:
        does = _DOES.get(rung.action, "raises the tier")
        reason = f"a rung that {does} must say `late: fire`; {rung.late} would not do it"
        yield PolicyFinding("ladders", path, reason)
    if rung.late is Late.COLLAPSE and silent is not None:
        reason = f"could collapse into {silent.id!r}, which only records, so nobody would be told"
        yield PolicyFinding("ladders", path, reason + "; say `late: fire` here or there")


def _has_an_above(path: Path, rung: Rung, draft: PolicyDraft) -> Iterator[PolicyFinding]:
    """A rung can report up only if there is a unit above the office of the leading group."""
    if rung.action is Action.REPORT_UP and draft.parents.get(draft.office or "", "") is None:
        reason = f"{draft.office!r} has no unit above it to report to; give it a parent"
        yield PolicyFinding("ladders", path, reason)


def requests(draft: PolicyDraft) -> Iterator[PolicyFinding]:
    """Ladders of parts: no rung after the deadline at which the part ends, and none that hands on.

    There is one finding for each ladder, at the first rule that names it.
    """
    unseen = {ladder.id: ladder for ladder in draft.ladders or ()}
    passing = {e.id for e in unseen.values() if Action.REASSIGN in {r.action for r in e.rungs}}
    for index, rule in enumerate(draft.parts or ()):
        if rule.ladder in passing:
            passing.remove(rule.ladder)
            reason = f"ladder {rule.ladder!r} hands a case on, which no part does; take another"
            yield PolicyFinding("parts", ("parts", index, "ladder"), reason)
        if rule.limit == 0 or rule.kind not in ANSWERED or rule.ladder not in unseen:
            continue
        rungs = unseen.pop(rule.ladder).rungs
        if late := [r.id for r in rungs if r.after is not None or r.share == 100]:  # noqa: PLR2004
            reason = (
                f"rung {late[0]!r} of ladder {rule.ladder!r} never fires: {rule.kind} ends at its "
                "deadline; tell people before it, with share: 99 or less"
            )
            yield PolicyFinding("parts", ("parts", index, "ladder"), reason)


_DECIDE = ("decider", "second")


def deciders(draft: PolicyDraft) -> Iterator[PolicyFinding]:
    """The roster has a person for every decider. A higher role may answer as well."""
    if draft.staff is None:
        return
    there = {role for person in draft.staff.people for role in person.roles}
    there |= {duty.role for duty in draft.staff.duties}
    missed = set[Role]()
    rules = [(index, rule) for index, rule in enumerate(draft.parts or ()) if rule.limit]
    roles = ((i, key, rule.kind, getattr(rule, key)) for i, rule in rules for key in _DECIDE)
    for index, key, kind, role in roles:
        if role not in DECIDERS or role in missed:
            continue
        able = DECIDERS[DECIDERS.index(role) :]
        if there.isdisjoint(able):
            missed.add(role)
            reason = (
                f"nobody could answer a {kind}: roster.yaml has no {' or '.join(able)}; "
                "name somebody there"
            )
            yield PolicyFinding("parts", ("parts", index, key), reason)


def recipients(draft: PolicyDraft) -> Iterator[PolicyFinding]:
    """Every rung tells a role that a person has, whichever unit holds the case.

    Absences are considered when a rung fires; this check finds roles that no person has at all.
    """
    if draft.units is None:
        return
    holders = _holders(draft, draft.parents)
    asked = _asked(draft, holders)
    staff = draft.staff
    if staff is not None and any(person.unit not in draft.parents for person in staff.people):
        staff = None  # a person is in an unknown unit: mend that first
    reasons: dict[Recipient, str] = {}
    for index, ladder in enumerate(draft.ladders or ()):
        for number, rung in enumerate(ladder.rungs):
            for place, recipient in enumerate(rung.tell):
                if recipient.unit == SUPERVISING or told_post(recipient.unit) is not None:
                    continue  # domain/policy_checks/supervising.py, leading_group.py
                path = ("ladders", index, "rungs", number, "tell", place)
                if recipient not in reasons:
                    who = asked if recipient.unit == ASKED else holders
                    reasons[recipient] = _unheard(recipient, draft, who, staff)
                if reasons[recipient]:
                    yield PolicyFinding("ladders", path, reasons[recipient])
    told = draft.uncovered
    known = told is not None and told.unit in draft.parents
    if told is not None and known and (why := _unheard(told, draft, holders, staff)):
        yield PolicyFinding("policy", ("uncovered",), why)


def _holders(draft: PolicyDraft, parents: Mapping[str, str | None]) -> list[str]:
    """Return the units to which the rules give cases; other checks report unknown ones."""
    categories = draft.categories or ()
    named = [draft.platform, draft.office, *(category.lead for category in categories)]
    named += [each.unit for category in categories for each in category.by_zone]
    named += [unit for category in categories for _, unit in units_of_lead(category.lead_rule)]
    named += units_by_place(draft)
    named += [unit for category in categories for unit in owners_of(category, draft)]
    if any(category.by_grid for category in categories):
        named += [unit for grid in draft.grids or () for unit in (grid.unit, *grid.backups)]
    return [unit for unit in dict.fromkeys(named) if unit is not None and unit in parents]


def _asked(draft: PolicyDraft, holders: list[str]) -> list[str]:
    """Return the units that parts may ask: holders, helpers, and units of grids."""
    helpers = [helper for category in draft.categories or () for helper in category.helpers]
    units = [*holders, *helpers, *(grid.unit for grid in draft.grids or ())]
    return [unit for unit in dict.fromkeys(units) if unit in draft.unit_names]


def _unheard(
    recipient: Recipient, draft: PolicyDraft, holders: list[str], staff: Staff | None
) -> str:
    """Return why a recipient could be without a person; empty if it always has one."""
    parents = draft.parents
    if recipient.unit in {AT_HOLDER, ASKED}:
        units = holders
    elif recipient.unit == PARENT:
        if orphans := [holder for holder in holders if parents[holder] is None]:
            return f"{orphans[0]!r} may hold cases and has no parent; give it one in units.yaml"
        above = (parents[holder] for holder in holders)
        units = [parent for parent in above if parent is not None and parent in parents]
    elif recipient.unit not in parents:
        return draft.recipient_names.no_such(recipient.unit)
    else:
        units = [recipient.unit]
    if staff is None:
        return ""
    role = recipient.role
    empty = [unit for unit in dict.fromkeys(units) if (unit, role) not in staff.posts]
    return f"nobody is {role} of {listed(empty)}; name somebody in roster.yaml" if empty else ""
