"""The tier rises by itself and falls by the leading group's office alone, with a reason."""

from dataclasses import replace
from datetime import timedelta
from itertools import product
from typing import Any

import pytest

from domain.case.closing.acts import Resolve
from domain.case.commands import ENGINE
from domain.case.joint_work.acts import Convene, GiveTask
from domain.case.parts.acts import Waive
from domain.case.refusals import Refusal
from domain.case.registration.acts import Refuse, Triage
from domain.case.requests.acts import Answer
from domain.case.supervision.acts import Appoint
from domain.case.tiers.acts import AskTier, RaiseTier
from domain.complaints import Complaint, SuperiorOrder
from domain.people.leading_group import Post
from domain.planning.planner import plan, plan_after_triage, plan_under_new_policy
from domain.policy.model import Policy, TierRule
from domain.policy.part_rules import PartKind
from domain.vocabulary import Channel, OutsideMandate, Role, Stage, Tier
from tests.acts import SCAN
from tests.builders import ACTORS, LOOKUP, PHOTO
from tests.unit.rows.story import OFFICE_LEADER, Story
from tests.unit.triages import (
    NINE,
    POLICIES,
    TOWN,
    complaint,
    crew,
    every_pack,
    given_back,
    looked_up,
    triaged,
    unsorted,
)

SUPERVISOR, LEADER = ACTORS[Role.SUPERVISOR], ACTORS[Role.LEADER]
ORDER = SuperiorOrder("2026-13", "city", NINE + timedelta(days=40), supervised=True)
NOT_SUPERVISE = (Tier.DIRECT, Tier.ASSIGN)


def ordered(policy: Policy = TOWN, **changes: Any) -> Complaint:
    return complaint(policy, **({"channel": Channel.SUPERIOR, "superior": ORDER} | changes))


def returned(tier: Tier = Tier.SUPERVISE) -> Story:
    """A case that was handed out, raised, and has come back to the platform."""
    story = Story(plan(TOWN, complaint(category="road-damage")), NINE)
    story.do(RaiseTier(to=tier, reason="Three bureaus."), NINE, by=SUPERVISOR)
    given_back(story)
    return story


# --- What a superior supervises.


@every_pack
def test_what_a_superior_supervises_is_supervise_in_every_category_and_channel(
    policy: Policy,
) -> None:
    categories = (None, *(category.id for category in policy.categories), "unknown")
    for category, channel in product(categories, Channel):
        made = plan(policy, ordered(policy, category=category, channel=channel))

        assert made.tier is Tier.SUPERVISE


@every_pack
@pytest.mark.parametrize("tier", NOT_SUPERVISE)
def test_no_rule_of_a_pack_places_it_lower(policy: Policy, tier: Tier) -> None:
    first = TierRule("ours-first", "always", tier)
    lower = TierRule("theirs", "superior_supervised", tier)
    for rules in ((first, *policy.tier_rules), (lower, first), (first,)):
        made = plan(replace(policy, tier_rules=rules), ordered(policy, category=None))
        later = plan_after_triage(replace(policy, tier_rules=rules), made, policy.categories[0].id)

        assert made.tier is Tier.SUPERVISE
        assert later is not None
        assert later.tier is Tier.SUPERVISE


@pytest.mark.parametrize(
    ("role", "tier"), [*product((Role.DISPATCHER, Role.SUPERVISOR), NOT_SUPERVISE)]
)
def test_no_one_in_the_town_triages_it_into_another_tier(role: Role, tier: Tier) -> None:
    story = Story(plan(TOWN, ordered(category=None)), NINE)
    act = Triage(category="road-damage", tier=tier, reason="Simple.")
    code, words = story.refused(act, NINE, by=ACTORS[role], lookup=looked_up(story, act))

    assert code is Refusal.OUTSIDE_OUR_POWER
    assert "city" in words


@pytest.mark.parametrize("tier", NOT_SUPERVISE)
def test_no_unit_asks_to_have_it_in_another_tier(tier: Tier) -> None:
    story = Story(plan(TOWN, ordered(category="road-damage")), NINE)
    code, _ = story.refused(AskTier(to=tier, reason="Simple."), NINE, by=crew(story))

    assert code is Refusal.OUTSIDE_OUR_POWER


def test_a_new_policy_leaves_it_where_it_is() -> None:
    story = Story(plan(TOWN, ordered(category="road-damage")), NINE)
    new = plan_under_new_policy(TOWN, story.case.plan, story.case.tier)

    assert new.tier is Tier.SUPERVISE


# --- Any other case.


@pytest.mark.parametrize("tier", NOT_SUPERVISE)
def test_a_dispatcher_lowers_no_tier_by_a_triage(tier: Tier) -> None:
    story = returned()
    act = Triage(category="road-damage", tier=tier, reason="Simple.")
    code, words = story.refused(act, NINE, lookup=looked_up(story, act))

    assert code is Refusal.TIER_LOWERED
    assert f"from supervise to {tier}" in words


def test_a_triage_that_names_no_tier_leaves_a_raised_case_where_it_is() -> None:
    story = returned()
    triaged(story, Triage(category="garbage", reason="Only litter."))

    assert story.case.tier is Tier.SUPERVISE


def test_the_office_lowers_a_tier_with_a_reason() -> None:
    story = returned()
    act = Triage(category="road-damage", tier=Tier.ASSIGN)
    code, _ = story.refused(act, NINE, by=SUPERVISOR, lookup=looked_up(story, act))
    reasoned = replace(act, reason="One bureau after all.")
    story.do(reasoned, NINE, by=SUPERVISOR, lookup=looked_up(story, reasoned))

    assert code is Refusal.REASON_NEEDED
    assert story.case.tier is Tier.ASSIGN
    assert story.case.plan.standard_tier is Tier.SUPERVISE


@pytest.mark.parametrize("category", ["railside-hazard", "manhole-rattling"])
def test_a_first_triage_below_the_tier_of_the_rules_is_the_offices(category: str) -> None:
    story = unsorted()
    act = Triage(category=category, tier=Tier.DIRECT, reason="Quick.")
    code, _ = story.refused(act, NINE, lookup=looked_up(story, act))
    story.do(act, NINE, by=SUPERVISOR, lookup=looked_up(story, act))

    assert code is Refusal.TIER_LOWERED
    assert story.case.tier is Tier.DIRECT


def test_what_no_unit_owns_is_lowered_by_no_one() -> None:
    story = unsorted()
    act = Triage(category="waste-recycling", tier=Tier.ASSIGN, reason="Quick.")
    code, words = story.refused(act, NINE, by=SUPERVISOR, lookup=looked_up(story, act))
    triaged(story, Triage(category="waste-recycling"))
    asked = AskTier(to=Tier.ASSIGN, reason="One bureau is enough.")
    story.do(asked, NINE, by=crew(story))
    given = Answer(part="tier_change-1", granted=True, reason="So it is.")
    lower = replace(LOOKUP, plan=plan_under_new_policy(TOWN, story.case.plan, Tier.ASSIGN))
    leader = replace(LEADER, unit="town")
    later, _ = story.refused(given, NINE, by=leader, lookup=lower)

    assert code is Refusal.TIER_LOWERED
    assert "no unit owns waste-recycling" in words
    assert later is Refusal.TIER_LOWERED
    assert story.case.tier is Tier.SUPERVISE


def test_what_no_unit_owned_is_lowered_once_the_list_names_a_lead() -> None:
    story = Story(plan(TOWN, complaint(category="waste-recycling")), NINE)
    asked = AskTier(to=Tier.ASSIGN, reason="One bureau is enough.")
    story.do(asked, NINE, by=crew(story))
    given = Answer(part="tier_change-1", granted=True, reason="So it is.")
    lead = TOWN.categories[0].lead
    listed = tuple(
        replace(each, lead=lead) if each.id == "waste-recycling" else each
        for each in TOWN.categories
    )
    under = plan_under_new_policy(replace(TOWN, categories=listed), story.case.plan, Tier.ASSIGN)
    story.do(given, NINE, by=LEADER, lookup=replace(LOOKUP, plan=under))

    assert story.case.tier is Tier.ASSIGN


def test_a_matter_that_came_again_and_again_is_still_supervised_after_its_triage() -> None:
    lacking = complaint(channel=Channel.PATROL, category="garbage")
    story = Story(plan(TOWN, lacking, before=("a", "b")), NINE)
    assert story.where == (Tier.SUPERVISE, Stage.RECEIVED, None)
    triaged(story, Triage(category="garbage"))

    assert story.case.tier is Tier.SUPERVISE


def test_what_a_source_guessed_is_corrected_by_a_triage() -> None:
    lacking = complaint(channel=Channel.PATROL, category="fire-hazard")
    story = Story(plan(TOWN, lacking), NINE)
    assert story.where == (Tier.ASSIGN, Stage.RECEIVED, None)
    triaged(story, Triage(category="garbage", reason="Litter, no hazard."))

    assert story.case.tier is Tier.DIRECT


def test_a_case_without_category_that_a_person_raised_is_not_lowered_by_a_triage() -> None:
    """Refused, taken on after review and raised, which rules 3 refuse: it never had a category."""
    story = Story(replace(unsorted().case.plan, rules=2), NINE)
    story.do(Refuse(because=OutsideMandate.UNLAWFUL, advice="None."), NINE)
    over = Answer(part="refusal-1", granted=False, reason="It is ours.")
    story.do(over, NINE, by=SUPERVISOR)
    story.do(RaiseTier(to=Tier.SUPERVISE, reason="Many."), NINE, by=SUPERVISOR)
    assert story.case.plan.category is None
    given_back(story)
    act = Triage(category="garbage", tier=Tier.DIRECT, reason="Simple.")

    assert story.refused(act, NINE, lookup=looked_up(story, act))[0] is Refusal.TIER_LOWERED


def lowering_asked(decider: Role) -> Story:
    """A supervised case whose holder has asked for assign, under a pack with this decider."""
    rules = tuple(
        replace(rule, decider=decider) if rule.kind is PartKind.TIER_CHANGE else rule
        for rule in TOWN.parts
    )
    policy = replace(TOWN, parts=rules)
    story = Story(plan(policy, complaint(category="railside-hazard")), NINE)
    story.do(AskTier(to=Tier.ASSIGN, reason="Ours alone."), NINE, by=crew(story))
    return story


GRANTED = Answer(part="tier_change-1", granted=True, reason="So it is.")


@pytest.mark.parametrize("decider", [Role.DISPATCHER, Role.SUPERVISOR])
def test_a_dispatcher_grants_no_lower_tier_whatever_the_pack_says(decider: Role) -> None:
    story = lowering_asked(decider)
    new = plan_under_new_policy(TOWN, story.case.plan, Tier.ASSIGN)
    lookup = replace(LOOKUP, plan=new)
    code, _ = story.refused(GRANTED, NINE, lookup=lookup)

    assert code in {Refusal.TIER_LOWERED, Refusal.WRONG_ROLE}
    story.do(GRANTED, NINE, by=OFFICE_LEADER, lookup=lookup)
    assert story.case.tier is Tier.ASSIGN


def test_silence_lowers_no_tier() -> None:
    story = lowering_asked(Role.SUPERVISOR)
    story.wait(NINE + timedelta(days=10))

    assert story.case.tier is Tier.SUPERVISE


# --- No other way down.


@pytest.mark.parametrize("policy", POLICIES, ids=lambda policy: policy.tenant)
def test_reopened_the_case_has_the_tier_that_it_had(policy: Policy) -> None:
    category = next(c.id for c in policy.categories if c.tier is Tier.SUPERVISE)
    story = Story(plan(policy, complaint(policy, category=category)), NINE)
    lead = story.case.holder
    assert lead is not None
    story.do("sign", NINE, by=crew(story))
    # Both packs leave waivers, second signatures and rulings to posts of the leading group.
    units = tuple(unit.id for unit in policy.units)
    held = (("wu", Post.HEAD), ("qin", Post.STANDING_DEPUTY))
    known = replace(LOOKUP, units=units, posts=held)
    appointed = Appoint(lead=lead, instruction="Alone.")
    story.do(appointed, NINE, by=SUPERVISOR, lookup=known)
    orders = [GiveTask(unit=unit, what="Look after it.") for unit in story.case.members]
    if orders:
        agenda = Convene(units=(), at=NINE + timedelta(days=1), agenda="Who does what?")
        story.do(agenda, NINE, by=SUPERVISOR, lookup=known)
    for order in orders:
        story.do(order, NINE, by=SUPERVISOR, lookup=known)
    for part in story.case.parts:
        story.do(Waive(part=part.id, reason="By telephone."), NINE, by=LEADER, lookup=known)
    story.do(Resolve(result="Gone.", evidence=(PHOTO, SCAN)), NINE, by=crew(story))
    story.do("verify", NINE, lookup=known)
    story.do("verify", NINE, by=LEADER, lookup=known)
    story.do("close", NINE, lookup=known)
    story.do("ask_reopening", NINE)
    granted = Answer(part="reopening-1", granted=True, reason="They are back.")
    story.do(granted, NINE, by=replace(LEADER, id="qin"), lookup=known)

    assert story.case.tier is Tier.SUPERVISE
    assert story.case.stage is Stage.DISPATCHED


def test_a_case_that_followed_another_comes_back_in_its_own_tier() -> None:
    story = returned()
    story.do("merge", NINE, by=ENGINE)
    story.do("unmerge", NINE)
    act = Triage(category="road-damage", tier=Tier.DIRECT, reason="Simple.")

    assert story.where == (Tier.SUPERVISE, Stage.TRIAGED, None)
    assert story.refused(act, NINE, lookup=looked_up(story, act))[0] is Refusal.TIER_LOWERED
