"""Numbers, moments and charsets of an Open311 report: the same notations as in events."""

import json
from typing import Any
from urllib.parse import urlencode

import pytest

from tests.fakes.gateway import Answer, Town, ask, form

URL = "/open311/v2/requests.json"
REPORT = {"service_code": "street-light", "address_string": "银杏路口", "description": "路灯不亮"}
FORM, JSON = "application/x-www-form-urlencoded", "application/json"


async def as_form(town: Town, **fields: str) -> Answer:
    return await ask(town.app(), "POST", URL, **form(**REPORT | fields))


async def as_json(town: Town, text: str) -> Answer:
    body = json.dumps(REPORT, ensure_ascii=False)[:-1] + f", {text}}}"
    return await sent(town, body.encode(), JSON)


async def sent(town: Town, body: bytes, *kinds: str, **headers: str) -> Answer:
    given = [("content-type", kind) for kind in kinds] + list(headers.items())
    return await ask(town.app(), "POST", URL, headers=given, body=body)


def refused(town: Town, answer: Answer, status: int = 400) -> str:
    assert answer.status == status, answer.text
    assert town.broker.kept == []
    description: str = answer.json[0]["description"]
    return description


def place_of(town: Town) -> dict[str, Any]:
    [(_, message)] = town.broker.kept
    place: dict[str, Any] = json.loads(message.value)["data"]["place"]
    return place


@pytest.mark.parametrize(
    "number",
    ["1_20.75", "nan", "inf", "1e400", "1e1", "１２", "0x1", "+1", "1,5", "--1"],
)
async def test_a_number_in_a_form_is_a_decimal_number(number: str) -> None:
    """Where an address says the place as well, the report is taken without the number."""
    for name, other in (("lat", "long"), ("long", "lat")):
        town = Town()

        fields = {name: number, other: "30.8421", "address_string": ""}

        description = refused(town, await as_form(town, **fields))

        assert description.startswith(f"{name}: is no decimal number; write ")


async def test_white_space_around_a_number_does_not_count() -> None:
    town = Town()

    assert (await as_form(town, lat=" 30.8421", long="120.7506 ")).status == 200
    assert place_of(town)["latitude"] == "30.8421"


@pytest.mark.parametrize(
    "text",
    ['"lat": "1_0", "long": 1', '"lat": 1e400, "long": 1', '"lat": 1E-99, "long": 1'],
)
async def test_a_number_in_json_is_read_as_in_a_form(text: str) -> None:
    town = Town()
    body = f'{{"service_code": "street-light", {text}}}'

    answer = await sent(town, body.encode(), JSON)

    assert "lat: is no decimal number" in refused(town, answer)


async def test_a_json_number_may_have_an_exponent() -> None:
    town = Town()

    answer = await as_json(town, '"lat": 3.08421e1, "long": 1.207506E2')

    assert answer.status == 200
    assert place_of(town) == {
        "address": "银杏路口",
        "latitude": "30.8421",
        "longitude": "120.7506",
    }


@pytest.mark.parametrize(
    ("moment", "why"),
    [
        ("1795828320", "RFC 3339"),
        ("2026-11-23 10:00", "RFC 3339"),
        ("20261123T100000Z", "RFC 3339"),
        ("2026-W48-1T10:00:00Z", "RFC 3339"),
        ("2026-11-23T10:00:00", "has no offset"),
        ("2026-11-23T23:59:60Z", "leap second"),
        ("0001-01-01T00:00:00+14:00", "must lie between 2000 and 2199"),
        ("9999-12-31T23:59:59-14:00", "must lie between 2000 and 2199"),
    ],
)
async def test_a_date_of_a_report_is_a_moment_of_rfc_3339(moment: str, why: str) -> None:
    town = Town()

    description = refused(town, await as_form(town, requested_datetime=moment))

    assert description.startswith("requested_datetime: ")
    assert why in description


async def test_a_date_may_have_small_letters() -> None:
    assert (await as_form(Town(), requested_datetime="2026-11-23t10:00:00z")).status == 200


@pytest.mark.parametrize("charset", ["GBK", "gb18030", "iso-8859-1", "utf-16"])
async def test_another_charset_is_refused_by_name(charset: str) -> None:
    for kind, body in ((FORM, urlencode(REPORT)), (JSON, json.dumps(REPORT))):
        town = Town()

        answer = await sent(town, body.encode(), f"{kind}; charset={charset}")

        description = refused(town, answer, 415)
        assert f"header content-type: declares the charset {charset.lower()}" in description


async def test_a_form_that_says_that_it_is_gbk_is_refused() -> None:
    town = Town()
    body = urlencode(REPORT | {"_charset_": "gbk", "description": "abc"})

    assert "_charset_: declares the charset gbk" in refused(
        town, await sent(town, body.encode(), FORM)
    )


async def test_a_form_that_says_that_it_is_utf_8_is_read() -> None:
    answer = await sent(Town(), urlencode(REPORT | {"_charset_": "UTF-8"}).encode(), FORM)

    assert answer.status == 200


async def test_two_content_types_are_refused() -> None:
    town = Town()

    answer = await sent(town, json.dumps(REPORT).encode(), FORM, JSON)

    assert "content-type: is given twice" in refused(town, answer)


async def test_a_compressed_body_is_refused() -> None:
    town = Town()

    answer = await sent(town, b"x", JSON, **{"content-encoding": "gzip"})

    assert "content-encoding" in refused(town, answer, 415)


@pytest.mark.parametrize(
    ("number", "why"),
    [
        ("3.08421E1", "lat: is no decimal number; the address is kept."),
        ("30." + "0" * 40, "lat: has more than 18 digits before the point or 30 after it; the"),
        ("91", "lat: must be from -90 to 90; the address is kept."),
    ],
)
async def test_a_number_that_gives_way_to_the_address_is_told_by_what_is_wrong(
    number: str, why: str
) -> None:
    answer = await as_form(Town(), lat=number, long="120.7506")

    assert answer.status == 200
    assert why in answer.json[0]["service_notice"]


async def test_a_number_with_too_many_digits_is_told_the_limit() -> None:
    town = Town()
    fields = {"lat": "30." + "0" * 40, "long": "120", "address_string": ""}

    description = refused(town, await as_form(town, **fields))

    assert description == "lat: has more than 18 digits before the point or 30 after it; round it"
