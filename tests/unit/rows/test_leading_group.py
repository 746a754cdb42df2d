"""In tier supervise the leading group decides, by the posts that the roster gives its people."""

from dataclasses import replace
from datetime import timedelta

import pytest

from domain.case.actors import actor_of_person
from domain.case.closing.acts import Verify
from domain.case.commands import Actor, Command, Lookup
from domain.case.joint_work.acts import GiveTask
from domain.case.parts.acts import Waive
from domain.case.parts.facts import PartState
from domain.case.refusals import Refusal
from domain.case.requests.acts import Answer, AskExtension
from domain.case.state import Case
from domain.case.suspension.acts import Suspend
from domain.people.leading_group import Approvers, LeadingGroup, Post, posts
from domain.people.rosters import Absence
from domain.planning.planner import plan as planned
from domain.planning.plans import CasePlan
from domain.policy.model import Policy
from domain.policy.part_rules import PartKind
from domain.vocabulary import Role, Stage, Tier
from gateways.holidays import china
from packs import pack_of
from store.packs.loader import load_pack
from tests.builders import ACTORS, LOOKUP, complaint, plan
from tests.town import PART_RULES, at
from tests.unit.rows.story import Story
from workflows.questions import question

NINE, TEN = at("2026-07-01 09:00"), at("2026-07-01 10:00")
ALL = Approvers(*(Post.STANDING_DEPUTY,) * 4)
HEAD = Actor("chen", Role.LEADER, "group")
STANDING = Actor("wu", Role.LEADER, "group")
DEPUTY = Actor("qin", Role.LEADER, "group")
IN_HIS_PLACE = Actor("zhou", Role.LEADER, "group", for_person="wu", own_unit="office")
DISTRICT = Actor("shao", Role.LEADER, "district")
SUPERVISOR = ACTORS[Role.SUPERVISOR]
KNOWN = replace(
    LOOKUP,
    posts=(("chen", Post.HEAD), ("wu", Post.STANDING_DEPUTY), ("qin", Post.DEPUTY)),
)
EXTEND = AskExtension(hours=8, reason="Rain.")
ANSWER = Answer(part="extension-1", granted=True, reason="So be it.")


def led(tier: Tier = Tier.SUPERVISE, approvers: Approvers | None = ALL) -> CasePlan:
    decided = tuple(
        replace(rule, decider=Role.LEADER)
        if rule.kind in {PartKind.EXTENSION, PartKind.SUSPENSION}
        else rule
        for rule in PART_RULES
    )
    return replace(plan(tier=tier), parts=decided, approvers=approvers)


def signed(pinned: CasePlan | None = None) -> Story:
    story = Story(pinned or led())
    story.do("sign", NINE)
    return story


def asked(pinned: CasePlan | None = None) -> Story:
    story = signed(pinned)
    story.do(EXTEND, TEN)
    return story


@pytest.mark.parametrize("by", [STANDING, HEAD, IN_HIS_PLACE], ids=lambda each: str(each.id))
def test_a_request_is_decided_from_the_post_on(by: Actor) -> None:
    story = asked()
    story.do(ANSWER, TEN, by=by, lookup=KNOWN)

    assert story.part("extension-1").state is PartState.GRANTED


@pytest.mark.parametrize("by", [DEPUTY, DISTRICT], ids=lambda each: str(each.id))
def test_a_leader_without_the_post_does_not_decide(by: Actor) -> None:
    code, words = asked().refused(ANSWER, TEN, by=by, lookup=KNOWN)

    assert code is Refusal.WRONG_ROLE
    assert "the standing deputy of the leading group or above (chen, wu)" in words


def test_a_person_who_stood_in_for_another_does_not_keep_the_post() -> None:
    own = replace(IN_HIS_PLACE, for_person=None)
    code, words = asked().refused(ANSWER, TEN, by=own, lookup=KNOWN)

    assert code is Refusal.WRONG_ROLE
    assert words.endswith("zhou has no post")


def test_in_another_tier_the_role_decides_alone() -> None:
    story = asked(led(Tier.ASSIGN))
    story.do(ANSWER, TEN, by=DISTRICT)

    assert story.part("extension-1").state is PartState.GRANTED


def test_a_case_whose_plan_names_no_posts_is_decided_as_before() -> None:
    story = asked(led(approvers=None))
    story.do(ANSWER, TEN, by=DISTRICT)

    assert story.part("extension-1").state is PartState.GRANTED


def test_what_a_post_would_decide_is_not_ordered_past_it() -> None:
    rest = Suspend(reason="The river.", until=at("2026-08-01 09:00"), measures="A fence.")
    story = signed()
    code, _ = story.refused(rest, TEN, by=DISTRICT, lookup=KNOWN)
    story.do(rest, TEN, by=STANDING, lookup=KNOWN)

    assert code is Refusal.WRONG_ROLE
    assert story.case.suspended_until == at("2026-08-01 09:00")


def test_a_waiver_is_the_groups() -> None:
    story = signed()
    story.do(GiveTask(unit="water", what="Look."), TEN)
    waive = Waive(part="task-1", reason="Done by others.")
    code, _ = story.refused(waive, TEN, by=SUPERVISOR, lookup=KNOWN)
    story.do(waive, TEN, by=HEAD, lookup=KNOWN)

    assert code is Refusal.WRONG_ROLE
    assert story.part("task-1").state is PartState.WAIVED


def test_the_second_signature_is_the_groups() -> None:
    story = signed()
    story.do("resolve", TEN)
    story.do(Verify(passed=True, note="Clean."), TEN, by=ACTORS[Role.VERIFIER], lookup=KNOWN)
    second = Verify(passed=True, note="Clean indeed.")
    code, _ = story.refused(second, TEN, by=SUPERVISOR, lookup=KNOWN)
    story.do(second, TEN, by=STANDING, lookup=KNOWN)

    assert code is Refusal.WRONG_ROLE
    assert story.case.stage is Stage.VERIFIED


def test_a_ruling_is_the_groups_also_where_a_supervisor_is_the_decider() -> None:
    story = signed()
    ruling = Answer(part="ruling-1", granted=False, reason="It is yours.")
    for part in ("return-1", "ruling-1"):
        story.do("return", TEN)
        if part == "return-1":
            no = Answer(part=part, granted=False, reason="It is yours.")
            story.do(no, TEN, by=ACTORS[Role.DISPATCHER], lookup=KNOWN)
    code, _ = story.refused(ruling, TEN, by=SUPERVISOR, lookup=KNOWN)

    assert code is Refusal.WRONG_ROLE


def test_a_case_needs_no_look_up_for_what_no_post_decides() -> None:

    case: Case = asked().case
    answer = question(case, Command("1", HEAD, ANSWER), TEN)
    other = question(asked(led(approvers=None)).case, Command("1", HEAD, ANSWER), TEN)

    assert answer is not None
    assert answer.posts_wanted
    assert other is None


@pytest.fixture(scope="module")
def youchegang() -> Policy:
    return load_pack(pack_of("youchegang"), {"china": china})


def test_the_town_binds_posts_to_people_and_departments_to_their_heads(youchegang: Policy) -> None:
    roster = youchegang.roster
    assert roster.leading_group is not None
    held = dict(posts(roster.leading_group, roster.people))

    assert held["lu-jianming"] is Post.HEAD
    assert held["fei-xuewen"] is Post.STANDING_DEPUTY
    assert held["zhou-zhiqiang"] is Post.MEMBER
    assert "shao-wenhua" not in held  # a leader of the district
    assert planned(youchegang, complaint(category=None)).approvers == youchegang.approvers


def test_the_deputy_of_an_absent_standing_deputy_decides_in_that_place(youchegang: Policy) -> None:
    day = timedelta(days=1)
    away = (*youchegang.roster.absences, Absence("fei-xuewen", NINE - day, NINE + day))
    policy = replace(youchegang, roster=replace(youchegang.roster, absences=away))
    by = actor_of_person(policy, "yao-liqin", TEN, kind="answer")
    group = policy.roster.leading_group
    assert group is not None
    lookup = Lookup(posts=tuple(posts(group, policy.roster.people)))
    story = asked()
    story.do(ANSWER, TEN, by=by, lookup=lookup)

    assert by.for_person == "fei-xuewen"
    assert story.part("extension-1").state is PartState.GRANTED


def test_a_person_named_twice_has_the_higher_post() -> None:
    group = LeadingGroup("chen", "chen", members=("squad",))

    assert dict(posts(group, ())) == {"chen": Post.HEAD}
