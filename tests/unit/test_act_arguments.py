"""A wrong word of `cases act` is answered with the right ones."""

from dataclasses import replace

import pytest

from domain.people.rosters import Person, Roster
from domain.policy.model import Policy
from domain.vocabulary import Role
from gateways.holidays import china
from packs import pack_of
from runtime.cli.act_arguments import KINDS, MOST_LISTED, actor_for
from runtime.problems import Problem
from store.packs.loader import load_pack
from tests.town import OPENED


@pytest.fixture(scope="module")
def town() -> Policy:
    return load_pack(pack_of("youchegang"), {"china": china})


def with_people(town: Policy, number: int) -> Policy:
    """Return the town with the persons p000, p001, ..."""
    people = tuple(Person(f"p{n:03}", "某", "desk", (Role.HANDLER,)) for n in range(number))
    return replace(town, roster=Roster("Asia/Shanghai", people, ("p000",)))


def advice(policy: Policy | None, person: str, kind: str) -> str:
    with pytest.raises(Problem) as caught:
        actor_for(policy, person, kind, OPENED)
    return str(caught.value).partition(" -- ")[2]


def test_a_command_like_no_other_is_answered_with_all_commands() -> None:
    assert advice(None, "", "weather") == "choose from: " + ", ".join(sorted(KINDS))


def test_a_command_with_a_slip_is_answered_with_the_nearest(town: Policy) -> None:
    assert advice(town, "", "sing") == "did you mean sign?"


@pytest.mark.parametrize("number", [1, MOST_LISTED])
def test_a_short_roster_is_listed(town: Policy, number: int) -> None:
    names = ", ".join(f"p{n:03}" for n in range(number))

    assert advice(with_people(town, number), "", "sign") == f"give --as; choose from: {names}"


def test_a_long_roster_is_cut_and_says_so(town: Policy) -> None:
    told = advice(with_people(town, MOST_LISTED + 4), "", "sign")

    assert told.endswith("p029, and 4 more in roster.yaml")
