"""What a valid policy says without effect, or with another effect than it seems."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

from domain.planning.assignment import above_the_town, names_issuers
from domain.planning.samples import sample
from domain.planning.service_levels import holders_limit
from domain.planning.signers import has_signer
from domain.planning.tier_rules import tier_rule_of
from domain.policy.model import Category, Limit, Policy
from domain.policy.standards import Standard
from domain.policy_checks.findings import Path, PolicyFinding
from domain.policy_checks.leads import units_of_lead
from domain.policy_checks.level_doubts import level_doubts, surely_longer
from domain.policy_checks.patrols import routes_through_split
from domain.sla.case_clocks import BEFORE_UNIT, FIRST_STEPS, HOLDER, HOLDER_STEPS
from domain.sla.clocks import Measure
from domain.sla.comparison import in_measure
from domain.sla.explanations import hours, said
from domain.vocabulary import CREW, Channel, Role, Tier, Urgency

_WEEKEND = timedelta(days=3)
"""Working time rests from Friday to Monday."""


def doubts(policy: Policy) -> Iterator[PolicyFinding]:
    """Yield a finding for each line that its author may not have meant so.

    Each is about an ordinary complaint: by the hotline, from no superior, for the first time.
    """
    yield from _hurry(policy)
    yield from _missing_clocks(policy)
    yield from level_doubts(policy)
    yield from _codes(policy)
    yield from _issuers(policy)
    yield from routes_through_split(policy)
    for index, category in enumerate(policy.categories):
        path: Path = ("categories", index)
        found = sample(policy, category)
        if category.tier not in {None, found.tier}:
            yield _tier(path, policy, category, found.tier)
        yield from _leads(path, policy, category)
        yield from _limits(path, policy, category, found.tier, found.urgency)


def _hurry(policy: Policy) -> Iterator[PolicyFinding]:
    """Words that shorten no limit of the platform."""
    rule = policy.hurry
    if rule is None:
        return
    limits = [
        limit for level in policy.levels for limit in level.limits if limit.clock in BEFORE_UNIT
    ]
    if all(rule.accept >= _at_most(limit) for limit in limits):
        reason = "changes nothing: `accept` of every level is as short, by day and by night"
        yield PolicyFinding("policy", ("hurry", "accept"), f"{reason}; shorten it, or remove hurry")


def _at_most(limit: Limit) -> timedelta:
    """Return how long a limit lasts by day and by night, with a weekend if it is working time."""
    whole = in_measure(limit.budget, limit.measure, Measure.CONTINUOUS)
    return whole if limit.measure is Measure.CONTINUOUS else whole + _WEEKEND


def _codes(policy: Policy) -> Iterator[PolicyFinding]:
    """A code of one category that is the id of another one."""
    ids = {category.id for category in policy.categories}
    for index, category in enumerate(policy.categories):
        for source, codes in category.codes:
            for number, code in enumerate(codes):
                if code in ids - {category.id}:
                    reason = (
                        f"{code!r} is the id of another category: what this source calls so is "
                        f"{category.id!r} all the same; check that it means that, or remove it"
                    )
                    path: Path = ("categories", index, "codes", source, number)
                    yield PolicyFinding("categories", path, reason)


def _missing_clocks(policy: Policy) -> Iterator[PolicyFinding]:
    """Clocks that every other level of the tier has: where one lacks it, no one is warned by it."""
    for index, level in enumerate(policy.levels):
        others = [
            {limit.clock for limit in each.limits}
            for each in policy.levels
            if each.tier is level.tier and each is not level
        ]
        shared = set[str].intersection(*others) if others else set[str]()
        for clock in sorted(shared - {limit.clock for limit in level.limits}):
            reason = (
                f"has no {clock!r}, which all other levels of {level.tier} have: no one is warned "
                "or late by it here; give it one, or say in a comment why not"
            )
            yield PolicyFinding("levels", ("levels", index, "clocks"), reason)


def _issuers(policy: Policy) -> Iterator[PolicyFinding]:
    """Superiors, where no unit speaks for an office outside the policy: any of them does."""
    if names_issuers(policy):
        return
    reason = (
        "no unit of units.yaml has `speaks_for`, so every superior changes, sends back and writes "
        "off the order of an office that is no unit there; say so of the unit that speaks for it"
    )
    for index, person in enumerate(policy.roster.people):
        if Role.SUPERIOR in person.roles:
            yield PolicyFinding("roster", ("people", index, "roles"), reason)
            return
    for index, rule in enumerate(policy.sources):
        acts = rule.commands is not None and Role.SUPERIOR in rule.commands.roles
        if acts or Channel.SUPERIOR in rule.channels:
            yield PolicyFinding("sources", ("sources", index), reason)
            return


def _leads(path: Path, policy: Policy, category: Category) -> Iterator[PolicyFinding]:
    """Leads above the town, which take no case from it, and leads in which no person could sign."""
    over = above_the_town(policy)
    named: list[tuple[Path, str]] = [(("lead",), category.lead)] if category.lead else []
    named += [(("lead", *place), unit) for place, unit in units_of_lead(category.lead_rule)]
    named += [(("by_zone", each.zone), each.unit) for each in category.by_zone]
    for place, unit in named:
        if unit in over:
            reason = f"{unit!r} is above the town, which dispatches no case to it; name another"
            yield PolicyFinding("categories", (*path, *place), reason)
        elif not has_signer(policy.roster, policy.sources, unit):
            roles = ", ".join(sorted(CREW))
            reason = f"no person of {unit!r} could sign; give one a role of {roles} (roster.yaml)"
            yield PolicyFinding("categories", (*path, *place), reason)


def _tier(path: Path, policy: Policy, category: Category, tier: Tier) -> PolicyFinding:
    about = sample(policy, category).complaint
    rule = tier_rule_of(policy, about, category)
    reason = (
        f"says {category.tier}, and the case is {tier}: rule {rule.id!r} of tiers.yaml comes first "
        f"({rule.when}); move that rule down, take a helper out, or say tier: {tier}"
    )
    return PolicyFinding("categories", (*path, "tier"), reason)


def _limits(
    path: Path, policy: Policy, category: Category, tier: Tier, urgency: Urgency
) -> Iterator[PolicyFinding]:
    level = policy.level(tier, urgency, category.group)
    limits = {limit.clock: limit for limit in level.limits} if level else {}
    whole = limits.get(HOLDER)
    if whole is None:
        return
    where = f"level {tier} {urgency}"
    if category.resolve is not None:
        yield from _resolve((*path, "resolve"), category, limits, where)
    for number, standard in enumerate(category.standards):
        of_standard: Path = (*path, "standards", number)
        for place, budget, measure in _limits_of(standard):
            held = holders_limit(whole, category, replace(standard, within=budget, measure=measure))
            if (held.budget, held.measure) != (budget, measure):
                reason = (
                    f"changes nothing: {said(held.budget, held.measure)} of {where} or of "
                    "`resolve` is stricter; shorten it, or give the category a tier or an urgency "
                    "with more time"
                )
                yield PolicyFinding("categories", (*of_standard, *place), reason)
    yield from _outlasted(path, category, limits, where)
    for number, step in enumerate(category.flow):
        if in_measure(step.within, step.measure, whole.measure) > whole.budget:
            reason = (
                f"is longer than the holder has for the whole case in {where} "
                f"({said(whole.budget, whole.measure)}); shorten it, or lengthen the level"
            )
            yield PolicyFinding("categories", (*path, "flow", number, "within"), reason)


def _outlasted(
    path: Path, category: Category, limits: dict[str, Limit], where: str
) -> Iterator[PolicyFinding]:
    """Standards whose whole work is over before the unit has to sign, or to begin."""
    for clock in FIRST_STEPS:
        step = limits.get(clock)
        shorter = [
            number
            for number, each in enumerate(category.standards)
            if step is not None
            and not each.dated
            and each.within is not None
            and each.measure is not None
            and surely_longer(step, replace(step, budget=each.within, measure=each.measure))
        ]
        if step is not None and shorter:
            others = f", and so are {len(shorter) - 1} more of this category" * (len(shorter) > 1)
            reason = (
                f"is shorter than {clock} of {where} ({said(step.budget, step.measure)}), which is "
                f"then no longer than this{others}; lengthen it, or shorten {clock} there"
            )
            yield PolicyFinding("categories", (*path, "standards", shorter[0], "within"), reason)


def _limits_of(standard: Standard) -> Iterator[tuple[Path, timedelta, Measure]]:
    """Yield each limit that a standard writes, and where."""
    for number, step in enumerate(standard.steps or ()):
        yield ("steps", number, "within"), step.within, step.measure
    if standard.within is not None and standard.measure is not None and not standard.steps:
        yield ("within",), standard.within, standard.measure
    if standard.dated is not None and standard.dated_measure is not None:
        yield ("date_within",), standard.dated, standard.dated_measure


def _resolve(
    path: Path, category: Category, limits: dict[str, Limit], where: str
) -> Iterator[PolicyFinding]:
    whole, resolve = limits[HOLDER], category.resolve
    if resolve is None:
        return
    if resolve > whole.budget:
        reason = f"changes nothing: {where} gives {said(whole.budget, whole.measure)}; shorten it"
        yield PolicyFinding("categories", path, f"{reason}, or remove it")
        return
    for clock in HOLDER_STEPS:
        step = limits.get(clock)
        if step is not None and in_measure(step.budget, step.measure, whole.measure) > resolve:
            reason = (
                f"is shorter than {clock} of {where} ({hours(step.budget)}), which is then no "
                f"longer than {hours(resolve)}; lengthen it, or shorten {clock} there"
            )
            yield PolicyFinding("categories", path, reason)
