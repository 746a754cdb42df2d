"""Decoding: every record is a valid event or Unreadable with a stable code."""

from dataclasses import replace
from datetime import timedelta

import pytest

from consumers.decoding.complaint_events import read
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


def refusal(record: Record) -> Unreadable:
    with pytest.raises(Unreadable) as caught:
        read(record, now=NOW)
    return caught.value


def test_both_modes_give_the_same_event() -> None:
    one, other = read(binary(data()), now=NOW), read(structured(data()), now=NOW)

    assert one == other
    assert one.source == SOURCE
    assert one.event_id == "731-1"
    assert one.time == NOW
    assert one.said.complaint_id == "2026-000731"


def test_an_event_without_a_time_has_none() -> None:
    assert read(record(as_json(data()), HEADERS), now=NOW).time is None


@pytest.mark.parametrize(
    "spelling",
    [
        as_json(dict(reversed(data().items()))),
        as_json(data()).replace(b'": ', b'" :\n\t'),
        as_json(data(reported_at="2026-11-24T01:12:00Z")),
        as_json(data(place={"address": ""}, urgency=None)),
        as_json(data(text="  Rubbish has not been collected for a week. ")),
    ],
)
def test_the_spelling_of_an_event_does_not_change_its_digest(spelling: bytes) -> None:
    usual = read(binary(data()), now=NOW)

    assert read(record(spelling, HEADERS), now=NOW).digest == usual.digest


@pytest.mark.parametrize(
    "change",
    [
        {"text": "Other."},
        {"reporter": {"phone": "1"}},
        {"place": {"longitude": 120.75, "latitude": 1}},
    ],
)
def test_other_content_has_another_digest(change: dict[str, object]) -> None:
    assert read(binary(data(**change)), now=NOW).digest != read(binary(data()), now=NOW).digest


def test_trailing_zeros_do_not_change_the_digest() -> None:
    digests = {
        read(binary(data(place={"longitude": longitude, "latitude": 1})), now=NOW).digest
        for longitude in (120.5, 1.205e2, "120.5", "120.500")
    }

    assert len(digests) == 1


def test_the_digest_never_changes_its_form() -> None:
    """Another digest here turns every redelivery across the upgrade into a conflict."""
    digest = read(binary(data(place={"longitude": 120.5, "latitude": 30.5})), now=NOW).digest

    assert digest == "dfec0bd87b19873d49f22844ae5ae881d86f96bbece3fdd2464a77f90d5e1a68"


TEN_YEARS_AGO = "2016-11-24T09:12:00+08:00"
ORDER = {"number": "1", "issuer": "city"}
UNREADABLE: dict[str, tuple[Record, RejectReason]] = {
    "null value": (record(None, HEADERS), RejectReason.EMPTY_RECORD),
    "zero bytes": (record(b"", HEADERS), RejectReason.EMPTY_RECORD),
    "10 MB": (record(b" " * 10_000_000, HEADERS), RejectReason.TOO_LARGE),
    "huge header": (
        record(as_json(data()), HEADERS | {"x": b"x" * 2_000_000}),
        RejectReason.TOO_LARGE,
    ),
    "invalid UTF-8": (record(b'{"a": "\xff"}', HEADERS), RejectReason.NOT_UTF8),
    "UTF-16": (record(as_json(data()).decode().encode("utf-16"), HEADERS), RejectReason.NOT_UTF8),
    "header not UTF-8": (record(b"{}", HEADERS | {"ce_id": b"\xff"}), RejectReason.NOT_UTF8),
    "lone surrogate": (record(as_json(data(text="\ud800")), HEADERS), RejectReason.NOT_UTF8),
    "not JSON": (record(b"complaint", HEADERS), RejectReason.NOT_JSON),
    "byte order mark": (record(b"\xef\xbb\xbf{}", HEADERS), RejectReason.NOT_JSON),
    "trailing text": (record(b"{} {}", HEADERS), RejectReason.NOT_JSON),
    "NaN": (record(b'{"a": NaN}', HEADERS), RejectReason.NOT_JSON),
    "Infinity": (record(b'{"a": -Infinity}', HEADERS), RejectReason.NOT_JSON),
    "infinite number": (record(b'{"a": 1e999}', HEADERS), RejectReason.NOT_JSON),
    "endless integer": (record(b"1" * 5000, HEADERS), RejectReason.NOT_JSON),
    "name twice": (record(b'{"tenant": "a", "tenant": "b"}', HEADERS), RejectReason.NOT_JSON),
    "deep lists": (record(b"[" * 100_000, HEADERS), RejectReason.TOO_DEEP),
    "deep objects": (record(b'{"a":' * 100_000, HEADERS), RejectReason.TOO_DEEP),
    "deeper than the validator": (
        record(b'{"a":' + b"[" * 300 + b"]" * 300 + b"}", HEADERS),
        RejectReason.TOO_DEEP,
    ),
    "no headers": (record(as_json(data()), []), RejectReason.NOT_CLOUDEVENT),
    "structured without its header": (
        record(as_json(ENVELOPE | {"data": data()}), []),
        RejectReason.NOT_CLOUDEVENT,
    ),
    "no id": (record(as_json(data()), HEADERS | {"ce_id": b""}), RejectReason.NOT_CLOUDEVENT),
    "id of spaces": (
        record(as_json(data()), HEADERS | {"ce_id": b"  "}),
        RejectReason.NOT_CLOUDEVENT,
    ),
    "NUL in source": (
        record(as_json(data()), HEADERS | {"ce_source": b"a\x00b"}),
        RejectReason.NOT_CLOUDEVENT,
    ),
    "newline in source": (
        record(as_json(data()), HEADERS | {"ce_source": b"a\nb"}),
        RejectReason.NOT_CLOUDEVENT,
    ),
    "endless id": (
        record(as_json(data()), HEADERS | {"ce_id": b"7" * 201}),
        RejectReason.NOT_CLOUDEVENT,
    ),
    "header twice, differing": (
        record(as_json(data()), [*HEADERS.items(), ("ce_id", b"other")]),
        RejectReason.NOT_CLOUDEVENT,
    ),
    "old CloudEvents": (
        record(as_json(data()), HEADERS | {"ce_specversion": b"0.3"}),
        RejectReason.NOT_CLOUDEVENT,
    ),
    "time without zone": (
        record(as_json(data()), HEADERS | {"ce_time": b"2026-11-24T09:30:00"}),
        RejectReason.NOT_CLOUDEVENT,
    ),
    "time in words": (
        record(as_json(data()), HEADERS | {"ce_time": b"today"}),
        RejectReason.NOT_CLOUDEVENT,
    ),
    "structured, a number as id": (
        record(as_json(ENVELOPE | {"id": 731, "data": data()}), IN_JSON),
        RejectReason.NOT_CLOUDEVENT,
    ),
    "structured, a number as time": (
        record(as_json(ENVELOPE | {"time": 731, "data": data()}), IN_JSON),
        RejectReason.NOT_CLOUDEVENT,
    ),
    "structured, no object": (record(b"[]", IN_JSON), RejectReason.NOT_CLOUDEVENT),
    "a batch": (
        record(b"[]", {"content-type": b"application/cloudevents-batch+json"}),
        RejectReason.UNSUPPORTED_CONTENT_TYPE,
    ),
    "XML": (
        record(b"<a/>", HEADERS | {"content-type": b"text/xml"}),
        RejectReason.UNSUPPORTED_CONTENT_TYPE,
    ),
    "structured, data as text": (
        record(as_json(ENVELOPE | {"datacontenttype": "text/plain", "data": "x"}), IN_JSON),
        RejectReason.UNSUPPORTED_CONTENT_TYPE,
    ),
    "another type": (binary(data(), type="com.example.other"), RejectReason.UNSUPPORTED_TYPE),
    "another version": (
        binary(data(), type="org.sanban.complaint.filed.v2"),
        RejectReason.UNSUPPORTED_VERSION,
    ),
    "another schema version": (binary(data(schema_version=2)), RejectReason.UNSUPPORTED_VERSION),
    "not an object": (record(b"[]", HEADERS), RejectReason.SCHEMA_VIOLATION),
    "null": (record(b"null", HEADERS), RejectReason.SCHEMA_VIOLATION),
    "no data": (record(as_json(ENVELOPE), IN_JSON), RejectReason.SCHEMA_VIOLATION),
    "field missing": (binary(data(tenant=None)), RejectReason.SCHEMA_VIOLATION),
    "wrong type": (binary(data(complaint_id=731)), RejectReason.SCHEMA_VIOLATION),
    "unknown field": (binary(data(txet="x")), RejectReason.SCHEMA_VIOLATION),
    "NUL in text": (binary(data(text="a\x00b")), RejectReason.SCHEMA_VIOLATION),
    "year 1": (
        binary(data(reported_at="0001-01-01T00:00:00+08:00")),
        RejectReason.SCHEMA_VIOLATION,
    ),
    "due in year 9999": (
        binary(
            data(
                superior={
                    "number": "1",
                    "issuer": "city",
                    "due_at": "9999-12-31T23:59:59-12:00",
                }
            )
        ),
        RejectReason.SCHEMA_VIOLATION,
    ),
    "reported in the future": (
        binary(data(reported_at=(NOW + timedelta(days=1, seconds=1)).isoformat())),
        RejectReason.FUTURE_DATE,
    ),
    "reported in a year that cannot be": (
        binary(data(reported_at=TEN_YEARS_AGO)),
        RejectReason.PAST_DATE,
    ),
    "reported in a year that cannot be, by a producer whose clock is wrong": (
        replace(binary(data(reported_at=TEN_YEARS_AGO)), timestamp_ms=1_480_000_000_000),
        RejectReason.PAST_DATE,
    ),
    "due in a year that is a slip": (
        binary(data(superior=ORDER | {"due_at": "2001-12-31T18:00:00+08:00"})),
        RejectReason.PAST_DATE,
    ),
    "due in a year that no order reaches": (
        binary(data(superior=ORDER | {"due_at": "2199-12-31T18:00:00+08:00"})),
        RejectReason.FUTURE_DATE,
    ),
    "at rest until a year that no case reaches": (
        binary(data(suspended={"reason": "久", "until": "2199-12-31T18:00:00+08:00"})),
        RejectReason.FUTURE_DATE,
    ),
    "reported in year 9999": (
        binary(data(reported_at="9999-12-31T23:59:59-12:00")),
        RejectReason.SCHEMA_VIOLATION,
    ),
}


@pytest.mark.parametrize(("record", "reason"), UNREADABLE.values(), ids=UNREADABLE.keys())
def test_what_cannot_be_read_has_a_stable_reason(record: Record, reason: RejectReason) -> None:
    refused = refusal(record)

    assert refused.reason is reason
    assert refused.detail


def test_what_is_odd_but_sound_is_read() -> None:
    odd = record(
        as_json(data()),
        [
            *HEADERS.items(),
            *((name.upper(), b"other") for name in HEADERS if name.startswith("ce_")),
            ("ce_id", b"731-1"),
            ("ce_subject", None),
            ("ce_traceparent", b"\xff"),
            ("x", None),
        ],
    )

    assert read(odd, now=NOW).event_id == "731-1"
