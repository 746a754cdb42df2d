"""Prints what changed between two policies, one line per change, for the people who approve it."""

from collections import Counter
from collections.abc import Iterator, Sequence
from zoneinfo import ZoneInfo

from domain.planning.samples import PlanChange
from domain.policy.diffs import (
    Change,
    ChangeKind,
    diff,
    notices_diff,
    roster_diff,
)
from domain.policy.inventory import inventory_changes
from domain.policy.model import Policy
from domain.policy.patrols import patrol_changes
from domain.policy.resources import resource_changes
from domain.policy_checks.findings import listed
from runtime.cli.output import Output, counted
from runtime.policy_lines import line

_STYLES = {ChangeKind.ADDED: "green", ChangeKind.REMOVED: "red", ChangeKind.CHANGED: None}


def print_diff(before: Policy, after: Policy, new_cases: Sequence[PlanChange]) -> None:
    """Print every change, and what the changes mean for the plans of new cases."""
    out, zone = Output(), ZoneInfo(after.calendar.zone)
    rules, staff = diff(before, after), roster_diff(before.roster, after.roster)
    for change in rules:
        out.print(line(change, zone), style=_STYLES[change.kind])
    if staff:
        out.print("people are not part of the pinned policy: they change for open cases, too")
    for change in staff:
        text = f"  {line(change, zone)}"
        out.print(text, style=_STYLES[change.kind])
    for said, texts in _unpinned(before, after, zone):
        if texts:
            out.print(said)
        for text in texts:
            out.print(f"  {text}")
    for text in plans(new_cases):
        out.print(text)
    out.print(_sum(rules, staff, before.hash, after.hash), style="dim")


def _unpinned(before: Policy, after: Policy, zone: ZoneInfo) -> Iterator[tuple[str, list[str]]]:
    """Yield what is no part of the pinned policy: how it holds, and its changes."""
    told = notices_diff(before.notices, after.notices)
    yield (
        "notices are not pinned: the newest hold for open cases, too",
        [line(change, zone) for change in told],
    )
    yield (
        "the inventory of parts is not pinned: it holds for every new plan",
        [*inventory_changes(before.inventory, after.inventory)],
    )
    yield (
        "the resources are not pinned: they change for open cases, too",
        [*resource_changes(before.resources, after.resources)],
    )
    yield (
        "the patrols are not pinned: they hold from today on",
        [*patrol_changes(before.patrols, after.patrols)],
    )


def plans(changes: Sequence[PlanChange]) -> Iterator[str]:
    """Yield what changes in the plans of new cases; one line for all that change alike."""
    alike: dict[str, list[str]] = {}
    each_once: dict[tuple[str, str | None], list[str]] = {}
    for change in changes:
        text = f"{change.question} {change.before} -> {change.after}"
        each_once.setdefault((change.category, change.standard), []).append(text)
    for (category, standard), texts in each_once.items():
        name = f"{category} ({standard})" if standard else category
        alike.setdefault(", ".join(texts), []).append(name)
    if alike:
        yield "what this means for new cases, of ordinary complaints by the hotline:"
    for text, names in alike.items():
        yield f"  {listed(names)}: {text}"


def _sum(rules: Sequence[Change], staff: Sequence[Change], before: str, after: str) -> str:
    kinds = Counter(change.kind for change in rules)
    counts = ", ".join(f"{kinds[kind]} {kind}" for kind in ChangeKind)
    found = counted(len(rules), "change")
    return f"{found} of the policy ({counts}), {len(staff)} of people; {before} -> {after}"
