"""What is open when the tier is lowered keeps its clock, or the tier is not lowered."""

from dataclasses import replace

from domain.case.parts.acts import Waive
from domain.case.parts.facts import PartState
from domain.case.refusals import Refusal
from domain.case.registration.acts import Triage
from domain.case.requests.acts import Answer
from domain.case.tiers.acts import AskTier
from domain.people.leading_group import Post
from domain.planning.planner import plan, plan_under_new_policy
from domain.policy.part_rules import PartKind
from domain.vocabulary import Role, Tier
from tests.acts import FINDING
from tests.builders import ACTORS, LOOKUP
from tests.unit.rows.story import OFFICE_LEADER, Story
from tests.unit.triages import NINE, TOWN, complaint, crew, given_back, looked_up

LEADER, SUPERVISOR = ACTORS[Role.LEADER], ACTORS[Role.SUPERVISOR]
GRANTED = Answer(part="tier_change-1", granted=True, reason="So it is.")


def inquired(rules: int = 3) -> Story:
    """Return the story of a supervised case with an inquiry into the matter and into the duty."""
    made = plan(TOWN, complaint(category="railside-hazard"))
    story = Story(replace(made, rules=rules), NINE)
    story.do("inquire", NINE, by=SUPERVISOR)
    return story


def asked(story: Story) -> Story:
    story.do(AskTier(to=Tier.ASSIGN, reason="Ours alone."), NINE, by=crew(story))
    return story


def test_a_tier_without_inquiries_is_not_granted_while_one_is_open() -> None:
    story = asked(inquired())
    lower = plan_under_new_policy(TOWN, story.case.plan, Tier.ASSIGN)
    assert lower is not None
    assert lower.part(Tier.ASSIGN, PartKind.INQUIRY) is None
    code, words = story.refused(GRANTED, NINE, by=OFFICE_LEADER, lookup=replace(LOOKUP, plan=lower))

    assert code is Refusal.PARTS_OPEN
    assert words == (
        "still open: inquiry-1, inquiry-2, for which assign has no limit; end or answer them, or "
        "waive them, before the tier is lowered"
    )


def test_the_tier_is_lowered_once_the_inquiry_has_ended() -> None:
    story = asked(inquired())
    head = replace(LOOKUP, posts=((LEADER.id, Post.HEAD),))
    for number, part in enumerate(("inquiry-1", "inquiry-2")):
        paper = replace(FINDING, sha256=f"{number:064x}")
        away = Waive(part=part, reason="No cause for it.", evidence=(paper,))
        story.do(away, NINE, by=LEADER, lookup=head)
    lower = plan_under_new_policy(TOWN, story.case.plan, Tier.ASSIGN)
    story.do(GRANTED, NINE, by=OFFICE_LEADER, lookup=replace(LOOKUP, plan=lower))

    assert story.case.tier is Tier.ASSIGN


def test_a_case_of_earlier_rules_is_lowered_as_before() -> None:
    story = asked(inquired(rules=2))
    lower = plan_under_new_policy(TOWN, story.case.plan, Tier.ASSIGN)
    story.do(GRANTED, NINE, by=OFFICE_LEADER, lookup=replace(LOOKUP, plan=lower))

    assert story.part("inquiry-1").state is PartState.OPEN
    assert story.case.tier is Tier.ASSIGN


def test_a_triage_lowers_no_case_with_an_open_inquiry() -> None:
    story = inquired()
    given_back(story)
    act = Triage(category="garbage", tier=Tier.DIRECT, reason="Simple.")
    code, _ = story.refused(act, NINE, by=SUPERVISOR, lookup=looked_up(story, act))

    assert code is Refusal.PARTS_OPEN


def test_what_assign_has_a_limit_for_goes_on_with_its_clock() -> None:
    story = Story(plan(TOWN, complaint(category="railside-hazard")), NINE)
    story.do("sign", NINE, by=crew(story))
    story.do("give_task", NINE, by=crew(story))
    asked(story)
    lower = plan_under_new_policy(TOWN, story.case.plan, Tier.ASSIGN)
    story.do(GRANTED, NINE, by=OFFICE_LEADER, lookup=replace(LOOKUP, plan=lower))

    assert story.clock("task-1").is_running
