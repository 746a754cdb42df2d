"""Only the superior that issued a case writes it off, sends it back, or reads it as one."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from domain.case.closing.acts import SendBack, WriteOff
from domain.case.commands import Act, Actor, Command
from domain.case.handling.acts import Comment
from domain.case.orders.acts import ChangeDeadline
from domain.case.participants import readers
from domain.case.refusals import Refusal
from domain.case.supervision.acts import Appoint
from domain.complaints import SuperiorOrder
from domain.people.rosters import Person
from domain.planning.planner import plan as planned
from domain.planning.plans import CasePlan
from domain.policy.model import Policy
from domain.vocabulary import Channel, Role, Stage, Tier
from gateways.holidays import china
from packs import pack_of
from store.packs.loader import load_pack
from store.packs.problems import BrokenPack
from tests.builders import LOOKUP, complaint, plan
from tests.fakes.packs import HOLIDAYS, UNITS, written
from tests.town import OPENED, at
from tests.unit.rows.story import Story
from workflows.questions import question

CITY, DISTRICT = "city-bureau", "district-office"
TEN = at("2026-07-02 10:00")
OURS = Actor("zhang", Role.SUPERIOR, CITY)
OF_ANOTHER = Actor("tang", Role.SUPERIOR, DISTRICT)


def reported(issuer_unit: str | None = CITY, rules: int = 2, *, named: bool | None = None) -> Story:
    about = replace(complaint(), superior=SuperiorOrder("2026-13", "市局"))
    pinned: CasePlan = replace(
        plan(about), issuer_unit=issuer_unit, rules=rules, issuers_named=named
    )
    story = Story(pinned)
    for kind in ("sign", "resolve", "verify", "close"):
        story.do(kind, at("2026-07-02 09:00"))
    return story


@pytest.mark.parametrize("act", [WriteOff(note="Done."), SendBack(reason="No photo.")])
def test_another_superior_than_the_issuer_neither_writes_off_nor_sends_back(act: Act) -> None:
    code, words = reported().refused(act, TEN, by=OF_ANOTHER)

    assert Refusal.OUTSIDE_OUR_POWER is code
    assert f"{CITY} issued it" in words


@pytest.mark.parametrize(
    "actor",
    [
        OURS,
        replace(OURS, id="li", for_person="zhang", own_unit=DISTRICT),
        Actor("https://12345.example/hotline", Role.SUPERIOR),
    ],
    ids=["its person", "the deputy", "the system that sent the order"],
)
def test_the_issuer_writes_off(actor: Actor) -> None:
    story = reported()
    story.do(WriteOff(note="Done."), TEN, by=actor)

    assert Stage.CLOSED is story.case.stage


def test_the_unit_after_the_issuer_writes_off() -> None:
    story = reported()
    asked = question(story.case, Command("c-1", OF_ANOTHER, WriteOff(note="Done.")), TEN)
    assert asked is not None
    assert DISTRICT == asked.heir

    found = replace(LOOKUP, succeeds=(CITY,))
    story.do(WriteOff(note="Done."), TEN, by=OF_ANOTHER, lookup=found)
    assert Stage.CLOSED is story.case.stage


def test_any_superior_speaks_for_an_office_outside_the_policy() -> None:
    story = reported(issuer_unit=None)
    story.do(WriteOff(note="Done."), TEN, by=OF_ANOTHER)

    assert Stage.CLOSED is story.case.stage


@pytest.mark.parametrize(
    "act",
    [
        WriteOff(note="Done."),
        SendBack(reason="No photo."),
        ChangeDeadline(due_at=TEN + timedelta(days=9), reason="Rain."),
    ],
)
def test_no_superior_speaks_for_an_office_that_the_policy_leaves_out(act: Act) -> None:
    story = reported(issuer_unit=None, named=True)
    code, words = story.refused(act, TEN, by=OF_ANOTHER)

    assert Refusal.OUTSIDE_OUR_POWER is code
    assert "speaks_for" in words
    story.do(act, TEN, by=Actor("https://12345.example/hotline", Role.SUPERIOR))


def test_who_speaks_for_an_office_also_reads_its_case(town: Policy) -> None:
    order = SuperiorOrder("2026-13", "省自然资源厅", OPENED + timedelta(days=9))
    about = replace(complaint(channel=Channel.SUPERIOR), superior=order)
    story = Story(planned(town, about))

    assert "district-guidance" in readers(story.case)


def test_a_running_case_is_written_off_by_any_superior_as_before() -> None:
    story = reported(rules=1)
    story.do(WriteOff(note="Done."), TEN, by=OF_ANOTHER)

    assert Stage.CLOSED is story.case.stage


def test_another_superior_does_not_comment_on_it() -> None:
    code, _ = reported().refused(Comment(text="Why?"), TEN, by=OF_ANOTHER)

    assert Refusal.NOT_READABLE is code


@pytest.fixture(scope="module")
def town() -> Policy:
    return load_pack(pack_of("youchegang"), {"china": china})


@pytest.mark.parametrize(
    ("issuer", "unit"),
    [
        ("district-guidance", "district-guidance"),
        ("区综合行政执法指导办公室", "district-guidance"),
        (" District Enforcement Guidance Office ", "district-guidance"),
        ("省自然资源厅", "district-guidance"),  # which speaks for it
        ("省水利厅", None),  # outside the pack
        ("领导小组办公室", None),  # has no superior
    ],
)
def test_the_plan_says_which_unit_issued_it(town: Policy, issuer: str, unit: str | None) -> None:
    order = SuperiorOrder("2026-13", issuer, OPENED + timedelta(days=9))
    about = replace(complaint(channel=Channel.SUPERIOR), superior=order)

    assert unit == planned(town, about).issuer_unit


def test_a_case_of_no_superior_has_no_issuer(town: Policy) -> None:
    assert planned(town, complaint()).issuer_unit is None


def test_a_successor_with_a_superior_has_the_orders_of_the_unit_before_it(town: Policy) -> None:
    roster = replace(
        town.roster,
        people=(Person("zhang", "张", "leading-group", (Role.SUPERIOR,)),),
        last_resort=("zhang",),
        successors=(("district-guidance", "leading-group"),),
    )
    order = SuperiorOrder("2026-13", "district-guidance")
    about = replace(complaint(channel=Channel.SUPERIOR), superior=order)

    assert planned(replace(town, roster=roster), about).issuer_unit == "leading-group"


@pytest.mark.parametrize(
    ("line", "path", "words"),
    [
        ("speaks_for: [省厅]", "units[1].speaks_for", "no person with the role superior"),
        ("speaks_for: [办公室]", "units[1].speaks_for[0]", "speaks for itself"),
        ("speaks_for: [省厅, 省厅]", "units[1].speaks_for[1]", "speaks for it already"),
    ],
)
def test_a_pack_says_for_each_office_one_unit_with_a_superior(
    tmp_path: Path, line: str, path: str, words: str
) -> None:
    units = UNITS.replace("name_en: Desk,", f"name_en: Desk, {line},")
    with pytest.raises(BrokenPack) as caught:
        load_pack(written(tmp_path, units=units), HOLIDAYS)

    found = [(problem.path, problem.reason) for problem in caught.value.problems]
    assert any(where == path and words in reason for where, reason in found)


# --- The issuer appoints the lead of what it issued.


def ordered(rules: int = 3, *, ours: bool = True) -> Story:
    order = SuperiorOrder("2026-13", "市局") if ours else None
    pinned = plan(replace(complaint(), superior=order), tier=Tier.SUPERVISE)
    return Story(replace(pinned, issuer_unit=CITY if order else None, rules=rules))


LEAD = Appoint(lead="water", instruction="You lead.")


def test_the_issuer_appoints_the_lead_in_what_it_issued() -> None:
    story = ordered()
    story.do(LEAD, TEN, by=OURS)

    assert "water" == story.case.holder


def test_another_superior_than_the_issuer_appoints_no_lead() -> None:
    assert Refusal.OUTSIDE_OUR_POWER is ordered().refused(LEAD, TEN, by=OF_ANOTHER)[0]


def test_a_superior_appoints_no_lead_in_a_case_of_the_town() -> None:
    code, words = ordered(ours=False).refused(LEAD, TEN, by=OURS)

    assert Refusal.OUTSIDE_OUR_POWER is code
    assert "the leading group or its office appoints" in words


def test_in_a_running_case_no_superior_appoints_as_before() -> None:
    code, words = ordered(rules=2).refused(LEAD, TEN, by=OURS)

    assert Refusal.WRONG_ROLE is code
    assert words.startswith("appoint is for leader, supervisor; this is superior")
