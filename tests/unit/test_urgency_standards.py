"""A source raises the urgency and never lowers it; a person lowers it, with a reason."""

from dataclasses import replace
from datetime import timedelta
from itertools import product

from domain.case.refusals import Refusal
from domain.case.registration.acts import Triage
from domain.case.registration.facts import Triaged
from domain.complaints import Place
from domain.planning.planner import plan, plan_after_triage
from domain.policy.model import ChannelRule, Policy
from domain.sla.case_clocks import HOLDER
from domain.vocabulary import Channel, Role, Stage, Tier, Urgency
from tests.builders import ACTORS
from tests.town import hours
from tests.unit.rows.story import Story, only
from tests.unit.triages import (
    NINE,
    TOWN,
    complaint,
    every_pack,
    given_back,
    looked_up,
    triaged,
    unsorted,
)

NAMED = (None, *Urgency)


@every_pack
def test_whatever_a_source_names_the_category_keeps_its_urgency_or_a_higher_one(
    policy: Policy,
) -> None:
    for category, channel, named in product(policy.categories, Channel, NAMED):
        made = plan(policy, complaint(policy, channel=channel, category=category.id, urgency=named))

        assert made.urgency.rank <= category.urgency.rank
        assert named is None or made.urgency.rank <= named.rank


@every_pack
def test_a_channel_that_is_never_less_than_urgent_is_so_for_every_source(policy: Policy) -> None:
    strict = tuple(replace(rule, urgency=Urgency.URGENT) for rule in policy.channels)
    urgent = replace(policy, channels=strict)
    categories = (None, *(category.id for category in policy.categories))
    for category, channel, named in product(categories, Channel, NAMED):
        made = plan(urgent, complaint(policy, channel=channel, category=category, urgency=named))

        assert made.urgency.rank <= Urgency.URGENT.rank


def test_a_missing_manhole_that_a_source_calls_complex_is_done_within_two_hours() -> None:
    story = Story(plan(TOWN, complaint(urgency=Urgency.COMPLEX)), NINE)

    assert story.due(HOLDER) == NINE + hours(2)


def test_a_source_that_names_a_higher_urgency_is_believed_and_named() -> None:
    made = plan(TOWN, complaint(category="road-damage", urgency=Urgency.URGENT))
    [choice] = [choice for choice in made.choices if choice.question == "urgency"]

    assert made.urgency is Urgency.URGENT
    assert choice.rule == "the complaint"


def test_a_matter_without_a_category_is_normal_however_complex_its_source_calls_it() -> None:
    assert plan(TOWN, complaint(category=None, urgency=Urgency.COMPLEX)).urgency is Urgency.NORMAL


def test_the_category_of_a_channel_keeps_its_urgency_whatever_the_source_names() -> None:
    rules = (ChannelRule(Channel.CITIZEN, callback=True, category="manhole-missing"),)
    policy = replace(TOWN, channels=rules)
    made = plan(policy, complaint(channel=Channel.CITIZEN, category=None, urgency=Urgency.COMPLEX))

    assert made.urgency is Urgency.CRITICAL


def test_a_triage_keeps_what_the_source_saw_of_it() -> None:
    story = unsorted(urgency=Urgency.CRITICAL)
    triaged(story, Triage(category="road-damage"))

    assert story.case.plan.urgency is Urgency.CRITICAL


def test_a_triage_below_the_urgency_of_the_category_needs_a_reason() -> None:
    story = unsorted()
    act = Triage(category="manhole-missing", urgency=Urgency.COMPLEX)
    code, words = story.refused(act, NINE, lookup=looked_up(story, act))
    act = replace(act, reason="On a private yard, fenced off.")
    done = story.do(act, NINE, by=ACTORS[Role.SUPERVISOR], lookup=looked_up(story, act))
    [fact] = only(done, Triaged)

    assert code is Refusal.REASON_NEEDED
    assert "from critical to complex" in words
    assert fact.reason == "On a private yard, fenced off."
    assert story.case.plan.urgency is Urgency.COMPLEX
    assert story.case.plan.standard_urgency is Urgency.CRITICAL


def test_a_triage_below_what_the_source_saw_of_it_needs_a_reason() -> None:
    story = unsorted(urgency=Urgency.CRITICAL)
    act = Triage(category="road-damage", urgency=Urgency.NORMAL)

    assert story.refused(act, NINE, lookup=looked_up(story, act))[0] is Refusal.REASON_NEEDED


def test_another_category_that_lowers_the_urgency_needs_a_reason() -> None:
    """Otherwise the next category is a way around the standard of this one."""
    lacking = complaint(channel=Channel.PATROL, place=Place(), category="manhole-missing")
    story = Story(plan(TOWN, lacking), NINE)
    assert story.case.stage is Stage.RECEIVED
    act = Triage(category="manhole-rattling")
    code, _ = story.refused(act, NINE, lookup=looked_up(story, act))
    act = replace(act, reason="It rattles, it is there.")
    story.do(act, NINE, by=ACTORS[Role.SUPERVISOR], lookup=looked_up(story, act))

    assert code is Refusal.REASON_NEEDED
    assert story.case.plan.urgency is Urgency.NORMAL


def test_what_a_person_raised_is_lowered_with_a_reason_alone() -> None:
    story = unsorted()
    triaged(story, Triage(category="road-damage", urgency=Urgency.URGENT))
    given_back(story)
    act = Triage(category="road-damage")

    assert story.refused(act, NINE, lookup=looked_up(story, act))[0] is Refusal.REASON_NEEDED


def test_a_triage_that_lowers_nothing_needs_no_reason() -> None:
    story = unsorted()
    fact = triaged(story, Triage(category="land-occupation"))

    assert fact.reason is None
    assert story.case.plan.urgency is Urgency.COMPLEX  # the town's own standard for it
    assert story.case.plan.standard_urgency is None


def test_a_case_from_before_lowers_its_urgency_as_it_did() -> None:
    made = plan(TOWN, complaint(category=None))
    story = Story(replace(made, rules=None), NINE)

    triaged(story, Triage(category="manhole-missing", urgency=Urgency.COMPLEX))

    assert story.case.plan.urgency is Urgency.COMPLEX


@every_pack
def test_a_higher_urgency_has_no_later_deadline(policy: Policy) -> None:
    """Raising it, a source cannot gain time either: not by a clock that counts otherwise."""
    for category, tier in product(policy.categories, Tier):
        dues = []
        for named in Urgency:
            about = complaint(policy, category=None)
            made = plan_after_triage(policy, plan(policy, about), category.id, named, tier)
            assert made is not None
            dues.append(Story(replace(made, holder="u"), NINE).due(HOLDER) or NINE)

        assert dues == sorted(dues)
        assert dues[0] - NINE <= timedelta(days=20)
