"""A refusal of a daily act says what is possible now, and by whom."""

from dataclasses import replace

import pytest

from domain.case.closing.acts import Close, Resolve, Verify
from domain.case.commands import Actor
from domain.case.dispatch.acts import Dispatch
from domain.case.joint_work.acts import Convene, Hold, Investigate, Report
from domain.case.refusals import Refusal
from domain.case.supervision.acts import Summon
from domain.case.suspension.acts import Suspend
from domain.people.leading_group import Approvers, Post
from domain.planning.plans import CasePlan
from domain.vocabulary import Callback, Role, Tier
from tests.builders import ACTORS, LOOKUP, PHOTO, WATER_HANDLER, plan
from tests.town import at
from tests.unit.rows.story import Story
from tests.unit.rows.test_steps_of_law import FILED, LAND, OFFICERS, at_day, occupied

NINE, TEN = at("2026-07-01 09:00"), at("2026-07-01 10:00")
DONE = Resolve(result="Done.", evidence=(PHOTO,))
SEEN = Verify(passed=True, note="Looked.")
HAPPY = Close(callback=Callback.SATISFIED, solved=True)
VERIFIER, HOTLINE, LEADER = (ACTORS[r] for r in (Role.VERIFIER, Role.HOTLINE, Role.LEADER))
SUPERVISOR = ACTORS[Role.SUPERVISOR]
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
    assert said(after(), SEEN, VERIFIER) == "sign, by a person of squad"


def test_once_signed_the_holder_resolves() -> None:
    assert said(after("sign"), SEEN, VERIFIER) == "resolve, by a regular officer of squad"


def test_in_a_direct_case_an_auxiliary_resolves_as_well() -> None:
    story = after("sign", tier=Tier.DIRECT)
    assert said(story, SEEN, VERIFIER) == "resolve, by a person of squad"
    assert said(story, SEEN, ACTORS[Role.AUXILIARY]) == "resolve, by you"


def test_who_may_give_it_is_told_so_and_who_may_not_hears_who_does() -> None:
    assert said(after(), DONE) == "sign, by you"
    assert said(after("sign"), SEEN, ACTORS[Role.HANDLER]) == "resolve, by you"
    auxiliary = ACTORS[Role.AUXILIARY]
    assert said(after("sign"), SEEN, auxiliary) == "resolve, by a regular officer of squad"


def test_a_result_that_only_the_head_reports_is_said_to_be_the_head_s() -> None:
    story = after("sign", "resolve", "verify", rehandle_by_head=True)
    unhappy = Close(callback=Callback.UNSATISFIED, note="It is back.", solved=False)
    story.do(unhappy, TEN, by=HOTLINE, lookup=KNOWN)
    story.do("sign", TEN)
    assert said(story, SEEN, ACTORS[Role.HANDLER]) == "resolve, by the head of squad"
    assert said(story, SEEN, ACTORS[Role.UNIT_HEAD]) == "resolve, by you"


def test_work_that_is_open_comes_before_the_result() -> None:
    story = after("sign", "give_task")
    assert said(story, SEEN, VERIFIER) == "report task-1, by water"
    story.do(Report(part="task-1", text="Done.", evidence=(PHOTO,)), TEN, by=WATER_HANDLER)
    assert said(story, HAPPY, WATER_HANDLER) == "check task-1, by a regular officer of squad"


def test_a_request_on_which_a_result_waits_is_answered_first() -> None:
    story = after("sign", "decline_filing")
    assert said(story, SEEN, VERIFIER) == "answer no_filing-1, by a supervisor or above"


def test_the_steps_of_the_law_come_before_the_result() -> None:
    story = occupied()
    assert said(story, SEEN, VERIFIER) == "file_penalty, by a regular officer of land-planning"
    assert said(story, SEEN, LAND) == "file_penalty, by you"
    story.do(FILED, at_day(0), by=LAND, lookup=OFFICERS)
    wanted = "advance_penalty penalty-1, by the officers of penalty-1"
    assert said(story, SEEN, VERIFIER) == wanted


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

    assert said(helped, DONE, other) == "report task-1, by you"
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
    assert words.endswith("by a dispatcher or above (answer); or retract it")
    assert said(story, DONE) == "answer return-1, by a dispatcher or above"


def test_what_is_untriaged_is_triaged_first() -> None:
    story = Story(plan(holder=None))
    wanted = "triage, by a dispatcher of platform, or a supervisor"

    assert said(story, SEEN, VERIFIER) == wanted
    assert said(story, Dispatch(unit="squad"), ACTORS[Role.DISPATCHER]) == "triage, by you"


@pytest.mark.parametrize(("role", "rules"), [(Role.REPORTER, 3), (Role.VERIFIER, 2)])
def test_citizens_and_running_cases_hear_what_they_heard(role: Role, rules: int) -> None:
    assert said(after(rules=rules), SEEN, ACTORS[role]) == ""


# --- Meetings, and what an auxiliary may not do.

HOUR = at("2026-07-02 10:00")
AUXILIARY = ACTORS[Role.AUXILIARY]


def called() -> Story:
    story = after("sign")
    story.do(Convene(units=("water",), at=HOUR, agenda="What to do"), NINE)
    return story


def test_a_meeting_is_named_with_its_hour_and_the_way_out() -> None:
    waived = "or the leading group or its office waives it"

    assert said(called(), SEEN, AUXILIARY).startswith(
        "hold conference-1, at Thu 2026-07-02 10:00 or later"
    )
    assert said(called(), SEEN, AUXILIARY).endswith(f"by a regular officer of squad, {waived}")


def test_a_meeting_is_held_by_the_lead_and_not_by_who_is_invited() -> None:
    assert "by a regular officer of squad" in said(called(), SEEN, WATER_HANDLER)
    assert "by you" in said(called(), SEEN, ACTORS[Role.HANDLER])


def test_before_its_hour_the_refusal_says_the_way_out() -> None:
    act = Hold(part="conference-1", minutes="Agreed.", present=("squad",))
    _, words = called().refused(act, TEN)

    assert words.endswith("come back then, or the leading group or its office waives it")


def test_what_the_office_summoned_a_unit_to_the_office_records() -> None:
    story = after("sign")
    story.do(Summon(whom="the head", at=HOUR, about="Late."), NINE, by=SUPERVISOR)

    assert ", by the leading group or its office, or" in said(story, SEEN, AUXILIARY)


def test_an_investigation_waits_for_the_units_that_are_silent() -> None:
    story = after("sign")
    story.do(Investigate(units=("water",), subject="The outlet."), NINE)

    assert said(story, SEEN, WATER_HANDLER).startswith("report investigation-1, by ")


def test_an_auxiliary_is_not_pointed_at_a_check() -> None:
    story = after("sign", "give_task")
    story.do(Report(part="task-1", text="Done.", evidence=(PHOTO,)), TEN, by=WATER_HANDLER)

    assert said(story, SEEN, AUXILIARY) == "check task-1, by a regular officer of squad"
