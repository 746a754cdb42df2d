"""Where similar reports are looked for: whatever is near enough is found there."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from domain.complaints import Place
from domain.matching.blocking import blocking_keys, candidate_keys
from domain.matching.similarity import ReportFeatures, metres_between
from domain.matching.tokens import address_shingles
from tests.unit.test_similarity import AT, PIPE, REPORTS, RULE


def found(one: ReportFeatures, other: ReportFeatures, tenant: str = "town") -> bool:
    return not set(blocking_keys(tenant, one)).isdisjoint(candidate_keys("town", other, RULE))


@example(east=120_000_000, north=75_000_000, aside=6_500, along=0, hours=0)
@given(
    st.integers(-179_000_000, 179_000_000),
    st.integers(-80_000_000, 80_000_000),
    st.integers(-9_000, 9_000),
    st.integers(-2_000, 2_000),
    st.integers(-7 * 24, 7 * 24),
)
def test_every_report_within_the_metres_and_days_is_found(
    east: int, north: int, aside: int, along: int, hours: int
) -> None:
    """Also in the north, where a degree is short."""
    one = replace(PIPE, place=Place("", None, east, north))
    other = replace(one, place=Place("", None, east + aside, north + along))
    other = replace(other, at=AT + timedelta(hours=hours))
    metres = metres_between(one.place, other.place)

    assert metres is not None
    assert metres > RULE.metres or found(one, other)


@pytest.mark.parametrize(
    "address", ["人民路12号附近", "浙江省嘉兴市油车港镇人民路12号", "人民路１２号", "人民路12号3栋"]
)
def test_another_spelling_of_an_address_is_found(address: str) -> None:
    one = replace(PIPE, place=Place("人民路12号"))

    assert found(replace(one, place=Place(address)), one)


def test_what_is_far_away_long_ago_or_in_another_town_is_not_looked_at() -> None:
    far = replace(PIPE, place=Place("中山路88号", None, 120_760_600, 30_842_100))

    assert not found(far, PIPE)
    assert not found(replace(PIPE, at=AT - timedelta(days=12)), PIPE)
    assert not found(PIPE, PIPE, tenant="city")


@given(REPORTS)
def test_a_report_is_kept_under_few_numbers_and_none_when_it_says_no_place(
    one: ReportFeatures,
) -> None:
    kept = blocking_keys("town", one)

    assert len(kept) <= 5
    assert all(0 <= number < 2**31 for number in kept)
    assert blocking_keys("town", replace(one, place=Place())) == []


@pytest.mark.parametrize(
    ("address", "pieces"),
    [
        ("人民路12号门口", {"人民路12"}),
        ("油车港镇荷塘村三组", {"荷塘3"}),
        ("12 Renmin Road", {"renminroad12"}),
        ("人民路12号3栋", {"人民路12", "路12号3"}),
        ("中心小学北门", {"中心小", "心小学", "小学北", "学北门"}),
        ("菜场", {"菜场"}),
        ("12", {"12"}),
        ("", set()),
    ],
)
def test_an_address_is_kept_under_what_few_others_have(address: str, pieces: set[str]) -> None:
    assert address_shingles(address) == pieces
