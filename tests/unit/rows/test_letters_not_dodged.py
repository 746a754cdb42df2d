"""A letter and the ladder's interview are not dodged by a hollow result or a friendly part."""

from dataclasses import replace
from datetime import timedelta

from domain.case.closing.acts import Verify
from domain.case.joint_work.acts import Report
from domain.case.parts.facts import PartState
from domain.case.supervision.acts import Summon
from domain.planning.plans import RULES
from domain.policy.part_rules import PartKind
from domain.vocabulary import Role, Tier
from tests.builders import ACTORS, plan
from tests.town import at
from tests.unit.rows.story import Story

SUPERVISOR, VERIFIER = ACTORS[Role.SUPERVISOR], ACTORS[Role.VERIFIER]
NINE, TEN = at("2026-07-01 09:00"), at("2026-07-01 10:00")


def signed(rules: int | None = RULES) -> Story:
    story = Story(replace(plan(), rules=rules))
    story.do("sign", NINE)
    return story


def late(story: Story) -> None:
    story.do("progress", NINE)
    story.wait(at("2026-08-10 10:00"))


def test_a_letter_outlasts_a_hollow_result_and_its_time_goes_on() -> None:
    story = signed()
    story.do("issue_letter", NINE)
    assert at("2026-07-02 09:00") == story.due("letter-1")
    story.do("resolve", TEN)
    assert story.part("letter-1").is_open
    assert story.due("letter-1") is None
    story.do(Verify(passed=False, note="Nothing done."), at("2026-07-01 11:00"), by=VERIFIER)

    assert at("2026-07-02 10:00") == story.due("letter-1")  # an hour was the verifier's
    story.wait(at("2026-07-02 10:01"))
    assert PartState.FAILED is story.part("letter-1").state
    assert Tier.SUPERVISE is story.case.tier
    assert story.part("interview-1").is_open


def test_a_letter_is_answered_while_the_result_is_looked_at() -> None:
    story = signed()
    story.do("issue_letter", NINE)
    story.do("resolve", TEN)
    story.do(Report(part="letter-1", text="It is done."), TEN)

    assert PartState.DONE is story.part("letter-1").state


def test_a_letter_ends_with_the_result_that_is_verified() -> None:
    story = signed()
    story.do("issue_letter", NINE)
    story.do("resolve", TEN)
    story.do("verify", TEN)

    assert PartState.LAPSED is story.part("letter-1").state


def test_a_letter_under_the_first_rules_ends_with_the_result() -> None:
    story = signed(rules=None)
    story.do("issue_letter", NINE)
    story.do("resolve", TEN)

    assert PartState.LAPSED is story.part("letter-1").state


def test_a_far_off_summons_is_not_in_the_way_of_the_interview_of_the_ladder() -> None:
    story = signed()
    far = Summon(whom="the owner", at=NINE + timedelta(days=90), about="The stalls")
    story.do(far, NINE, by=ACTORS[Role.HANDLER])
    story.do("issue_letter", NINE)
    story.wait(at("2026-07-02 09:01"))
    [own, summoned] = story.case.open_parts(PartKind.INTERVIEW)

    assert own.of is None
    assert ("letter-1", None) == summoned.of


def test_summonses_by_persons_do_not_use_up_those_of_the_ladder() -> None:
    story = signed()
    rule = story.case.plan.part(Tier.ASSIGN, PartKind.INTERVIEW)
    for _ in range(rule.limit if rule else 0):
        story.do("summon", NINE, by=SUPERVISOR)
    story.do("issue_letter", NINE)
    story.wait(at("2026-07-02 09:01"))

    assert [("letter-1", None)] == [p.of for p in story.case.parts if p.of is not None]


def test_friendly_letters_do_not_use_up_those_of_the_ladder() -> None:
    story = signed()
    rule = story.case.plan.part(Tier.ASSIGN, PartKind.LETTER)
    for number in range(1, (rule.limit if rule else 0) + 1):
        story.do("issue_letter", NINE)
        story.do(Report(part=f"letter-{number}", text="Soon."), NINE)
    late(story)
    letters = [part for part in story.case.parts if part.kind is PartKind.LETTER]

    assert letters[-1].of is not None
