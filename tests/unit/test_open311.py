"""Open311 GeoReport v2: a citizen's report becomes a complaint, and its case can be asked for."""

import asyncio
import json
from datetime import timedelta
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from typing_extensions import override

from console.gateway.ports import CaseSnapshot
from consumers.decoding import complaint_events as events
from domain.complaints import case_id_of
from schemas.intake import Position, Record, Unavailable
from tests.builders import complaint, opened, plan
from tests.fakes.gateway import (
    NOW,
    OTHER_TOWN,
    SOURCE,
    TOKEN,
    TOWN,
    Answer,
    Town,
    ask,
    form,
)
from tests.fakes.gateway_ports import FakeCases

BASE = "/open311/v2"
REPORT = {"service_code": "street-light", "address_string": "银杏路口", "description": "路灯不亮"}
DIGEST = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
FILE = {"media_url": "https://a.example/1.jpg", "media_sha256": DIGEST, "media_type": "image/jpeg"}
FORM, JSON = "application/x-www-form-urlencoded", "application/json"


async def report(town: Town, key: str | None = "k-1", fmt: str = "json", **fields: str) -> Answer:
    sent = form(**REPORT | fields)
    if key is not None:
        sent["headers"].append(("idempotency-key", key))
    return await ask(town.app(), "POST", f"{BASE}/requests.{fmt}", **sent)


def said(town: Town) -> dict[str, Any]:
    """The data of the one event that the broker has, as intake reads it."""
    [(to, message)] = town.broker.kept
    record = Record(Position("c", to.topic, "", 0, 0), to.key, message.value, message.headers)
    return events.read(record, now=NOW).said.model_dump(mode="json", exclude_defaults=True)


# --- Reporting.


async def test_a_report_becomes_a_complaint_of_the_clients_source_and_channel() -> None:
    town = Town()

    answer = await report(
        town, lat="30.8421", long="120.7506", first_name="芳", last_name="沈", phone="0573-8000"
    )

    number = case_id_of(TOWN, SOURCE, "k-1")
    assert answer.status == 200
    assert answer.headers["content-type"] == "application/json; charset=utf-8"
    assert [each["service_request_id"] for each in answer.json] == [number]
    assert said(town) == {
        "schema_version": 1,
        "tenant": TOWN,
        "complaint_id": "k-1",
        "channel": "citizen",
        "reported_at": "2026-11-24T09:30:00Z",
        "text": "路灯不亮",
        "category": "street-light",
        "place": {"address": "银杏路口", "longitude": "120.7506", "latitude": "30.8421"},
        "reporter": {"name": "沈芳", "phone": "0573-8000"},
    }


async def test_the_same_report_in_json() -> None:
    town, told = Town(), REPORT | {"lat": 30.8421, "long": 120.75060, "first_name": None}

    answer = await ask(
        town.app(),
        "POST",
        f"{BASE}/requests.json",
        headers=[("content-type", "application/json")],
        body=json.dumps(told).encode(),
    )

    assert answer.status == 200
    assert said(town)["place"]["latitude"] == "30.8421"


async def test_an_answer_in_xml_has_the_form_of_the_standard() -> None:
    answer = await report(Town(), fmt="xml")

    assert answer.headers["content-type"] == "text/xml; charset=utf-8"
    assert answer.text.startswith('<?xml version="1.0" encoding="UTF-8"?>')
    root = ET.fromstring(answer.body)  # noqa: S314 - our own
    assert root.tag == "service_requests"
    assert root.findtext("request/service_request_id") == case_id_of(TOWN, SOURCE, "k-1")


async def test_a_report_sent_again_says_the_same_even_later() -> None:
    """Otherwise it would be a conflict, and a person would have to look at it."""
    town = Town()
    app = town.app()
    sent = form(**REPORT)
    sent["headers"].append(("idempotency-key", "k-1"))

    await ask(app, "POST", f"{BASE}/requests.json", **sent)
    town.now = NOW.replace(hour=15)
    await ask(app, "POST", f"{BASE}/requests.json", **sent)

    one, other = town.broker.events
    assert one == other


async def test_a_report_sent_twice_at_once_says_the_same() -> None:
    """Both look back before either is sent, and a clock goes on meanwhile."""
    town = Town()

    class SlowCases(FakeCases):
        @override
        async def find(self, tenant: str, case_id: str) -> CaseSnapshot | None:
            await asyncio.sleep(0)
            town.now += timedelta(hours=1)
            return None

    town.cases = SlowCases()
    app = town.app()
    sent = form(**REPORT)
    sent["headers"].append(("idempotency-key", "k-1"))

    await asyncio.gather(*(ask(app, "POST", f"{BASE}/requests.json", **sent) for _ in range(2)))

    one, other = town.broker.events
    assert one == other


async def test_a_report_sent_again_to_another_process_says_what_its_case_says() -> None:
    town = Town(now=NOW.replace(hour=15))
    pinned = plan(complaint(event_id="k-1", reported_at=NOW))
    known = CaseSnapshot(opened(pinned), NOW)
    town.cases.found[(TOWN, case_id_of(TOWN, SOURCE, "k-1"))] = known

    await report(town)

    assert said(town)["reported_at"] == "2026-11-24T09:30:00Z"


async def test_a_report_does_not_wait_for_the_database() -> None:
    town = Town()
    town.cases.away = True

    assert (await report(town)).status == 200


async def test_a_report_without_a_key_of_its_own_is_given_one() -> None:
    town = Town()

    answer = await report(town, key=None)

    number = answer.headers["idempotency-key"]
    assert town.broker.events[0]["id"] == number
    assert answer.json[0]["service_request_id"] == case_id_of(TOWN, SOURCE, number)


async def test_a_report_may_say_when_it_was_made() -> None:
    town = Town()

    await report(town, requested_datetime="2026-11-23T08:00:00+08:00")

    assert said(town)["reported_at"].startswith("2026-11-23T08:00:00")


async def test_what_has_no_place_in_a_complaint_is_named_in_the_notice() -> None:
    answer = await report(Town(), **{"email": "a@b.example", "attribute[X]": "1", "device_id": " "})

    [told] = answer.json
    assert told["service_notice"].endswith("Not kept: email, attribute.")


async def test_a_file_is_kept_by_reference_with_its_digest() -> None:
    town = Town()

    await report(town, **FILE | {"media_sha256": DIGEST.upper()})

    assert said(town)["attachments"] == [
        {"sha256": DIGEST, "uri": "https://a.example/1.jpg", "media_type": "image/jpeg"}
    ]


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"service_code": ""}, "service_code"),
        ({"address_string": ""}, "address_string"),
        ({"address_string": "", "lat": "30.8"}, "long"),
        ({"address_string": "\u200b", "lat": "91", "long": "120"}, "lat"),
        ({"address_string": "", "lat": "north", "long": "120"}, "lat"),
        ({"description": "路灯\u0000"}, "description"),
        ({"description": "a" * 4001}, "description"),
        ({"requested_datetime": "2026-11-23"}, "requested_datetime"),
    ],
)
async def test_a_report_that_cannot_be_read_names_the_field(
    fields: dict[str, str], named: str
) -> None:
    town = Town()

    answer = await report(town, **fields)

    assert answer.status == 400
    [error] = answer.json
    assert error["code"] == 400
    assert named in error["description"].partition(";")[0]
    assert "data." not in error["description"]
    assert town.broker.kept == []


@pytest.mark.parametrize("number", ["x" * 201, "a\u00a0"])
async def test_an_idempotency_key_is_the_id_of_an_event(number: str) -> None:
    answer = await report(Town(), key=number)

    assert answer.status == 400
    assert "Idempotency-Key" in answer.json[0]["description"]


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"\xff=1", FORM, 400),
        (b"service_code=%ff", FORM, 400),
        (b"service_code=a&service_code=b", FORM, 400),
        (b"&".join(b"a%d=1" % n for n in range(200)), FORM, 400),
        (b"[1]", JSON, 400),
        (b"{", JSON, 400),
        (b"[" * 50_000, JSON, 400),
        (b'{"lat": NaN}', JSON, 400),
        (b'{"description": {"a": 1}}', JSON, 400),
        (b'{"description": "\\ud800", "service_code": "garbage", "lat": 1, "long": 1}', JSON, 400),
        (b"--x", "multipart/mixed; boundary=x", 415),
    ],
)
async def test_what_is_no_form_is_refused(body: bytes, kind: str, status: int) -> None:
    answer = await ask(
        Town().app(), "POST", f"{BASE}/requests.json", headers=[("content-type", kind)], body=body
    )

    assert answer.status == status


@pytest.mark.parametrize(
    ("fields", "status", "named"),
    [
        ({"service_code": "no-such"}, 404, "service_code"),
        ({"jurisdiction_id": "nowhere"}, 404, "jurisdiction_id"),
        ({"jurisdiction_id": OTHER_TOWN}, 403, "jurisdiction_id"),
    ],
)
async def test_a_report_about_what_is_not_there_or_not_its_own(
    fields: dict[str, str], status: int, named: str
) -> None:
    answer = await report(Town(), **fields)

    assert answer.status == status
    assert answer.json[0]["code"] == status
    assert answer.json[0]["description"].startswith(named)


async def test_a_report_is_not_accepted_before_the_broker_has_it() -> None:
    town = Town()
    town.broker.away = Unavailable("kafka")

    answer = await report(town, fmt="xml")

    assert answer.status == 503
    assert int(answer.headers["retry-after"]) > 0
    assert ET.fromstring(answer.body).findtext("error/code") == "503"  # noqa: S314 - our own


@pytest.mark.parametrize(
    "sent",
    [form(**REPORT, api_key=TOKEN), form(**REPORT) | {"token": TOKEN}],
    ids=["in the form", "in the header"],
)
async def test_the_key_may_come_in_the_form_as_the_standard_has_it(sent: dict[str, Any]) -> None:
    arguments = {"token": None} | sent

    assert (await ask(Town().app(), "POST", f"{BASE}/requests.json", **arguments)).status == 200
