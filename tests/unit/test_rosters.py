"""From a unit, a role and a moment to named people: never nobody, and every gap named."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.people.excerpts import excerpt
from domain.people.rosters import (
    HOLDER,
    PARENT,
    Absence,
    BadRoster,
    Duty,
    FoundPeople,
    Person,
    Recipient,
    Roster,
    find_people,
)
from domain.vocabulary import Role
from tests.town import OPENED, PEOPLE, UNITS, at, roster

HEAD_OF_HOLDER = (Recipient(HOLDER, Role.UNIT_HEAD),)
DAYS = timedelta(days=1)


def away(*ids: str) -> tuple[Absence, ...]:
    return tuple(Absence(id_, OPENED - DAYS, OPENED + 7 * DAYS) for id_ in ids)


def told(answer: FoundPeople) -> list[str]:
    return [person.person for person in answer.told]


def asked(
    who: Roster,
    *groups: tuple[Recipient, ...],
    holder: str | None = "squad",
    when: datetime = OPENED,
) -> FoundPeople:
    return find_people(who, groups, holder, when)


def test_a_role_of_the_holder_is_a_named_person() -> None:
    [zhao] = asked(roster(), HEAD_OF_HOLDER).told

    assert "zhao" == zhao.person
    assert "赵队长" == zhao.name
    assert "squad" == zhao.unit
    assert Role.UNIT_HEAD == zhao.role
    assert zhao.for_person is None


def test_the_unit_above_the_holder_is_found() -> None:
    assert ["wu"] == told(asked(roster(), (Recipient(PARENT, Role.LEADER),)))


def test_a_rung_may_tell_several_roles_at_once() -> None:
    both = (Recipient(HOLDER, Role.HANDLER), Recipient("office", Role.SUPERVISOR))

    assert ["li", "zhou"] == told(asked(roster(), both))


def test_a_deputy_stands_in_and_says_for_whom() -> None:
    [li] = asked(roster(absences=away("zhao")), HEAD_OF_HOLDER).told

    assert "li" == li.person
    assert "zhao" == li.for_person


def test_an_absence_ends_when_it_says() -> None:
    away_until_noon = Absence("zhao", at("2026-07-01 08:00"), at("2026-07-01 12:00"))
    who = roster(absences=(away_until_noon,))

    assert ["li"] == told(asked(who, HEAD_OF_HOLDER, when=at("2026-07-01 08:00")))
    assert ["zhao"] == told(asked(who, HEAD_OF_HOLDER, when=at("2026-07-01 12:00")))


def test_with_nobody_home_the_next_group_is_told_at_once_and_the_gap_is_named() -> None:
    answer = asked(
        roster(absences=away("zhao", "li")), HEAD_OF_HOLDER, (Recipient(PARENT, Role.LEADER),)
    )

    assert ["wu"] == told(answer)
    assert ("nobody home: unit_head of squad",) == answer.gaps


def test_a_group_with_somebody_home_still_names_who_was_not() -> None:
    both = (Recipient(HOLDER, Role.UNIT_HEAD), Recipient("office", Role.SUPERVISOR))
    answer = asked(roster(absences=away("zhao", "li")), both)

    assert ["zhou"] == told(answer)
    assert ("nobody home: unit_head of squad",) == answer.gaps


def test_with_the_whole_chain_on_leave_the_last_resort_is_told() -> None:
    everybody = away(*(person.id for person in PEOPLE))
    answer = asked(roster(absences=everybody), HEAD_OF_HOLDER, (Recipient(PARENT, Role.LEADER),))

    assert ["wu"] == told(answer)
    assert (
        "nobody home: unit_head of squad",
        "nobody home: leader of town",
        "last resort told",
    ) == answer.gaps


def test_deputies_in_a_circle_end_at_the_last_resort() -> None:
    circle = (
        Person("a", "A", "squad", (Role.UNIT_HEAD,), deputies=("b",)),
        Person("b", "B", "squad", (), deputies=("c",)),
        Person("c", "C", "squad", (), deputies=("a", "c")),
        Person("wu", "W", "town", (Role.LEADER,)),
    )
    answer = asked(roster(people=circle, absences=away("a", "b", "c")), HEAD_OF_HOLDER)

    assert ["wu"] == told(answer)


def test_the_search_goes_on_behind_a_deputy_who_leads_nowhere() -> None:
    people = (
        Person("a", "A", "squad", (Role.UNIT_HEAD,), deputies=("nobody", "b", "c")),
        Person("b", "B", "squad", (), deputies=("a",)),
        Person("c", "C", "squad", ()),
        Person("wu", "W", "town", (Role.LEADER,)),
    )

    assert ["c"] == told(asked(roster(people=people, absences=away("a", "b")), HEAD_OF_HOLDER))


@pytest.mark.parametrize(
    ("holder", "gap"),
    [
        (None, "nobody home: unit_head of @holder"),
        ("demolished", "nobody home: unit_head of demolished"),
    ],
)
def test_no_such_unit_ends_at_the_last_resort(holder: str | None, gap: str) -> None:
    answer = asked(roster(), HEAD_OF_HOLDER, holder=holder)

    assert ["wu"] == told(answer)
    assert (gap, "last resort told") == answer.gaps


def test_a_unit_without_a_parent_ends_at_the_last_resort() -> None:
    answer = asked(roster(), (Recipient(PARENT, Role.LEADER),), holder="town")

    assert ("nobody home: leader of @parent", "last resort told") == answer.gaps


def test_a_rung_that_names_nobody_ends_at_the_last_resort() -> None:
    assert ["wu"] == told(asked(roster(), ()))


# Duty hours.

EVENINGS = Duty("squad", Role.HANDLER, ("li",), weekdays=(0, 1, 2, 3, 4), start=18, end=22)
WEEKENDS = Duty("squad", Role.HANDLER, ("zhao",), weekdays=(5, 6))
HANDLERS = (Recipient(HOLDER, Role.HANDLER),)


@pytest.mark.parametrize(
    ("when", "expected"),
    [
        ("2026-07-01 18:00", ["li"]),  # duty begins
        ("2026-07-01 21:59", ["li"]),
        ("2026-07-01 22:00", ["wu"]),  # it ends
        ("2026-07-01 17:59", ["wu"]),  # duty is planned, and not now: a gap
        ("2026-07-04 03:00", ["zhao"]),  # a Saturday
    ],
)
def test_who_has_duty_depends_on_local_day_and_hour(when: str, expected: list[str]) -> None:
    who = roster(duties=(EVENINGS, WEEKENDS))

    assert expected == told(asked(who, HANDLERS, when=at(when)))


def test_where_no_duty_is_planned_everybody_in_that_role_is_told() -> None:
    assert ["feng"] == told(asked(roster(duties=(EVENINGS,)), HEAD_OF_HOLDER, holder="water"))


def test_who_is_on_two_duties_at_once_is_told_once() -> None:
    who = roster(duties=(EVENINGS, Duty("squad", Role.HANDLER, ("li", "gone"))))

    assert ["li"] == told(asked(who, HANDLERS, when=at("2026-07-01 19:00")))


@pytest.mark.parametrize(
    "bad",
    [
        Duty("squad", Role.HANDLER, ("li",), start=22, end=6),
        Duty("squad", Role.HANDLER, ("li",), (7,)),
    ],
)
def test_a_duty_that_could_never_begin_is_refused(bad: Duty) -> None:
    with pytest.raises(BadRoster):
        roster(duties=(bad,))


@pytest.mark.parametrize("last_resort", [(), ("wu", "nobody")])
def test_a_roster_without_a_known_last_resort_is_refused(last_resort: tuple[str, ...]) -> None:
    with pytest.raises(BadRoster):
        roster(last_resort=last_resort)


# Properties, over rosters of any shape.

UNIT = st.sampled_from(UNITS)
ROLE = st.sampled_from([Role.HANDLER, Role.UNIT_HEAD, Role.LEADER])
ID = st.sampled_from([person.id for person in PEOPLE])
NAMED = st.sampled_from([*UNITS, HOLDER, PARENT])
ROSTERS = st.builds(
    roster,
    people=st.tuples(
        *(
            st.builds(
                Person,
                st.just(person.id),
                st.just(person.name),
                UNIT,
                st.lists(ROLE, max_size=2).map(tuple),
                st.lists(ID, max_size=3).map(tuple),
            )
            for person in PEOPLE
        )
    ),
    last_resort=st.lists(ID, min_size=1, max_size=2).map(tuple),
    parents=st.lists(st.tuples(UNIT, UNIT), max_size=6).map(tuple),  # circles included
    duties=st.lists(
        st.builds(Duty, UNIT, ROLE, st.lists(ID, max_size=3).map(tuple)), max_size=3
    ).map(tuple),
    absences=st.lists(ID.map(lambda id_: away(id_)[0]), max_size=9).map(tuple),
)
GROUPS = st.lists(st.lists(st.builds(Recipient, NAMED, ROLE), max_size=3), max_size=3)
HOLDERS = st.none() | UNIT


@given(ROSTERS, GROUPS, HOLDERS)
def test_somebody_is_always_told_and_nobody_twice(
    who: Roster, groups: list[list[Recipient]], holder: str | None
) -> None:
    answer = find_people(who, groups, holder, OPENED)

    assert answer.told
    assert len(set(answer.told)) == len(answer.told)


@given(ROSTERS, GROUPS, HOLDERS)
def test_who_is_told_is_there_unless_it_is_the_last_resort(
    who: Roster, groups: list[list[Recipient]], holder: str | None
) -> None:
    answer = find_people(who, groups, holder, OPENED)
    absent = {absence.person for absence in who.absences}

    assert "last resort told" in answer.gaps or absent.isdisjoint(told(answer))


@given(ROSTERS, GROUPS, HOLDERS)
def test_an_excerpt_answers_as_the_whole_roster_does(
    who: Roster, groups: list[list[Recipient]], holder: str | None
) -> None:
    named = {recipient.unit for group in groups for recipient in group} - {HOLDER, PARENT}
    part = excerpt(who, named | ({holder} if holder else set()), OPENED)

    assert find_people(who, groups, holder, OPENED) == find_people(part, groups, holder, OPENED)


def test_an_excerpt_leaves_out_who_cannot_be_needed() -> None:
    part = excerpt(roster(absences=away("feng", "zhao")), ["squad"], OPENED)

    assert {"zhao", "li", "xu", "wu"} == {person.id for person in part.people}
    assert away("zhao") == part.absences


def test_whoever_has_two_roles_is_told_once() -> None:
    people = (Person("mayor", "Mayor", "office", (Role.UNIT_HEAD, Role.SUPERVISOR)),)
    both = (Recipient("office", Role.UNIT_HEAD), Recipient("office", Role.SUPERVISOR))

    answer = find_people(
        Roster("Asia/Shanghai", people, ("mayor",)), [both], None, at("2026-07-01 10:00")
    )

    assert [("mayor", Role.UNIT_HEAD)] == [(told.person, told.role) for told in answer.told]
