"""No role is believed that the roster, or a recorded stand-in, does not give; through no door."""

from dataclasses import replace

import pytest

from domain.case.actors import NotBelieved, actor_of_person, actor_of_source
from domain.case.commands import Actor
from domain.people.rosters import Absence, Duty
from domain.policy.model import Policy
from domain.policy.sources import ActingRule, SourceRule
from domain.vocabulary import OVERSEERS, Role
from gateways.holidays import china
from packs import pack_of
from store.packs.loader import load_pack
from tests.town import at

MONDAY = at("2026-11-30 10:00")
AWAY = at("2026-12-08 10:00")
"""By the shipped roster pan-zhenhua is away from 7 to 11 December; lyu-ting is the deputy."""
HOUSING = "housing-construction"
DESK, VILLAGE, CAMERA = "https://desk.example/12345", "/village", "/camera/3"
EVERY_OFFICIAL = tuple(
    role for role in Role if role not in {Role.REPORTER, Role.ENGINE, Role.OUTSIDE, *OVERSEERS}
)
RULES = (
    SourceRule(
        DESK, commands=ActingRule((*EVERY_OFFICIAL, Role.REPORTER), (), ("seat-*", "kiosk"))
    ),
    SourceRule(VILLAGE, commands=ActingRule(EVERY_OFFICIAL, ("hetang-village", HOUSING))),
    SourceRule("/camera/*", commands=ActingRule((Role.REPORTER,))),
)


@pytest.fixture(scope="module")
def town() -> Policy:
    return replace(load_pack(pack_of("youchegang"), {"china": china}), sources=RULES)


# --- People at the command line.


@pytest.mark.parametrize("role", sorted({*Role} - {Role.HANDLER}))
def test_a_handler_is_believed_in_no_other_role(town: Policy, role: Role) -> None:
    with pytest.raises(NotBelieved) as refused:
        actor_of_person(town, "lu-fang", MONDAY, kind="comment", role=role)

    assert refused.value.why == (
        f"the roster gives lu-fang handler of hetang-village at this moment, not {role}"
    )
    assert "roster.yaml" in refused.value.do


def test_everybody_is_believed_in_the_roles_of_the_roster(town: Policy) -> None:
    for person in town.roster.people:
        for role in {*person.roles} - OVERSEERS:
            actor = actor_of_person(town, person.id, MONDAY, kind="comment", role=role)
            assert actor == Actor(person.id, role, person.unit)


@pytest.mark.parametrize("person", ["yin-hao", "yu-zhengming"])
def test_who_acts_on_no_case_is_believed_in_no_act(town: Policy, person: str) -> None:
    with pytest.raises(NotBelieved, match="acts on no case"):
        actor_of_person(town, person, MONDAY, kind="comment")


def test_a_deputy_is_believed_while_the_person_is_away_and_the_actor_says_so(town: Policy) -> None:
    head = Actor("lyu-ting", Role.UNIT_HEAD, HOUSING, "pan-zhenhua")

    assert actor_of_person(town, "lyu-ting", AWAY, kind="sign", role=Role.UNIT_HEAD) == head
    assert actor_of_person(town, "lyu-ting", AWAY, kind="sign", for_person="pan-zhenhua") == head
    assert actor_of_person(town, "lyu-ting", AWAY, kind="sign") == Actor(
        "lyu-ting", Role.HANDLER, HOUSING
    )
    for given in ({"role": Role.UNIT_HEAD}, {"for_person": "pan-zhenhua"}):
        with pytest.raises(NotBelieved):
            actor_of_person(town, "lyu-ting", MONDAY, kind="sign", **given)


def test_a_deputy_of_another_unit_stays_one_of_their_own(town: Policy) -> None:
    absent = Absence("xie-bin", MONDAY, AWAY)
    people = tuple(
        replace(each, deputies=("lin-yan",)) if each.id == "xie-bin" else each
        for each in town.roster.people
    )
    town = replace(town, roster=replace(town.roster, people=people, absences=(absent,)))

    actor = actor_of_person(town, "lin-yan", MONDAY, kind="verify")

    assert actor == Actor("lin-yan", Role.VERIFIER, "platform", "xie-bin", "market-supervision")


def test_a_person_on_duty_elsewhere_stays_one_of_their_own_unit(town: Policy) -> None:
    duty = Duty("platform", Role.VERIFIER, ("lin-yan",))
    town = replace(town, roster=replace(town.roster, duties=(duty,)))

    actor = actor_of_person(town, "lin-yan", MONDAY, kind="verify")

    assert actor == Actor("lin-yan", Role.VERIFIER, "platform", own_unit="market-supervision")


def test_a_deputy_with_no_own_role_for_it_acts_in_the_place_of_who_has_one(town: Policy) -> None:
    absent = Absence("shen-haifeng", MONDAY, AWAY)
    town = replace(town, roster=replace(town.roster, absences=(absent,)))

    actor = actor_of_person(town, "yao-liqin", MONDAY, kind="appoint")

    assert actor == Actor("yao-liqin", Role.SUPERVISOR, "leading-group-office", "shen-haifeng")


def test_a_refusal_names_the_roles_of_that_day(town: Policy) -> None:
    with pytest.raises(NotBelieved, match=r"handler of housing-construction, unit_head of housing"):
        actor_of_person(town, "lyu-ting", AWAY, kind="sign", role=Role.LEADER)
    with pytest.raises(NotBelieved, match=r"as a deputy of pan-zhenhua at this moment, not leader"):
        actor_of_person(town, "lyu-ting", AWAY, kind="sign", role=Role.LEADER)
    with pytest.raises(NotBelieved, match=r"at this moment, not a deputy of lu-jianming; "):
        actor_of_person(town, "lyu-ting", AWAY, kind="sign", for_person="lu-jianming")


# --- Systems, over Kafka and HTTP.


def claimed(
    town: Policy, source: str, id_: str, role: Role, unit: str | None = None
) -> Actor | str:
    """Return the actor that is believed, or why none is."""
    try:
        return actor_of_source(town, source, Actor(id_, role, unit), MONDAY)
    except NotBelieved as error:
        return str(error)


def test_a_source_speaks_for_people_of_the_roster_in_their_own_roles(town: Policy) -> None:
    lu_fang = Actor("lu-fang", Role.HANDLER, "hetang-village")

    assert claimed(town, VILLAGE, "lu-fang", Role.HANDLER, "hetang-village") == lu_fang
    assert claimed(town, DESK, "lu-fang", Role.HANDLER) == lu_fang
    assert claimed(town, VILLAGE, "lu-fang", Role.LEADER, "hetang-village") == (
        "data.actor.role: the roster gives this person handler of hetang-village at this moment, "
        "not leader; send one of these, or ask the operators to correct roster.yaml"
    )
    assert str(claimed(town, VILLAGE, "lu-fang", Role.HANDLER, HOUSING)).startswith(
        "data.actor.unit: the roster gives this person handler of hetang-village at this moment, "
        "not handler of this unit; "
    )


def test_a_person_who_names_no_unit_acts_for_the_one_of_the_roster(town: Policy) -> None:
    assert claimed(town, VILLAGE, "lu-fang", Role.HANDLER) == Actor(
        "lu-fang", Role.HANDLER, "hetang-village"
    )
    town = replace(
        town,
        sources=(SourceRule(VILLAGE, commands=ActingRule((Role.HANDLER,), units=(HOUSING,))),),
    )
    assert str(claimed(town, VILLAGE, "lu-fang", Role.HANDLER)).startswith(
        "data.actor.unit: this source may not act for it: it may act for housing-construction; "
    )


@pytest.mark.parametrize("source", [DESK, VILLAGE, CAMERA])
def test_a_person_of_the_roster_is_no_reporter_and_no_source_makes_them_one(
    town: Policy, source: str
) -> None:
    assert str(claimed(town, source, "lu-fang", Role.REPORTER)).startswith("data.actor.")


def test_an_event_of_a_deputy_is_journaled_as_such(town: Policy) -> None:
    said = Actor("lyu-ting", Role.UNIT_HEAD, HOUSING)

    assert actor_of_source(town, VILLAGE, said, AWAY) == replace(said, for_person="pan-zhenhua")
    with pytest.raises(NotBelieved) as refused:
        actor_of_source(town, VILLAGE, replace(said, role=Role.LEADER), AWAY)
    assert "unit_head of housing-construction as a deputy at this moment" in str(refused.value)
    assert "pan-zhenhua" not in str(refused.value)  # receipts name no person


@pytest.mark.parametrize(
    ("source", "name", "believed"),
    [
        (DESK, "seat-12", True),
        (DESK, "kiosk", True),
        (DESK, "kiosk-2", False),
        (DESK, "SEAT-12", False),
        (DESK, "zhang-wei", False),  # who left the roster, or never was in it
        (DESK, "zong-xiaolan", False),  # of another tenant's roster
        (DESK, "lu-fang ", False),
        (DESK, DESK, True),
        (VILLAGE, DESK, False),
        (VILLAGE, "seat-12", False),
        (VILLAGE, VILLAGE, True),
    ],
)
def test_another_name_is_the_sources_own_or_one_that_it_vouches_for(
    town: Policy, source: str, name: str, *, believed: bool
) -> None:
    unit = "hetang-village"
    found = claimed(town, source, name, Role.LEADER, unit)

    if believed:
        assert found == Actor(name, Role.LEADER, unit)
    else:
        assert str(found).startswith("data.actor.id: the roster has no such person, and this ")
        assert name not in str(found) or name == DESK  # it could be a citizen's


def test_what_a_source_may_not_do_itself_it_may_vouch_for_in_no_name(town: Policy) -> None:
    for name in (CAMERA, "seat-12", "zhu-lihua"):
        assert str(claimed(town, CAMERA, name, Role.DISPATCHER)).startswith("data.actor.role: ")
    assert claimed(town, CAMERA, "camera-3", Role.REPORTER) == Actor("camera-3", Role.REPORTER)


def test_without_a_list_of_sources_only_the_roster_and_reporters_act(town: Policy) -> None:
    town = replace(town, sources=())

    assert claimed(town, "/any", "zhu-lihua", Role.DISPATCHER) == Actor(
        "zhu-lihua", Role.DISPATCHER, "platform"
    )
    assert claimed(town, "/any", "camera-3", Role.REPORTER) == Actor("camera-3", Role.REPORTER)
    for actor in ("/any", "seat-12"):
        assert str(claimed(town, "/any", actor, Role.LEADER)).startswith("data.actor.id: ")
    assert str(claimed(town, "/any", "x", Role.REPORTER, "platform")).startswith("data.actor.id: ")


def test_a_unit_that_was_merged_is_that_of_its_successor(town: Policy) -> None:
    roster = replace(town.roster, successors=(("east-village", "hetang-village"),))
    town = replace(town, roster=roster)

    assert claimed(town, DESK, "lu-fang", Role.HANDLER, "east-village") == Actor(
        "lu-fang", Role.HANDLER, "hetang-village"
    )
