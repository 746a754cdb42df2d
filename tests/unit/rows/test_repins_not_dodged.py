"""A case goes over to the policy in force alone, and no repin hides a miss of who decides it."""

import asyncio
from dataclasses import replace

import pytest

from activities.lookups import LookupActivities
from domain.case.commands import Actor, Command, Lookup
from domain.case.escalation.facts import DeadlineMoved
from domain.case.refusals import Refusal
from domain.case.repinning.acts import Repin
from domain.case.requests.acts import Answer, AskExtension
from domain.planning.plans import CasePlan
from domain.reporting.reports import PeriodReport
from domain.sla.case_clocks import APPOINT, CITIZEN, HOLDER
from domain.vocabulary import Role, Tier
from runtime.cli.views.report import print_report
from tests.builders import ACTORS, plan
from tests.town import at
from tests.unit.rows.story import OFFICE_LEADER, Story, only
from tests.unit.rows.test_rhythm import with_limits
from tests.unit.rows.test_whose_miss import YEAR, quiet
from tests.unit.test_repinning import with_budget
from tests.workflow.fakes import TownDesk
from tests.workflow.policies import policy
from workflows.questions import question

SUPERVISOR, LEADER = ACTORS[Role.SUPERVISOR], ACTORS[Role.LEADER]
NINE, LATE, LATER = at("2026-07-01 09:00"), at("2026-07-24 10:00"), at("2026-07-24 11:00")
IN_PERSON = Actor("wu", Role.LEADER, "office")
DEPUTY = Actor("shen", Role.LEADER, "town", for_person="wu", own_unit="office")
ACT = Repin(policy="sha256:new", reason="The council decided.")


def late(rules: int = 3, tier: Tier = Tier.SUPERVISE) -> Story:
    """The squad is late, and in supervise the office with what it has to appoint."""
    story = Story(replace(with_limits(quiet(tier), APPOINT), rules=rules))
    story.do("sign", NINE)
    story.wait(LATE)
    return story


def kinder(story: Story, *clocks: str) -> Lookup:
    new: CasePlan = replace(story.case.plan, rules=3)
    for clock in clocks:
        new = with_budget(new, clock, 400)
    return Lookup(plan=new)


def report(*stories: Story) -> PeriodReport:
    found = PeriodReport(YEAR)
    for story in stories:
        found.add(story.events)
    return found


@pytest.mark.parametrize(("running", "problem"), [("sha256:new", False), ("sha256:town", True)])
def test_a_worker_plans_a_repin_only_under_the_policy_that_it_runs(
    running: str, problem: bool
) -> None:
    policies = {each: policy(each) for each in ("sha256:new", "sha256:town")}
    policies[running] = policies.pop(running)  # the last is the one in force
    asked = question(Story().case, Command("c", SUPERVISOR, ACT), NINE)
    assert asked is not None
    found = asyncio.run(LookupActivities(TownDesk(policies=policies)).look_up(asked))

    assert (found.plan is None) is problem
    assert ("put the pack in SANBAN_PACKS of all services" in found.problem) is problem


def test_another_standard_needs_no_policy_in_force() -> None:
    """A case keeps its policy, and its tier may be lowered under it, whatever is in force today."""
    case = Story().case
    asked = question(case, Command("c", SUPERVISOR, Repin(policy="p", reason="x")), NINE)
    assert asked is not None
    asked = asked.model_copy(update={"in_force": False, "policy": "sha256:town"})
    policies = {each: policy(each) for each in ("sha256:town", "sha256:new")}
    found = asyncio.run(LookupActivities(TownDesk(policies=policies)).look_up(asked))

    assert found.problem == ""


@pytest.mark.parametrize("by", [SUPERVISOR, DEPUTY], ids=["the office", "as a deputy"])
def test_who_is_of_the_late_office_does_not_repin_its_case(by: Actor) -> None:
    story = late()
    code, words = story.refused(ACT, LATER, by=by, lookup=kinder(story, APPOINT))

    assert code is Refusal.SAME_PERSON
    assert "office is late with appoint" in words
    assert "a leader does" in words


def test_who_is_of_the_unit_that_has_the_case_does_not_repin_it() -> None:
    story = late(tier=Tier.ASSIGN)
    of_squad = replace(DEPUTY, own_unit="squad")
    code, _ = story.refused(ACT, LATER, by=of_squad, lookup=kinder(story, HOLDER))

    assert code is Refusal.SAME_PERSON


def test_a_leader_repins_it_and_the_report_says_what_that_overtook() -> None:
    story = late()
    facts = story.do(ACT, LATER, by=LEADER, lookup=kinder(story, APPOINT, HOLDER))
    found = report(story)

    assert {HOLDER, APPOINT} == {f.clock for f in only(facts, DeadlineMoved) if f.missed}
    assert found.overtaken == {("repin", APPOINT): 1, ("repin", HOLDER): 1}
    assert ("office", APPOINT) not in found.missed


def test_a_leader_of_the_office_overtakes_nothing_of_the_office() -> None:
    story = late()
    facts = story.do(ACT, LATER, by=IN_PERSON, lookup=kinder(story, APPOINT, HOLDER))

    assert [HOLDER] == [fact.clock for fact in only(facts, DeadlineMoved) if fact.missed]
    assert report(story).missed["office", APPOINT] == 1


def test_a_case_of_rules_2_is_repinned_as_before() -> None:
    story = late(rules=2)
    facts = story.do(ACT, LATER, by=SUPERVISOR, lookup=kinder(story, APPOINT))

    assert APPOINT in [fact.clock for fact in only(facts, DeadlineMoved) if fact.missed]


def test_a_report_prints_what_an_extension_overtook(capsys: pytest.CaptureFixture[str]) -> None:
    story = Story(with_budget(plan(), CITIZEN, 40))
    for kind in ("sign", "progress"):
        story.do(kind, NINE)
    story.do(AskExtension(hours=40, reason="The lorry is broken."), at("2026-07-07 17:00"))
    story.wait(at("2026-07-08 09:00"))
    granted = Answer(part="extension-1", granted=True, reason="One week more.")
    story.do(granted, at("2026-07-08 09:00"), by=OFFICE_LEADER)
    print_report("youchegang", report(story), None)
    said = capsys.readouterr().out

    assert "顺延 missed deadlines that a later one has overtaken" in said
    assert ["extension", "2", "citizen 1, holder 1"] == [
        each.strip() for each in said.split("\n")[-2].split("  ") if each.strip()
    ]
