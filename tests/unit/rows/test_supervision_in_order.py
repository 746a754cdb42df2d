"""Before a supervised case has a result, its policy may want a lead and a meeting."""

from dataclasses import replace

import pytest

from domain.case.inspections.acts import Check
from domain.case.joint_work.acts import GiveTask, Hold, Report
from domain.case.parts.acts import Waive
from domain.case.refusals import Refusal
from domain.case.supervision.acts import Appoint
from domain.planning.planner import plan as planned
from domain.planning.plans import CasePlan
from domain.policy.part_rules import PartKind
from domain.vocabulary import Role, Stage, Tier
from gateways.holidays import china
from packs import pack_of, shipped_packs
from schemas.packs.policy import SuperviseEntry
from store.packs.loader import load_pack
from tests.acts import MINUTES, WATER_CAME
from tests.builders import ACTORS, LOOKUP, WATER_HANDLER, complaint, plan
from tests.town import at
from tests.unit.rows.story import Story

SUPERVISOR = ACTORS[Role.SUPERVISOR]
NINE, TEN = at("2026-07-01 09:00"), at("2026-07-01 10:00")
HOUR = at("2026-07-02 10:00")
ALONE = Appoint(lead="squad", instruction="You.")
TOGETHER = replace(ALONE, members=("water",))
TASK = GiveTask(unit="water", what="Close the outlet.")
HELD = Hold(
    part="conference-1",
    minutes="Agreed.",
    evidence=(MINUTES,),
    present=("squad", "water"),
    came=WATER_CAME,
)


def strict(tier: Tier = Tier.SUPERVISE) -> CasePlan:
    return replace(plan(tier=tier), appointed_first=True, met_first=True)


def signed(pinned: CasePlan) -> Story:
    story = Story(pinned)
    story.do("sign", NINE)
    return story


def test_a_supervised_case_without_an_appointed_lead_has_no_result() -> None:
    story = signed(strict())
    code, words = story.refused("resolve", TEN)
    story.do(ALONE, TEN)
    story.do("resolve", TEN)

    assert Refusal.WRONG_STEP is code
    assert "the leading group's office has appointed no lead yet; ask it to appoint one" == words
    assert Stage.RESOLVED is story.case.stage


def test_a_supervised_case_whose_members_have_not_met_has_no_result() -> None:
    story = signed(strict())
    story.do(TOGETHER, TEN)
    code, words = story.refused("resolve", TEN)
    story.do("convene", TEN)
    waiting, _ = story.refused("resolve", TEN)
    story.do(HELD, HOUR)
    story.do("resolve", HOUR)

    assert Refusal.WRONG_STEP is code
    assert words.startswith("no conference with water was held; convene one and hold it")
    assert Refusal.WRONG_STEP is waiting
    assert Stage.RESOLVED is story.case.stage


def test_the_office_may_waive_the_meeting() -> None:
    story = signed(strict())
    story.do(TOGETHER, TEN)
    story.do("convene", TEN)
    story.do(Waive(part="conference-1", reason="Settled by telephone."), TEN, by=SUPERVISOR)
    story.do("resolve", TEN)

    assert Stage.RESOLVED is story.case.stage


def test_helpers_of_the_responsibility_list_meet_as_well() -> None:
    story = signed(replace(strict(), helpers=("water",)))
    story.do(ALONE, TEN)
    code, _ = story.refused("resolve", TEN)

    assert Refusal.WRONG_STEP is code


def test_a_case_that_is_raised_is_directed_like_any_other() -> None:
    story = signed(strict(Tier.ASSIGN))
    story.do("raise_tier", TEN)
    story.do("sign", TEN)
    code, _ = story.refused("resolve", TEN)

    assert Refusal.WRONG_STEP is code


def hearing() -> Story:
    """A case whose lead and member have met, and whose policy wants the member heard."""
    story = signed(replace(strict(), heard_first=True))
    story.do(TOGETHER, TEN)
    story.do("convene", TEN)
    story.do(HELD, HOUR)
    return story


def test_presence_at_the_meeting_is_no_report_of_a_member() -> None:
    story = hearing()
    silent, words = story.refused("resolve", HOUR)
    story.do(TASK, HOUR)
    asked, _ = story.refused("resolve", HOUR)
    story.do(Report(part="task-1", text="The outlet is closed."), HOUR, by=WATER_HANDLER)
    story.do(Check(part="task-1", passed=True, note="Looked."), HOUR, by=SUPERVISOR)
    story.do("resolve", HOUR)

    assert Refusal.WRONG_STEP is silent
    assert words.startswith("water has no task yet, and reported nothing: give_task")
    assert Refusal.WRONG_STEP is asked
    assert Stage.RESOLVED is story.case.stage


def test_the_office_may_excuse_a_member_with_a_reason() -> None:
    story = hearing()
    story.do(TASK, HOUR)
    story.do(Waive(part="task-1", reason="No water is concerned."), HOUR, by=SUPERVISOR)
    story.do("resolve", HOUR)

    assert Stage.RESOLVED is story.case.stage


def test_a_case_without_members_waits_for_none() -> None:
    story = signed(replace(strict(), heard_first=True))
    story.do(ALONE, TEN)
    story.do("resolve", TEN)

    assert Stage.RESOLVED is story.case.stage


@pytest.mark.parametrize("tier", [Tier.DIRECT, Tier.ASSIGN])
def test_below_supervise_no_lead_is_appointed(tier: Tier) -> None:
    story = signed(strict(tier))
    story.do("resolve", TEN)

    assert Stage.RESOLVED is story.case.stage


def test_where_the_policy_has_no_conferences_none_is_held() -> None:
    rules = tuple(rule for rule in plan().parts if rule.kind is not PartKind.CONFERENCE)
    story = signed(replace(strict(), parts=rules))
    story.do(TOGETHER, TEN)
    story.do("resolve", TEN)

    assert Stage.RESOLVED is story.case.stage


def test_a_policy_that_asks_for_neither_gets_its_result_as_before() -> None:
    story = signed(plan(tier=Tier.SUPERVISE))
    story.do("resolve", TEN)

    assert Stage.RESOLVED is story.case.stage


def test_a_running_case_is_directed_once_it_is_under_such_a_policy() -> None:
    story = signed(plan(tier=Tier.SUPERVISE))
    anew = replace(strict(), policy="sha256:next")
    story.do("repin", TEN, lookup=replace(LOOKUP, plan=anew))
    code, _ = story.refused("resolve", TEN)

    assert Refusal.WRONG_STEP is code


def test_a_pack_that_says_nothing_asks_for_none() -> None:
    assert SuperviseEntry() == SuperviseEntry(appointed=False, met=False, heard=False)


@pytest.mark.parametrize("tenant", [path.name for path in shipped_packs()])
def test_the_shipped_packs_ask_for_all(tenant: str) -> None:
    policy = load_pack(pack_of(tenant), {"china": china})
    about = replace(complaint(category=policy.categories[0].id), tenant=tenant)
    pinned = planned(policy, about)

    assert pinned.appointed_first
    assert pinned.met_first
    assert pinned.heard_first


OF_LEADER = ACTORS[Role.LEADER]
OTHER = replace(ALONE, lead="water", reason="It knows the drain.")


def test_what_a_leader_appointed_the_office_does_not_overturn() -> None:
    story = signed(replace(strict(), rules=3))
    story.do(ALONE, TEN, by=OF_LEADER)
    code, words = story.refused(OTHER, TEN, by=SUPERVISOR)
    story.do(OTHER, TEN, by=OF_LEADER)

    assert Refusal.WRONG_ROLE is code
    assert "a leader appointed the lead; a supervisor does not change that" in words
    assert "water" == story.case.holder


def test_what_the_office_appointed_both_change_and_a_leader_has_the_last_word() -> None:
    story = signed(replace(strict(), rules=3))
    story.do(ALONE, TEN, by=SUPERVISOR)
    story.do(OTHER, TEN, by=SUPERVISOR)
    story.do(ALONE, TEN, by=OF_LEADER)
    code, _ = story.refused(OTHER, TEN, by=SUPERVISOR)

    assert Refusal.WRONG_ROLE is code


def test_by_the_rules_before_the_office_appoints_another_lead() -> None:
    story = signed(replace(strict(), rules=2))
    story.do(ALONE, TEN, by=OF_LEADER)
    story.do(OTHER, TEN, by=SUPERVISOR)

    assert "water" == story.case.holder


def test_a_meeting_of_the_office_names_no_other_lead_than_a_leader_did() -> None:
    story = signed(replace(strict(), rules=3))
    story.do(TOGETHER, TEN, by=OF_LEADER)
    story.do("convene", TEN)
    code, _ = story.refused(replace(HELD, lead="water"), HOUR, by=SUPERVISOR)
    story.do(HELD, HOUR)

    assert Refusal.WRONG_ROLE is code
    assert "squad" == story.case.holder
