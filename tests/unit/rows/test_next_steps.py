"""A refusal of a daily act says what is possible now, and by whom."""

from dataclasses import replace

import pytest

from domain.case.closing.acts import Close, Resolve, Verify
from domain.case.commands import Actor
from domain.case.dispatch.acts import Dispatch
from domain.case.refusals import Refusal
from domain.case.suspension.acts import Suspend
from domain.people.leading_group import Approvers, Post
from domain.planning.plans import CasePlan
from domain.vocabulary import Callback, Role, Tier
from tests.builders import ACTORS, LOOKUP, PHOTO, plan
from tests.town import at
from tests.unit.rows.story import Story

NINE, TEN = at("2026-07-01 09:00"), at("2026-07-01 10:00")
DONE = Resolve(result="Done.", evidence=(PHOTO,))
SEEN = Verify(passed=True, note="Looked.")
HAPPY = Close(callback=Callback.SATISFIED, solved=True)
VERIFIER, HOTLINE, LEADER = (ACTORS[r] for r in (Role.VERIFIER, Role.HOTLINE, Role.LEADER))
KNOWN = replace(LOOKUP, posts=((LEADER.id, Post.HEAD),))


def said(story: Story, act: object, by: Actor | None = None) -> str:
    """Return what comes after "now" in the refusal."""
    _, words = story.refused(act, TEN, by=by, lookup=KNOWN)  # type: ignore[arg-type]
    return words.partition("; now: ")[2]


def after(*steps: str, tier: Tier = Tier.ASSIGN, **fields: object) -> Story:
    whole: CasePlan = replace(plan(tier=tier), **fields)  # type: ignore[arg-type]
    story = Story(whole)
    for step in steps:
        story.do(step, NINE, lookup=KNOWN)
    return story


def test_before_it_is_signed_the_holder_signs() -> None:
    assert said(after(), DONE) == "sign, by a person of squad"


def test_once_signed_the_holder_resolves() -> None:
    assert said(after("sign"), SEEN, VERIFIER) == "resolve, by a person of squad"


def test_a_result_is_verified_by_another_unit() -> None:
    wanted = "verify, by a verifier or dispatcher of platform, not by squad"

    assert said(after("sign", "resolve"), HAPPY, HOTLINE) == wanted


def test_the_second_signature_is_given_by_the_post() -> None:
    approvers = Approvers(signatures=Post.DEPUTY)
    story = after("sign", "resolve", "verify", tier=Tier.SUPERVISE, approvers=approvers)
    _, words = story.refused(SEEN, TEN, by=ACTORS[Role.DISPATCHER], lookup=KNOWN)

    deputy = "a deputy head of the leading group or above"
    assert said(story, HAPPY, HOTLINE) == f"verify, the second signature, by {deputy}"
    assert f"{deputy} gives the second" in words


def test_what_is_verified_is_closed_by_the_hotline() -> None:
    wanted = "close, by the hotline, or the leading group or its office"

    assert said(after("sign", "resolve", "verify"), DONE) == wanted


def test_a_unit_with_a_task_hears_whose_act_it_waits_for_and_a_stranger_does_not() -> None:
    other = Actor("feng", Role.HANDLER, "water")
    helped = after("sign", "give_task")

    assert said(helped, DONE, other) == "resolve, by a person of squad"
    assert said(after("sign"), DONE, other) == ""


def test_a_case_that_rests_is_resumed_first() -> None:
    story = after("sign")
    rest = Suspend(reason="Rain.", until=at("2026-07-20 09:00"), measures="A fence.")
    story.do(rest, NINE, by=LEADER, lookup=KNOWN)

    assert said(story, DONE) == "resume, by a leader"


def test_while_a_return_is_open_it_is_answered_first() -> None:
    story = after("return")
    code, words = story.refused("return", TEN)

    assert code is Refusal.ALREADY_ASKED
    assert words.endswith("by a dispatcher or above (answer)")
    assert said(story, DONE) == "answer return-1, by a dispatcher or above"


def test_what_is_untriaged_is_triaged_first() -> None:
    story = Story(plan(holder=None))
    wanted = "triage, by a dispatcher of platform, or a supervisor"

    assert said(story, Dispatch(unit="squad"), ACTORS[Role.DISPATCHER]) == wanted


@pytest.mark.parametrize(("role", "rules"), [(Role.REPORTER, 3), (Role.VERIFIER, 2)])
def test_citizens_and_running_cases_hear_what_they_heard(role: Role, rules: int) -> None:
    assert said(after(rules=rules), SEEN, ACTORS[role]) == ""
