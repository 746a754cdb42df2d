"""No courtesy field of an Open311 report loses it: what is usable is kept, the rest is told."""

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.fakes.gateway import Answer, Town, ask, form
from tests.unit.test_open311 import REPORT, said

JSON = "application/json"


async def report(town: Town, **fields: Any) -> Answer:
    return await ask(
        town.app(),
        "POST",
        "/open311/v2/requests.json",
        headers=[("content-type", JSON)],
        body=json.dumps(REPORT | fields).encode(),
    )


async def taken(**fields: Any) -> tuple[dict[str, Any], str]:
    """Return what intake reads of a report with these fields, and the notice to its sender."""
    town = Town()
    answer = await report(town, **fields)
    assert answer.status == 200
    return said(town), answer.json[0]["service_notice"]


@pytest.mark.parametrize(
    ("phone", "kept"),
    [
        ("0573-80000000转8012", "0573-80000000转8012"),
        ("call me", "call me"),
        ("白天 0573-80000000\n晚上 139", "白天 0573-80000000 晚上 139"),
        (["0573-80000000", "13900000000"], "0573-80000000 / 13900000000"),
        ("\ud800 139\x00", "139"),
        ("1" * 200, "1" * 100),
        ("a" * 101, "a" * 100),
    ],
)
async def test_a_phone_is_kept_as_it_was_said(phone: object, kept: str) -> None:
    complaint, notice = await taken(phone=phone)

    assert complaint["reporter"]["phone"] == kept
    assert "phone: " in notice


@pytest.mark.parametrize("phone", ["", "null", "\u200b", " \x00 ", None, [], {"home": "139"}])
async def test_a_phone_that_says_nothing_is_none(phone: object) -> None:
    complaint, notice = await taken(phone=phone)

    assert "reporter" not in complaint
    assert ("Not kept: phone." in notice) == isinstance(phone, dict)


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({"last_name": "沈\n", "first_name": "芳\u0000"}, "沈芳"),
        ({"last_name": "Null"}, "Null"),
        ({"last_name": "沈" * 99, "first_name": "芳" * 99}, "沈" * 99 + "芳"),
        ({"first_name": ["Ann", "Anna"], "last_name": "Shen"}, "Ann / Anna Shen"),
        ({"First_Name": "Ann"}, "Ann"),
    ],
)
async def test_a_name_is_kept_as_far_as_there_is_room(fields: dict[str, Any], name: str) -> None:
    complaint, notice = await taken(**fields)

    assert complaint["reporter"]["name"] == name
    assert ("first 100 characters" in notice) == (len(name) == 100)


@pytest.mark.parametrize("value", ["a@b", "not an address", ["a@b", "c@d"], {"a": 1}, "x" * 9000])
@pytest.mark.parametrize("name", ["email", "device_id", "account_id", "attribute[X]"])
async def test_what_a_complaint_has_no_field_for_may_be_anything(name: str, value: object) -> None:
    _, notice = await taken(**{name: value})

    assert notice.endswith(f"Not kept: {name.partition('[')[0]}.")


async def test_a_form_may_give_a_courtesy_field_twice() -> None:
    town = Town()
    sent = form(**REPORT)
    sent["body"] += b"&phone=1&phone=2&email=a&email=b&Whatever=1&whatever=2"

    assert (await ask(town.app(), "POST", "/open311/v2/requests.json", **sent)).status == 200
    assert said(town)["reporter"]["phone"] == "1 / 2"


# --- The place and the text.


@pytest.mark.parametrize(
    "fields",
    [
        {"lat": "91", "long": "120"},
        {"lat": "30.8"},
        {"lat": "1_20.75", "long": "120"},
        {"lat": "NaN", "long": "120"},
        {"lat": 30.8, "long": 1e300},
    ],
)
async def test_a_place_that_is_none_gives_way_to_the_address(fields: dict[str, Any]) -> None:
    complaint, notice = await taken(**fields)

    assert complaint["place"] == {"address": REPORT["address_string"]}
    assert "; the address is kept." in notice


async def test_an_address_that_is_too_long_goes_on_in_the_description() -> None:
    complaint, notice = await taken(address_string="路" * 500 + "口")

    assert complaint["place"]["address"] == "路" * 500
    assert complaint["text"] == "路灯不亮\n口"
    assert "what is too long for an address is kept in the description" in notice


async def test_an_address_is_cut_where_there_is_no_room_at_all() -> None:
    complaint, notice = await taken(address_string="路" * 600, description="灯" * 3990)

    assert complaint["place"]["address"] == "路" * 500
    assert complaint["text"] == "灯" * 3990
    assert "its first 500 characters are kept" in notice


async def test_the_id_of_an_address_is_kept_where_nothing_else_says_the_place() -> None:
    complaint, _ = await taken(address_string=None, address_id="4711")

    assert complaint["place"] == {"address": "address_id 4711"}


async def test_a_description_that_shows_nothing_is_the_name_of_the_service() -> None:
    complaint, notice = await taken(description="\u200b\u2060")

    assert complaint["text"] == "路灯不亮"
    assert "description: shows nothing" in notice


@pytest.mark.parametrize(
    ("value", "kept"),
    [("on", True), ("YES", True), ("no", False), ("maybe", True), ({"a": 1}, True), (None, False)],
)
async def test_who_does_not_say_clearly_whether_in_confidence_is_kept_in_confidence(
    value: object, kept: bool
) -> None:
    complaint, notice = await taken(phone="139", confidential=value)

    assert complaint["reporter"].get("confidential", False) is kept
    assert ("confidential: is neither" in notice) == (value in ("maybe", {"a": 1}))


TEXT = st.text(st.characters(exclude_categories=()))  # halves of surrogate pairs too
VALUES = (
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
)
ANYTHING = st.recursive(
    TEXT | VALUES, lambda each: st.lists(each) | st.dictionaries(TEXT, each), max_leaves=5
)
COURTESY = (
    *("phone", "first_name", "last_name", "email", "device_id", "account_id", "address_id"),
    *("confidential", "media_url", "media_sha256", "media_type", "attribute[A]", "media"),
)


@settings(deadline=None, max_examples=100, suppress_health_check=[HealthCheck.too_slow])
@given(fields=st.dictionaries(st.sampled_from(COURTESY), ANYTHING))
async def test_whatever_a_courtesy_field_says_the_report_is_taken(fields: dict[str, Any]) -> None:
    await taken(**fields)


@pytest.mark.parametrize("name", ["phone", "first_name", "last_name", "address_string"])
@pytest.mark.parametrize(
    ("said_so", "told"),
    [
        ("138\x0700000000", "control characters are kept as spaces"),
        ("a\nb", "control characters are kept as spaces"),
        ("\u200b", "shows nothing; it is not kept"),
        ("\x07", "shows nothing; it is not kept"),
        ("x" * 5000, "characters are kept"),
    ],
)
async def test_no_courtesy_field_is_dropped_or_altered_without_a_word(
    name: str, said_so: str, told: str
) -> None:
    _, notice = await taken(**{"lat": "30.8", "long": "120.7", name: said_so})

    assert f"{name}: " in notice
    assert told in notice
