"""A record beyond a limit is told which one, and a number too long for Python in our words."""

import json
from pathlib import Path

import pytest

from consumers.decoding.complaint_events import read
from consumers.decoding.envelopes import MAX_BYTES
from consumers.decoding.unreadable import Unreadable
from runtime.jobs.publish import lines_of
from runtime.problems import Problem
from schemas.intake import Record, RejectReason
from schemas.left_out import LONGEST_KEY, MOST_HEADERS, LeftOut
from tests.fakes.records import ENVELOPE, HEADERS, IN_JSON, NOW, as_json, at, data, record

LONG = "9" * 900_000
PYTHON = ("sys.", "Exceeds", "conversion", "codec", "recursion")


def refusal(sent: Record) -> Unreadable:
    with pytest.raises(Unreadable) as caught:
        read(sent, now=NOW)
    return caught.value


def cut(size: int, headers: int) -> Record:
    """Return a record that the reader of batches did not read whole."""
    left_out = LeftOut(size, "ab" * 32, headers=True, header_count=headers)
    return Record(at(0), b"k", None, (), left_out=left_out)


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        (cut(300_388, 300_000), f"300000 headers, the limit is {MOST_HEADERS}; send fewer"),
        (record(b"x", [("a", b"")] * 1001), f"1001 headers, the limit is {MOST_HEADERS};"),
        (cut(MAX_BYTES + 1, 2), f"{MAX_BYTES + 1} bytes, the limit is {MAX_BYTES}; "),
        (cut(MAX_BYTES + 1, 300_000), f"{MAX_BYTES + 1} bytes, the limit is {MAX_BYTES}; "),
        (record(b"x" * (MAX_BYTES + 1), {}), f" bytes, the limit is {MAX_BYTES}; "),
        (
            record(b"x", HEADERS, key=b"k" * (LONGEST_KEY + 1)),
            f"the key has {LONGEST_KEY + 1} bytes, the limit is {LONGEST_KEY}; ",
        ),
    ],
    ids=["headers not read", "headers", "bytes not read", "both", "bytes", "key"],
)
def test_the_limit_that_is_broken_is_named(sent: Record, told: str) -> None:
    refused = refusal(sent)

    assert refused.reason is RejectReason.TOO_LARGE
    assert told in refused.detail


@pytest.mark.parametrize("sign", ["", "-"])
def test_a_number_too_long_for_python_is_told_in_our_words(sign: str) -> None:
    body = as_json(data()).replace(
        b'"schema_version": 1', f'"schema_version": {sign}{LONG}'.encode()
    )
    whole = as_json(ENVELOPE | {"data": "DATA"}).replace(b'"DATA"', body)
    assert len(whole) > len(LONG)

    for sent in (record(body, HEADERS), record(whole, IN_JSON)):
        refused = refusal(sent)

        assert refused.reason is RejectReason.NOT_JSON
        assert refused.detail == (
            "not JSON as in RFC 8259: a number has 900000 digits, more than any field takes"
        )


@pytest.mark.parametrize(
    "value",
    [f'{{"a": {LONG}}}'.encode(), b'{"a": "\xff"}', b"[" * 100_000, b"{", b"{}}", b'{"a": 1,}'],
    ids=["number", "bytes", "depth", "short", "long", "comma"],
)
def test_publish_says_what_intake_would_say(value: bytes, tmp_path: Path) -> None:
    file = tmp_path / "events.json"
    file.write_bytes(value)

    with pytest.raises(Problem) as caught:
        lines_of(file)

    detail = refusal(record(value, IN_JSON)).detail
    assert str(caught.value) == f"{file}:1: {detail} -- one event a line, or one document"
    assert [word for word in PYTHON if word in detail] == []


def test_json_is_json_for_publish_as_before(tmp_path: Path) -> None:
    file = tmp_path / "events.json"
    file.write_text(json.dumps(ENVELOPE | {"data": data()}))

    assert [line.number for line in lines_of(file)] == [1]
