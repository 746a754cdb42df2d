"""Check what categories lead to: other categories of the list, never in a circle."""

from collections.abc import Iterator
from itertools import pairwise

from domain.case.penalties.acts import PenaltyStep
from domain.policy.model import Category
from domain.policy_checks.circles import in_circles
from domain.policy_checks.drafts import PolicyDraft
from domain.policy_checks.findings import Path, PolicyFinding, no_such, repeated
from domain.vocabulary import Tier


def flows(draft: PolicyDraft) -> Iterator[PolicyFinding]:
    """Yield findings of the `follow_on` of categories."""
    categories = draft.categories or ()
    leads_to = {each.id: each.follow_on.category if each.follow_on else None for each in categories}
    circular = in_circles(leads_to)
    for index, category in enumerate(categories):
        path: Path = ("categories", index, "follow_on")
        flow = category.follow_on
        yield from _steps(("categories", index), category)
        if flow is None:
            continue
        if flow.category not in draft.category_names:
            reason = draft.category_names.no_such(flow.category)
            yield PolicyFinding("categories", (*path, "category"), reason)
        elif category.id in circular:
            reason = f"{category.id!r} would lead to itself; let the last one lead to none"
            yield PolicyFinding("categories", (*path, "category"), reason)
        results = {result for each in category.standards for result in each.close}
        yield from repeated("categories", (*path, "after"), flow.after)
        for number, result in enumerate(flow.after):
            if result not in results:
                reason = no_such("result", result, sorted(results))
                yield PolicyFinding("categories", (*path, "after", number), reason)


def _steps(path: Path, category: Category) -> Iterator[PolicyFinding]:
    """Steps follow each other as in the law, in a tier in which a case can be filed."""
    order = [*PenaltyStep]
    places = [order.index(PenaltyStep(each.step)) for each in category.flow]
    for number, (before, after) in enumerate(pairwise(places), 1):
        if after <= before:
            step = category.flow[number].step
            reason = f"{step!r} does not come after {category.flow[number - 1].step!r}; order them"
            yield PolicyFinding("categories", (*path, "flow", number, "step"), reason)
    if category.flow and category.tier is Tier.DIRECT:
        reason = "takes steps of the law, for which no direct case is filed; say tier: assign"
        yield PolicyFinding("categories", (*path, "tier"), reason)
