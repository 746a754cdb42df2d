"""Which class a complaint means by its code, and which classes count as the same."""

from dataclasses import replace
from datetime import timedelta

import pytest

from domain.matching.dedupe import dedupe_query
from domain.planning.standards import classes_like
from domain.policy.model import ChannelRule, Policy
from domain.vocabulary import Channel
from tests.unit.standards import DRAINS, RECEIVED, TOWN, about, planned, town, why


def test_a_source_names_a_class_by_its_own_code() -> None:
    found = planned(category="20-103", source="/city/12345")

    assert found.category == "0103"
    assert why(found, "category") == ("0103", "code 20-103 of /city/12345")


def test_a_code_of_another_source_is_an_unlisted_category() -> None:
    assert planned(category="20-103").holder == TOWN.office


def test_a_source_means_by_a_code_what_its_own_list_says() -> None:
    policy = town(
        DRAINS.replace('codes: {"/city/*": ["0103", "20-103"]}', 'codes: {"/city/a": [garbage]}')
    )

    assert planned(policy=policy, category="garbage", source="/city/a").category == "0103"
    assert planned(policy=policy, category="garbage").category == "garbage"


def test_a_camera_that_has_codes_is_deduplicated_by_the_class() -> None:
    rule = ChannelRule(Channel.CAMERA, callback=False, dedupe=timedelta(hours=1))
    policy = replace(TOWN, channels=(rule,))
    seen = about(category="20-103", source="/city/eye", channel=Channel.CAMERA)
    placed = replace(seen, place=replace(seen.place, address="Lotus Road 1"))
    asked = dedupe_query(policy, placed, RECEIVED)

    assert asked is not None
    assert asked.key.category == "0103"


# --- Groups.


def grouped(by_group: bool) -> Policy:
    """Household garbage belongs to the group of the drains."""
    categories = tuple(
        replace(each, group="public-utilities") if each.id == "garbage" else each
        for each in TOWN.categories
    )
    camera = ChannelRule(
        Channel.CAMERA, callback=False, dedupe=timedelta(hours=1), by_group=by_group
    )
    return replace(TOWN, categories=categories, channels=(camera,))


@pytest.mark.parametrize(
    ("by_group", "name", "categories"),
    [(True, "public-utilities", ("garbage", "0103")), (False, "0103", ())],
)
def test_a_camera_compares_groups_where_its_rule_says_so(
    by_group: bool, name: str, categories: tuple[str, ...]
) -> None:
    seen = about(source="/eye", channel=Channel.CAMERA)
    placed = replace(seen, place=replace(seen.place, address="Lotus Road 1"))
    asked = dedupe_query(grouped(by_group), placed, RECEIVED)

    assert asked is not None
    assert asked.key.category == name
    assert asked.categories == categories


def test_a_rule_on_second_looks_may_name_a_group() -> None:
    rule = ChannelRule(
        Channel.CAMERA,
        callback=False,
        confirm=True,
        recheck=timedelta(minutes=30),
        recheck_only=("public-utilities",),
    )
    seen = {
        category: planned(
            policy=replace(TOWN, channels=(rule,)), category=category, channel=Channel.CAMERA
        )
        for category in ("0103", "garbage")
    }

    assert {category for category, found in seen.items() if found.recheck} == {"0103"}


def test_repeats_count_by_group_where_their_rule_says_so() -> None:
    assert classes_like(grouped(by_group=False), "0103", by_group=True) == ("garbage", "0103")
    assert classes_like(grouped(by_group=False), "0103", by_group=False) == ("0103",)
