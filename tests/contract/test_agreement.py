"""The contract and the decoder say the same of every event, except for what is listed here."""

import copy
import json
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from consumers.decoding.complaint_events import read
from consumers.decoding.envelopes import STRUCTURED, Unreadable
from schemas.intake import RejectReason
from tests.contract.schemas import Contract
from tests.fakes.records import NOW, record
from tools.contracts import examples
from tools.contracts.json_schema import COMPLAINT, EVENT, HEADERS

Steps = tuple[str | int, ...]
"""The way to a value in a document."""

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


def beyond_the_contract(refused: Unreadable) -> bool:
    """A schema has no clock, and no list of all characters that print. (Nor does it know which
    tenants there are; neither does the decoder, so intake itself refuses those.)
    """
    return refused.reason is RejectReason.FUTURE_DATE or "printable" in refused.detail


# --- What the contract does not promise: read all the same, because it cannot be misread.

STRIPPED = {"text", "complaint_id", "number", "issuer", "reason"}
MEDIA_TYPES = {"datacontenttype", "content-type"}


def read_all_the_same(name: str, value: object) -> bool:
    match name, value:
        case "schema_version", bool():  # Python takes true for 1
            return value
        case _, str() if name in STRIPPED:  # lengths count what is left after the strip
            return value != value.strip()
        case _, str() if name in MEDIA_TYPES:  # capitals, odd spaces, other kinds of JSON
            return True
    return False


def agree(document: Mapping[str, Any], contract: Contract, refused: Unreadable | None) -> None:
    broken = [error.absolute_path for error in contract.errors(document)]
    if not broken:
        assert refused is None or beyond_the_contract(refused), refused
    elif refused is None:
        for path in broken:
            name = str(path[-1]).removeprefix("ce_") if path else ""
            assert read_all_the_same(name, value_at(document, path)), (name, path)


def value_at(document: Any, path: Any) -> Any:
    for step in path:
        document = document[step]
    return document


# --- Small mutations of sound events.

BLANKS = st.sampled_from(["", " ", "\t", "\n", "\u3000", "\x1c", "\x85", "\ufeff", "\u200b"])
EDGES = st.sampled_from([0, 1, 5, 30, 31, 64, 65, 100, 101, 200, 201, 500, 501, 1000, 1001])
LONG = st.builds(
    lambda length, letter, ends: ends + letter * length + ends,
    EDGES | st.sampled_from([2000, 2001, 4000, 4001]),
    st.sampled_from("a7三😀"),
    BLANKS,
)
CODES = "A-1 -a GA hotline patrol critical 1.0 0.3 true +86(0573)-1"
NOT_QUITE = st.sampled_from(
    ["data:,x", "Data:", "a-1\n", "a\x00b", "a\u00adb", "0" * 64, "g" * 64, "F" * 64]
)
DECIMALS = "180 -180.0 180.000001 90. .5 1e2 1_0 NaN -0 +1 １２ 007 0.10"
MEDIA = (
    "a/b 图/片 text/xml application/json;charset=UTF-8 APPLICATION/JSON "
    "application/vnd.sanban+json application/cloudevents+json"
)
TYPES = st.sampled_from([examples.ENVELOPE["type"], examples.ENVELOPE["type"] + "\n"])
ODD_TEXTS = NOT_QUITE | TYPES | st.sampled_from([*CODES.split(), *DECIMALS.split(), *MEDIA.split()])
DAYS = (
    "2026-11-24 2026-02-29 2000-01-01 1999-12-31 2199-12-31 2200-01-01 2026-11-31 2026-13-01 "
    "20261124 0001-01-01 9999-12-31 2027-01-01"
)
HOURS = (
    "09:12:00 09:12 23:59:59 23:59:60 24:00:00 00:00:00.5 091200 09:12:00.123456789 "
    "09:12:00.1234567890 09:12:00,5"
)
INSTANT_TEXTS = st.builds(
    "{}{}{}{}".format,
    st.sampled_from(DAYS.split()),
    st.sampled_from(["T", "t", " ", "_", ""]),
    st.sampled_from(HOURS.split()),
    st.sampled_from(["Z", "z", "+08:00", "-23:59", "+24:00", "+0800", "+08", "", "-00:00", " Z"]),
)
NUMBERS = (
    st.integers(-181, 181)
    | st.floats(-181, 181)
    | st.sampled_from([1.0, 10**400, -180, 180.0, 1e-300, -0.0])
)
VALUES: st.SearchStrategy[Any] = (
    st.none()
    | st.booleans()
    | NUMBERS
    | LONG
    | ODD_TEXTS
    | INSTANT_TEXTS
    | st.text(st.characters(exclude_categories=["Cs"]), max_size=4)
    | st.sampled_from([[], {}, [None], [{}], {"a": 1}, [examples.ROUTED["attachments"][0]] * 21])
)


def ways(document: Any, so_far: Steps = ()) -> Iterator[Steps]:
    """To every value inside, and beside each object's members to one that is not there yet."""
    if isinstance(document, dict):
        for name, value in document.items():
            yield (*so_far, name)
            yield from ways(value, (*so_far, name))
        yield (*so_far, "txet")
    if isinstance(document, list):
        for place, value in enumerate(document):
            yield (*so_far, place)
            yield from ways(value, (*so_far, place))


REMOVED = object()


def mutated(document: Any, steps: Steps, value: Any) -> Any:
    changed = copy.deepcopy(document)
    parent = value_at(changed, steps[:-1])
    if value is REMOVED:
        parent.pop(*steps[-1:]) if steps[-1] != "txet" else None
    else:
        parent[steps[-1]] = copy.deepcopy(value)
    return changed


@st.composite
def events(draw: st.DrawFn) -> dict[str, Any]:
    event: dict[str, Any] = draw(st.sampled_from(EVENTS))
    for _ in range(draw(st.integers(1, 2))):
        steps = draw(st.sampled_from(list(ways(event))))
        event = mutated(event, steps, draw(st.just(REMOVED) | VALUES))
    return event


@given(events())
def test_contract_and_decoder_agree_on_every_event(event: dict[str, Any]) -> None:
    agree(event, Contract(EVENT), refusal(event))


@pytest.mark.parametrize("steps", list(ways(FULL)), ids=lambda steps: "/".join(map(str, steps)))
@pytest.mark.parametrize("value", [REMOVED, None, "", " ", 0, True, [], {}], ids=repr)
def test_contract_and_decoder_agree_on_each_field(steps: Steps, value: object) -> None:
    event = mutated(FULL, steps, value)

    agree(event, Contract(EVENT), refusal(event))


@st.composite
def headers(draw: st.DrawFn) -> dict[str, str]:
    sound = examples.HEADERS | {"ce_subject": "a", "ce_dataschema": "b"}
    name = draw(st.sampled_from([*sound, "x"]))
    value = draw(st.just(None) | LONG | ODD_TEXTS | INSTANT_TEXTS)
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
        sound() | {"id": "a\u2028b"},
        sound(text="\ud800"),
    ],
    ids=["reported in the future", "a line separator in the id", "half of a surrogate pair"],
)
def test_what_a_schema_cannot_say_is_refused_all_the_same(event: dict[str, Any]) -> None:
    assert Contract(EVENT).errors(event) == []
    assert refusal(event) is not None


@pytest.mark.parametrize(
    "changes",
    [
        {"schema_version": True},
        {"text": "x" * 4000 + " "},
    ],
    ids=lambda changes: next(iter(changes)),
)
def test_what_the_contract_does_not_promise_is_read_all_the_same(changes: dict[str, Any]) -> None:
    assert Contract(COMPLAINT).errors(examples.MINIMAL | changes)
    assert refusal(sound(**changes)) is None


def test_a_text_of_white_space_alone_says_nothing() -> None:
    for blank in (" ", "\u3000\n", "\x85"):
        refused = refusal(sound(text=blank))

        assert refused is not None
        assert refused.reason is RejectReason.SCHEMA_VIOLATION
        assert Contract(COMPLAINT).errors(examples.MINIMAL | {"text": blank})
