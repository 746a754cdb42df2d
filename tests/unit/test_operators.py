"""Who may decide about dead letters and erasures: who reads the whole tenant, and says why."""

from dataclasses import replace
from datetime import timedelta

import pytest

from domain.people.rosters import Absence
from domain.policy.model import Policy
from packs import pack_of
from runtime.problems import Problem
from runtime.wiring.operators import (
    Operator,
    must_be_of_no_party,
    must_be_of_their_tenant,
    must_have_stayed_out,
    operator,
)
from runtime.wiring.packs import HOLIDAYS
from store.packs.loader import load_pack
from tests.town import OPENED


@pytest.fixture(scope="module")
def town() -> Policy:
    return load_pack(pack_of("youchegang"), HOLIDAYS)


def test_a_person_of_a_roster_decides_for_its_tenant(town: Policy) -> None:
    assert operator({"youchegang": town}, "ruan-fang", " it is mended ", OPENED) == Operator(
        "youchegang", "ruan-fang", "it is mended"
    )


@pytest.mark.parametrize(
    ("person", "why", "tenant", "complaint"),
    [
        ("", "x", None, "nobody acts -- give --as"),
        ("nobody", "x", None, "no person 'nobody' in the roster"),
        ("ruan-fang", " ", "a", "no reason given"),
        ("tang-ke", "x", "a", "tang-ke may not: .* -- choose from: .*ruan-fang"),
        (
            "ruan-fang",
            "x",
            "nowhere",
            "no tenant nowhere: no policy pack is of it -- choose from: a, b",
        ),
        ("ruan-fang", "x", None, "ruan-fang is in the rosters of a, b -- say whose with --roster"),
    ],
)
def test_anything_else_is_told(
    town: Policy, person: str, why: str, tenant: str | None, complaint: str
) -> None:
    with pytest.raises(Problem, match=complaint):
        operator({"a": town, "b": town}, person, why, OPENED, tenant)


def test_an_operator_decides_about_intake_and_erases_no_one(town: Policy) -> None:
    assert operator({"a": town}, "yin-hao", "x", OPENED, of_intake=True).person == "yin-hao"
    with pytest.raises(Problem, match="yin-hao may not"):
        operator({"a": town}, "yin-hao", "x", OPENED)


@pytest.mark.parametrize("of_intake", [True, False])
def test_an_auditor_decides_about_nothing(town: Policy, *, of_intake: bool) -> None:
    with pytest.raises(Problem, match="yu-zhengming may not"):
        operator({"a": town}, "yu-zhengming", "x", OPENED, of_intake=of_intake)


def test_one_of_several_rosters_may_be_named(town: Policy) -> None:
    assert operator({"a": town, "b": town}, "ruan-fang", "x", OPENED, "b").tenant == "b"


def test_a_deputy_decides_while_the_person_is_absent_and_the_row_says_for_whom(
    town: Policy,
) -> None:
    """xu-meng of the squad stands in for xie-bin, who verifies."""
    people = tuple(
        replace(each, deputies=("xu-meng",)) if each.id == "xie-bin" else each
        for each in town.roster.people
    )
    absences = (Absence("xie-bin", OPENED, OPENED + timedelta(days=1)),)
    town = replace(town, roster=replace(town.roster, people=people, absences=absences))

    who = operator({"a": town}, "xu-meng", "x", OPENED)

    assert who == Operator("a", "xu-meng", "x", "xie-bin")
    assert who.details == (("for_person", "xie-bin"),)
    assert operator({"a": town}, "ruan-fang", "x", OPENED).details == ()
    with pytest.raises(Problem, match="xu-meng may not"):
        operator({"a": town}, "xu-meng", "x", OPENED + timedelta(days=1))


def test_the_letter_of_another_tenant_is_decided_by_a_person_of_that_tenant(town: Policy) -> None:
    who = Operator("a", "ruan-fang", "x")
    served = {"a": town, "b": town}

    must_be_of_their_tenant(who, served, {1: "a", 2: None, 3: "nowhere"})
    with pytest.raises(Problem, match=r"letter 4 is of b, and ruan-fang is of a -- .* --tenant a"):
        must_be_of_their_tenant(who, served, {1: "a", 4: "b"})


@pytest.mark.parametrize(
    ("person", "units", "theirs"),
    [
        ("ruan-fang", ("enforcement-squad", "platform"), "platform"),
        ("ruan-fang", ("enforcement-squad",), None),
        ("shen-haifeng", ("leading-group-office",), "leading-group-office"),
        ("shen-haifeng", ("enforcement-squad", "platform"), None),
        ("ruan-fang", (), None),
    ],
)
def test_who_has_a_part_in_a_case_does_not_erase_what_is_said_of_it(
    town: Policy, person: str, units: tuple[str, ...], theirs: str | None
) -> None:
    who = operator({"youchegang": town}, person, "asked", OPENED)
    cases = {"quiet": ("water-company",), "loud": units}
    if theirs is None:
        must_be_of_no_party(who, town, OPENED, cases)
        return

    with pytest.raises(Problem, match=rf"has a part in loud \({theirs}\) -- have a person of an"):
        must_be_of_no_party(who, town, OPENED, cases)


def test_a_deputy_of_the_platform_stays_of_the_unit_that_had_the_case(town: Policy) -> None:
    """xu-meng of the squad stands in for xie-bin, who verifies."""
    people = tuple(
        replace(each, deputies=("xu-meng",)) if each.id == "xie-bin" else each
        for each in town.roster.people
    )
    gone = Absence("xie-bin", OPENED, OPENED + timedelta(days=1))
    away = replace(town, roster=replace(town.roster, people=people, absences=(gone,)))
    who = operator({"youchegang": away}, "xu-meng", "asked", OPENED)

    assert who.for_person == "xie-bin"
    for unit in ("enforcement-squad", "platform"):
        with pytest.raises(Problem, match="xu-meng is of a unit that has a part in"):
            must_be_of_no_party(who, away, OPENED, {"a": (unit,)})


@pytest.mark.parametrize("acted", ["zhu-lihua", "jin-yi"])
def test_who_acted_in_a_case_does_not_erase_it_also_as_a_deputy(town: Policy, acted: str) -> None:
    """jin-yi stands in for zhu-lihua: neither erases what the other has ended for them."""
    who = Operator("youchegang", "jin-yi", "asked", for_person="zhu-lihua")

    with pytest.raises(Problem, match="jin-yi for zhu-lihua acted in loud, and does not erase"):
        must_have_stayed_out(who, {"quiet": {"xie-bin"}, "loud": {acted, "xie-bin"}})
    must_have_stayed_out(replace(who, person="ruan-fang", for_person=None), {"loud": {acted}})
