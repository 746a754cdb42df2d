"""Kafka and HTTP refuse the same charsets and versions, wherever and however an event says them."""

import json

import pytest

from consumers.decoding.complaint_events import read
from consumers.decoding.unreadable import Unreadable
from schemas.intake import RejectReason
from tests.fakes.gateway import Answer, Town, ask, filed, post
from tests.fakes.records import NOW, as_json, record

REFUSED = "charset=GBK", "charset=gbk", 'charset="gbk"', "Charset=GBK", 'CHARSET="GBK"'
READ = "charset=UTF-8", 'Charset="utf-8"', "CHARSET=utf8", "charset=us-ascii"
NOT_SUPPORTED = RejectReason.UNSUPPORTED_CONTENT_TYPE
EVENT, BATCH = "application/cloudevents+json", "application/cloudevents-batch+json"


def headers_of(kind: str, mark: str, **more: str) -> list[tuple[str, str]]:
    event = filed()
    named = {name: event[name] for name in ("specversion", "id", "source", "type")} | more
    return [("Content-Type", kind), *((f"ce{mark}{name}", said) for name, said in named.items())]


def over_kafka(charset: str) -> dict[str, RejectReason | None]:
    """Return what intake has against an event, by the place of the charset."""
    kind, body, beside = (
        f"application/json; {charset}",
        as_json(filed()["data"]),
        "ce_datacontenttype",
    )
    sent = {
        "envelope": ([("Content-Type", f"{EVENT}; {charset}")], as_json(filed())),
        "binary": (headers_of(kind, "_"), body),
        "binary, named": (headers_of("application/json", "_", datacontenttype=kind), body),
        "attribute": ([("content-type", EVENT)], as_json(filed() | {"datacontenttype": kind})),
        "beside": ([("content-type", EVENT), (beside, kind)], as_json(filed())),
    }
    return {
        place: _refusal([(name, said.encode()) for name, said in headers], value)
        for place, (headers, value) in sent.items()
    }


def _refusal(headers: list[tuple[str, bytes | None]], value: bytes) -> RejectReason | None:
    try:
        read(record(value, headers), now=NOW)
    except Unreadable as refused:
        return refused.reason
    return None


async def over_http(town: Town, charset: str) -> dict[str, Answer]:
    """Return what the gateway answers, by the place of the charset."""
    kind, body = f"application/json; {charset}", json.dumps(filed()["data"]).encode()
    named = filed() | {"datacontenttype": kind}
    whole = json.dumps(filed()).encode()
    sent = {
        "envelope": ([("Content-Type", f"{EVENT}; {charset}")], whole),
        "batch": ([("Content-Type", f"{BATCH}; {charset}")], b"[" + whole + b"]"),
        "binary": (headers_of(kind, "-"), body),
        "binary, named": (headers_of("application/json", "-", datacontenttype=kind), body),
        "beside": ([("content-type", EVENT), ("ce-datacontenttype", kind)], whole),
    }
    answers = {
        place: await ask(town.app(), "POST", "/events", headers=headers, body=value)
        for place, (headers, value) in sent.items()
    }
    both = {"attribute": await post(town, named), "in a batch": await post(town, [named])}
    return answers | both


@pytest.mark.parametrize("charset", REFUSED)
async def test_another_charset_is_refused_at_every_door(charset: str) -> None:
    town = Town()

    records = over_kafka(charset)
    answers = await over_http(town, charset)

    assert records == dict.fromkeys(records, NOT_SUPPORTED)
    assert {each: told.status for each, told in answers.items()} == dict.fromkeys(answers, 415)
    for told in answers.values():
        assert told.json["reason"] == NOT_SUPPORTED
        assert "declares the charset gbk; send UTF-8" in told.json["detail"]
    assert town.broker.kept == []


@pytest.mark.parametrize("charset", READ)
async def test_utf_8_is_read_at_every_door(charset: str) -> None:
    records = over_kafka(charset)
    answers = await over_http(Town(), charset)

    assert records == dict.fromkeys(records)
    assert {each: told.status for each, told in answers.items()} == dict.fromkeys(answers, 202)


@pytest.mark.parametrize("said", [True, False, "1", 1.5, None, [1]])
async def test_a_version_is_the_number_1_at_every_door(said: object) -> None:
    town = Town()
    event = filed()
    event["data"]["schema_version"] = said

    for answer in (await post(town, event), await post(town, [event])):
        assert answer.status == 400
        assert "data.schema_version" in answer.json["detail"]
    assert _refusal([("content-type", EVENT.encode())], as_json(event)) is not None
    assert town.broker.kept == []
