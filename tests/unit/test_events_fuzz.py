"""The decoder raises Unreadable and nothing else, and what it reads becomes a complaint.

Arbitrary bytes hardly ever get past the first check, so most examples are a sound event with
something broken in it.
"""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from consumers.decoding.complaint_events import read
from consumers.decoding.unreadable import Unreadable
from schemas.events.complaint import ComplaintFiled
from tests.fakes.records import ENVELOPE, HEADERS, IN_JSON, NOW, as_json, data, record

ANYTHING = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.datetimes().map(lambda at: f"{at.isoformat()}+14:00")
    | st.sampled_from(["\ud800", "\x00", "1e-999999999999999999", "NaN", "1e400", "9" * 400]),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)
FIELDS = st.sampled_from(
    [
        "schema_version",
        "tenant",
        "complaint_id",
        "reported_at",
        "text",
        "category",
        "place",
        "superior",
        "attachments",
        "other",
    ]
)
PLACES = st.fixed_dictionaries({}, optional={"longitude": ANYTHING, "latitude": ANYTHING})
SUPERIORS = st.fixed_dictionaries(
    {"number": st.just("1"), "issuer": st.just("c")}, optional={"due_at": ANYTHING}
)
BROKEN = st.builds(
    lambda changes, place, superior: data(place=place, superior=superior) | changes,
    st.dictionaries(FIELDS, ANYTHING, max_size=2),
    st.none() | PLACES,
    st.none() | SUPERIORS,
)
HEADER_NAMES = st.sampled_from([*HEADERS, "ce_time", "ce_datacontenttype", "x"])
HEADER_LISTS = st.lists(st.tuples(HEADER_NAMES, st.none() | st.binary() | st.just(b"1.0"))).map(
    lambda extra: (*HEADERS.items(), *extra)
)


def reads_or_refuses(value: bytes | None, headers: tuple[tuple[str, bytes | None], ...]) -> None:
    try:
        seen = read(record(value, list(headers)), now=NOW)
    except Unreadable:
        return
    assert isinstance(seen.said, ComplaintFiled)
    seen.said.to_domain(seen.source, seen.event_id)
    assert seen.said.reported_at.astimezone(UTC) < datetime(2200, 1, 2, tzinfo=UTC)


@given(st.none() | st.binary(), HEADER_LISTS)
def test_no_bytes_and_no_headers_break_the_decoder(
    value: bytes | None, headers: tuple[tuple[str, bytes | None], ...]
) -> None:
    reads_or_refuses(value, headers)


@given(BROKEN)
def test_no_content_breaks_the_decoder(body: dict[str, object]) -> None:
    reads_or_refuses(as_json(body), tuple(HEADERS.items()))


@given(BROKEN, st.dictionaries(st.sampled_from([*ENVELOPE, "time", "subject", "x"]), ANYTHING))
def test_no_envelope_breaks_the_decoder(
    body: dict[str, object], changes: dict[str, object]
) -> None:
    reads_or_refuses(as_json(ENVELOPE | {"data": body} | changes), tuple(IN_JSON.items()))


@given(st.integers(0, 3000), st.binary(max_size=8))
def test_no_broken_spot_breaks_the_decoder(place: int, bite: bytes) -> None:
    whole = as_json(data(reporter={"name": "张三"}, place={"longitude": 120.5, "latitude": 1}))
    place %= len(whole)

    reads_or_refuses(whole[:place] + bite + whole[place + len(bite) :], tuple(HEADERS.items()))
