"""What the plan of an ordinary complaint of a category would be, and what another policy changes.

For the people who write a policy: they see what a line does, not only which line has changed.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from domain.complaints import Complaint
from domain.planning.leads import find_lead
from domain.planning.planner import plan
from domain.planning.plans import CasePlan
from domain.policy.model import Category, Grid, Policy
from domain.sla.case_clocks import BEFORE_UNIT, CITIZEN, HOLDER
from domain.sla.explanations import said
from domain.vocabulary import Channel

_ANY_DAY = datetime(2026, 1, 5, tzinfo=UTC)
_MOST = 12
"""A line names so many grids."""


@dataclass(frozen=True, slots=True)
class PlanChange:
    """One answer of the plan of a category, under a standard if it has any, that changes."""

    category: str
    standard: str | None
    question: str
    before: str
    after: str


def sample(policy: Policy, category: Category, standard: str | None = None) -> CasePlan:
    """Return the plan of a complaint by the hotline, from no superior, and for the first time."""
    return plan(policy, _complaint(policy, category=category.id, standard=standard))


def _complaint(
    policy: Policy, *, text: str = "", category: str | None = None, standard: str | None = None
) -> Complaint:
    return Complaint(
        tenant=policy.tenant,
        source="/",
        event_id="sample",
        complaint_id="sample",
        channel=Channel.HOTLINE,
        reported_at=_ANY_DAY,
        text=text,
        category=category,
        standard=standard,
    )


def plan_changes(before: Policy, after: Policy) -> Iterator[PlanChange]:
    """Yield what changes in the plans of new cases, for the categories that both policies have.

    And for what comes without a category, with a word for which a person looks at it soon.
    """
    for category in after.categories:
        old = before.category(category.id)
        for standard in _standards(category) if old is not None else ():
            was = _answers(sample(before, old, standard)) if old else {}
            will = _answers(sample(after, category, standard))
            for question, answer in will.items():
                if was[question] != answer:
                    yield PlanChange(category.id, standard, question, was[question], answer)
        if old is not None and (old.lead_rule or category.lead_rule):
            yield from _by_grid(before, old, after, category)
    for word in _words(before, after):
        now, soon = (_limit(_unsorted(policy, word), BEFORE_UNIT[0]) for policy in (before, after))
        if now != soon:
            yield PlanChange(f"no category, and the word {word}", None, BEFORE_UNIT[0], now, soon)


def _by_grid(
    before: Policy, old: Category, after: Policy, category: Category
) -> Iterator[PlanChange]:
    """Yield where else the lead changes: one change for all grids in which it changes alike."""
    known = {grid.id: grid for grid in before.grids}
    alike: dict[tuple[str, str], list[str]] = {}
    for grid in after.grids:
        if grid.id in known and not grid.successors:
            was, will = _lead(before, old, known[grid.id]), _lead(after, category, grid)
            if was != will:
                alike.setdefault((was, will), []).append(grid.id)
    for (was, will), grids in alike.items():
        where = ", ".join(grids[:_MOST]) + ", …" * (len(grids) > _MOST)
        yield PlanChange(category.id, None, f"unit in {where}", was, will)


def _lead(policy: Policy, category: Category, grid: Grid) -> str:
    if category.by_grid:
        return grid.unit
    found = find_lead(policy, category, grid)
    if found.candidates:
        return f"one of {', '.join(found.candidates)}"
    return found.unit or (policy.platform if found.open_lead else policy.office)


def _words(*policies: Policy) -> tuple[str, ...]:
    said = (policy.hurry.words for policy in policies if policy.hurry is not None)
    return tuple(dict.fromkeys(word for words in said for word in words))


def _unsorted(policy: Policy, text: str) -> CasePlan:
    return plan(policy, _complaint(policy, text=text))


def _standards(category: Category) -> tuple[str | None, ...]:
    return tuple(each.id for each in category.standards) or (None,)


def _answers(found: CasePlan) -> dict[str, str]:
    return {
        "tier": found.tier,
        "urgency": found.urgency,
        "unit": found.holder or found.platform,
        "limit": _limit(found, HOLDER),
        "promise": _limit(found, CITIZEN),
        "files": str(found.evidence),
        "supervised by": ", ".join(found.supervisors or ()) or "none",
    }


def _limit(found: CasePlan, clock: str) -> str:
    spec = found.spec(found.tier, clock)
    return said(spec.budget, spec.measure) if spec else "none"
