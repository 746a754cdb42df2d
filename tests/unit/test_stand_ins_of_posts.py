"""Who acts for a person with a post of the leading group: not whom a colleague happens to name."""

from dataclasses import replace

import pytest

from domain.people.acting import acting_for
from domain.people.capacities import capacities
from domain.people.excerpts import excerpt
from domain.people.roster_changes import AbsenceFault, NotAllowed, SetAbsence, overlaid
from domain.people.rosters import Absence, Recipient, find_people, present_for
from domain.vocabulary import Role
from tests.unit.test_roster_changes import DAY, NOW, ROSTER, away, book, person, why_not

MAYOR, STANDING, OFFICE_HEAD = "lu-jianming", "fei-xuewen", "yao-liqin"
SUPERVISOR, HANDLER = "shen-haifeng", "gu-xiaomin"


def set_by(change: SetAbsence, by: str) -> SetAbsence:
    return replace(change, set_by=by)


@pytest.mark.parametrize("stand_in", [MAYOR, OFFICE_HEAD, SUPERVISOR])
def test_a_post_is_stood_in_for_by_a_post_a_leader_or_whom_the_roster_names(stand_in: str) -> None:
    by = MAYOR if stand_in == SUPERVISOR else SUPERVISOR  # no room for the own act

    assert why_not(by, away(STANDING, stand_in)) == ""


def test_no_colleague_without_a_post_is_named_for_one() -> None:
    with pytest.raises(NotAllowed, match="fei-xuewen has a post of the leading group") as error:
        book().check_change(person(SUPERVISOR), away(STANDING, HANDLER), NOW)

    assert error.value.fault is AbsenceFault.NO_POST
    assert why_not(SUPERVISOR, away(OFFICE_HEAD, HANDLER)) == ""  # who has none


@pytest.mark.parametrize(
    "absences",
    [[away(STANDING, HANDLER)], [away(STANDING), away(OFFICE_HEAD, HANDLER)]],
    ids=["named before", "named for the deputy"],
)
def test_nor_does_a_chain_of_absences_lead_to_one_at_any_moment(
    absences: list[SetAbsence],
) -> None:
    roster = overlaid(ROSTER, [set_by(each, SUPERVISOR) for each in absences])
    acts = {each.for_person for each in capacities(roster, HANDLER, NOW)}
    acting = acting_for(roster, STANDING, NOW)

    assert STANDING not in acts
    assert acting is not None
    assert acting.id in {OFFICE_HEAD, SUPERVISOR}
    assert STANDING in {each.for_person for each in capacities(roster, acting.id, NOW)}


def test_who_is_told_for_a_post_is_who_can_decide() -> None:
    roster = overlaid(ROSTER, [set_by(away(STANDING, HANDLER), SUPERVISOR)])
    read = excerpt(roster, ["leading-group"], NOW)
    told = find_people(read, [[Recipient("leading-group", Role.LEADER)]], None, NOW)

    assert HANDLER not in {each.person for each in told.told}
    assert OFFICE_HEAD in {each.person for each in told.told}


def test_who_set_an_absence_on_the_way_to_the_deputy_is_named() -> None:
    packed = replace(ROSTER, absences=(Absence(STANDING, NOW - DAY, NOW + DAY),))
    roster = overlaid(packed, [set_by(away(OFFICE_HEAD), "zhu-lihua")])
    found = [each for each in capacities(roster, SUPERVISOR, NOW) if each.for_person == STANDING]

    assert {each.set_by for each in found} == {"zhu-lihua"}


def test_the_stand_in_of_a_person_without_a_post_is_any_that_may_be_named() -> None:
    roster = overlaid(ROSTER, [away("pan-zhenhua", HANDLER)])
    present = present_for(roster, "pan-zhenhua", NOW)

    assert present is not None
    assert acting_for(roster, "pan-zhenhua", NOW) == present


def test_a_leader_of_the_district_sets_no_absence_in_the_town() -> None:
    for id_ in (STANDING, SUPERVISOR, "pan-zhenhua"):
        assert f"sets no absences of {id_}" in why_not("shao-wenhua", away(id_))
