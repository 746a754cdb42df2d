"""POST /events: what is taken, what is refused at once, and that only the broker acknowledges."""

import json
from typing import Any

import pytest

from console.gateway.answers import errors_in
from console.gateway.ports import CheckedEvent, EventMessage
from consumers.decoding import command_events
from consumers.decoding import complaint_events as events
from domain.complaints import case_id_of
from schemas.events.receipts import Receipt
from schemas.intake import Outcome, Position, Record, RejectReason
from tests.fakes.gateway import (
    NOW,
    OTHER,
    SOURCE,
    TOWN,
    UNIT,
    Town,
    ask,
    filed,
    post,
    signed,
)


def record_of(sent: tuple[CheckedEvent, EventMessage]) -> Record:
    """What intake will read."""
    to, message = sent
    return Record(Position("c", to.topic, "", 0, 0), to.key, message.value, message.headers)


# --- What is taken.


async def test_a_complaint_is_acknowledged_with_its_case_and_where_the_broker_keeps_it() -> None:
    town = Town()

    answer = await post(town, filed())

    assert answer.status == 202
    assert answer.json == {
        "source": SOURCE,
        "id": "e-1",
        "case": case_id_of(TOWN, SOURCE, "e-1"),
        "position": {"topic": "sanban.complaints", "partition": 0, "offset": 0},
    }
    [sent] = town.broker.kept
    read = events.read(record_of(sent), now=NOW)
    assert read.event_id == "e-1"
    assert read.source == SOURCE
    assert sent[0].key == f"{SOURCE} c-1".encode()


async def test_both_modes_of_cloudevents_say_the_same() -> None:
    town, event = Town(), filed()
    names = ("specversion", "type", "source", "id")

    await post(town, event)
    answer = await ask(
        town.app(),
        "POST",
        "/events",
        headers=[
            ("Content-Type", "application/json"),
            *((f"Ce-{name.capitalize()}", event[name]) for name in names),
        ],
        body=json.dumps(event["data"]).encode(),
    )

    assert answer.status == 202
    one, other = (events.read(record_of(sent), now=NOW) for sent in town.broker.kept)
    assert one == other


async def test_a_header_says_what_its_percent_signs_stand_for() -> None:
    """CloudEvents' HTTP binding, 3.1.3.2: a header holds printable ASCII alone."""
    town, event = Town(), filed()
    headers = {"specversion": "1.0", "type": event["type"], "source": SOURCE, "id": "%E4%B8%89%2D1"}

    answer = await ask(
        town.app(),
        "POST",
        "/events",
        headers=[
            ("content-type", "application/json"),
            *((f"ce-{name}", value) for name, value in headers.items()),
        ],
        body=json.dumps(event["data"]).encode(),
    )

    assert answer.json["id"] == "三-1"


@pytest.mark.parametrize(
    ("kind", "more"),
    [
        ("supplemented", {"text": "今天又多了两袋"}),
        ("withdrawn", {"reason": "已自行解决"}),
        ("rated", {"satisfaction": "satisfied"}),
    ],
)
async def test_what_a_citizen_says_later_goes_under_the_key_of_the_complaint(
    kind: str, more: dict[str, object]
) -> None:
    town = Town()
    event = filed("e-2") | {
        "type": f"org.sanban.complaint.{kind}.v1",
        "data": {"schema_version": 1, "tenant": TOWN, "complaint_id": "c-1", **more},
    }

    answer = await post(town, event)

    assert answer.status == 202
    assert "case" not in answer.json
    assert town.broker.kept[0][0].key == f"{SOURCE} c-1".encode()


async def test_an_act_goes_to_its_case() -> None:
    town = Town()

    answer = await post(town, signed(), token=UNIT)

    assert answer.status == 202
    assert answer.json["case"] == "7kq2m-9xa4t-bnc2w"
    assert answer.json["position"]["topic"] == "sanban.case-commands"
    read = command_events.read(record_of(town.broker.kept[0]))
    assert read.case_id == "7kq2m-9xa4t-bnc2w"
    assert read.message.act.kind == "sign"


async def test_a_batch_is_taken_event_by_event() -> None:
    town = Town()

    answer = await post(town, [filed("e-1"), filed("e-2")])

    assert answer.status == 202
    assert [each["id"] for each in answer.json["events"]] == ["e-1", "e-2"]
    assert [event["id"] for event in town.broker.events] == ["e-1", "e-2"]


async def test_of_a_batch_with_one_bad_event_nothing_is_sent() -> None:
    town = Town()

    answer = await post(town, [filed("e-1"), filed("e-2", text=None)])

    assert answer.status == 400
    assert answer.json["event"] == 1
    assert answer.json["errors"][0]["path"] == "data.text"
    assert town.broker.kept == []


@pytest.mark.parametrize("broken", [{"not": "a list"}, "text", None])
async def test_a_batch_is_an_array(broken: object) -> None:
    headers = [("content-type", "application/cloudevents-batch+json")]
    answer = await post(Town(), broken, headers=headers)

    assert answer.status == 400
    assert answer.json["reason"] == "not_cloudevent"


async def test_a_batch_may_be_as_large_as_the_burst_of_its_client() -> None:
    answer = await post(Town(), [filed(f"e-{n}") for n in range(21)])

    assert answer.status == 413
    assert "at most 20" in answer.json["detail"]


# --- What is refused at once, by the decoder of intake.


@pytest.mark.parametrize(
    ("event", "reason", "path"),
    [
        (filed(text=None), "schema_violation", "data.text"),
        (filed(phone="1"), "schema_violation", "data.phone"),
        (filed(reported_at="2028-01-01T00:00:00Z"), "future_date", "data.reported_at"),
        (filed(reported_at="2016-01-01T00:00:00Z"), "past_date", "data.reported_at"),
        (filed() | {"id": ""}, "not_cloudevent", "CloudEvents attribute id"),
        (
            filed() | {"type": "org.example.other.v1"},
            "unsupported_type",
            "CloudEvents attribute type",
        ),
    ],
)
async def test_an_event_that_intake_would_refuse_is_refused_with_reason_path_and_fix(
    event: dict[str, Any], reason: str, path: str
) -> None:
    town = Town()

    answer = await post(town, event)

    assert answer.status == 400
    assert answer.headers["content-type"].startswith("application/problem+json")
    assert answer.json["reason"] == reason
    [first, *_] = answer.json["errors"]
    assert first["path"] == path
    assert first["fix"]
    assert town.broker.kept == []


def test_each_mistake_is_told_on_its_own() -> None:
    detail = "data.tenant: is missing; add it; data.foo: is no field; remove it; and 3 more"

    assert errors_in(detail) == [
        {"path": "data.tenant", "problem": "is missing", "fix": "add it"},
        {"path": "data.foo", "problem": "is no field", "fix": "remove it"},
        {"path": None, "problem": "and 3 more", "fix": "follow the schema"},
    ]


@pytest.mark.parametrize(
    "content_type",
    ["text/plain", "application/x-www-form-urlencoded", "application/cloudevents+avro"],
)
async def test_another_content_type_is_refused(content_type: str) -> None:
    event = filed()
    headers = [(f"ce-{name}", str(event[name])) for name in ("specversion", "type", "source", "id")]
    answer = await post(Town(), event, headers=[("content-type", content_type), *headers])

    assert answer.status == 415
    assert answer.json["reason"] == "unsupported_content_type"


async def test_nobody_here_serves_the_town_of_the_token() -> None:
    town = Town()
    del town.policies[TOWN]

    answer = await post(town, filed())

    assert answer.status == 400
    assert answer.json["reason"] == "unknown_tenant"


@pytest.mark.parametrize("field", ["complaint_id", "tenant", "text"])
async def test_half_of_a_surrogate_pair_is_invalid_and_no_defect(field: str) -> None:
    answer = await post(Town(), filed(**{field: "\ud800"}))

    assert answer.status == 400
    assert answer.json["reason"] == "not_utf8"


async def test_half_of_a_surrogate_pair_in_the_number_of_a_case_is_no_defect() -> None:
    event = signed()
    event["data"]["case"] = "\ud800"

    answer = await post(Town(), event, token=UNIT)

    assert answer.status == 400
    assert answer.json["reason"] == "not_utf8"


# --- What became of it.

RECEIPT = Receipt(
    outcome=Outcome.REJECTED,
    reason=RejectReason.COMMAND_REFUSED,
    detail="not_holder: the case has another holder",
    tenant=TOWN,
    source=SOURCE,
    event_id="a/b 1",
    topic="sanban.complaints",
    partition=0,
    offset=3,
    at=NOW,
)


async def test_a_sender_without_kafka_reads_its_receipts_here() -> None:
    town = Town()
    town.receipts.found[TOWN, SOURCE, "a/b 1"] = [RECEIPT]

    answer = await ask(town.app(), "GET", "/events/a/b 1")

    assert answer.status == 200
    assert answer.json == {"receipts": [RECEIPT.model_dump(mode="json", exclude_none=True)]}


async def test_nobody_reads_the_receipts_of_another_source() -> None:
    town = Town()
    town.receipts.found[TOWN, SOURCE, "a/b 1"] = [RECEIPT]

    assert (await ask(town.app(), "GET", "/events/a/b 1", token=OTHER)).status == 404
    assert (await ask(town.app(), "GET", "/events/a/b 1", token=None)).status == 401


async def test_receipts_wait_for_the_database() -> None:
    town = Town()
    town.receipts.away = True

    assert (await ask(town.app(), "GET", "/events/e-1")).status == 503
