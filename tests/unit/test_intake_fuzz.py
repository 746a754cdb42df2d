"""Whatever lies in a record, intake gives it exactly one named outcome, and keeps what is of no
use byte for byte.
"""

import asyncio

from hypothesis import given
from hypothesis import strategies as st

from consumers.outcomes.reject_rate_breaker import RejectRateBreaker
from schemas.intake import DueRecord, Outcome, Record
from tests.fakes.commands import Office
from tests.fakes.intake import Town
from tests.fakes.records import HEADERS, IN_JSON, as_json, record
from tests.unit.test_events_fuzz import ANYTHING, BROKEN, HEADER_LISTS
from tools.contracts import examples

Drawn = tuple[bytes | None, tuple[tuple[str, bytes | None], ...], bytes | None]
"""Value, headers and key of a record."""

LATER = st.sampled_from(list(examples.LATER.values()))
NAMES = st.sampled_from(
    ["schema_version", "tenant", "complaint_id", "text", "reason", "satisfaction", "solved", "x"]
)
LATER_BROKEN = st.builds(
    lambda event, changes: event | {"data": event["data"] | changes},
    LATER,
    st.dictionaries(NAMES, ANYTHING, max_size=2),
)
COMMANDS = st.builds(
    lambda event, changes: event | {"data": event["data"] | changes},
    st.sampled_from(list(examples.COMMAND_EVENTS.values())),
    st.dictionaries(st.sampled_from(["tenant", "case", "actor", "act", "x"]), ANYTHING, max_size=2),
)
BODIES = (
    st.none()
    | st.binary()
    | BROKEN.map(as_json)
    | (LATER_BROKEN | COMMANDS).map(as_json)
    | st.tuples(LATER_BROKEN.map(as_json), st.integers(0, 400)).map(lambda cut: cut[0][: cut[1]])
)
KEYS = st.none() | st.binary(max_size=3) | st.just(examples.CASE["case"].encode())
RECORDS = st.builds(
    lambda value, headers, key: (value, headers, key),
    BODIES,
    st.just(tuple(HEADERS.items())) | st.just(tuple(IN_JSON.items())) | HEADER_LISTS,
    KEYS,
)


def chunk_of(drawn: list[Drawn]) -> list[Record]:
    return [
        record(value, list(headers), offset=offset, key=key)
        for offset, (value, headers, key) in enumerate(drawn)
    ]


@given(st.lists(RECORDS, min_size=1, max_size=4))
def test_every_record_on_the_topic_of_complaints_has_one_outcome(drawn: list[Drawn]) -> None:
    chunk, town = chunk_of(drawn), Town()
    intake = town.intake(RejectRateBreaker(1))

    first = asyncio.run(intake.handle(chunk))
    again = asyncio.run(intake.handle(chunk))

    assert all(isinstance(each, Outcome) for each in first)
    assert set(town.ledger.settled) == {each.position for each in chunk}
    assert len(town.receipts.told) == len(chunk)
    kept = {each.position: each for each, _, _ in town.dead_letters.kept}
    for sent, one, two in zip(chunk, first, again, strict=True):
        assert one == two
        assert (sent.position in kept) == (one in (Outcome.REJECTED, Outcome.CONFLICT))
        assert kept.get(sent.position, sent) == sent


@given(st.lists(RECORDS, min_size=1, max_size=4))
def test_every_record_on_the_topic_of_commands_has_one_outcome(drawn: list[Drawn]) -> None:
    chunk, office = chunk_of(drawn), Office()
    intake = office.intake(RejectRateBreaker(1))

    asyncio.run(intake.handle(chunk))
    parked = office.ledger.parked()
    asyncio.run(intake.take_up([DueRecord(each, expired=True) for each in parked]))

    assert set(office.ledger.settled) == {each.position for each in chunk}
    ended = {each.position: each.outcome for each in office.ledger.settled.values()}
    assert Outcome.PARKED not in ended.values()
    dead = {each.position for each, _, _ in office.dead_letters.kept}
    assert dead == {p for p, each in ended.items() if each in (Outcome.REJECTED, Outcome.CONFLICT)}
