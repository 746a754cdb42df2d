"""Open311 GeoReport v2: which services there are, and how a reported case stands."""

from dataclasses import replace
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from console.gateway.ports import CaseSnapshot
from domain.case.public_view import NOTES
from domain.case.state import Case
from domain.complaints import Evidence, Place
from domain.vocabulary import Stage
from tests.builders import case_at, complaint, opened, plan
from tests.fakes.gateway import NOW, OTHER, OTHER_TOWN, SOURCE, TOKEN, TOWN, Answer, Town, ask, form

BASE = "/open311/v2"


async def get(town: Town, path: str, **more: Any) -> Answer:
    return await ask(town.app(), "GET", BASE + path, **more)


@pytest.mark.parametrize("key", ["", "sbn_nobody's"])
async def test_without_a_key_that_somebody_has_nothing_is_taken(key: str) -> None:
    town = Town()
    sent = form(service_code="garbage", address_string="银杏路口", api_key=key)

    answer = await ask(town.app(), "POST", f"{BASE}/requests.json", token=None, **sent)

    assert answer.status == 403
    assert answer.json[0]["code"] == 403
    assert town.broker.kept == []


# --- Services.


async def test_anybody_may_see_the_services_of_a_town() -> None:
    answer = await get(Town(), f"/services.json?jurisdiction_id={TOWN}", token=None)

    [light] = [each for each in answer.json if each["service_code"] == "street-light"]
    assert light == {
        "service_code": "street-light",
        "service_name": "路灯不亮",
        "description": "Street light out",
        "metadata": False,
        "type": "realtime",
        "keywords": "路灯不亮, Street light out, street, light",
        "group": "村镇建设办公室",
    }


async def test_services_belong_to_a_town() -> None:
    assert (await get(Town(), "/services.json", token=None)).status == 400
    assert (await get(Town(), "/services.json?jurisdiction_id=x", token=None)).status == 404
    assert (await get(Town(), "/services.json")).status == 200


async def test_a_service_has_no_questions_of_its_own() -> None:
    answer = await get(Town(), "/services/street-light.xml")

    assert answer.text.endswith(
        "<service_definition><service_code>street-light</service_code><attributes />"
        "</service_definition>\n"
    )
    assert (await get(Town(), "/services/no-such.json")).status == 404


@pytest.mark.parametrize("fmt", ["json", "xml"])
async def test_discovery_says_where_and_in_which_formats(fmt: str) -> None:
    answer = await get(Town(), f"/discovery.{fmt}", token=None)

    assert answer.status == 200
    for told in ("http://127.0.0.1:80/open311/v2", "text/xml", "application/json", "the office"):
        assert told in answer.text


async def test_there_are_two_formats() -> None:
    assert (await get(Town(), "/services.csv")).status == 404


# --- Asking.


def journaled(town: Town, case: Case) -> str:
    town.cases.found[(TOWN, case.case_id)] = CaseSnapshot(case, NOW)
    return case.case_id


def reported(**changes: Any) -> Case:
    about = replace(complaint(event_id="k-1"), source=SOURCE, category="street-light")
    return replace(opened(plan(about)), **changes)


async def test_whoever_reported_a_case_sees_how_it_stands() -> None:
    town = Town()
    number = journaled(town, reported(holder="sanitation"))

    [told] = (await get(town, f"/requests/{number}.json")).json

    assert told["service_request_id"] == number
    assert told["status"] == "open"
    assert told["service_name"] == "路灯不亮"
    assert told["agency_responsible"] == "环境卫生管理所"
    assert told["updated_datetime"] == "2026-11-24T09:30:00+00:00"
    assert told["expected_datetime"] > told["requested_datetime"]


async def test_nobody_sees_the_case_of_another_source() -> None:
    town = Town()
    number = journaled(town, reported())

    assert (await get(town, f"/requests/{number}.json", token=OTHER)).status == 404
    path = f"/requests.json?service_request_id={number}"
    assert (await get(town, path, token=OTHER)).json == []


# --- Without a key.


@pytest.mark.parametrize(
    "path", ["/requests/{}.json", "/requests.json?service_request_id={}", "/requests/{}.JSON"]
)
async def test_without_a_key_a_named_case_shows_its_status_and_nothing_personal(path: str) -> None:
    town = Town()
    place = Place(address="银杏路口", longitude_e6=120_750_600, latitude_e6=30_842_100)
    files = (Evidence("0" * 64, "https://a.example/1.jpg", "image/jpeg"),)
    about = replace(
        complaint(event_id="k-1"), source=SOURCE, category="street-light", place=place,
        evidence=files,
    )  # fmt: skip
    number = journaled(town, replace(opened(plan(about)), holder="sanitation"))

    [told] = (await get(town, path.format(number.upper()), token=None)).json

    assert told["service_request_id"] == number
    assert told["status"] == "open"
    assert told["status_notes"] == NOTES[Stage.DISPATCHED]
    assert told["agency_responsible"] == "环境卫生管理所"
    assert told["expected_datetime"] > told["requested_datetime"]
    personal = ("description", "address", "address_id", "lat", "long", "media_url")
    assert {name: told[name] for name in personal} == dict.fromkeys(personal)


async def test_without_a_key_only_cases_that_clients_of_the_gateway_reported_are_shown() -> None:
    town = Town()
    hidden = replace(reported(), plan=plan(replace(complaint(), source="urn:superior:secret")))
    number = journaled(town, hidden)

    assert (await get(town, f"/requests/{number}.json", token=None)).status == 404
    assert (await get(town, "/requests/7kq2m-9xa4t-bnc2w.json", token=None)).status == 404


async def test_without_a_key_nothing_is_listed_and_few_are_named() -> None:
    numbers = ",".join(f"{number:05}-aaaaa-aaaaa" for number in range(11))

    assert (await get(Town(), "/requests.json", token=None)).status == 403
    assert (await get(Town(), "/requests.json?service_request_id=null", token=None)).status == 403
    path = f"/requests.json?service_request_id={numbers}"
    assert (await get(Town(), path, token=None)).status == 400
    assert (await get(Town(), path)).status == 200


async def test_a_wrong_key_is_not_the_same_as_none() -> None:
    town = Town()
    number = journaled(town, reported())

    assert (await get(town, f"/requests/{number}.json?api_key=x", token=None)).status == 403


async def test_without_a_key_a_town_may_be_named() -> None:
    town = Town()
    number = journaled(town, reported())
    path = f"/requests/{number}.json?jurisdiction_id="

    assert (await get(town, path + TOWN, token=None)).status == 200
    assert (await get(town, path + OTHER_TOWN, token=None)).status == 404
    assert (await get(town, path + "nowhere", token=None)).status == 404


async def test_a_token_gives_the_number_of_a_request() -> None:
    """The number itself; for the client that made it also the report's Idempotency-Key."""
    town = Town()
    number = journaled(town, reported())

    for given, key in ((number, None), (number, TOKEN), ("k-1", TOKEN)):
        answer = await get(town, f"/tokens/{given}.json", token=key)
        assert answer.json == [{"service_request_id": number, "token": given}]
    assert (await get(town, "/tokens/k-1.json", token=None)).status == 404
    assert (await get(town, "/tokens/k-1.json", token=OTHER)).status == 404
    assert (await get(town, "/tokens/k-2.xml")).text.endswith("</errors>\n")


@pytest.mark.parametrize("stage", Stage)
async def test_every_stage_is_told_as_open_or_closed(stage: Stage) -> None:
    town = Town()
    number = journaled(town, reported(stage=stage))

    [told] = (await get(town, f"/requests/{number}.json")).json

    closed = {Stage.CLOSED, Stage.ARCHIVED, Stage.WITHDRAWN, Stage.REFUSED}
    assert told["status"] == ("closed" if stage in closed else "open")
    assert told["status_notes"] == NOTES[stage]


async def test_a_merged_case_ends_with_the_one_that_it_follows() -> None:
    town = Town()
    other = case_at(Stage.CLOSED)
    town.cases.found[(TOWN, other.case_id)] = CaseSnapshot(other, NOW)
    number = journaled(town, reported(stage=Stage.MERGED, merged_into=other.case_id))

    [told] = (await get(town, f"/requests/{number}.json")).json

    assert told["status"] == "closed"
    assert told["status_notes"] == NOTES[Stage.MERGED]


async def test_several_are_asked_for_at_once_in_their_order() -> None:
    town = Town()
    number = journaled(town, reported())
    path = f"/requests.json?service_request_id=7kq2m-9xa4t-bnc2w,%20{number},nonsense"

    assert [each["service_request_id"] for each in (await get(town, path)).json] == [number]


async def test_not_more_are_named_than_can_be_looked_up() -> None:
    numbers = ",".join(f"{number:05}-aaaaa-aaaaa" for number in range(51))

    assert (await get(Town(), f"/requests.json?service_request_id={numbers}")).status == 400


async def test_a_question_waits_for_the_database() -> None:
    town = Town()
    town.cases.away = True

    answer = await get(town, "/requests/7kq2m-9xa4t-bnc2w.json")

    assert answer.status == 503
    assert "postgresql" in answer.json[0]["description"]


async def test_text_that_xml_cannot_hold_does_not_break_it() -> None:
    town = Town()
    case = reported()
    about = replace(case.plan.complaint, text="bell \x07 <b> & co")
    case = replace(case, plan=replace(case.plan, complaint=about))
    number = journaled(town, case)

    answer = await get(town, f"/requests/{number}.xml")

    root = ET.fromstring(answer.body)  # noqa: S314 - our own
    assert root.findtext("request/description") == "bell \ufffd <b> & co"
