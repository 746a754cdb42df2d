"""Which tier a case gets: the first rule of tiers.yaml whose question is answered with yes."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from domain.complaints import Complaint
from domain.planning.flags import FoundFlags
from domain.policy.model import Category, Policy, TierRule
from domain.vocabulary import Flag, Tier

_SUPERVISED = "superior_supervised"
REPEATS = "repeats_at_least"
"""The question for which intake looks for earlier cases."""
MOST_REPEATS = 21
"""Counting the case itself. Intake looks for no more of one spot (store/cases/read_model.py)."""


@dataclass(frozen=True, slots=True)
class _Matter:
    """What a question is asked of. `leads`: how many units could lead; `repeats`: earlier cases."""

    complaint: Complaint
    category: Category | None
    leads: int
    repeats: int
    flags: frozenset[Flag]


QUESTIONS: Mapping[str, Callable[[_Matter, TierRule], bool]] = {
    _SUPERVISED: lambda m, _: tier_of_order(m.complaint) is not None,
    "superior_assigned": lambda m, _: m.complaint.superior is not None,
    "nobody_owns_it": lambda m, _: m.category is None or not m.category.is_owned,
    "units_at_least": lambda m, rule: m.leads >= rule.at_least,
    REPEATS: lambda m, rule: 1 + m.repeats >= rule.at_least,
    Flag.STABILITY_RISK: lambda m, _: Flag.STABILITY_RISK in m.flags,
    Flag.HISTORY: lambda m, _: Flag.HISTORY in m.flags,
    "category_says_direct": lambda m, _: _says(m, Tier.DIRECT),
    "category_says_assign": lambda m, _: _says(m, Tier.ASSIGN),
    "category_says_supervise": lambda m, _: _says(m, Tier.SUPERVISE),
    "always": lambda _m, _: True,
}
"""What the `when` of a rule may ask of a complaint and its row in the responsibility list."""


def tier_rule_of(
    policy: Policy,
    complaint: Complaint,
    category: Category | None,
    repeats: int = 0,
    flags: FoundFlags | None = None,
) -> TierRule:
    """Return the rule that decides. The last rule of a checked policy always holds.

    A superior's supervised order comes before the rules of any pack (domain.md, tier rules): no
    category and no order of rules places it lower.
    """
    ordered = tier_of_order(complaint)
    if ordered is not None:
        named = (rule.id for rule in policy.tier_rules if rule.when == _SUPERVISED)
        return TierRule(next(named, "supervised-order"), _SUPERVISED, ordered)
    found = frozenset(flag for flag, _ in flags or ())
    matter = _Matter(complaint, category, _leads(policy, category), repeats, found)
    return next(rule for rule in policy.tier_rules if QUESTIONS[rule.when](matter, rule))


def rule_of_flags(policy: Policy, flags: FoundFlags | None) -> TierRule | None:
    """Return the first rule on a flag that was found: it holds of a matter of any category."""
    found = {flag for flag, _ in flags or ()}
    return next((rule for rule in policy.tier_rules if rule.when in found), None)


def reason_of(rule: TierRule, flags: FoundFlags | None) -> str:
    """Return the id of the rule that decided, and of a rule on a flag what it was known by."""
    why = next((why for flag, why in flags or () if flag == rule.when), None)
    return rule.id if why is None else f"{rule.id}: {why}"


def tier_of_order(complaint: Complaint) -> Tier | None:
    """Return supervise for what a superior supervises (督办、挂牌), else None."""
    order = complaint.superior
    return Tier.SUPERVISE if order is not None and order.supervised else None


def repeat_window(policy: Policy) -> timedelta | None:
    """Return how far back repeats count; None if no rule asks for them."""
    return next((rule.within for rule in policy.tier_rules if rule.when == REPEATS), None)


def repeats_by_group(policy: Policy) -> bool:
    """Return whether complaints of all categories of a group count as repeats of each other."""
    return any(rule.by_group for rule in policy.tier_rules if rule.when == REPEATS)


def _leads(policy: Policy, category: Category | None) -> int:
    """Count the lead and the helpers that could lead as well."""
    if category is None:
        return 0
    return 1 + sum(policy.may_lead(helper, Tier.ASSIGN) for helper in category.helpers)


def _says(matter: _Matter, tier: Tier) -> bool:
    return matter.category is not None and matter.category.tier is tier
