"""Who may decide about dead letters and erasures: who reads the whole tenant, and says why."""

import pytest

from domain.policy.model import Policy
from packs import pack_of
from runtime.problems import Problem
from runtime.wiring.operators import Operator, operator
from runtime.wiring.packs import HOLIDAYS
from store.packs.loader import load_pack


@pytest.fixture(scope="module")
def town() -> Policy:
    return load_pack(pack_of("youchegang"), HOLIDAYS)


def test_a_person_of_a_roster_decides_for_its_tenant(town: Policy) -> None:
    assert operator({"youchegang": town}, "ruan-fang", " it is mended ") == Operator(
        "youchegang", "ruan-fang", "it is mended"
    )


@pytest.mark.parametrize(
    ("person", "why", "tenant", "complaint"),
    [
        ("", "x", None, "nobody acts -- give --as"),
        ("nobody", "x", None, "no person 'nobody' in the roster"),
        ("ruan-fang", " ", "a", "no reason given"),
        ("tang-ke", "x", "a", "tang-ke may not: .* -- choose from: .*ruan-fang"),
        ("ruan-fang", "x", "nowhere", "no policy pack for tenant nowhere -- choose from: a, b"),
        ("ruan-fang", "x", None, "ruan-fang is in the rosters of a, b -- say whose with --roster"),
    ],
)
def test_anything_else_is_told(
    town: Policy, person: str, why: str, tenant: str | None, complaint: str
) -> None:
    with pytest.raises(Problem, match=complaint):
        operator({"a": town, "b": town}, person, why, tenant)


def test_one_of_several_rosters_may_be_named(town: Policy) -> None:
    assert operator({"a": town, "b": town}, "ruan-fang", "x", "b").tenant == "b"
