"""Put a plan together, once tier and urgency are decided: unit, limits, ladders, parts."""

from dataclasses import replace

from domain.complaints import Complaint
from domain.planning.assignment import (
    above_the_town,
    backups_of,
    holder_of,
    issuer_of,
    kinds_of,
    lead_of,
    names_issuers,
    supervised_by,
)
from domain.planning.leads import may_choose, may_look_for_owner
from domain.planning.plans import RULES, CasePlan, Choice
from domain.planning.service_levels import (
    calendar_from,
    level_of,
    limit_choice,
    with_bounded_date,
)
from domain.planning.standards import standard_of
from domain.policy.model import Category, Policy
from domain.policy.part_rules import Default, PartKind, PartRule, rules_from
from domain.policy.sources import why_not_acting
from domain.policy.standards import Standard
from domain.sla.case_clocks import CHOOSE, OF_SUPERIOR, OWNER
from domain.vocabulary import Channel, Elsewhere, Role, Tier, Urgency


def put_together(
    policy: Policy,
    complaint: Complaint,
    category: Category | None,
    *,
    tier: Tier,
    urgency: Urgency,
    choices: tuple[Choice, ...],
    by: str,
) -> CasePlan:
    """Return the plan of a case whose tier and urgency are decided.

    `by` says by whom the standard was chosen that the complaint names.
    """
    standard, by_standard = standard_of(category, complaint.standard, by)
    complaint = _with_known_result(complaint, category)
    group = category.group if category else None
    standard = with_bounded_date(policy.level(tier, urgency, group), category, standard)
    by_limit = limit_choice(policy.level(tier, urgency, group), category, standard)
    found = lead_of(policy, complaint, category)
    holder, holder_choice = holder_of(policy, complaint, category, tier, found)
    helpers = tuple(each for each in category.helpers if each != holder) if category else ()
    backups = backups_of(policy, complaint, category)
    # The levels of all higher tiers as well: raising the tier later needs no look-up.
    levels = tuple(
        level_of(level, category, standard, apart=_apart(complaint, category))
        for level in policy.levels
        if level.urgency is urgency
        and level.tier.depth >= tier.depth
        and level is policy.level(level.tier, urgency, group)
    )
    parts = _with_withdrawal(rules_from(policy.parts, tier, urgency))
    # Only ladders that a clock or a part of this case can climb: the plan goes into every history.
    ladders = {spec.ladder for level in levels for spec in level.clocks}
    ladders |= {rule.ladder for rule in parts}
    again = policy.rehandle_ladder if tier.depth <= Tier.ASSIGN.depth else None
    ladders |= {again} if again else set()
    channel = policy.channel(complaint.channel)
    wants_reply = complaint.reply_wanted and channel is not None and channel.callback
    return CasePlan(
        complaint=complaint,
        policy=policy.hash,
        tier=tier,
        urgency=urgency,
        category=complaint.category,
        category_name=category.name if category else "",
        holder=holder,
        helpers=helpers,
        backups=backups,
        grid=complaint.place.grid,
        calendar=calendar_from(policy.calendar, complaint.reported_at),
        levels=levels,
        ladders=tuple(ladder for ladder in policy.ladders if ladder.id in ladders),
        choices=(*choices, *by_standard, *by_limit, *holder_choice),
        platform=policy.platform,
        office=policy.office,
        evidence=_evidence(category, standard),
        callback=wants_reply,
        return_window=policy.return_window,
        reopen_window=policy.reopen_window,
        appeal_window=policy.appeal_window,
        rehandle=policy.rehandle,
        rehandle_sign=policy.rehandle_sign,
        rehandle_first=policy.rehandle_first,
        rehandle_ladder=again,
        rehandle_extension=policy.rehandle_extension,
        rehandle_by_head=policy.rehandle_by_head,
        reserve=policy.reserve,
        parts=parts,
        appointed_first=policy.supervise_appointed,
        met_first=policy.supervise_met,
        heard_first=policy.supervise_heard,
        rules=RULES,
        consult=True if category is not None and category.consult else None,
        lead=found.unit,
        powers=policy.powers,
        kinds=kinds_of(
            policy,
            holder,
            found.unit,
            *helpers,
            *backups,
            *found.candidates,
            policy.platform,
            policy.office,
        ),
        issuer_unit=issuer_of(policy, complaint),
        issuers_named=names_issuers(policy) or None,
        sent_for_issuer=_sent_for_issuer(policy, complaint) or None,
        guided_by=above_the_town(policy) or None,
        standard=standard,
        approvers=policy.approvers,
        open_lead=found.open_lead if holder is None else None,
        candidates=(found.candidates or None) if holder is None else None,
        flow=(category.flow or None) if category else None,
        picture=True if category and category.picture else None,
        follow_on=category.follow_on if category else None,
        supervisors=supervised_by(policy, complaint, category) or None,
        elsewhere=policy.evidence_elsewhere or Elsewhere.SHOW,
    )


def _sent_for_issuer(policy: Policy, complaint: Complaint) -> bool:
    """Return whether it came from a superior by a source that does not act as one.

    A town's hotline hands on what a superior sends: what the hotline says of it later is its own.
    """
    if complaint.superior is None and complaint.channel is not Channel.SUPERIOR:
        return False
    unit = issuer_of(policy, complaint)
    return bool(why_not_acting(policy.sources, complaint.source, Role.SUPERIOR, unit))


def _apart(complaint: Complaint, category: Category | None) -> frozenset[str]:
    """Return the clocks that a case of the category never has: the plan goes into every history."""
    apart = set[str]() if complaint.superior is not None else {*OF_SUPERIOR}
    if category is None or not may_choose(category.lead_rule):
        apart.add(CHOOSE)
    if category is None or not may_look_for_owner(category.lead_rule):
        apart.add(OWNER)
    return frozenset(apart)


def _with_known_result(complaint: Complaint, category: Category | None) -> Complaint:
    """Drop a result that its source names and no standard of the category lists.

    It could be a text about a person, and is journaled as it is.
    """
    listed = {name for each in (category.standards if category else ()) for name in each.close}
    if complaint.standing.close is None or complaint.standing.close in listed:
        return complaint
    return replace(complaint, standing=replace(complaint.standing, close=None))


def _evidence(category: Category | None, standard: Standard | None) -> int:
    """Return how many files have to show the place after the work."""
    if standard is not None and standard.after is not None:
        return standard.after
    return category.evidence if category else 0


def _with_withdrawal(parts: tuple[PartRule, ...]) -> tuple[PartRule, ...]:
    """Add what holds where a policy says nothing of the withdrawal of a late case.

    The person who reviews a refusal agrees to it, in the same time, and never by silence; where the
    policy reviews no refusal, the one who exempts from a missed deadline.
    """
    if any(rule.kind is PartKind.WITHDRAWAL for rule in parts):
        return parts
    for kind in (PartKind.REFUSAL, PartKind.EXEMPTION):
        like = [rule for rule in parts if rule.kind is kind]
        if like and all(rule.limit and rule.decider for rule in like):
            said = {"kind": PartKind.WITHDRAWAL, "limit": 2, "default": Default.REFUSE}
            one = {"second": None, "then": None}
            return (*parts, *(replace(rule, **said, **one) for rule in like))  # type: ignore[arg-type]
    return parts
