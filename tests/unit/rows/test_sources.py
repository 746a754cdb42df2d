"""Rows 3 to 10, 15, 40 and 41: where a case comes from, who has it, and which rule said so.

In the shipped town: its own files are the data.
"""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from domain.case.closing.facts import Closed
from domain.case.commands import ENGINE, Actor, Command, Lookup
from domain.case.decide import Decision, decide
from domain.case.dispatch.facts import Dispatched
from domain.case.registration.acts import Open, Settle, Triage
from domain.case.registration.facts import Triaged
from domain.case.requests.acts import Answer
from domain.case.state import Case
from domain.case.supervision.facts import ReportedUp
from domain.case.tiers.facts import TierRaised
from domain.complaints import Arrival, Complaint, Evidence, Place, SuperiorOrder
from domain.planning.planner import plan, plan_after_triage, plan_under_new_policy
from domain.planning.plans import CasePlan
from domain.policy.leads import OpenLead
from domain.policy.model import Grid, Policy
from domain.sla.case_clocks import ACCEPT, CALLBACK, CHOOSE, CITIZEN, OWNER
from domain.vocabulary import Channel, Role, Stage, Tier, Urgency
from gateways.holidays import china
from packs import pack_of
from store.packs.loader import load_pack
from tests.builders import ACTORS, PAIR, give
from tests.town import at

TOWN = load_pack(pack_of("youchegang"), {"china": china})
REPORTED = at("2026-11-24 09:30")  # a Tuesday
PHOTO = Evidence("0" * 64, "s3://evidence/1.jpg", "image/jpeg")


def complaint(category: str | None = "garbage", **changed: Any) -> Complaint:
    told = Complaint(
        tenant=TOWN.tenant,
        source="https://12345.example/hotline",
        event_id="731-1",
        complaint_id="2026-000731",
        channel=Channel.HOTLINE,
        reported_at=REPORTED,
        text="河边有人偷倒垃圾，气味很大。",
        category=category,
        place=Place(grid="G01"),
    )
    return replace(told, **changed)


def opened(about: Complaint) -> Decision:
    return decide(None, Command("1", ENGINE, Open(plan=plan(TOWN, about))), REPORTED)


def rule(a_plan: CasePlan, question: str) -> str:
    [choice] = [choice for choice in a_plan.choices if choice.question == question]
    return choice.rule


def kinds(decision: Decision) -> list[str]:
    return [event.fact.kind for event in decision.events]


def test_row_03_one_platform_gives_one_number_whatever_the_channel_says() -> None:
    numbers = {complaint(channel=channel).case_id for channel in Channel}

    assert 1 == len(numbers)


def has_an_owner(case: Case) -> bool:
    """Return whether a unit has the case, or the platform is timed to find one (选派、查找权属)."""
    units = {unit.id for unit in TOWN.units}
    if case.holder is not None:
        return case.holder in units
    finding = (clock for clock in case.clocks if clock.id in {CHOOSE, OWNER})
    timed = any(clock.is_running for clock in finding)
    return timed and {*(case.plan.candidates or ())} <= units and TOWN.platform in units


@pytest.mark.parametrize("category", [category.id for category in TOWN.categories])
@pytest.mark.parametrize("grid", [grid.id for grid in TOWN.grids])
def test_row_04_one_network_a_case_in_a_grid_keeps_it_and_has_an_owner(
    category: str, grid: str
) -> None:
    case = opened(complaint(category, place=Place(grid=grid))).case

    assert grid == case.plan.grid
    assert has_an_owner(case)


@pytest.mark.parametrize("category", [category.id for category in TOWN.categories])
def test_row_04_one_network_a_case_without_a_place_has_an_owner_all_the_same(category: str) -> None:
    assert has_an_owner(opened(complaint(category, place=Place())).case)


@pytest.mark.parametrize("category", [category.id for category in TOWN.categories])
def test_row_04_one_network_a_case_in_no_grid_of_the_list_is_the_platforms_to_sort(
    category: str,
) -> None:
    decided = plan(TOWN, complaint(category, place=Place(grid="G99")))

    assert decided.holder is None
    assert rule(decided, "holder") == "there is no grid G99: the platform triages it"


@pytest.mark.parametrize("channel", Channel)
@pytest.mark.parametrize("category", [None, "garbage", "unheard-of"])
def test_row_05_multi_source_intake_every_channel_gets_a_next_step(
    channel: Channel, category: str | None
) -> None:
    case = opened(complaint(category, channel=channel)).case
    waiting = case.clock(ACCEPT if case.holder is None else "sign")

    assert waiting is not None
    assert waiting.is_running


def test_row_06_mayor_hotline_twenty_calls_are_twenty_cases_that_wait_for_a_callback() -> None:
    ended = {}
    for number in range(20):
        case = opened(complaint(event_id=f"731-{number}", reply_wanted=number > 0)).case
        by = Actor("h", Role.HANDLER, case.holder)
        for kind in ("sign", "resolve"):
            case = give(case, kind, REPORTED, by=by).case
        case = give(case, "verify", REPORTED).case
        ended[case.case_id] = (case.stage, CALLBACK in {c.id for c in case.clocks if c.is_running})

    assert 20 == len(ended)
    assert 19 == [*ended.values()].count((Stage.VERIFIED, True))
    assert 1 == [*ended.values()].count((Stage.CLOSED, False))  # no reply wanted


AN_HOUR_LATER = REPORTED + timedelta(hours=1)
SENDER = Actor("https://12345.example/hotline", Role.SUPERIOR)
ORDER = SuperiorOrder("2026-017", "区府办", at("2026-11-26 12:00"))


def from_above(category: str | None = "wages") -> Case:
    return opened(complaint(category, channel=Channel.SUPERIOR, superior=ORDER)).case


def test_row_07_superior_assignment_has_its_deadline_and_only_a_superior_writes_it_off() -> None:
    case = from_above()
    assert ORDER == case.plan.complaint.superior
    citizen, holder = case.clock(CITIZEN), case.clock("holder")
    assert citizen is not None
    assert holder is not None
    assert ORDER.due_at == citizen.cap == holder.cap
    labour = Actor("gu", Role.HANDLER, "labour-office")
    for kind in ("sign", "resolve"):
        case = give(case, kind, REPORTED, by=labour).case
    decision = give(case, "verify", REPORTED)
    case = decision.case
    assert Stage.REPORTED is case.stage
    assert [("区府办", True)] == [
        (e.fact.to, e.fact.awaits) for e in decision.events if isinstance(e.fact, ReportedUp)
    ]
    for role in set(Role) - {Role.SUPERIOR, Role.ENGINE}:
        assert Stage.REPORTED is give(case, "write_off", REPORTED, by=ACTORS[role]).case.stage
    assert Stage.CLOSED is give(case, "write_off", REPORTED, by=SENDER).case.stage


def test_row_07_superior_assignment_settled_at_the_desk_still_waits_for_the_superior() -> None:
    case = from_above(category=None)
    asked = Lookup(plan=plan_after_triage(TOWN, case.plan, "consult"))
    decision = give(case, Settle(result="Told them.", category="consult"), REPORTED, lookup=asked)
    sent_back = give(decision.case, "send_back", AN_HOUR_LATER, by=SENDER).case
    accept = sent_back.clock(ACCEPT)

    assert Stage.REPORTED is decision.case.stage
    assert Stage.TRIAGED is sent_back.stage
    assert accept is not None
    assert accept.started_at == case.opened_at  # no more time to find a unit than there was
    assert accept.is_running is True


def test_row_07_superior_assignment_merged_into_another_still_waits_for_the_superior() -> None:
    case = give(from_above(), "merge", REPORTED, by=ENGINE).case
    followed = give(case, "follow", REPORTED + timedelta(hours=1)).case
    sent_back = give(followed, "send_back", AN_HOUR_LATER, by=SENDER).case
    holder = sent_back.clock("holder")

    assert Stage.REPORTED == followed.stage
    assert Stage.IN_PROGRESS == sent_back.stage
    assert holder is not None
    assert not holder.is_paused


def test_row_08_citizen_complaint_carries_nobody_and_wants_an_answer_or_not() -> None:
    fields = set(Complaint.__dataclass_fields__)

    assert not fields & {"name", "phone", "reporter", "caller", "identity"}
    assert plan(TOWN, complaint(channel=Channel.CITIZEN)).callback
    assert not plan(TOWN, complaint(channel=Channel.CITIZEN, reply_wanted=False)).callback


def test_row_09_grid_patrol_settled_on_the_spot_is_closed_as_it_arrives() -> None:
    standing = Arrival(result="Swept.")
    found = complaint(channel=Channel.PATROL, evidence=PAIR, standing=standing, reply_wanted=False)
    decision = opened(found)

    assert ["received", "triaged", "closed"] == kinds(decision)
    [closed] = [e.fact for e in decision.events if isinstance(e.fact, Closed)]
    assert "settled on the spot by the source: Swept." == closed.note


def test_row_09_grid_patrol_without_a_picture_is_looked_at_by_a_person() -> None:
    bare = plan(TOWN, complaint(channel=Channel.PATROL))

    assert None is bare.holder
    assert "channel patrol needs photo: the platform triages it" == rule(bare, "holder")


def _with_grids(*grids: Grid, without: tuple[str, ...]) -> Policy:
    kept = (grid for grid in TOWN.grids if grid.id not in without)
    return replace(TOWN, grids=(*kept, *grids))


HALVES = tuple(Grid(f"G01{x}", f"荷塘{x}", f"Hetang {x}", "sanitation") for x in "ab")
WHOLE = Grid("G0102", "荷塘", "Hetang", "sanitation")


@pytest.mark.parametrize(
    ("grids", "without", "then"),
    [(HALVES, ("G01",), "G01a"), ((WHOLE,), ("G01", "G02"), "G0102")],
    ids=["split", "joined"],
)
def test_row_10_patrol_refinement_is_for_new_cases_and_older_ones_keep_their_grid(
    grids: tuple[Grid, ...], without: tuple[str, ...], then: str
) -> None:
    case = opened(complaint()).case
    finer = _with_grids(*grids, without=without)
    later = plan(finer, complaint(event_id="731-2", place=Place(grid=then)))
    repinned = plan_under_new_policy(finer, case.plan, case.tier)
    after = give(case, "repin", REPORTED, lookup=Lookup(plan=repinned)).case

    assert then == later.grid
    assert "sanitation" == later.holder
    assert "G01" == case.plan.grid == after.plan.grid
    assert "hetang-village" == case.holder == after.holder


def test_row_15_tier_classifier_says_which_rule_and_a_change_says_who_and_why() -> None:
    decision = opened(complaint("wages"))
    risen = give(decision.case, "raise_tier", REPORTED)
    [event] = [e for e in risen.events if isinstance(e.fact, TierRaised)]

    assert "listed-as-assign" == rule(decision.case.plan, "tier")
    assert [Tier.ASSIGN] == [e.fact.tier for e in decision.events if isinstance(e.fact, Triaged)]
    assert "zhou" == event.actor.id
    assert TierRaised(to=Tier.SUPERVISE, reason="Three bureaus.") == event.fact


def test_row_15_tier_classifier_refused_and_taken_on_after_all_is_triaged_freely() -> None:
    case = opened(complaint(None)).case
    case = give(case, "refuse", REPORTED).case
    no = Answer(part="refusal-1", granted=False, reason="It is ours.")
    case = give(case, no, REPORTED, by=ACTORS[Role.SUPERVISOR]).case
    new = plan_after_triage(TOWN, case.plan, category="parking")
    taken = give(case, Triage(category="parking"), REPORTED, lookup=Lookup(plan=new))

    assert Tier.DIRECT == taken.case.tier
    assert Stage.DISPATCHED == taken.case.stage


def test_row_40_duty_register_has_one_lead_in_each_place_or_a_choice_or_a_vacuum() -> None:
    units = {unit.id for unit in TOWN.units}
    unnamed = {c.id: c.lead_rule for c in TOWN.categories if c.lead is None}

    assert None is unnamed.pop("waste-recycling")
    for id_, by_rule in unnamed.items():
        assert by_rule is not None, id_
        for grid in TOWN.grids:
            decided = plan(TOWN, complaint(id_, place=Place(grid=grid.id)))
            assert {decided.lead, *(decided.candidates or ())} - {None} <= units
            several = len(decided.candidates or ()) > 1
            unknown = decided.open_lead is OpenLead.OWNER_UNKNOWN
            assert (decided.lead is None) == (several or unknown)
    assert all(c.lead in units for c in TOWN.categories if c.lead is not None)
    assert all({*c.helpers} <= units - {c.lead} for c in TOWN.categories)


@pytest.mark.parametrize("category", ["waste-recycling", "unheard-of"])
def test_row_41_regulatory_vacuum_goes_where_the_leading_group_says_never_nowhere(
    category: str,
) -> None:
    decision = opened(complaint(category))
    assert TOWN.vacuum is not None
    lead = TOWN.vacuum.lead

    assert Tier.SUPERVISE == decision.case.tier
    assert lead == decision.case.holder
    assert "nobody-owns-it" == rule(decision.case.plan, "tier")
    assert [lead] == [e.fact.unit for e in decision.events if isinstance(e.fact, Dispatched)]
    assert Urgency.NORMAL is decision.case.plan.urgency
