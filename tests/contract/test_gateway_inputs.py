"""Whatever no text, time or number of ours can be is refused by the gateway, and no defect.

The database is real: it is what cannot compare such a value.
"""

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from starlette.applications import Starlette

from runtime.services.gateway.questions import JournaledRequests, LedgerReceipts
from store.connection import Database
from tests.fakes.gateway import CLIENTS, UNIT, Town, ask, filed, form, signed, structured

BASE = "/open311/v2"
REPORT = {"service_code": "garbage", "address_string": "银杏路口", "description": "满溢"}
NUL, HALF_A_PAIR = "a\x00b", "a\ud800b"
NO_TIMES = (
    "0001-01-01T00:00:00+14:00",
    "0001-01-01T00:00:00Z",
    "9999-12-31T23:59:59-14:00",
    "9999-12-31T23:59:59Z",
    "1999-12-31T23:59:59Z",
    "2200-01-01T00:00:00Z",
)
QUESTIONS = (
    "start_date", "end_date", "service_code", "status", "page", "page_size", "jurisdiction_id",
    "service_request_id", "api_key", "colour",
)  # fmt: skip
FIELDS = (*REPORT, "jurisdiction_id", "lat", "phone", "email", "requested_datetime", "media_url")


@pytest.fixture
def app(database: Database) -> Starlette:
    clients = tuple(each.model_copy(update={"burst": 1_000}) for each in CLIENTS)
    return Town(clients=clients).app(
        cases=JournaledRequests(database), receipts=LedgerReceipts(database)
    )


@pytest.mark.parametrize(
    "path",
    [
        "/events/\x00",
        "/events/a\x00/b",
        f"{BASE}/services/\x00.json",
        f"{BASE}/services/garbage.\x00",
        f"{BASE}/requests/\x00.json",
        f"{BASE}/requests/{'9' * 9_000}.xml",
        "/events/\ud800",
        f"/events/{'x' * 9_000}",
        "/\x00",
    ],
)
async def test_no_address_is_a_defect(app: Starlette, path: str) -> None:
    assert (await ask(app, "GET", path)).status == 404


@pytest.mark.parametrize("name", QUESTIONS)
async def test_no_parameter_has_a_nul(app: Starlette, name: str) -> None:
    answer = await ask(app, "GET", f"{BASE}/requests.json?{urlencode({name: NUL})}")

    assert answer.status == 400
    assert answer.json[0]["description"].startswith(f"{name}: has a NUL character")


@pytest.mark.parametrize("name", ["start_date", "end_date"])
@pytest.mark.parametrize("time", NO_TIMES)
async def test_a_time_that_no_report_has_is_refused(app: Starlette, name: str, time: str) -> None:
    answer = await ask(app, "GET", f"{BASE}/requests.json?{name}={quote(time)}")

    assert answer.status == 400
    assert (
        answer.json[0]["description"]
        == f"{name}: must lie between 2000 and 2199; in an address, + is written %2B"
    )


@pytest.mark.parametrize("time", ["2000-01-01T00:00:00+14:00", "2199-12-31T23:59:59-14:00"])
async def test_a_time_at_the_edge_finds_nothing(app: Starlette, time: str) -> None:
    asked = urlencode({"start_date": "2000-01-01T00:00:00+14:00", "end_date": time})
    answer = await ask(app, "GET", f"{BASE}/requests.json?{asked}")

    assert (answer.status, answer.body) in {(200, b"[]"), (400, answer.body)}


@pytest.mark.parametrize("name", [*FIELDS, "api_key", "first_name", "account_id"])
@pytest.mark.parametrize("text", [NUL, HALF_A_PAIR, "9" * 5_000], ids=["NUL", "half", "digits"])
async def test_no_field_of_a_report_is_a_defect(app: Starlette, name: str, text: str) -> None:
    fields = json.dumps(REPORT | {name: text}).encode()
    kind = [("content-type", "application/json")]
    as_json = await ask(app, "POST", f"{BASE}/requests.json", headers=kind, body=fields)
    anonymous = await ask(
        app, "POST", f"{BASE}/requests.json", headers=kind, body=fields, token=None
    )
    assert as_json.status in {200, 400, 404}
    assert anonymous.status == 403
    if text is not HALF_A_PAIR:
        as_form = await ask(app, "POST", f"{BASE}/requests.xml", **form(**REPORT | {name: text}))
        assert as_form.status == as_json.status


@pytest.mark.parametrize("time", NO_TIMES[:4])
async def test_a_report_of_another_age_is_refused(app: Starlette, time: str) -> None:
    fields = REPORT | {"requested_datetime": time}

    assert (await ask(app, "POST", f"{BASE}/requests.json", **form(**fields))).status == 400


def spoilt(event: Mapping[str, Any], value: object) -> list[dict[str, Any]]:
    """Return the event once for each field, at any depth, with `value` in it."""
    found = [{**event, name: value} for name in event]
    for name, held in event.items():
        if isinstance(held, dict):
            found += [{**event, name: each} for each in spoilt(held, value)]
    return found


@pytest.mark.parametrize(
    "value",
    [NUL, HALF_A_PAIR, 10**4_000, -(10**300), *NO_TIMES[:4], [[]], {"": {}}, "", None, True],
    ids=lambda value: repr(value)[:30],
)
async def test_no_field_of_an_event_is_a_defect(app: Starlette, value: object) -> None:
    complaint = filed(
        reporter={"name": "沈芳", "phone": "0573-80000000", "confidential": True},
        place={"address": "银杏路口", "latitude": 30.8, "longitude": 120.7},
        category="garbage",
        attachments=[{"uri": "https://a.example/1", "sha256": "0" * 64, "media_type": "a/b"}],
    )
    act = signed()
    for event, token in [(each, None) for each in spoilt(complaint, value)] + [
        (each, UNIT) for each in spoilt(act, value)
    ]:
        sent = structured(event) | ({"token": token} if token else {})
        answer = await ask(app, "POST", "/events", **sent)
        batch = await ask(app, "POST", "/events", **structured([event]))

        assert answer.status in {202, 400, 403, 413}, event
        assert batch.status in {202, 400, 403, 413}, event


@pytest.mark.parametrize("depth", [10, 400, 900, 990, 1_000, 20_000])
@pytest.mark.parametrize("kind", ["cloudevents", "cloudevents-batch", "json"])
async def test_no_depth_is_a_defect(app: Starlette, depth: int, kind: str) -> None:
    body = b"[" * depth + b"]" * depth
    if kind == "cloudevents":
        body = json.dumps(filed(text="X")).replace('"X"', body.decode()).encode()
    headers = [("content-type", f"application/{kind}+json".replace("json+", ""))]
    path = f"{BASE}/requests.json" if kind == "json" else "/events"
    if kind == "json":
        body = b'{"service_code": %s}' % body

    assert (await ask(app, "POST", path, headers=headers, body=body)).status == 400


@pytest.mark.parametrize("name", ["ce-id", "ce-source", "ce-type", "ce-time", "ce-subject"])
@pytest.mark.parametrize("value", ["%00", "%ED%A0%80", "%FF", "a" * 3_000, "0001-01-01T00:00:00Z"])
async def test_no_header_of_an_event_is_a_defect(app: Starlette, name: str, value: str) -> None:
    event = filed()
    named = {"ce-id": "e-1", "ce-source": event["source"], "ce-type": event["type"]}
    headers = named | {"ce-specversion": "1.0", "content-type": "application/json", name: value}
    body = json.dumps(event["data"]).encode()

    answer = await ask(app, "POST", "/events", headers=[*headers.items()], body=body)

    assert answer.status in {202, 400, 403}


@pytest.mark.parametrize("value", ["\x00", "\x7f", "a" * 3_000])
async def test_no_idempotency_key_is_a_defect(app: Starlette, value: str) -> None:
    sent = form(**REPORT)
    sent["headers"].append(("idempotency-key", value))

    assert (await ask(app, "POST", f"{BASE}/requests.json", **sent)).status == 400
