"""Plan a case: from a policy and a complaint to a CasePlan, with the rule that decided each
question.

Three moments need a plan: a new complaint (`plan`), a person's triage (`plan_after_triage`) and a
change of policy (`plan_under_new_policy`).
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import TypeVar

from domain.complaints import Complaint
from domain.planning.building import put_together
from domain.planning.channels import time_to_put_right, why_triaged
from domain.planning.flags import FoundFlags, flags_of
from domain.planning.grids import (
    in_grid,
    locate_part,
    located_again,
    located_by_person,
    placed,
    told_at_once,
    told_of_no_unit,
)
from domain.planning.hurry import alarm_of, as_it_came, hurried, hurried_as_before
from domain.planning.plans import MOST_LINKED, CasePlan, Choice, Similar
from domain.planning.standards import class_of
from domain.planning.tier_rules import reason_of, rule_of_flags, tier_of_order, tier_rule_of
from domain.planning.words import matter_of
from domain.policy.leads import OpenLead
from domain.policy.model import Category, ChannelRule, Policy, TierRule
from domain.policy.part_rules import PartKind
from domain.vocabulary import Tier, Urgency

T = TypeVar("T")

MINUTE = timedelta(minutes=1)
SAME_SPOT = 80
"""The score in percent of an earlier case of the same spot and category: likely, not certain."""
_AGAIN = "same spot and category before"
_A_PERSON, _A_SOURCE = "a person", "its source"


def plan(policy: Policy, complaint: Complaint, before: Sequence[str] = ()) -> CasePlan:
    """Return the plan of a new case. Every complaint gets one.

    `holder` is None if a person of the platform must triage the case first: the complaint has no
    category, or its channel asks for a person, or it lacks what the channel needs, or its place is
    in no grid. It is None, too, with an `open_lead`. A category that is unowned or not in the list
    goes to the office of the leading group, supervised. `before`: the ids of other cases of the
    same spot and category within `repeat_window`, newest first; the newest are linked.
    """
    found = _planned(policy, complaint, before)
    matter = matter_of(policy, complaint)
    return replace(found, alarm=alarm_of(policy, complaint.text), matter=matter)


def _planned(policy: Policy, complaint: Complaint, before: Sequence[str]) -> CasePlan:
    rule = policy.channel(complaint.channel)
    located = locate_part(policy, complaint)
    there = placed(complaint, located)
    why = why_triaged(rule, there, located)
    similar = (Similar(each, SAME_SPOT, _AGAIN) for each in before[:MOST_LINKED])
    known = replace(there, category=class_of(policy, complaint))
    flags = flags_of(policy, known, len(before))
    new = replace(_new(policy, known, rule, len(before), flags), similar=(*similar,), flags=flags)
    if known.category != complaint.category:
        meant = f"code {complaint.category} of {complaint.source}"
        if complaint.category is None and policy.inventory is not None:
            meant = f"class of {complaint.part_number} ({policy.inventory.version})"
        by_code = Choice("category", known.category or "", meant)
        new = replace(new, choices=(by_code, *new.choices))
    new = in_grid(new, complaint, located)
    if located.uncovered:
        new = told_at_once(policy, new)
    if not why:
        if new.open_lead is OpenLead.NO_UNIT:
            return told_of_no_unit(policy, new)
        waits = new.holder is None and new.open_lead is None
        # What cannot wait is not settled by its source's word alone.
        waits = waits or complaint.standing.result is not None
        return hurried(policy, new, complaint.text) if waits else new
    # A person decides first, so the unit that the rules chose, and its reason, are dropped.
    new = replace(new, open_lead=None, candidates=None)
    others = tuple(choice for choice in new.choices if choice.question != "holder")
    looks = Choice("holder", policy.platform, why)
    row = policy.category(new.category)
    group = row.group if row else None
    wait = time_to_put_right(rule, placed(new.complaint, located), new.urgency, group)
    part = new.part(new.tier, PartKind.RECHECK)
    # What is the leading group's is not closed by a camera's look, nor what is in no grid.
    above = new.tier is Tier.SUPERVISE or bool(located.uncovered)
    looked_at = hurried(policy, replace(new, holder=None, choices=(*others, looks)), complaint.text)
    # Nor does what cannot wait have time to be put right.
    above = above or looked_at.hurry is not None
    if rule is None or wait is None or above or part is None or part.limit == 0:
        return looked_at
    notice = Choice("recheck", f"{wait // MINUTE}min", f"channel {rule.channel}")
    return replace(new, holder=None, choices=(*others, looks, notice), recheck=wait)


def _new(
    policy: Policy,
    complaint: Complaint,
    rule: ChannelRule | None,
    repeats: int,
    flags: FoundFlags | None,
) -> CasePlan:
    if complaint.category is None and rule is not None and rule.category is not None:
        by_channel = Choice("category", rule.category, f"channel {rule.channel}")
        complaint = replace(complaint, category=rule.category)
        new = decided(policy, complaint, repeats=repeats, flags=flags)
        return replace(new, choices=(by_channel, *new.choices))
    if complaint.category is None:
        by_flag = rule_of_flags(policy, flags)
        known_by = Choice("tier", by_flag.tier, reason_of(by_flag, flags)) if by_flag else None
        unsorted = Choice("holder", policy.platform, "no category given: the platform triages it")
        return put_together(
            policy,
            complaint,
            None,
            tier=tier_of_order(complaint) or (by_flag.tier if by_flag else Tier.ASSIGN),
            urgency=Urgency(_standard(policy, complaint, None).answer),
            choices=(known_by, unsorted) if known_by else (unsorted,),
            by=_A_SOURCE,
        )
    return decided(policy, complaint, repeats=repeats, flags=flags)


def plan_after_triage(
    policy: Policy,
    old: CasePlan,
    category: str,
    urgency: Urgency | None = None,
    tier: Tier | None = None,
    *,
    standard: str | None = None,
    least: Tier | None = None,
    grid: str | None = None,
    part_number: str | None = None,
    repeats: int = 0,
) -> CasePlan | None:
    """Return the plan after a person's triage; None if the policy has no such category or standard.

    `urgency` and `tier` outrank the rules if the person gave them. What the rules say is then kept
    in `standard_urgency` and `standard_tier` of the plan: to lower it needs a reason. `least`: the
    tier that the case has already, and that only a person lowers. The rules stay as when it began
    (a repin brings those of today). `grid`: the living grid that the
    person says it is in; None: that of the old plan. `part_number`: that of the thing; None: as
    before. `repeats`: how many other cases of the same spot and category there were lately.
    """
    if problem_of_triage(policy, category, standard):
        return None
    if standard is None and category == old.category:
        standard = old.complaint.standard
    located = located_by_person(grid) if grid is not None else located_again(policy, old)
    number = part_number or old.complaint.part_number
    said = replace(old.complaint, category=category, standard=standard, part_number=number)
    complaint = placed(said, located)
    new = decided(
        policy,
        complaint,
        urgency=urgency,
        tier=tier,
        least=least,
        repeats=repeats,
        by=_A_PERSON,
        flags=old.flags,
    )
    rule = policy.channel(complaint.channel)
    least_urgency = rule.urgency if rule else None
    new = replace(as_it_came(new, old), least_urgency=least_urgency, rules=old.rules)
    return _with_ladders_of(in_grid(new, old.complaint, located), old)


def problem_of_triage(policy: Policy, category: str, standard: str | None) -> str:
    """Return why a person cannot sort a case so: what the policy has instead; empty if one can."""
    row = policy.category(category)
    if row is None:
        known = ", ".join(each.id for each in policy.categories)
        return f"no category {category}; categories are: {known}"
    known = ", ".join(f"{each.id} ({each.when})" for each in row.standards)
    if standard is None or standard in {each.id for each in row.standards}:
        return ""
    return f"{category} has no standard {standard}; {f'there are: {known}' if known else 'none'}"


def plan_under_standard(policy: Policy, old: CasePlan, tier: Tier, standard: str) -> CasePlan:
    """Return the plan of an open case that a person files under another standard of its category.

    Tier and urgency stay as they were decided, and the rules as when it began.
    """
    chosen = replace(old, complaint=replace(old.complaint, standard=standard))
    return replace(plan_under_new_policy(policy, chosen, tier, by=_A_PERSON), rules=old.rules)


def _with_ladders_of(new: CasePlan, old: CasePlan) -> CasePlan:
    """Keep the old ladders: only running clocks go over to the new plan (domain/case/clocks.py)."""
    known = {ladder.id for ladder in new.ladders}
    begun = tuple(ladder for ladder in old.ladders if ladder.id not in known)
    return replace(new, ladders=new.ladders + begun)


def plan_under_new_policy(
    policy: Policy, old: CasePlan, tier: Tier, by: str | None = None
) -> CasePlan:
    """Return the plan of an open case under another policy, with tier and urgency as before.

    They were decided, perhaps by a person, and a new policy does not decide them again. So was the
    standard, if one was chosen: `by` says by whom.
    """
    before = {each.rule for each in old.choices if each.question == "standard"}
    by = by or (_A_PERSON if _A_PERSON in before else _A_SOURCE)
    category = policy.category(old.category)
    as_before = tuple(each for each in old.choices if each.question in {"tier", "urgency"})
    located = located_again(policy, old)
    new = put_together(
        policy,
        placed(old.complaint, located),
        category,
        tier=tier,
        urgency=old.urgency,
        choices=as_before,
        by=by,
    )
    new = replace(
        as_it_came(in_grid(new, old.complaint, located), old),
        standard_tier=old.standard_tier,
        standard_urgency=old.standard_urgency,
        suggested=old.suggested,
    )
    return _with_ladders_of(hurried_as_before(policy, new, old), old)


def decided(
    policy: Policy,
    complaint: Complaint,
    *,
    urgency: Urgency | None = None,
    tier: Tier | None = None,
    least: Tier | None = None,
    repeats: int = 0,
    by: str = _A_SOURCE,
    flags: FoundFlags | None = None,
) -> CasePlan:
    """Decide tier and urgency by the rules, or as a person said: `urgency`, `tier`."""
    wanted = complaint.category or ""
    category = policy.category(wanted)
    by_rule = _tier(tier_rule_of(policy, complaint, category, repeats, flags), least, flags)
    # What a superior supervises has one tier, whatever a person says.
    free = tier_of_order(complaint) is None
    tier_choice = Choice("tier", tier, _A_PERSON) if tier and free else by_rule
    standard = _standard(policy, complaint, category)
    urgency_choice = Choice("urgency", urgency, _A_PERSON) if urgency else standard
    new = put_together(
        policy,
        complaint,
        category,
        tier=Tier(tier_choice.answer),
        urgency=Urgency(urgency_choice.answer),
        choices=(tier_choice, urgency_choice),
        by=by,
    )
    return replace(
        new,
        standard_tier=_unlike(Tier(by_rule.answer), new.tier),
        standard_urgency=_unlike(Urgency(standard.answer), new.urgency),
    )


def _unlike(standard: T, decided: T) -> T | None:
    return None if standard == decided else standard


def _tier(rule: TierRule, least: Tier | None, flags: FoundFlags | None) -> Choice:
    if least is not None and rule.tier.depth < least.depth:
        return Choice("tier", least, f"as before; rule {rule.id} would lower it")
    return Choice("tier", rule.tier, reason_of(rule, flags))


def _standard(policy: Policy, complaint: Complaint, category: Category | None) -> Choice:
    """Return the highest urgency that the category, the channel or the complaint names.

    So a source can raise it, and never lower it below what the town has decided for the category.
    """
    own = category.urgency if category else Urgency.NORMAL
    rule = policy.channel(complaint.channel)
    named = (
        (own, f"category {complaint.category}"),
        (rule.urgency if rule else None, f"channel {complaint.channel}"),
        (complaint.urgency, "the complaint"),
    )
    degrees = ((urgency, by) for urgency, by in named if urgency is not None)
    # Of equal degrees `min` takes the first, so the town's own rules are named before the source.
    urgency, by = min(degrees, key=lambda each: each[0].rank)
    return Choice("urgency", urgency, by)
