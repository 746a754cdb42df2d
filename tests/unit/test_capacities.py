"""What the roster gives a person at a moment: own roles, duties, and those of absent people."""

from dataclasses import replace
from datetime import datetime

import pytest
from hypothesis import given

from domain.people.capacities import Capacity, capacities
from domain.people.rosters import Absence, Duty, Person, Recipient, Roster, find_people, is_away
from domain.vocabulary import Role
from tests.town import OPENED, PEOPLE, at, roster
from tests.unit.test_rosters import GROUPS, HOLDERS, ROSTERS, away

LI = Capacity(Role.HANDLER, "squad")
FOR_ZHAO = Capacity(Role.UNIT_HEAD, "squad", "zhao")


def test_a_person_has_the_roles_of_the_roster_and_no_other() -> None:
    assert capacities(roster(), "li", OPENED) == (LI,)
    assert capacities(roster(), "stranger", OPENED) == ()


def test_a_deputy_has_the_roles_of_a_person_who_is_away_and_says_for_whom() -> None:
    who = roster(absences=(Absence("zhao", at("2026-07-01 08:00"), at("2026-07-01 12:00")),))

    assert capacities(who, "li", at("2026-07-01 07:59")) == (LI,)
    assert capacities(who, "li", at("2026-07-01 08:00")) == (LI, FOR_ZHAO)
    assert capacities(who, "li", at("2026-07-01 12:00")) == (LI,)


def test_a_deputy_with_the_same_role_in_the_same_unit_may_still_act_for_the_person() -> None:
    """Two dispatchers of one platform: the own role comes first, the other one is there too."""
    people = tuple(
        replace(each, roles=(Role.UNIT_HEAD, *each.roles)) if each.id == "li" else each
        for each in PEOPLE
    )
    found = capacities(roster(people=people, absences=away("zhao")), "li", OPENED)

    assert found == (Capacity(Role.UNIT_HEAD, "squad"), LI, FOR_ZHAO)


def test_of_several_deputies_the_first_who_is_present_stands_in_alone() -> None:
    people = tuple(
        replace(each, deputies=("xu", "li")) if each.id == "zhao" else each for each in PEOPLE
    )
    one, both = away("zhao"), away("zhao", "xu")

    assert capacities(roster(people=people, absences=one), "li", OPENED) == (LI,)
    assert FOR_ZHAO in capacities(roster(people=people, absences=one), "xu", OPENED)
    assert FOR_ZHAO in capacities(roster(people=people, absences=both), "li", OPENED)


def test_who_stands_in_for_a_deputy_stands_in_for_both() -> None:
    people = tuple(
        replace(each, deputies=("chen",)) if each.id == "li" else each for each in PEOPLE
    )
    who = roster(people=people, absences=away("zhao", "li"))

    assert capacities(who, "chen", OPENED) == (
        Capacity(Role.HANDLER, "water"),
        FOR_ZHAO,
        Capacity(Role.HANDLER, "squad", "li"),
    )


def test_a_person_who_is_away_keeps_the_own_roles_and_stands_in_for_nobody() -> None:
    who = roster(absences=away("zhao", "li"))

    assert capacities(who, "li", OPENED) == (LI,)


@pytest.mark.parametrize(
    ("when", "given"),
    [("2026-07-01 19:59", False), ("2026-07-01 20:00", True), ("2026-07-02 20:00", False)],
)
def test_a_duty_gives_its_role_in_its_hours(when: str, *, given: bool) -> None:
    wednesdays = Duty("platform", Role.DISPATCHER, ("qian",), (2,), 20, 24)
    found = capacities(roster(duties=(wednesdays,)), "qian", at(when))

    assert (Capacity(Role.DISPATCHER, "platform") in found) is given
    assert found[0] == Capacity(Role.VERIFIER, "platform")


def test_the_duty_of_a_person_who_is_away_is_the_deputys() -> None:
    duty = Duty("platform", Role.DISPATCHER, ("zhao",))
    who = roster(duties=(duty,), absences=away("zhao"))

    assert Capacity(Role.DISPATCHER, "platform", "zhao") in capacities(who, "li", OPENED)


def test_an_id_that_is_there_twice_has_the_roles_of_both_entries() -> None:
    """`sanban policy check` refuses such a roster; the rule must still be one and the same."""
    twice = Person("li", "李队员", "water", (Role.UNIT_HEAD,))
    who = roster(people=(*PEOPLE, twice))

    assert capacities(who, "li", OPENED) == (LI, Capacity(Role.UNIT_HEAD, "water"))


@given(ROSTERS, GROUPS, HOLDERS)
def test_whoever_is_notified_in_a_role_may_act_in_it(
    who: Roster, groups: list[list[Recipient]], holder: str | None
) -> None:
    found = find_people(who, groups, holder, OPENED)
    for told in found.told if "last resort told" not in found.gaps else ():
        given = {(each.role, each.unit) for each in capacities(who, told.person, OPENED)}
        assert (told.role, told.unit) in given


@given(ROSTERS)
def test_nobody_stands_in_for_a_person_who_is_present_or_while_away(who: Roster) -> None:
    for person in who.people:
        for each in capacities(who, person.id, OPENED):
            if each.for_person is not None:
                assert is_away(who, each.for_person, OPENED)
                assert not is_away(who, person.id, OPENED)


def test_a_moment_of_another_zone_is_the_same_moment() -> None:
    who = roster(duties=(Duty("platform", Role.DISPATCHER, ("qian",), start=8, end=9),))
    local = datetime.fromisoformat("2026-07-01T08:30:00+08:00")

    assert len(capacities(who, "qian", local)) == len(capacities(who, "qian", OPENED)) == 2
