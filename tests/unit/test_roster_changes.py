"""Absences that people set: what holds after them, and who may set them for whom."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from domain.people.capacities import capacities
from domain.people.excerpts import excerpt
from domain.people.roster_changes import (
    LONGEST,
    Book,
    KeptChange,
    NotAllowed,
    SetAbsence,
    overlaid,
)
from domain.people.rosters import Absence, Person, Roster, present_for
from domain.policy.model import Policy
from domain.vocabulary import Role
from packs import pack_of
from runtime.wiring.packs import load_one

NOW = datetime(2026, 11, 24, 2, tzinfo=UTC)
DAY = timedelta(days=1)
TOWN: Policy = load_one(pack_of("youchegang"))
ROSTER: Roster = TOWN.roster


def away(person: str, stand_in: str | None = None, days: int = 2) -> SetAbsence:
    return SetAbsence(person, NOW - DAY, NOW + days * DAY, stand_in)


def book(*kept: tuple[str, SetAbsence], roster: Roster = ROSTER) -> Book:
    """Return the book with what people have set, numbered from 1."""
    rows = [KeptChange(number, each, by) for number, (by, each) in enumerate(kept, start=1)]
    return Book(roster, rows, platform=TOWN.platform, office=TOWN.office)


def person(id_: str) -> Person:
    return next(each for each in ROSTER.people if each.id == id_)


def why_not(by: str, change: SetAbsence, in_book: Book | None = None) -> str:
    try:
        (in_book or book()).check_change(person(by), change, NOW)
    except NotAllowed as error:
        return str(error)
    return ""


def why_no_end(by: str, number: int, in_book: Book) -> str:
    try:
        in_book.check_end(person(by), number, NOW)
    except NotAllowed as error:
        return str(error)
    return ""


def test_a_stand_in_acts_before_the_deputies_and_only_in_that_time() -> None:
    after = overlaid(ROSTER, [away("pan-zhenhua", "yu-hong")])

    assert present_for(after, "pan-zhenhua", NOW).id == "yu-hong"  # type: ignore[union-attr]
    assert present_for(after, "pan-zhenhua", NOW + 3 * DAY).id == "pan-zhenhua"  # type: ignore[union-attr]
    given = {(each.role, each.unit, each.for_person) for each in capacities(after, "yu-hong", NOW)}
    assert (Role.UNIT_HEAD, "housing-construction", "pan-zhenhua") in given


def test_a_stand_in_who_is_away_too_leads_on_and_a_circle_ends_at_the_deputies() -> None:
    circle = [away("pan-zhenhua", "yu-hong"), away("yu-hong", "pan-zhenhua")]
    further = [*circle, away("fang-yuan")]

    assert present_for(overlaid(ROSTER, circle), "pan-zhenhua", NOW).id == "fang-yuan"  # type: ignore[union-attr]
    assert present_for(overlaid(ROSTER, further), "pan-zhenhua", NOW).id == "lyu-ting"  # type: ignore[union-attr]


def test_who_is_back_is_there_whatever_the_pack_says_and_only_in_that_time() -> None:
    packed = replace(ROSTER, absences=(Absence("li-na", NOW - 5 * DAY, NOW + 5 * DAY),))
    after = overlaid(packed, [SetAbsence("li-na", NOW, NOW + DAY, is_back=True)])

    assert [(a.since, a.until) for a in after.absences] == [
        (NOW - 5 * DAY, NOW),
        (NOW + DAY, NOW + 5 * DAY),
    ]


def test_a_workflow_gets_the_stand_in_of_another_unit() -> None:
    after = overlaid(ROSTER, [away("pan-zhenhua", "yu-hong")])

    found = excerpt(after, ["housing-construction"], NOW)

    assert "yu-hong" in {each.id for each in found.people}
    assert found.absences == (Absence("pan-zhenhua", NOW - DAY, NOW + 2 * DAY, "yu-hong"),)


@pytest.mark.parametrize(
    ("by", "person"),
    [
        ("pan-zhenhua", "lyu-ting"),  # the head, for the own unit
        ("pan-zhenhua", "pan-zhenhua"),  # and for themselves
        ("zhu-lihua", "lyu-ting"),  # the platform, for all units
        ("qian-weidong", "xu-meng"),
        ("shen-haifeng", "zhu-lihua"),  # the office, for all
        ("yao-liqin", "lu-jianming"),
        ("tang-guohua", "tang-guohua"),  # a superior, for the own unit
        ("tang-guohua", "shao-wenhua"),
    ],
)
def test_heads_platform_and_office_set_absences(by: str, person: str) -> None:
    assert why_not(by, away(person)) == ""


@pytest.mark.parametrize(
    ("by", "person"),
    [
        ("lyu-ting", "pan-zhenhua"),  # no head
        ("pan-zhenhua", "yu-hong"),  # of another unit
        ("hua-min", "lyu-ting"),  # of the platform, and neither dispatcher nor head
        ("zhu-lihua", "shen-haifeng"),  # the platform, for the office
        ("zhu-lihua", "lu-jianming"),
        ("qian-weidong", "yu-zhengming"),  # an auditor
        ("shen-haifeng", "tang-guohua"),  # the town, for a superior and who may stand in there
        ("lu-jianming", "tang-guohua"),
        ("shen-haifeng", "shao-wenhua"),
        ("yin-hao", "lyu-ting"),  # an operator
        ("yu-zhengming", "lyu-ting"),
    ],
)
def test_others_do_not(by: str, person: str) -> None:
    assert why_not(by, away(person)).startswith(f"{by} sets no absences of {person}")


@pytest.mark.parametrize(
    ("by", "change", "why"),
    [
        ("zhu-lihua", away("jin-yi"), "then zhu-lihua would act for jin-yi"),
        ("zhu-lihua", away("lyu-ting", "zhu-lihua"), "zhu-lihua is of another unit"),
        ("zhu-lihua", away("hua-min", "zhu-lihua"), "then zhu-lihua would act for hua-min"),
        ("pan-zhenhua", away("lyu-ting", "yu-hong"), "yu-hong is of another unit"),
        ("zhu-lihua", away("lyu-ting", "jin-yi"), "jin-yi is of another unit"),
        ("qian-weidong", away("lyu-ting", "yu-hong"), "the leading group or its office names them"),
        ("zhu-lihua", away("lyu-ting", "lyu-ting"), "cannot stand in for themselves"),
        ("tang-guohua", away("tang-guohua", "xia-qing"), "one of its own people stands in"),
        ("zhu-lihua", away("xu-meng", "ni-min"), "ni-min is an auxiliary"),
        ("zhu-lihua", away("lyu-ting", "yu-zhengming"), "an auditor stands in for auditors"),
        ("zhu-lihua", away("lyu-ting", "yin-hao"), "yin-hao acts on no case"),
        ("zhu-lihua", away("nobody"), "no person 'nobody'"),
        ("zhu-lihua", away("lyu-ting", "nobody"), "no person 'nobody'"),
        ("zhu-lihua", away("lyu-ting", days=0), "is over"),
        ("zhu-lihua", away("lyu-ting", days=LONGEST.days), "longer than a year"),
    ],
)
def test_no_change_makes_room_for_who_sets_it_or_for_who_may_not(
    by: str, change: SetAbsence, why: str
) -> None:
    assert why in why_not(by, change)


SHEN, YAO, FEI, GU = "shen-haifeng", "yao-liqin", "fei-xuewen", "gu-xiaomin"


def test_no_person_has_two_absences_at_once_and_is_told_what_overlaps() -> None:
    held = book((FEI, away(YAO, GU)))
    packed = replace(ROSTER, absences=(Absence(YAO, NOW, NOW + DAY),))

    assert "yao-liqin is away from 2026-11-23 to 2026-11-26 already" in why_not(
        FEI, away(YAO), held
    )
    assert "already" in why_not(FEI, away(YAO), book(roster=packed))
    later = SetAbsence(YAO, NOW + 2 * DAY, NOW + 3 * DAY, GU)
    assert why_not(FEI, later, held) == ""


def test_who_set_a_stand_in_does_not_act_by_the_end_of_that_absence() -> None:
    # Of two rows that were kept before a second one at once was refused.
    held = book((SHEN, away(YAO, GU)), (SHEN, away(YAO)), (SHEN, away(FEI)))

    assert (
        why_no_end(SHEN, 1, held) == "then shen-haifeng would act for yao-liqin: another person "
        "sets that"
    )
    assert why_no_end(FEI, 1, held) == ""


def test_who_ends_what_another_has_set_does_not_act_by_that() -> None:
    held = book((FEI, away(YAO, GU)), ("lu-jianming", away(YAO)))
    herself = book((FEI, away(SHEN, GU)), (FEI, away(YAO)))
    back = SetAbsence(SHEN, NOW, NOW + DAY, is_back=True)

    assert "would act for yao-liqin" in why_no_end(SHEN, 1, held)
    assert "would act for yao-liqin" in why_no_end(SHEN, 1, herself)
    assert "would act for yao-liqin" in why_not(SHEN, back, herself)
    assert why_no_end(YAO, 1, herself) == ""


def test_no_person_makes_room_for_a_later_day_or_at_the_end_of_a_chain() -> None:
    until = NOW + 4 * DAY
    first = (SHEN, SetAbsence(YAO, NOW - DAY, until, GU))
    later = SetAbsence(GU, NOW + DAY, NOW + 2 * DAY)

    assert "would act for yao-liqin from 2026-11-25 on" in why_not(SHEN, later, book(first))
    chain = book((SHEN, away(FEI, "lu-jianming")))
    assert "would act for fei-xuewen" in why_not(SHEN, away("lu-jianming", SHEN), chain)


def test_where_another_person_has_made_room_one_goes_on_setting_absences() -> None:
    held = book((FEI, away(YAO)))

    assert why_not(SHEN, away(GU), held) == ""
    assert why_not(SHEN, away("lyu-ting"), held) == ""
    assert why_no_end(SHEN, 1, held) == ""


def test_the_office_names_a_stand_in_of_another_unit() -> None:
    assert why_not(SHEN, away("lyu-ting", "jin-yi")) == ""


def test_a_person_who_is_said_to_be_away_ends_that_and_no_absence_of_another() -> None:
    held = book((SHEN, away("lyu-ting", "jin-yi")), (SHEN, away("yu-hong")))
    back = SetAbsence("lyu-ting", NOW, NOW + DAY, is_back=True)

    assert why_no_end("lyu-ting", 1, held) == ""
    assert why_not("lyu-ting", back, held) == ""
    assert "sets no absences of yu-hong" in why_no_end("lyu-ting", 2, held)
    assert why_not("lyu-ting", away("lyu-ting")).startswith("lyu-ting sets no absences of lyu-ting")


def test_who_may_not_set_an_absence_is_told_all_who_may() -> None:
    of_unit = why_not("jin-yi", away("shen-haifeng")), why_not("lyu-ting", away("pan-zhenhua"))

    assert of_unit[0].endswith("of shen-haifeng: the leading group or its office does")
    assert of_unit[1].endswith(
        "the head of housing-construction, the platform, the leading group or its office does"
    )


def test_a_number_that_holds_no_more_is_not_ended() -> None:
    over = book((FEI, SetAbsence(YAO, NOW - 2 * DAY, NOW)))

    assert why_no_end(FEI, 1, over) == "no absence 1 holds"
    assert why_no_end(FEI, 2, over) == "no absence 2 holds"
    assert "sets no absences" in why_no_end("lyu-ting", 1, book((FEI, away(YAO))))
