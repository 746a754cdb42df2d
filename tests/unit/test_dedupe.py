"""Row 11: what a camera sees again while its case is open is no second piece of work."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from domain.case.commands import ENGINE, Command
from domain.case.decide import decide
from domain.case.registration.acts import Open
from domain.complaints import Arrival, Complaint, Evidence, Place, SuperiorOrder, case_id_of
from domain.matching.dedupe import (
    UNSOLVED,
    DedupeKey,
    DedupeQuery,
    UnsolvedCase,
    dedupe_query,
    deduplicated,
)
from domain.planning.planner import plan
from domain.planning.plans import CasePlan, ServiceLevel
from domain.policy.model import ChannelRule, Policy
from domain.sla.case_clocks import HOLDER
from domain.vocabulary import Channel, Stage, Urgency
from gateways.holidays import china
from packs import pack_of
from store.packs.loader import load_pack
from tests.fakes.intake import FakeRepeats, Town
from tests.fakes.records import NOW, SOURCE, binary, data

TOWN = load_pack(pack_of("youchegang"), {"china": china})
CAMERA = "https://camera.example/3"
CORNER = Place("荷塘村三组路口", "G01")
FRAME = Evidence("a" * 64, "s3://frames/4711.jpg", "image/jpeg")
SIGHTING = DedupeKey("youchegang", CAMERA, "parking", "荷塘村三组路口")


def seen(event_id: str = "1", **changed: Any) -> Complaint:
    told = Complaint(
        tenant="youchegang",
        source=CAMERA,
        event_id=event_id,
        complaint_id=event_id,
        channel=Channel.CAMERA,
        reported_at=NOW,
        text="A lorry on the pavement.",
        category="parking",
        place=CORNER,
        evidence=(FRAME,),
    )
    return replace(told, **changed)


def together(*seen_in_order: Complaint, earlier: UnsolvedCase | None = None) -> list[CasePlan]:
    asked = [dedupe_query(TOWN, each, NOW) for each in seen_in_order]
    sightings = [
        (TOWN, about, plan(TOWN, each))
        for about, each in zip(asked, seen_in_order, strict=True)
        if about is not None
    ]
    return deduplicated(sightings, {about: earlier for _, about, _ in sightings})


def test_the_same_camera_spot_and_category_is_asked_for_within_the_time_of_the_rule() -> None:
    about = seen()

    assert DedupeQuery(SIGHTING, NOW - timedelta(hours=24), about.case_id) == (
        dedupe_query(TOWN, about, NOW)
    )


@pytest.mark.parametrize(
    "changed",
    [
        {"place": Place(grid="G01")},  # too much happens in a grid
        {"category": None},
        {"superior": SuperiorOrder("2026-7", "区府办")},  # to be answered by itself
        {"standing": Arrival(result="Towed.")},
        {"channel": Channel.HOTLINE},  # no such rule
    ],
)
def test_what_says_too_little_or_wants_an_answer_of_its_own_is_not_asked_for(
    changed: dict[str, Any],
) -> None:
    assert dedupe_query(TOWN, seen(**changed), NOW) is None


def test_a_channel_of_one_matter_names_the_category_of_what_is_silent() -> None:
    rule = ChannelRule(Channel.CAMERA, callback=False, category="parking", dedupe=timedelta(1))
    policy: Policy = replace(TOWN, channels=(rule,))
    about = seen(category=None)
    asked = dedupe_query(policy, about, NOW)

    assert asked is not None
    assert SIGHTING == asked.key


def test_it_goes_the_way_of_the_case_that_is_open_and_the_plan_says_why() -> None:
    [again] = together(seen(), earlier=UnsolvedCase("7kq2m-9xa4t-bnc2w", Urgency.URGENT))

    assert "7kq2m-9xa4t-bnc2w" == again.into
    assert "channel camera: the same source, spot and category within 24h" == again.into_reason


def test_the_first_of_a_chunk_leads_whatever_came_with_it() -> None:
    other_camera = replace(seen("4"), source="https://camera.example/4")
    first, same, elsewhere, other = together(
        seen("1"), seen("2"), seen("3", place=Place("荷塘路8号")), other_camera
    )

    assert first.into is None
    assert first.case_id == same.into
    assert elsewhere.into is None
    assert other.into is None


def test_what_is_more_urgent_than_the_case_before_goes_its_own_way_and_leads_from_then_on() -> None:
    usual = UnsolvedCase("7kq2m-9xa4t-bnc2w", Urgency.URGENT)
    alarm, same = together(seen("1", urgency=Urgency.CRITICAL), seen("2"), earlier=usual)

    assert alarm.into is None
    assert alarm.case_id == same.into


def in_time(about: Complaint, budget: timedelta) -> CasePlan:
    """Return the plan with another limit of the unit, as another standard of the class has it."""
    pinned = plan(TOWN, about)

    def limited(level: ServiceLevel) -> ServiceLevel:
        clocks = (
            replace(spec, budget=budget) if spec.clock == HOLDER else spec for spec in level.clocks
        )
        return replace(level, clocks=tuple(clocks))

    return replace(pinned, levels=tuple(limited(level) for level in pinned.levels))


def test_what_a_unit_has_less_time_for_goes_its_own_way_and_leads_from_then_on() -> None:
    rattling, missing, again = (seen(number) for number in "123")
    plans = [
        in_time(rattling, timedelta(hours=16)),
        in_time(missing, timedelta(hours=2)),
        in_time(again, timedelta(hours=2)),
    ]
    asked = [(about, dedupe_query(TOWN, about.complaint, NOW)) for about in plans]
    found = deduplicated([(TOWN, query, about) for about, query in asked if query], {})

    assert [None, None, missing.case_id] == [each.into for each in found]


def test_a_record_that_comes_again_does_not_follow_itself() -> None:
    one, again = together(seen("1"), seen("1"))

    assert one.into is None
    assert again.into is None


def test_what_follows_another_gives_no_notice_of_its_own() -> None:
    """That of the first runs already."""
    [again] = together(seen(), earlier=UnsolvedCase("7kq2m-9xa4t-bnc2w", Urgency.URGENT))
    opened = decide(None, Command("open", ENGINE, Open(plan=again)), NOW)

    assert again.recheck is not None
    assert ["received", "merged"] == [event.fact.kind for event in opened.events]


def test_what_is_said_to_be_done_is_seen_anew() -> None:
    ended = {Stage.RESOLVED, Stage.VERIFIED, Stage.REPORTED, Stage.CLOSED, Stage.ARCHIVED}

    assert not UNSOLVED & (ended | {Stage.MERGED, Stage.REFUSED, Stage.WITHDRAWN})


async def test_intake_lets_a_camera_open_one_case_for_what_it_sees_again() -> None:
    seen_before = replace(SIGHTING, spot=f"#{SIGHTING.spot}")  # what stands for the address
    earlier = {seen_before: UnsolvedCase("7kq2m-9xa4t-bnc2w", Urgency.URGENT)}
    alone = replace(TOWN, similar=None, surge=None)  # this rule and no judgement beside it
    town = Town(policy=alone, plan=plan, repeats=FakeRepeats(open=earlier))
    camera = data(channel="camera", category="parking", place={"address": CORNER.address})
    elsewhere = camera | {"place": {"address": "荷塘路8号"}}

    await town.intake().handle(
        [
            binary(camera, offset=0, id="1", source=CAMERA),
            binary(elsewhere, offset=1, id="2", source=CAMERA),
            binary(elsewhere, offset=2, id="3", source=CAMERA),
            binary(data(category="parking"), offset=3, id="4"),
        ]
    )

    assert {
        case_id_of("youchegang", CAMERA, "1"): "7kq2m-9xa4t-bnc2w",
        case_id_of("youchegang", CAMERA, "2"): None,
        case_id_of("youchegang", CAMERA, "3"): case_id_of("youchegang", CAMERA, "2"),
        case_id_of("youchegang", SOURCE, "4"): None,
    } == town.starter.into
