"""Words that let a person look at once at what has no category yet: a smell of gas at night.

They shorten the time until a person triages the case. They decide nothing else.
"""

from dataclasses import replace

from domain.planning.plans import HURRY, CasePlan, Choice, ClockSpec
from domain.planning.words import words_in
from domain.policy.model import Policy
from domain.sla.case_clocks import BEFORE_UNIT
from domain.sla.clocks import Measure
from domain.sla.explanations import said


def hurried(policy: Policy, plan: CasePlan, text: str) -> CasePlan:
    """Return the plan in which a person triages the case soon, if its text has such a word."""
    word = alarm_of(policy, text)
    return plan if word is None else _by_word(policy, plan, word)


def alarm_of(policy: Policy, text: str) -> str | None:
    """Return the first word of hurry that the text has; None if it has none."""
    return next(words_in(text, policy.hurry.words), None) if policy.hurry else None


def as_it_came(new: CasePlan, old: CasePlan) -> CasePlan:
    """Keep what is known of the complaint from when it came; its text is sealed by then."""
    alarm = old.alarm or old.hurry
    return replace(new, flags=old.flags, origin=old.origin, alarm=alarm, matter=old.matter)


def hurried_as_before(policy: Policy, plan: CasePlan, old: CasePlan) -> CasePlan:
    """Return the plan with the hurry of the old one, if the policy still has its word.

    The text is sealed by then.
    """
    rule = policy.hurry
    known = rule is not None and old.hurry in rule.words
    return _by_word(policy, plan, old.hurry) if known and old.hurry is not None else plan


def _by_word(policy: Policy, plan: CasePlan, word: str) -> CasePlan:
    rule = policy.hurry
    if rule is None:
        return plan

    def soon(spec: ClockSpec) -> ClockSpec:
        if spec.clock not in BEFORE_UNIT:
            return spec
        budget = min(rule.accept, spec.budget)
        ladder = rule.ladder or spec.ladder
        return replace(spec, budget=budget, measure=Measure.CONTINUOUS, ladder=ladder)

    levels = tuple(
        replace(level, clocks=tuple(soon(spec) for spec in level.clocks)) for level in plan.levels
    )
    known = {ladder.id for ladder in plan.ladders}
    more = tuple(each for each in policy.ladders if each.id == rule.ladder and each.id not in known)
    why = Choice(HURRY, word, f"a word of policy.yaml: {said(rule.accept, Measure.CONTINUOUS)}")
    return replace(
        plan, levels=levels, ladders=(*plan.ladders, *more), choices=(*plan.choices, why)
    )
