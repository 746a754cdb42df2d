"""A unit is merged, split, renamed or dissolved; its open cases keep reaching named people."""

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.people.excerpts import excerpt
from domain.people.rosters import (
    HOLDER,
    PARENT,
    FoundPeople,
    Recipient,
    Roster,
    find_people,
)
from domain.people.unit_successors import current_successor, current_successors
from domain.vocabulary import Role
from runtime.wiring.policy_registry import PolicyRegistry
from schemas.packs.content import content_of, policy_from
from store.packs.loader import load_pack
from store.packs.problems import BrokenPack
from store.packs.published import PostgresPolicies
from tests.fakes.packs import CATEGORIES, HOLIDAYS, UNITS, written
from tests.town import OPENED, PARENTS, roster
from tests.unit.test_rosters import GROUPS, ROSTERS

GONE = (
    "  - {id: scrap-yard, name: 废品站, name_en: Scrap yard, parent: office, successor: cleaning}\n"
    "  - {id: cleaning, name: 环卫, name_en: Cleaning, parent: office, successor: urban-mgmt}\n"
)
HEADS = Recipient(HOLDER, Role.UNIT_HEAD)

NAMES = ("a", "b", "c", "d", "e")
PAIRS = st.lists(st.tuples(st.sampled_from(NAMES), st.sampled_from(NAMES)), max_size=6)


def after(*pairs: tuple[str, str], parents: tuple[tuple[str, str], ...] = PARENTS) -> Roster:
    return replace(roster(parents=parents), successors=pairs)


def asked(who: Roster, *groups: Iterable[Recipient], holder: str) -> FoundPeople:
    return find_people(who, groups, holder, OPENED)


def told(answer: FoundPeople) -> list[tuple[str, str]]:
    return [(each.person, each.unit) for each in answer.told]


# Which unit has its matters now.


@pytest.mark.parametrize(
    ("unit", "expected"),
    [
        ("squad", "squad"),  # lives
        ("city-squad", "squad"),  # merged
        ("old-squad", "squad"),  # merged into one that was merged in turn
        ("unheard-of", "unheard-of"),
        ("round", "round"),  # a circle ends where it began
        ("into-the-round", "into-the-round"),  # nobody lives at the end either
        ("itself", "itself"),
    ],
)
def test_a_unit_that_is_gone_leads_to_one_that_lives(unit: str, expected: str) -> None:
    successors = (
        ("old-squad", "city-squad"),
        ("city-squad", "squad"),
        ("round", "and-round"),
        ("and-round", "round"),
        ("into-the-round", "round"),
        ("itself", "itself"),
    )

    assert current_successor(successors, unit) == expected


@given(PAIRS, st.sampled_from(NAMES))
def test_whoever_answers_lives_or_nobody_on_the_way_does(
    pairs: list[tuple[str, str]], unit: str
) -> None:
    heir, links = current_successor(pairs, unit), dict(pairs)

    if heir in links:
        steps = [unit]
        while len(steps) <= len(NAMES):
            steps.append(links[steps[-1]])  # for ever: every one of them has a successor
        assert heir == unit
    assert current_successor(pairs, heir) == heir


# Who is told.


def test_a_rung_for_a_holder_that_is_gone_tells_people_of_its_successor() -> None:
    answer = asked(after(("city-squad", "squad")), [HEADS], holder="city-squad")

    assert told(answer) == [("zhao", "squad")]
    assert answer.gaps == ()


def test_a_unit_of_a_unit_that_is_gone_is_followed_to_the_end() -> None:
    who = after(("older", "old"), ("old", "squad"))

    assert told(asked(who, [HEADS], holder="older")) == [("zhao", "squad")]


def test_the_parent_of_a_holder_that_is_gone_is_the_one_above_its_successor() -> None:
    who = after(("city-squad", "squad"), parents=(("city-squad", "water"), ("squad", "town")))

    assert told(asked(who, [Recipient(PARENT, Role.LEADER)], holder="city-squad")) == [
        ("wu", "town")
    ]


def test_a_parent_that_is_gone_is_followed_too() -> None:
    who = after(("county", "town"), parents=(("squad", "county"),))

    assert told(asked(who, [Recipient(PARENT, Role.LEADER)], holder="squad")) == [("wu", "town")]


def test_a_unit_that_an_old_ladder_names_is_followed() -> None:
    who = after(("call-centre", "platform"))

    assert told(asked(who, [Recipient("call-centre", Role.DISPATCHER)], holder="squad")) == [
        ("wang", "platform")
    ]


def test_successors_in_a_circle_end_at_the_last_resort_although_people_are_left() -> None:
    answer = asked(after(("squad", "water"), ("water", "squad")), [HEADS], holder="squad")

    assert told(answer) == [("wu", "town")]
    assert answer.gaps == ("nobody home: unit_head of squad", "last resort told")


def test_an_excerpt_keeps_the_successors_of_a_unit_and_no_others() -> None:
    who = after(("older", "old"), ("old", "squad"), ("call-centre", "platform"))
    part = excerpt(who, ["older"], OPENED)

    assert part.successors == (("older", "old"), ("old", "squad"))
    assert {"zhao", "li", "xu", "wu"} == {person.id for person in part.people}


UNIT = st.sampled_from(("town", "platform", "office", "squad", "water"))
CHANGED = st.builds(
    lambda who, pairs: replace(who, successors=tuple(pairs)),
    ROSTERS,
    st.lists(st.tuples(UNIT, UNIT), max_size=4),  # circles included
)


@given(CHANGED, GROUPS, UNIT)
def test_an_excerpt_answers_as_the_whole_roster_does_after_any_change(
    who: Roster, groups: list[list[Recipient]], holder: str
) -> None:
    named = {recipient.unit for group in groups for recipient in group} - {HOLDER, PARENT}
    part = excerpt(who, named | {holder}, OPENED)

    assert find_people(who, groups, holder, OPENED) == find_people(part, groups, holder, OPENED)


@given(CHANGED, GROUPS, UNIT)
def test_nobody_is_told_for_a_unit_that_is_gone(
    who: Roster, groups: list[list[Recipient]], holder: str
) -> None:
    answer = find_people(who, groups, holder, OPENED)
    gone = {unit for unit, _ in who.successors}

    assert answer.told
    assert "last resort told" in answer.gaps or gone.isdisjoint(p.unit for p in answer.told)


@given(ROSTERS, GROUPS, UNIT)
def test_a_renamed_unit_changes_nobody_who_is_told(
    who: Roster, groups: list[list[Recipient]], holder: str
) -> None:
    renamed = replace(who, successors=(("as-it-was-called", holder),))

    assert find_people(renamed, groups, "as-it-was-called", OPENED) == find_people(
        who, groups, holder, OPENED
    )


# In a pack.


def test_successors_in_units_yaml_reach_the_roster(tmp_path: Path) -> None:
    policy = load_pack(written(tmp_path, units=UNITS + GONE), HOLIDAYS)

    assert policy.roster.successors == (("scrap-yard", "cleaning"), ("cleaning", "urban-mgmt"))
    assert [unit.successor for unit in policy.units] == [None, None, None, "cleaning", "urban-mgmt"]
    kept = policy_from(content_of(policy), policy.roster)
    assert kept == replace(policy, notices=None, resources=None, patrols=None)


def test_naming_a_unit_that_is_gone_is_one_problem_although_nobody_is_in_it(tmp_path: Path) -> None:
    late = CATEGORIES.replace("lead: urban-mgmt", "lead: scrap-yard")
    with pytest.raises(BrokenPack) as caught:
        load_pack(written(tmp_path, units=UNITS + GONE, categories=late), HOLIDAYS)

    [problem] = caught.value.problems
    assert problem.file == "categories.yaml"
    assert problem.path == "categories[0].lead"


def test_a_unit_that_is_gone_is_not_offered_for_dispatch(tmp_path: Path) -> None:
    policy = load_pack(written(tmp_path, units=UNITS + GONE), HOLIDAYS)
    desk = PolicyRegistry({policy.tenant: policy}, cast("PostgresPolicies", None))

    assert desk.units(policy.tenant) == ("office", "desk", "urban-mgmt")


def test_a_unit_that_is_gone_does_not_assist_either(tmp_path: Path) -> None:
    assists = GONE.replace("}", ", assists_only: true}")
    village = "  - {id: village, name: 村, name_en: Village, parent: office, assists_only: true}\n"
    policy = load_pack(written(tmp_path, units=UNITS + assists + village), HOLIDAYS)
    desk = PolicyRegistry({policy.tenant: policy}, cast("PostgresPolicies", None))

    assert desk.assistants(policy.tenant) == ("village",)


@given(st.dictionaries(st.sampled_from("abcdefgh"), st.sampled_from("abcdefghi"), max_size=8))
def test_all_successors_at_once_are_those_of_each_unit(after: dict[str, str]) -> None:
    each = {unit: current_successor(after.items(), unit) for unit in after}

    assert current_successors(after) == each
