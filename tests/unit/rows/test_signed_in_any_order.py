"""The two signatures of a supervised case come in any order: one of them is the leading group's."""

from dataclasses import replace

from domain.case.closing.acts import Verify
from domain.case.commands import Actor
from domain.case.inspections.acts import Check
from domain.case.joint_work.acts import GiveTask, Report
from domain.case.participants import inbox
from domain.case.refusals import Refusal
from domain.people.leading_group import Approvers, Post
from domain.vocabulary import Role, Stage, Tier
from tests.acts import MINUTES
from tests.builders import ACTORS, LOOKUP, PHOTO, WATER_HANDLER, plan
from tests.town import at
from tests.unit.rows.story import Story

TEN = at("2026-07-01 10:00")
SEEN = Verify(passed=True, note="Looked.")
LEADER, VERIFIER = ACTORS[Role.LEADER], ACTORS[Role.VERIFIER]
CLERK = Actor("fang", Role.SUPERVISOR, "office")
POSTS = replace(LOOKUP, posts=((LEADER.id, Post.DEPUTY),))


def resolved(rules: int = 3) -> Story:
    """A result, and a task of it that the lead checked: so the group may sign first."""
    approvers = Approvers(signatures=Post.DEPUTY)
    story = Story(replace(plan(tier=Tier.SUPERVISE), approvers=approvers, rules=rules))
    story.do("sign", TEN)
    story.do(GiveTask(unit="water", what="Close the outlet.", evidence=1), TEN)
    story.do(Report(part="task-1", text="Done.", evidence=(MINUTES,)), TEN, by=WATER_HANDLER)
    story.do(Check(part="task-1", passed=True, note="So it is."), TEN)
    story.do("resolve", TEN)
    return story


def test_after_the_leading_group_the_verifier_signs() -> None:
    story = resolved()
    story.do(SEEN, TEN, by=LEADER, lookup=POSTS)
    waits = inbox(story.case)
    _, words = story.refused(SEEN, TEN, by=LEADER, lookup=POSTS)
    story.do(SEEN, TEN, by=VERIFIER, lookup=POSTS)

    assert "platform" in waits
    assert "a verifier or dispatcher of platform gives the second one" in words
    assert story.case.stage is Stage.VERIFIED


def test_what_comes_next_names_the_verifier() -> None:
    story = resolved()
    story.do(SEEN, TEN, by=LEADER, lookup=POSTS)
    _, words = story.refused("sign", TEN, by=CLERK, lookup=POSTS)

    assert words.endswith("now: verify, by you")
    assert story.refused("sign", TEN, lookup=POSTS)[1].endswith("platform, not by squad")


def test_who_has_no_post_gives_no_signature_of_the_group() -> None:
    story = resolved()
    story.do(SEEN, TEN, by=CLERK, lookup=POSTS)

    assert story.refused(SEEN, TEN, by=VERIFIER, lookup=POSTS)[0] is Refusal.WRONG_ROLE


def test_a_signature_of_an_earlier_result_counts_for_no_other() -> None:
    story = resolved()
    story.do(SEEN, TEN, by=LEADER, lookup=POSTS)
    story.do(replace(SEEN, passed=False), TEN, by=VERIFIER, lookup=POSTS)
    story.do("resolve", TEN)
    story.do(SEEN, TEN, by=VERIFIER, lookup=POSTS)

    assert not story.case.group_signed
    assert story.case.stage is Stage.RESOLVED


def test_a_case_of_earlier_rules_waits_for_the_group_as_before() -> None:
    story = resolved(rules=2)
    story.do(SEEN, TEN, by=LEADER, lookup=POSTS)

    assert story.refused(SEEN, TEN, by=VERIFIER, lookup=POSTS)[0] is Refusal.WRONG_ROLE
    assert PHOTO.sha256 in story.case.shown
