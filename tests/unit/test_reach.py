"""What a person may read follows from roles and unit."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from domain.case.access import Reach, reach_of, stood_for
from domain.people.rosters import Absence, Person
from domain.policy.model import Policy
from domain.vocabulary import Role
from runtime.wiring.packs import load_one

NOW = datetime(2026, 11, 24, 2, tzinfo=UTC)
PACK = Path(__file__).parents[2] / "packs" / "youchegang"


@pytest.fixture(scope="module")
def town() -> Policy:
    return load_one(PACK)


def reach(policy: Policy, unit: str, *roles: Role) -> Reach:
    return reach_of(policy, Person("somebody", "Somebody", unit, roles))


@pytest.mark.parametrize("role", [Role.HANDLER, Role.AUXILIARY, Role.UNIT_HEAD])
def test_who_handles_cases_reads_those_of_their_unit(town: Policy, role: Role) -> None:
    found = reach(town, "sanitation", role)

    assert found.units == ("sanitation",)
    assert found.whole_tenant is False
    assert found.calls_back is False


@pytest.mark.parametrize(
    ("role", "calls_back"),
    [
        (Role.DISPATCHER, True),
        (Role.HOTLINE, True),
        (Role.VERIFIER, False),
        (Role.SUPERVISOR, False),
        (Role.LEADER, False),
    ],
)
def test_who_looks_after_all_reads_all_and_only_who_calls_back_reads_names(
    town: Policy, role: Role, calls_back: bool
) -> None:
    found = reach(town, "platform", role)

    assert found.tenant == town.tenant
    assert found.whole_tenant is True
    assert found.calls_back == calls_back


def test_who_calls_back_in_the_place_of_another_is_named_with_that_person(town: Policy) -> None:
    away = Absence("ruan-fang", NOW - timedelta(days=1), NOW + timedelta(days=1))
    people = tuple(
        replace(each, deputies=("qiu-ping",)) if each.id == "ruan-fang" else each
        for each in town.roster.people
    )
    roster = replace(town.roster, people=people, absences=(away,))
    changed = replace(town, roster=roster)
    deputy, own, other = (
        next(each for each in people if each.id == id_)
        for id_ in ("qiu-ping", "tao-jing", "song-tao")
    )

    assert stood_for(changed, deputy, NOW) == "ruan-fang"
    assert stood_for(changed, own, NOW) is None
    assert stood_for(changed, other, NOW) is None


def test_an_auditor_reads_all_without_words_and_nothing_waits_for_them(town: Policy) -> None:
    found = reach(town, town.platform, Role.AUDITOR)

    assert found.whole_tenant
    assert not found.reads_words
    assert not found.calls_back
    assert not found.inquires
    assert found.units == ()


def test_an_operator_reads_no_case_also_of_the_platform(town: Policy) -> None:
    found = reach(town, town.platform, Role.OPERATOR)

    assert not found.whole_tenant
    assert found.units == ()
    assert found.own == ()


def test_who_is_an_operator_beside_other_work_reads_what_that_gives(town: Policy) -> None:
    found = reach(town, town.platform, Role.DISPATCHER, Role.OPERATOR)

    assert found.whole_tenant
    assert found.reads_words


def test_all_of_the_platform_and_the_office_read_all(town: Policy) -> None:
    assert reach(town, town.platform, Role.HANDLER).whole_tenant
    assert reach(town, town.office, Role.UNIT_HEAD).whole_tenant
    assert not reach(town, town.platform, Role.HANDLER).calls_back


def test_what_waits_for_the_office_waits_for_the_leading_group(town: Policy) -> None:
    assert reach(town, "leading-group", Role.LEADER).units == ("leading-group", town.office)


def test_a_unit_reads_the_cases_of_those_it_took_over(town: Policy) -> None:
    chain = (("old-brooms", "brooms"), ("brooms", "sanitation"), ("pumps", "water-company"))
    changed = replace(town, roster=replace(town.roster, successors=chain))

    found = reach(changed, "sanitation", Role.HANDLER)

    assert found.units == ("brooms", "old-brooms", "sanitation")


def test_an_outside_superior_reads_no_unit_s_case_but_its_own(town: Policy) -> None:
    assert not reach(town, "district-guidance", Role.SUPERIOR).whole_tenant
