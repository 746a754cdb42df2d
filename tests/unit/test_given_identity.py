"""A rejected record is told to its publisher under the source and the id that it gives."""

import json
from collections.abc import Mapping

import pytest

from consumers.decoding.given_identity import GivenIdentity, given_identity
from schemas.intake import Outcome, Record, RejectReason
from schemas.left_out import LeftOut
from tests.fakes.commands import Office, sent
from tests.fakes.intake import Town
from tests.fakes.records import (
    ENVELOPE,
    HEADERS,
    IN_JSON,
    SOURCE,
    as_json,
    at,
    binary,
    data,
    record,
    structured,
)

GIVEN = GivenIdentity(SOURCE, "731-1")
NOTHING = GivenIdentity()
HUGE = "x" * 2**20
RARE = "\U00020000"
"""Four bytes in UTF-8: 500 of them are too long for an index."""


def written(**changes: object) -> bytes:
    return as_json(ENVELOPE | {"data": data()} | changes)


UNREADABLE: Mapping[str, tuple[Record, RejectReason]] = {
    "too large, binary": (binary(data(text=HUGE)), RejectReason.TOO_LARGE),
    "too large, structured": (structured(data(text=HUGE)), RejectReason.TOO_LARGE),
    "key too large": (binary(data(), key=b"k" * 5000), RejectReason.TOO_LARGE),
    "no value": (record(None, HEADERS), RejectReason.EMPTY_RECORD),
    "not JSON, binary": (record(b"{", HEADERS), RejectReason.NOT_JSON),
    "not JSON, structured": (record(written()[:-9], IN_JSON), RejectReason.NOT_JSON),
    "not UTF-8": (record(written()[:-1] + b"\xff", IN_JSON), RejectReason.NOT_UTF8),
    "bad attribute": (record(written(time="noon"), IN_JSON), RejectReason.NOT_CLOUDEVENT),
    "no type": (record(written(type=None), IN_JSON), RejectReason.NOT_CLOUDEVENT),
    "wrong type": (binary(data(), type="org.example"), RejectReason.UNSUPPORTED_TYPE),
    "wrong schema": (structured(data(channel="pigeon")), RejectReason.SCHEMA_VIOLATION),
    "future": (structured(data(reported_at="2199-01-01T00:00:00Z")), RejectReason.FUTURE_DATE),
    "tenant": (binary(data(tenant="atlantis")), RejectReason.UNKNOWN_TENANT),
}


@pytest.mark.parametrize("case", UNREADABLE)
async def test_what_cannot_become_a_case_is_told_with_its_source_and_id(case: str) -> None:
    bad, reason = UNREADABLE[case]
    town = Town()
    await town.intake().handle([bad])
    decision = town.ledger.settled[at(0)]

    assert decision.outcome is Outcome.REJECTED
    assert decision.reason is reason
    assert GivenIdentity(decision.source, decision.event_id) == GIVEN


@pytest.mark.parametrize(
    ("value", "headers"),
    [
        (b"{", HEADERS),
        (HUGE.encode(), HEADERS),
        (written()[:-9], IN_JSON),
        (written(data=HUGE), IN_JSON),
        (as_json(data()), HEADERS | {"ce_type": b"org.example"}),
    ],
)
async def test_a_command_that_cannot_be_given_is_told_with_its_source_and_id(
    value: bytes, headers: dict[str, bytes]
) -> None:
    office = Office()
    bad = sent(value, headers)
    await office.intake().handle([bad])
    decision = office.ledger.settled[bad.position]

    assert decision.outcome is Outcome.REJECTED
    assert GivenIdentity(decision.source, decision.event_id) == GIVEN


async def test_a_record_for_a_later_release_waits_under_its_source_and_id() -> None:
    town = Town()
    await town.intake().handle([binary(data(), type="org.sanban.complaint.filed.v2")])
    decision = town.ledger.settled[at(0)]

    assert decision.outcome is Outcome.PARKED
    assert GivenIdentity(decision.source, decision.event_id) == GIVEN


def test_a_value_that_was_not_read_whole_is_read_at_its_beginning() -> None:
    head = written(data=HUGE)[: 64 * 1024]
    cut = Record(at(0), b"k", None, tuple(IN_JSON.items()), left_out=LeftOut(2**21, "", head))

    assert given_identity(cut) == GIVEN


@pytest.mark.parametrize(
    ("value", "given"),
    [
        (b"", NOTHING),
        (b"[]", NOTHING),
        (b'"id"', NOTHING),
        (b"[" * 100_000, NOTHING),
        (b'{"a":' * 100_000, NOTHING),
        (b'{"id": ' + b"9" * 10_000, NOTHING),
        (b'{"id": 7, "source": null}', NOTHING),
        (b'{"id": "two\\nlines", "source": " space"}', NOTHING),
        (b'{"id": "\xff", "source": "\\ud800"}', NOTHING),
        (b'{"data": {"id": "inside", "source": "inside"}}', NOTHING),
        (b'{"id": "a", "id": "b", "source": "/s"}', GivenIdentity("/s")),
        (b'{"id": "a", "id": "a", "source": "/s"', GivenIdentity("/s", "a")),
        (b'\xef\xbb\xbf {"id" : "a" , "source":"/s" , x', GivenIdentity("/s", "a")),
        (json.dumps({"id": "x" * 201, "source": "/" * 501}).encode(), NOTHING),
        (f'{{"id": "a", "source": "{RARE * 500}"}}'.encode(), GivenIdentity(None, "a")),
    ],
)
def test_only_what_a_valid_event_could_have_is_told(value: bytes, given: GivenIdentity) -> None:
    assert given_identity(record(value, IN_JSON)) == given


@pytest.mark.parametrize(
    ("headers", "given"),
    [
        ([("ce_id", None), ("CE_ID", b"a"), ("ce_source", b"\xff")], GivenIdentity(None, "a")),
        ([("ce_id", b"a"), ("ce_id", b"b"), ("ce_source", b"/s")], GivenIdentity("/s")),
        ([("ce_specversion", b"1.0")], NOTHING),
    ],
)
def test_headers_are_read_as_leniently(
    headers: list[tuple[str, bytes | None]], given: GivenIdentity
) -> None:
    assert given_identity(record(b'{"id": "c", "source": "/c"}', headers)) == given
