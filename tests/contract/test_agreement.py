"""The contract and the decoder say the same of every event, except for what is listed here."""

import json
import re
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from consumers.decoding.complaint_events import read
from consumers.decoding.envelopes import STRUCTURED
from consumers.decoding.unreadable import Unreadable
from schemas.intake import RejectReason
from tests.contract.schemas import Contract
from tests.contract.values import (
    INSTANT_TEXTS,
    LONG,
    MEDIA_TYPES,
    ODD_TEXTS,
    REMOVED,
    Steps,
    around,
    look_alikes,
    mutated,
    value_at,
    ways,
)
from tests.fakes.records import NOW, record
from tools.contracts import examples
from tools.contracts.json_schema import COMPLAINT, EVENT, HEADERS

FULL = examples.EVENTS["routed"] | {
    "data": examples.ROUTED
    | {name: examples.ORDERED[name] for name in ("superior",)}
    | {"settled": examples.SETTLED["settled"]}
    | {"suspended": {"reason": "Frost.", "until": "2027-03-01T09:00:00+08:00"}}
}
EVENTS = [FULL, *examples.EVENTS.values()]


def refusal(event: Mapping[str, Any]) -> Unreadable | None:
    """What the decoder has against an event in structured mode."""
    value = json.dumps(event).encode()
    return _refusal(value, {"content-type": STRUCTURED.encode()})


def _refusal(value: bytes, headers: Mapping[str, bytes]) -> Unreadable | None:
    try:
        read(record(value, dict(headers)), now=NOW)
    except Unreadable as error:
        return error
    return None


# --- What the contract cannot say: allowed by the schema, refused by the decoder.

BEYOND = (
    "lies in the future",  # a schema has no clock
    "is more than two years back",
    "is more than ten years ahead",
    "bytes in UTF-8",  # it counts characters
    "half of a surrogate pair",  # and knows texts only
    ": differs from ",  # it compares no two values
)


def beyond_the_contract(refused: Unreadable) -> bool:
    """Return whether no schema could say so. (Nor does it know which tenants there are.)"""
    return any(words in refused.detail for words in BEYOND)


PYTHON = re.compile(
    r"\b(str|int|float|bool|dict|tuple|dictionary|Decimal|datetime|NoneType|None|regex|regular"
    r"|instance|Input|String|class|pattern)\b|<|\^|\\\[0|Expected|Value error"
)
"""Words of Python and of pydantic, which no publisher can do anything with."""


def agree(document: Mapping[str, Any], contract: Contract, refused: Unreadable | None) -> None:
    broken = contract.errors(document)
    if broken:
        assert refused is not None, broken
    else:
        assert refused is None or beyond_the_contract(refused), refused
    if refused is not None:
        assert PYTHON.search(refused.detail) is None, refused.detail


# --- Small mutations of sound events.


@st.composite
def events(draw: st.DrawFn) -> dict[str, Any]:
    event: dict[str, Any] = draw(st.sampled_from(EVENTS))
    for _ in range(draw(st.integers(1, 2))):
        steps = draw(st.sampled_from(list(ways(event))))
        event = mutated(event, steps, draw(st.just(REMOVED) | around(event, steps)))
    return event


@given(events())
def test_contract_and_decoder_agree_on_every_event(event: dict[str, Any]) -> None:
    agree(event, Contract(EVENT), refusal(event))


@pytest.mark.parametrize("steps", list(ways(FULL)), ids=lambda steps: "/".join(map(str, steps)))
@pytest.mark.parametrize("value", [REMOVED, None, "", " ", 0, True, [], {}], ids=repr)
def test_contract_and_decoder_agree_on_each_field(steps: Steps, value: object) -> None:
    event = mutated(FULL, steps, value)

    agree(event, Contract(EVENT), refusal(event))


@pytest.mark.parametrize("steps", list(ways(FULL)), ids=lambda steps: "/".join(map(str, steps)))
def test_contract_and_decoder_agree_on_every_spelling_in_each_field(steps: Steps) -> None:
    for value in look_alikes(value_at(FULL, steps)):
        event = mutated(FULL, steps, value)
        agree(event, Contract(EVENT), refusal(event))


@st.composite
def headers(draw: st.DrawFn) -> dict[str, str]:
    sound = examples.HEADERS | {"ce_subject": "a", "ce_dataschema": "b"}
    name = draw(st.sampled_from([*sound, "x", "ce_datacontenttype", "ce_partitionkey"]))
    media = "content" in name
    value = draw(st.just(None) | (MEDIA_TYPES if media else LONG | ODD_TEXTS | INSTANT_TEXTS))
    changed = sound | {name: value}
    return {name: value for name, value in changed.items() if value is not None}


@given(headers())
@example(examples.HEADERS | {"content-type": "application/cloudevents+json"})
def test_contract_and_decoder_agree_on_the_headers_of_binary_mode(sent: dict[str, str]) -> None:
    value = json.dumps(examples.MINIMAL).encode()
    refused = _refusal(value, {name: content.encode() for name, content in sent.items()})

    agree(sent, Contract(HEADERS), refused)


# --- The lists above are as long as they must be: one example each.


def sound(**changes: object) -> dict[str, Any]:
    event: dict[str, Any] = examples.EVENTS["routed"]
    return event | {"data": examples.ROUTED | changes}


@pytest.mark.parametrize(
    "event",
    [
        sound(reported_at="2026-12-24T09:12:00Z"),
        sound(reported_at="2016-12-24T09:12:00Z"),
        sound() | {"source": "\U0001f701" * 500},
        sound(text="\ud800"),
    ],
    ids=[
        "reported in the future",
        "reported ten years ago",
        "a source of too many bytes",
        "half of a surrogate pair",
    ],
)
def test_what_a_schema_cannot_say_is_refused_all_the_same(event: dict[str, Any]) -> None:
    assert Contract(EVENT).errors(event) == []
    assert refusal(event) is not None


@pytest.mark.parametrize(
    "changes",
    [
        {"schema_version": True},
        {"schema_version": "1"},
        {"reported_at": "1795828320"},
        {"reported_at": "2026-11-24 09:12:00Z"},
        {"place": {"longitude": "1.2075E2", "latitude": 1}},
        {"place": {"longitude": "1_20.75", "latitude": 1}},
        {"place": {"longitude": 120.75}},
        {"place": {"latitude": 30.75, "longitude": None}},
        {"text": "x" * 4000 + " "},
        {"complaint_id": None},
        {"colour": None},
        {"attachments": [None]},
    ],
    ids=str,
)
def test_what_the_contract_does_not_promise_is_refused(changes: dict[str, Any]) -> None:
    assert Contract(COMPLAINT).errors(examples.MINIMAL | changes)
    assert refusal(sound(**changes)) is not None


@pytest.mark.parametrize(
    "changes",
    [
        {"schema_version": 1.0},
        {"reported_at": "2026-11-24t09:12:00.1234567890z"},
        {"place": {"longitude": "120.75", "latitude": 3.075e1}},
        {"place": {"longitude": None, "latitude": None, "address": None}},
        {"place": None, "reporter": None, "attachments": None, "category": None},
        {"reporter": {"name": None, "phone": None, "confidential": None, "reply_wanted": None}},
        {"superior": {"number": "1", "issuer": "c", "due_at": None, "supervised": None}},
    ],
    ids=str,
)
def test_what_the_contract_promises_is_read(changes: dict[str, Any]) -> None:
    assert Contract(COMPLAINT).errors(examples.MINIMAL | changes) == []
    assert refusal(sound(**changes)) is None


def test_a_text_of_white_space_alone_says_nothing() -> None:
    for blank in (" ", "\u3000\n", "\x85"):
        refused = refusal(sound(text=blank))

        assert refused is not None
        assert refused.reason is RejectReason.SCHEMA_VIOLATION
        assert Contract(COMPLAINT).errors(examples.MINIMAL | {"text": blank})


@pytest.mark.parametrize("unseen", ["\u3164", "\u2800", "\u115f", "\ufe0f", "\U000e0100", "\u034f"])
@pytest.mark.parametrize("name", ["id", "source"])
def test_an_identity_has_no_character_that_shows_nothing(name: str, unseen: str) -> None:
    for said in (unseen, f"a{unseen}b"):
        event = FULL | {name: said}
        agree(event, Contract(EVENT), refusal(event))
        assert refusal(event) is not None


@pytest.mark.parametrize("name", ["ce_id", "ce_source", "ce_type", "ce_specversion"])
def test_an_obligatory_header_has_small_letters(name: str) -> None:
    sound = dict(examples.HEADERS)
    sent = {each: said for each, said in sound.items() if each != name} | {
        name.upper(): sound[name]
    }
    value = json.dumps(examples.EVENTS["routed"]["data"]).encode()

    refused = _refusal(value, {each: said.encode() for each, said in sent.items()})

    agree(sent, Contract(HEADERS), refused)
    assert refused is not None
    assert refused.detail == (
        f"header {name}: its name has capitals; write {name}, in small letters"
    )
