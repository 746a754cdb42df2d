"""选派: a case that the platform has to find a unit for is triaged, and has a clock of its own."""

from dataclasses import replace

import pytest

from domain.case.commands import Actor
from domain.case.dispatch.acts import Dispatch, Return
from domain.case.refusals import Refusal
from domain.case.registration.acts import Triage
from domain.case.requests.acts import Answer
from domain.complaints import Arrival, SuperiorOrder
from domain.planning.planner import plan_after_triage
from domain.planning.plans import CasePlan
from domain.sla.case_clocks import ACCEPT, CHOOSE
from domain.vocabulary import Role, Stage, Tier
from schemas.journal import body_of, event_of
from tests.builders import LOOKUP
from tests.fakes.packs import PACK
from tests.town import at
from tests.unit.places import CHOOSING, REPORTED, TELL, TOWN, planned, seen, town
from tests.unit.rows.story import Story
from tests.unit.standards import why

DESK = Actor("bo", Role.DISPATCHER, "desk")
OFFICE = Actor("an", Role.SUPERVISOR, "office")
FOUND = replace(LOOKUP, units=tuple(unit.id for unit in TOWN.units), roster=TOWN.roster)


def begun(pinned: CasePlan | None = None) -> Story:
    return Story(pinned or planned("noise", "N1"), REPORTED)


def test_the_choice_has_a_clock_in_place_of_accepting() -> None:
    story = begun()

    assert story.where == (Tier.ASSIGN, Stage.TRIAGED, None)
    assert story.due(CHOOSE) == at("2026-06-29 12:00")
    assert not story.clock(ACCEPT).is_running


def test_a_person_hears_of_a_choice_that_is_late() -> None:
    assert seen(begun(), TOWN, "2026-06-30 08:00") == [
        (CHOOSE, "amber", ["bo"]),
    ]


def test_a_place_without_a_unit_is_told_at_once() -> None:
    story = begun(planned("litter"))

    assert story.where == (Tier.ASSIGN, Stage.TRIAGED, None)
    assert seen(story, TOWN, "2026-06-29 10:05") == [(CHOOSE, "place-without-unit", ["bo"])]


def test_a_choice_that_no_one_makes_goes_to_the_leading_group() -> None:
    raising = TELL.replace("id: tell-desk", "id: tell-lift").replace(
        "action: warn\n        share: 80", "action: raise_tier\n        after: 1h"
    )
    levels = CHOOSING.replace("ladder: tell-desk", "ladder: tell-lift", 8)
    policy = town(ladders=PACK["ladders"] + TELL + raising, levels=levels)
    story = begun(planned("noise", "N1", policy))

    assert seen(story, TOWN, "2026-06-29 15:05")[0] == (CHOOSE, "amber", ["bo"])
    assert story.where == (Tier.SUPERVISE, Stage.DISPATCHED, "office")


def test_what_a_superior_supervises_is_the_offices_to_give_a_lead() -> None:
    order = SuperiorOrder("2026-1", "The district", supervised=True)
    found = planned("noise", "N1", superior=order)

    assert found.open_lead is None
    unit, rule = why(found, "holder")
    assert unit == "office"
    assert rule.endswith("north-squad; in supervise the office appoints who leads")


def test_the_platform_chooses_a_candidate() -> None:
    story = begun()
    story.do(Dispatch(unit="north-squad"), REPORTED, by=DESK, lookup=FOUND)

    assert story.where == (Tier.ASSIGN, Stage.DISPATCHED, "north-squad")
    assert not story.clock(CHOOSE).is_running


def test_no_other_unit_is_chosen() -> None:
    told = begun().refused(
        Dispatch(unit="south-squad", reason="near"), REPORTED, by=DESK, lookup=FOUND
    )

    assert told == (
        Refusal.NOT_A_CANDIDATE,
        (
            "noise is for one of urban-mgmt, north-squad; name one of them, or let the leading "
            "group's office name another unit, with `reason`"
        ),
    )


def test_the_office_names_another_unit_with_a_reason() -> None:
    story = begun()
    code, _ = story.refused(Dispatch(unit="south-squad"), REPORTED, by=OFFICE, lookup=FOUND)
    assert code is Refusal.NOT_A_CANDIDATE

    act = Dispatch(unit="south-squad", reason="It is on the border.")
    story.do(act, REPORTED, by=OFFICE, lookup=FOUND)
    assert story.case.holder == "south-squad"


def returned(pinned: CasePlan | None = None) -> Story:
    story = begun(pinned)
    story.do(Dispatch(unit="north-squad"), REPORTED, by=DESK, lookup=FOUND)
    squad = Actor("no", Role.HANDLER, "north-squad")
    story.do(Return(reason="It is a workshop."), REPORTED, by=squad, lookup=FOUND)
    return story


def test_the_answer_to_a_return_names_no_other_unit_either() -> None:
    act = Answer(part="return-1", granted=True, reason="near", unit="south-squad")
    parts = PACK["parts"].replace("decider: supervisor", "decider: dispatcher")
    story = returned(planned("noise", "N1", town(parts=parts)))
    code, _ = story.refused(act, REPORTED, by=DESK, lookup=FOUND)

    assert code is Refusal.NOT_A_CANDIDATE


def test_returned_to_the_platform_it_is_chosen_again_within_the_limit() -> None:
    story = returned()
    act = Answer(part="return-1", granted=True, reason="It is not theirs.")
    story.do(act, at("2026-06-29 15:00"), by=OFFICE, lookup=FOUND)

    assert story.where == (Tier.ASSIGN, Stage.TRIAGED, None)
    assert story.due(CHOOSE) == at("2026-06-29 17:00")


def test_a_triage_into_another_category_ends_the_choice() -> None:
    story = begun()
    new = plan_after_triage(TOWN, story.case.plan, "litter")
    act = Triage(category="litter")
    story.do(act, REPORTED, by=DESK, lookup=replace(FOUND, plan=new))

    assert story.case.holder == "cleaners"
    assert not story.clock(CHOOSE).is_running


def test_triaged_again_the_choice_gets_no_more_time() -> None:
    story = begun()
    due = story.due(CHOOSE)
    new = plan_after_triage(TOWN, story.case.plan, "noise")
    lookup = replace(FOUND, plan=new)
    story.do(Triage(category="noise"), at("2026-06-29 11:00"), by=DESK, lookup=lookup)

    assert story.due(CHOOSE) == due


def test_what_rests_at_its_source_rests_before_a_unit_is_chosen() -> None:
    resting = Arrival(suspended_until=at("2026-07-03 08:00"), reason="Waits for parts.")
    pinned = planned("noise", "N1", standing=resting)
    story = begun(replace(pinned, rules=2))
    asking = begun(pinned)

    assert ["suspension-1"] == [part.id for part in asking.case.open_parts()]
    assert story.case.suspended_until == at("2026-07-03 08:00")
    assert story.due(CHOOSE) is None


def test_what_its_source_calls_settled_without_proof_says_why_it_is_not() -> None:
    settled = Arrival(result="It is quiet now.")
    story = begun(planned("noise", "N1", standing=settled))

    assert story.where == (Tier.ASSIGN, Stage.TRIAGED, None)
    assert [e.fact.kind for e in story.events] == ["received", "triaged", "commented"]


def test_the_rows_of_an_open_lead_are_read_again() -> None:
    story = begun()
    for event in story.events:
        assert event_of(body_of(story.case.case_id, event)) == event


@pytest.mark.parametrize("name", ["open_lead", "candidates"])
def test_a_case_whose_unit_the_rules_name_has_no_field_more(name: str) -> None:
    story = begun(planned("litter", "N1"))

    assert name.encode() not in body_of(story.case.case_id, story.events[0])
