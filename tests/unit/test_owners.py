"""权属: the owner of a city part leads; a case whose owner is unknown has a state and a clock."""

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from activities.lookups import LookupActivities
from domain.case.commands import Actor, Lookup
from domain.case.dispatch.acts import Dispatch
from domain.case.refusals import Refusal
from domain.case.registration.acts import Triage
from domain.complaints import Place
from domain.planning.planner import plan, plan_after_triage
from domain.planning.plans import CasePlan
from domain.planning.samples import plan_changes
from domain.policy.inventory import inventory_changes
from domain.policy.leads import OpenLead
from domain.policy.model import Policy
from domain.sla.case_clocks import ACCEPT, OWNER
from domain.vocabulary import Role, Stage, Tier
from gateways.holidays import china
from packs import pack_of
from schemas.case import Question
from schemas.journal import body_of
from schemas.packs.content import content_of, policy_from
from store.packs.loader import load_pack
from store.packs.problems import BrokenPack
from tests.builders import LOOKUP
from tests.fakes.packs import HOLIDAYS, PACK
from tests.town import at
from tests.unit.places import CHOOSING, REPORTED, about, matters, pack, seen
from tests.unit.rows.story import Story
from tests.unit.standards import why
from tests.workflow.fakes import TownDesk

COLUMNS = "parts_inventory: {file: parts.csv, id: code, class: class, owner: owner, grid: grid}\n"
OWNED = "lead: {owner_of: part, else: platform}"
PARTS = """\
code,class,owner,grid,remark
N-1,litter,cleaners,N1,a bin
N-2,litter,北队,S1,"a bin,
behind the school"
N-3,litter,,N1,

N-4,stalls,cleaners,,
"""
FILES = {
    "policy": PACK["policy"] + COLUMNS,
    "categories": matters("lead: {grid: cleaning}", OWNED),
    "levels": CHOOSING.replace(
        "    clocks:\n", "    clocks:\n      owner: {budget: 1h, ladder: tell-desk}\n"
    ),
}


def written(directory: Path, parts: str | bytes = PARTS, **changed: str) -> Path:
    found = pack(directory, **{**FILES, **changed})
    data = parts if isinstance(parts, bytes) else parts.encode()
    (directory / "parts.csv").write_bytes(data)
    return found


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Policy:
    return load_pack(written(tmp_path_factory.mktemp("owners")), HOLIDAYS)


def problems(directory: Path, parts: str | bytes = PARTS, **changed: str) -> list[str]:
    with pytest.raises(BrokenPack) as caught:
        load_pack(written(directory, parts, **changed), HOLIDAYS)
    return [str(problem) for problem in caught.value.problems]


def of(town: Policy, number: str | None, category: str | None = "litter", **more: Any) -> CasePlan:
    return plan(town, about(category, part_number=number, **more))


def test_the_owner_of_the_part_leads(town: Policy) -> None:
    found = of(town, "N-1")

    unit, rule = why(found, "holder")
    assert unit == "cleaners"
    assert rule.startswith("category litter, owner of N-1 (parts.csv ")
    assert found.lead == "cleaners"
    assert found.complaint.part_number == "N-1"


def test_the_inventory_may_name_an_owner_as_people_do(town: Policy) -> None:
    assert of(town, "N-2").holder == "north-squad"


def test_the_number_says_class_and_grid_where_the_source_does_not(town: Policy) -> None:
    found = of(town, "N-1", category=None)

    assert found.category == "litter"
    assert why(found, "category")[1].startswith("class of N-1 (parts.csv ")
    assert found.grid == "N1"
    assert why(found, "grid")[1].startswith("that of N-1 (parts.csv ")
    assert found.complaint.place == Place()


def test_a_grid_that_the_source_names_holds(town: Policy) -> None:
    assert of(town, "N-1", place=Place(grid="S1")).grid == "S1"


@pytest.mark.parametrize(
    ("number", "lacks"),
    [
        (None, "no part number is known"),
        ("N-9", "parts.csv {} has no N-9"),
        ("N-3", "parts.csv {} has no owner of N-3"),
        ("N-4", "N-4 is of class stalls (parts.csv {})"),
    ],
)
def test_an_unknown_owner_is_a_state_of_its_own(
    town: Policy, number: str | None, lacks: str
) -> None:
    found = of(town, number)

    assert found.holder is None
    assert found.open_lead is OpenLead.OWNER_UNKNOWN
    lacks = lacks.format(town.inventory.digest[:12] if town.inventory else "")
    said = f"category litter: {lacks}; the owner is unknown, and the platform looks for it"
    assert why(found, "holder") == ("desk", said)


def test_a_pack_may_name_who_leads_until_the_owner_is_known(tmp_path: Path) -> None:
    instead = matters("lead: {grid: cleaning}", "lead: {owner_of: part, else: urban-mgmt}")
    policy = load_pack(written(tmp_path, categories=instead), HOLIDAYS)

    assert of(policy, "N-3").holder == "urban-mgmt"
    assert of(policy, "N-1").holder == "cleaners"


# --- The case.


def test_the_platform_looks_for_the_owner_on_a_clock(town: Policy) -> None:
    story = Story(of(town, "N-3"), REPORTED)

    assert story.where == (Tier.ASSIGN, Stage.TRIAGED, None)
    assert story.due(OWNER) == at("2026-06-29 11:00")
    assert not story.clock(ACCEPT).is_running
    assert seen(story, town, "2026-06-29 11:00") == [(OWNER, "amber", ["bo"])]


def test_the_unit_that_is_found_gets_the_case(town: Policy) -> None:
    story = Story(of(town, "N-3"), REPORTED)
    units = tuple(unit.id for unit in town.units)
    desk = Actor("bo", Role.DISPATCHER, "desk")
    lookup = replace(LOOKUP, units=units)
    story.do(Dispatch(unit="south-squad"), REPORTED, by=desk, lookup=lookup)

    assert story.case.holder == "south-squad"
    assert not story.clock(OWNER).is_running


def looked_up(town: Policy, number: str) -> tuple[Triage, Lookup]:
    """Return what a worker finds for a triage with this number."""
    act = Triage(category="litter", part_number=number)
    question = Question(tenant=town.tenant, at=REPORTED, plan=of(town, None), triage=act)
    desk = TownDesk(policies={town.hash: town})
    found = asyncio.run(LookupActivities(desk).look_up(question))
    return act, replace(LOOKUP, plan=found.plan, problem=found.problem)


def test_a_triage_names_the_number_and_finds_the_owner(town: Policy) -> None:
    story = Story(of(town, None), REPORTED)
    act, lookup = looked_up(town, "N-1")
    story.do(act, REPORTED, by=Actor("bo", Role.DISPATCHER, "desk"), lookup=lookup)

    assert story.case.holder == "cleaners"
    assert story.case.plan.complaint.part_number == "N-1"


def test_a_number_that_the_inventory_does_not_have_is_refused(town: Policy) -> None:
    story = Story(of(town, None), REPORTED)
    act, lookup = looked_up(town, "N-9")
    desk = Actor("bo", Role.DISPATCHER, "desk")
    code, detail = story.refused(act, REPORTED, by=desk, lookup=lookup)

    assert code is Refusal.UNKNOWN_PART_NUMBER
    assert detail.endswith("has no part N-9; leave it out, and name the unit")


def test_a_plan_has_the_number_and_the_owner_and_nothing_else_of_the_inventory(
    town: Policy,
) -> None:
    story = Story(of(town, "N-1"), REPORTED)
    body = body_of(story.case.case_id, story.events[0])

    assert b"N-1" in body
    assert b"N-2" not in body


def test_a_complaint_without_a_number_has_no_field_for_it(town: Policy) -> None:
    story = Story(of(town, None), REPORTED)

    assert b"part_number" not in body_of(story.case.case_id, story.events[0])


# --- The file.


def test_an_inventory_is_no_part_of_the_pinned_policy(town: Policy, tmp_path: Path) -> None:
    other = load_pack(
        written(tmp_path, PARTS.replace("N-1,litter,cleaners", "N-1,litter,")), HOLIDAYS
    )

    assert other.hash == town.hash
    assert other.inventory != town.inventory
    assert b"N-1" not in content_of(town)
    assert policy_from(content_of(town), town.roster).inventory is None


def test_a_diff_counts_what_another_inventory_changes(town: Policy, tmp_path: Path) -> None:
    parts = PARTS.replace("N-1,litter,cleaners", "N-1,litter,north-squad").replace("N-3", "N-5")
    other = load_pack(written(tmp_path, parts), HOLIDAYS)

    assert [*inventory_changes(town.inventory, other.inventory)] == [
        "1 added: N-5",
        "1 removed: N-3",
        "1 changed: N-1 owner cleaners -> north-squad",
    ]
    assert [*plan_changes(town, other)] == []


# --- The shipped town.


def test_the_shipped_town_has_an_inventory() -> None:
    policy = load_pack(pack_of("youchegang"), {"china": china})
    rattling = plan_after_triage(policy, of(policy, "3304110103000101", None), "manhole-rattling")

    assert rattling is not None
    assert rattling.holder == "water-company"
    assert of(policy, None, "manhole-missing").holder == "housing-construction"
    assert of(policy, "3304110301000301", "hanging-cable").open_lead is OpenLead.OWNER_UNKNOWN
    assert of(policy, "3304110301000302", None).holder == "housing-construction"
