"""Content types, both modes of CloudEvents, data in base64, records without a key, and hints."""

import json
from base64 import b64encode
from typing import Any

import pytest

from consumers.decoding.complaint_events import read
from consumers.decoding.given_identity import key_of
from consumers.decoding.unreadable import Unreadable
from schemas.intake import Record, RejectReason
from tests.fakes.records import (
    ENVELOPE,
    HEADERS,
    IN_JSON,
    NOW,
    SOURCE,
    as_json,
    binary,
    data,
    record,
    structured,
)

NOT_SUPPORTED = RejectReason.UNSUPPORTED_CONTENT_TYPE
CHARSETS = ("GBK", "gb18030", "latin1", "utf-16")


def refusal(sent: Record) -> Unreadable:
    with pytest.raises(Unreadable) as caught:
        read(sent, now=NOW)
    return caught.value


def is_read(sent: Record) -> bool:
    return read(sent, now=NOW).digest == read(binary(data()), now=NOW).digest


def whole(**attributes: Any) -> bytes:
    return as_json(ENVELOPE | {"data": data()} | attributes)


# --- Content types.


@pytest.mark.parametrize(
    "kind",
    [
        "application/json",
        "text/json",
        "Text/JSON; Charset=UTF-8",
        "application/vnd.sanban+json",
        "image/x+json;charset=us-ascii",
    ],
)
def test_json_is_read_by_any_of_its_names(kind: str) -> None:
    assert is_read(record(as_json(data()), HEADERS | {"content-type": kind.encode()}))
    assert is_read(record(whole(datacontenttype=kind), IN_JSON))


@pytest.mark.parametrize("charset", CHARSETS)
def test_another_charset_is_refused_by_name_wherever_it_is_declared(charset: str) -> None:
    kind = f"application/json; charset={charset}".encode()
    event = f"application/cloudevents+json; charset={charset}".encode()
    for sent in (
        record(as_json(data()), HEADERS | {"content-type": kind}),
        record(whole(), {"content-type": event}),
        record(whole(datacontenttype=kind.decode()), IN_JSON),
        record(as_json(data()), HEADERS | {"ce_datacontenttype": kind}),
    ):
        refused = refusal(sent)

        assert refused.reason is NOT_SUPPORTED
        assert f"declares the charset {charset.lower()}; send UTF-8" in refused.detail


@pytest.mark.parametrize("kind", ["", "json", "application/", "text/plain", "application/xml"])
def test_what_is_not_declared_as_json_is_refused(kind: str) -> None:
    refused = refusal(record(as_json(data()), HEADERS | {"content-type": kind.encode()}))

    assert refused.reason is NOT_SUPPORTED


# --- What contradicts itself.


@pytest.mark.parametrize(
    ("headers", "named"),
    [
        ([*HEADERS.items(), ("Content-Type", b"text/json")], "header content-type is given twice"),
        ([*HEADERS.items(), ("ce_source", b"/other")], "header ce_source is given twice"),
        (
            [*HEADERS.items(), ("ce_datacontenttype", b"text/json")],
            "header ce_datacontenttype: differs from the header content-type",
        ),
    ],
)
def test_headers_that_contradict_each_other_are_refused(
    headers: list[tuple[str, bytes | None]], named: str
) -> None:
    refused = refusal(record(as_json(data()), headers))

    assert refused.reason is RejectReason.NOT_CLOUDEVENT
    assert named in refused.detail


@pytest.mark.parametrize(
    ("name", "said"), [("id", "9"), ("source", "/other"), ("type", "x"), ("specversion", "0.3")]
)
def test_an_event_in_both_modes_says_the_same_in_both(name: str, said: str) -> None:
    same = {f"ce_{key}": value.encode() for key, value in ENVELOPE.items()}

    assert is_read(record(whole(), IN_JSON | same))
    refused = refusal(record(whole(), IN_JSON | same | {f"ce_{name}": said.encode()}))
    assert refused.detail == (
        f"header ce_{name}: differs from the attribute {name} in the value; send one value"
    )


@pytest.mark.parametrize("charset", [*CHARSETS, '"gbk"', "GbK"])
def test_a_header_beside_a_whole_event_declares_no_other_charset(charset: str) -> None:
    said = {"ce_datacontenttype": f"application/json; Charset={charset}".encode()}

    refused = refusal(record(whole(), IN_JSON | said))

    assert refused.reason is NOT_SUPPORTED
    assert "header ce_datacontenttype: declares the charset " in refused.detail
    assert is_read(record(whole(), IN_JSON | {"ce_datacontenttype": b"application/json"}))


# --- Data in base64.


def in_base64(content: bytes, **attributes: Any) -> Record:
    encoded = b64encode(content).decode()
    return record(as_json(ENVELOPE | {"data_base64": encoded} | attributes), IN_JSON)


def test_data_in_base64_is_the_same_event() -> None:
    assert is_read(in_base64(as_json(data())))
    assert is_read(in_base64(as_json(data()), data=None, datacontenttype="text/json"))
    assert is_read(record(whole(data_base64=None), IN_JSON))


@pytest.mark.parametrize(
    ("sent", "reason", "named"),
    [
        (
            in_base64(as_json(data()), data=data()),
            RejectReason.NOT_CLOUDEVENT,
            "data and data_base64",
        ),
        (in_base64(b"{"), RejectReason.NOT_JSON, "data_base64: not JSON at line 1"),
        (in_base64("垃圾".encode("gbk")), RejectReason.NOT_UTF8, "data_base64: byte 0"),
        (in_base64(b"[]"), RejectReason.SCHEMA_VIOLATION, "data: must be a JSON object"),
        (in_base64(b"", data_base64="e30"), RejectReason.NOT_CLOUDEVENT, "is not base64"),
        (in_base64(b"", data_base64="e30=\n"), RejectReason.NOT_CLOUDEVENT, "is not base64"),
        (in_base64(b"", data_base64="_-=="), RejectReason.NOT_CLOUDEVENT, "is not base64"),
        (in_base64(b"", data_base64=1), RejectReason.NOT_CLOUDEVENT, "is not base64"),
        (
            in_base64(as_json(data()), datacontenttype="image/png"),
            NOT_SUPPORTED,
            "not declared as JSON",
        ),
    ],
)
def test_what_is_not_json_in_base64_is_refused(
    sent: Record, reason: RejectReason, named: str
) -> None:
    refused = refusal(sent)

    assert refused.reason is reason
    assert named in refused.detail


# --- Records without a key.


@pytest.mark.parametrize("key", [None, b""])
def test_a_record_without_a_key_is_read(key: bytes | None) -> None:
    assert is_read(binary(data(), key=key))
    assert is_read(structured(data(), key=key))


def test_its_partitionkey_or_else_its_identity_keeps_it_in_order() -> None:
    by_header = HEADERS | {"ce_partitionkey": b"p 1"}

    assert key_of(record(as_json(data()), HEADERS, key=b"k")) == b"k"
    assert key_of(record(as_json(data()), by_header, key=None)) == b"p 1"
    assert key_of(record(whole(partitionkey="p 1"), IN_JSON, key=None)) == b"p 1"
    for odd in ("", 7, None, "x" * 5000, "\ud800"):
        sent = record(whole(partitionkey=odd), IN_JSON, key=None)
        assert key_of(sent) == f"{SOURCE} 731-1".encode()
        assert is_read(sent)
    assert key_of(record(b"x", IN_JSON, key=None)) == b""


# --- Words.


@pytest.mark.parametrize(
    ("value", "named"),
    [
        (b"\x00\x00\x00\x01\x07" + as_json(data()), "Confluent's wire format"),
        (b"\x00\x00\x00\x00\x07\x02\x06abc", "Confluent's wire format"),
        (json.dumps({"a": 1}).encode("utf-16-le"), "UTF-16"),
        (json.dumps({"a": 1}).encode("utf-16-be"), "UTF-16"),
        (json.dumps({"a": 1}).encode("utf-16"), "UTF-16"),
        (b"\x1f\x8b\x08\x00abc", "compressed"),
        (b"{'specversion': '1.0'}", "single quotes"),
        (b"{", "one line of a JSON document"),
        (b"  },", "one line of a JSON document"),
        (b'  "specversion": "1.0",', "one line of a JSON document"),
        ('  "text": "垃圾桶满溢"'.encode(), "one line of a JSON document"),
    ],
)
def test_a_value_that_is_no_event_is_told_what_it_looks_like(value: bytes, named: str) -> None:
    for headers in ({}, HEADERS, IN_JSON):
        refused = refusal(record(value, headers))

        assert named in refused.detail


def test_a_whole_event_without_a_header_is_told_which_one() -> None:
    refused = refusal(record(whole(), {}))

    assert "add the header content-type: application/cloudevents+json" in refused.detail


def test_two_documents_in_a_record_are_told_apart() -> None:
    assert "more than one JSON document" in refusal(record(whole() * 2, IN_JSON)).detail


@pytest.mark.parametrize("given", [731, True, ["a"], {"a": 1}])
@pytest.mark.parametrize("name", ["specversion", "id", "source", "type", "subject", "time"])
def test_an_attribute_of_another_kind_is_told_what_it_must_be(name: str, given: object) -> None:
    refused = refusal(record(whole(**{name: given}), IN_JSON))

    assert refused.detail == (
        f"CloudEvents attribute {name}: must be a text, and not empty; correct it or leave it out"
    )


@pytest.mark.parametrize(
    ("changes", "detail"),
    [
        (
            {"schema_version": "1"},
            'data.schema_version: must be the number 1, not the text "1"',
        ),
        ({"schema_version": True}, "data.schema_version: must be the number 1"),
        ({"schema_version": 1.5}, "data.schema_version: must be 1"),
        ({"channel": "pigeon"}, "data.channel: must be one of hotline, "),
        ({"text": 1}, "data.text: must be a text"),
        ({"text": ""}, "data.text: must not be empty"),
        ({"text": "x" * 4001}, "data.text: must have no more than 4000 characters"),
        ({"category": "a b"}, "data.category: must be a code: "),
        ({"attachments": {}}, "data.attachments: must be a list"),
        ({"attachments": [1]}, "data.attachments[0]: must be an object of fields"),
        ({"place": "here"}, "data.place: must be an object of fields"),
        ({"place": {"longitude": 181, "latitude": 1}}, "data.place.longitude: must be at most 180"),
        ({"place": {"longitude": 1}}, "data.place: has a longitude and no latitude; "),
        (
            {"reporter": {"confidential": "yes"}},
            "data.reporter.confidential: must be true or false",
        ),
        ({"reported_at": 1795828320}, "data.reported_at: is no date and time as in RFC 3339; "),
    ],
)
def test_a_mistake_is_told_in_the_words_of_a_publisher(
    changes: dict[str, Any], detail: str
) -> None:
    assert refusal(binary(data(**changes))).detail.startswith(detail)


def test_another_schema_version_is_told_which_one_is_read() -> None:
    refused = refusal(binary(data(schema_version=2)))

    assert refused.reason is RejectReason.UNSUPPORTED_VERSION
    assert refused.detail == ("data.schema_version: this service reads version 1; send that one")
