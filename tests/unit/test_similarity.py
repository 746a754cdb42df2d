"""How much two reports resemble each other: pairs written by hand, and what holds for any pair."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.complaints import Place
from domain.matching.similarity import ReportFeatures, metres_between, resemblance
from domain.matching.tokens import local_part, text_tokens
from domain.policy.similar_rules import SimilarRule

RULE = SimilarRule(within=timedelta(days=7), metres=200, link=60)
SURGE = 75
AT = datetime(2026, 11, 24, 1, 12, tzinfo=UTC)
HERE = Place("人民路12号", None, 120_750_600, 30_842_100)
PIPE = ReportFeatures("water", AT, "自来水管爆了，水喷得很高", HERE)


def report(
    text: str, address: str = "人民路12号", category: str | None = "water", minutes: int = 10
) -> ReportFeatures:
    return ReportFeatures(category, AT + timedelta(minutes=minutes), text, Place(address))


@pytest.mark.parametrize(
    "other",
    [
        report("人民路水管破裂，路面积水严重，请尽快派人维修", "人民路12号附近"),
        report("市民来电：路边水管爆了，水漫到马路上", "油车港镇人民路12号"),
        report("地下管道爆管，大量自来水涌出，希望尽快处理"),
        report("12号门口自来水管漏水，喷得老高", "人民路 １２ 号门口"),
        report("水管爆裂", category=None),
        # Who points at a map does not hit the same metre.
        ReportFeatures(
            "water", AT, "自来水爆管，水漫出来了", Place("菜场", None, 120_750_900, 30_842_300)
        ),
    ],
)
def test_one_burst_pipe_told_in_other_words_is_one_matter(other: ReportFeatures) -> None:
    found = resemblance(RULE, PIPE, other)

    assert found.score >= SURGE, found


@pytest.mark.parametrize(
    "other",
    [
        report("这个月水费收得太高，抄表员没有来抄表"),  # the same spot and category
        report("消防栓没有盖子，小孩容易掉下去"),
        report("荷塘边栏杆断了", category=None),
    ],
)
def test_another_matter_at_the_same_spot_is_not_a_surge(other: ReportFeatures) -> None:
    assert resemblance(RULE, PIPE, other).score < SURGE


@pytest.mark.parametrize(
    "other",
    [
        report("路灯不亮，晚上看不见路", category="lamp"),  # the same street, another matter
        report(PIPE.text, "中山路88号"),  # the same words, another place
        report(PIPE.text, "人民路128号"),  # the same street, another house
        report(PIPE.text, "中山路12号"),
        report(PIPE.text, ""),
        report("垃圾桶满溢，两天没有清运", "人民路", "garbage"),
        replace(PIPE, place=replace(HERE, longitude_e6=120_753_700)),  # 300 metres to the east
    ],
)
def test_what_is_elsewhere_or_something_else_is_not_even_linked(other: ReportFeatures) -> None:
    assert resemblance(RULE, PIPE, other).score < RULE.link


def test_the_place_is_not_counted_again_where_the_text_names_it() -> None:
    one, other = report("人民路12号树倒了"), report("人民路12号玻璃碎了")

    assert resemblance(RULE, one, other).reason.endswith("text 0 % alike")


def test_english_words_are_compared_by_their_stems() -> None:
    one = ReportFeatures("water", AT, "Burst water main, water is leaking", Place("12 Renmin Road"))
    other = replace(one, text="The main has burst, it leaks water", at=AT + timedelta(hours=1))

    assert resemblance(RULE, one, other).score >= SURGE
    assert text_tokens("The pipe is leaking") == text_tokens("leaks of a pipe")


def test_the_reason_says_what_the_score_is_made_of() -> None:
    by_map = replace(PIPE, at=AT + timedelta(hours=50), text="路灯不亮", category=None)
    by_address = report("水管爆了", minutes=30)

    assert resemblance(RULE, PIPE, by_map).reason == (
        "no category, 0 m away, 2 days apart, text 0 % alike"
    )
    assert resemblance(RULE, PIPE, by_address).reason == (
        "same category, address 100 % alike, 30 min apart, text 100 % alike"
    )


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("油车港镇荷塘村三组", "荷塘3组路口", True),
        ("浙江省嘉兴市秀洲区油车港镇荷塘村3组", "油车港镇荷塘村三组", True),
        ("栖真村4组", "马厍村4组", False),  # the same number of another village
        ("油车港镇人民路", "新塍镇人民路", False),  # every town has one
        ("荷塘村三组", "荷塘村五组", False),
    ],
)
def test_an_address_is_another_where_its_town_its_name_or_its_number_is(
    one: str, other: str, same: bool
) -> None:
    found = resemblance(RULE, report("路灯不亮", one), report("路灯坏了", other))

    assert (found.score >= RULE.link) is same, found


def test_a_degree_of_the_map_is_as_long_as_it_is() -> None:
    assert metres_between(Place("", None, 0, 0), Place("", None, 0, 1_000_000)) == 111_195
    assert metres_between(
        Place("", None, 120_000_000, 60_000_000), Place("", None, 121_000_000, 60_000_000)
    ) == pytest.approx(55_597, abs=5)
    assert metres_between(HERE, Place("人民路12号")) is None


@pytest.mark.parametrize(
    ("address", "local"),
    [
        ("浙江省嘉兴市秀洲区油车港镇荷塘村三组路口", "荷塘3组路口"),
        ("人民路１２号门口", "人民路12号"),
        ("秀洲区", "秀洲区"),  # what would be left says nothing
    ],
)
def test_an_address_begins_below_the_town(address: str, local: str) -> None:
    assert local_part(address) == local


_WORDS = st.sampled_from(["水管爆了", "路灯不亮", "垃圾", "burst pipe", "12号", " ", "，", "漏水"])
_TEXTS = st.lists(_WORDS, min_size=1, max_size=6).map("".join) | st.text(max_size=40)
_DEGREES = st.none() | st.integers(120_740_000, 120_760_000)
PLACES = st.builds(
    Place,
    st.sampled_from(["", "人民路12号", "人民路", "中山路3号", "油车港镇人民路12号"]) | _TEXTS,
    st.none(),
    _DEGREES,
    st.none() | st.integers(30_840_000, 30_850_000),
)
REPORTS = st.builds(
    ReportFeatures,
    st.none() | st.sampled_from(["water", "lamp"]),
    st.integers(0, 20_000).map(lambda minutes: AT + timedelta(minutes=minutes)),
    _TEXTS,
    PLACES,
)


@given(REPORTS, REPORTS)
def test_it_is_the_same_in_either_direction(one: ReportFeatures, other: ReportFeatures) -> None:
    found = resemblance(RULE, one, other)

    assert found == resemblance(RULE, other, one)
    assert 0 <= found.score <= 100


@given(REPORTS)
def test_who_says_what_and_where_resembles_itself_wholly(one: ReportFeatures) -> None:
    located = replace(
        one, category="water", place=replace(one.place, longitude_e6=1, latitude_e6=1)
    )

    assert resemblance(RULE, located, located).score == 100


@given(REPORTS, REPORTS)
def test_what_is_not_said_counts_nothing(one: ReportFeatures, other: ReportFeatures) -> None:
    whole = resemblance(RULE, one, other).score

    assert resemblance(RULE, replace(one, category=None), other).score <= whole
    nowhere = replace(one, place=Place()), replace(other, place=Place())
    assert resemblance(RULE, *nowhere).score <= 100 - RULE.weights.place
    assert resemblance(RULE, replace(one, text=""), replace(other, text="。")).score <= whole


@given(REPORTS, REPORTS, st.integers(0, 10_000), st.integers(0, 10_000))
def test_further_away_or_later_is_never_more(
    one: ReportFeatures, other: ReportFeatures, minutes: int, metres: int
) -> None:
    later = replace(one, at=max(one.at, other.at) + timedelta(minutes=minutes))
    latest = replace(later, at=later.at + timedelta(minutes=metres))
    assert resemblance(RULE, latest, other).score <= resemblance(RULE, later, other).score

    there = replace(other.place, longitude_e6=120_750_000, latitude_e6=30_842_000)
    near = replace(there, latitude_e6=30_842_000 + metres)
    far = replace(there, latitude_e6=30_842_000 + 2 * metres)
    scores = [
        resemblance(RULE, replace(one, place=place), replace(other, place=there)).score
        for place in (near, far)
    ]
    assert scores[1] <= scores[0]
