"""What comes by a channel: who looks at it first, and what it is taken for."""

from dataclasses import replace
from datetime import timedelta

import pytest

from domain.complaints import Complaint, Evidence, Place, SuperiorOrder
from domain.planning.channels import NEEDS, missing
from domain.planning.planner import plan, plan_after_triage
from domain.planning.plans import CasePlan
from domain.policy.model import ChannelRule, Policy
from domain.policy.part_rules import PartKind
from domain.vocabulary import Channel, Tier, Urgency
from gateways.holidays import china
from packs import pack_of
from store.packs.loader import load_pack
from tests.builders import complaint

TOWN = load_pack(pack_of("youchegang"), {"china": china})
PHOTO = Evidence("0" * 64, "s3://a.jpg", "image/jpeg")
HERE = Place("荷塘村三组路口", "G01", 120_750_600, 30_842_100)
ORDER = SuperiorOrder("2026-017", "区府办", complaint().reported_at)


def rule(a_plan: CasePlan, question: str) -> str:
    (choice,) = (choice for choice in a_plan.choices if choice.question == question)
    return choice.rule


def by(channel: Channel, **changes: object) -> Complaint:
    return replace(complaint(channel=channel, category="garbage"), **changes)  # type: ignore[arg-type]


def taken_by(*rules: ChannelRule) -> Policy:
    return replace(TOWN, channels=rules)


@pytest.mark.parametrize(
    ("about", "why"),
    [
        (
            by(Channel.CAMERA, evidence=(PHOTO,)),
            "channel camera: a person confirms it first",
        ),
        (
            by(Channel.CAMERA),
            "channel camera: a person confirms it first; it comes without photo",
        ),
        (by(Channel.PATROL), "channel patrol needs grid, photo: the platform triages it"),
        (by(Channel.PATROL, place=HERE), "channel patrol needs photo: the platform triages it"),
        (by(Channel.SUPERIOR), "channel superior needs order: the platform triages it"),
        (
            by(Channel.DEPARTMENT, category=None),
            "channel department needs category: the platform triages it",
        ),
    ],
)
def test_a_person_looks_first_and_is_told_why(about: Complaint, why: str) -> None:
    decided = plan(TOWN, about)

    assert decided.holder is None
    assert rule(decided, "holder") == why


@pytest.mark.parametrize(
    "about",
    [
        by(Channel.HOTLINE),
        by(Channel.CITIZEN),
        by(Channel.PATROL, place=HERE, evidence=(PHOTO,)),
        by(Channel.SUPERIOR, superior=ORDER),
        by(Channel.DEPARTMENT),
    ],
)
def test_what_is_complete_goes_straight_to_its_unit(about: Complaint) -> None:
    assert plan(TOWN, about).holder is not None


def test_whom_a_person_gives_it_to_has_it() -> None:
    looked_at = plan_after_triage(TOWN, plan(TOWN, by(Channel.CAMERA)), category="garbage")

    assert looked_at is not None
    assert looked_at.holder == "sanitation"


def test_a_channel_speaks_where_the_complaint_is_silent() -> None:
    silent = by(Channel.CITIZEN, category=None)
    policy = taken_by(ChannelRule(Channel.CITIZEN, callback=True, category="parking"))

    decided = plan(policy, silent)

    assert decided.category == "parking"
    assert decided.holder == "traffic-police"
    assert rule(decided, "category") == "channel citizen"
    assert plan(policy, by(Channel.CITIZEN)).category == "garbage"


@pytest.mark.parametrize(
    ("category", "given", "expected", "named"),
    [
        ("garbage", None, Urgency.URGENT, "channel camera"),
        ("manhole-missing", None, Urgency.CRITICAL, "category manhole-missing"),
        ("garbage", Urgency.NORMAL, Urgency.URGENT, "channel camera"),
        ("garbage", Urgency.CRITICAL, Urgency.CRITICAL, "the complaint"),
    ],
)
def test_a_channels_urgency_is_the_least_that_its_complaints_have(
    category: str, given: Urgency | None, expected: Urgency, named: str
) -> None:
    decided = plan(TOWN, by(Channel.CAMERA, category=category, urgency=given))

    assert decided.urgency == expected
    assert rule(decided, "urgency") == named


def test_a_channel_that_speaks_for_nobody_still_says_how_urgent_it_is() -> None:
    decided = plan(TOWN, by(Channel.CAMERA, category=None))

    assert decided.holder is None
    assert decided.urgency == Urgency.URGENT
    assert decided.tier == Tier.ASSIGN


def seen(**changed: object) -> CasePlan:
    told: dict[str, object] = {"evidence": (PHOTO,), "category": "parking"}
    return plan(TOWN, by(Channel.CAMERA, **(told | changed)))


def test_what_a_camera_gave_notice_of_is_looked_at_again_and_the_plan_says_why() -> None:
    assert timedelta(minutes=30) == seen().recheck
    assert seen().holder is None
    assert ("30min", "channel camera") == next(
        (choice.answer, choice.rule) for choice in seen().choices if choice.question == "recheck"
    )


@pytest.mark.parametrize(
    "about",
    [
        {"evidence": ()},  # what proves the notice?
        {"category": "manhole-missing"},  # a danger to life
        {"urgency": Urgency.CRITICAL},
        {"category": "construction-in-progress"},  # nothing that passes by itself
        {"category": None},
    ],
)
def test_a_person_looks_at_once_where_waiting_would_do_harm_or_prove_nothing(
    about: dict[str, object],
) -> None:
    assert seen(**about).recheck is None
    assert seen(**about).holder is None


@pytest.mark.parametrize("channel", [each for each in Channel if each is not Channel.CAMERA])
def test_nobody_else_is_kept_waiting(channel: Channel) -> None:
    assert plan(TOWN, by(channel, evidence=(PHOTO,), category="parking")).recheck is None


def test_a_policy_without_such_a_part_has_a_person_look_at_once() -> None:
    parts = tuple(rule for rule in TOWN.parts if rule.kind is not PartKind.RECHECK)
    about = by(Channel.CAMERA, evidence=(PHOTO,), category="parking")

    assert plan(replace(TOWN, parts=parts), about).recheck is None


def test_a_rule_without_categories_waits_in_each() -> None:
    policy = taken_by(
        ChannelRule(Channel.CAMERA, callback=False, confirm=True, recheck=timedelta(hours=1))
    )

    assert plan(policy, by(Channel.CAMERA, category=None)).recheck == timedelta(hours=1)


@pytest.mark.parametrize("need", NEEDS)
def test_every_field_can_be_missing_and_can_be_there(need: str) -> None:
    asks = ChannelRule(Channel.SUPERIOR, callback=False, needs=(need,))
    bare = by(Channel.SUPERIOR, category=None)
    whole = by(Channel.SUPERIOR, place=HERE, evidence=(PHOTO,), superior=ORDER)

    assert missing(asks, bare) == (need,)
    assert missing(asks, whole) == ()


@pytest.mark.parametrize("channel", Channel)
def test_only_where_a_citizen_reported_somebody_is_called_back(channel: Channel) -> None:
    asked = plan(TOWN, by(channel, reply_wanted=True)).callback

    assert asked is (channel in {Channel.HOTLINE, Channel.CITIZEN})
