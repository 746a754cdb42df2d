from collections.abc import Mapping
from dataclasses import replace
from hashlib import sha256

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from domain.audit.hash_chain import (
    MAX_SAFE_INTEGER,
    Break,
    NotCanonical,
    Row,
    canonical,
    first_break,
    genesis,
    link,
)

# Everything a body may hold: any text without lone surrogates, ASCII keys, safe integers.
TEXTS = st.text(st.characters(exclude_categories=["Cs"]))
KEYS = st.text(st.characters(max_codepoint=127))
LEAVES = st.none() | st.booleans() | st.integers(-MAX_SAFE_INTEGER, MAX_SAFE_INTEGER) | TEXTS
VALUES = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner) | st.dictionaries(KEYS, inner) | st.lists(inner).map(tuple),
    max_leaves=20,
)
BODIES = st.dictionaries(KEYS, VALUES)


@given(BODIES)
def test_canonical_bytes_are_those_of_the_package_rfc8785(body: Mapping[str, object]) -> None:
    assert rfc8785.dumps(dict(body)) == canonical(body)  # type: ignore[arg-type]


@given(BODIES)
def test_the_order_in_which_keys_were_put_in_does_not_matter(body: dict[str, object]) -> None:
    assert canonical(body) == canonical(dict(reversed(body.items())))


@pytest.mark.parametrize(
    ("value", "path"),
    [
        (1.0, r"\$\.k: float"),
        (float("nan"), r"\$\.k: float"),
        (MAX_SAFE_INTEGER + 1, r"\$\.k: integer"),
        (-MAX_SAFE_INTEGER - 1, r"\$\.k: integer"),
        (["ok", {"inner": "\ud800"}], r"\$\.k\[1\]\.inner: not valid Unicode"),
        ({"键": 1}, r"\$\.k: key '键'"),
        ({1: 1}, r"\$\.k: key 1"),
        (b"bytes", r"\$\.k: bytes"),
        ({1, 2}, r"\$\.k: set"),
    ],
)
def test_what_may_not_stand_in_a_body_is_refused_with_its_place(value: object, path: str) -> None:
    with pytest.raises(NotCanonical, match=path):
        canonical({"k": value})


def test_the_bytes_and_hashes_of_a_known_row_never_change() -> None:
    """Every journal ever written depends on these."""
    body = canonical({"kind": "签收", "at": "2026-11-24T08:00:00+00:00", "n": [1, True, None]})

    expected = '{"at":"2026-11-24T08:00:00+00:00","kind":"签收","n":[1,true,null]}'
    assert expected.encode() == body
    assert sha256(b"genesis:c1").digest() == genesis("c1")
    assert sha256(genesis("c1") + body).digest() == link(genesis("c1"), body)


def chain(case_id: str, length: int) -> list[Row]:
    rows, previous = [], genesis(case_id)
    for seq in range(1, length + 1):
        body = canonical({"seq": seq})
        rows.append(Row(case_id, seq, previous, link(previous, body), body))
        previous = rows[-1].hash
    return rows


A, B, C, D, E = chain("c1", 5)
FORGED = replace(C, body=b"{}", hash=link(C.previous, b"{}"))
UNCHAINED, MISMATCH = "is not chained to the row before it", "bytes do not match the stored hash"


@pytest.mark.parametrize(
    ("rows", "seq", "reason"),
    [
        ([A, B, replace(C, body=b"{}"), D, E], 3, MISMATCH),
        ([A, B, replace(C, hash=bytes(32)), D, E], 3, MISMATCH),
        ([replace(A, body=b"{}"), B], 1, MISMATCH),
        ([A, B, replace(C, previous=bytes(32)), D], 3, UNCHAINED),
        ([A, B, FORGED, D, E], 4, UNCHAINED),
        ([A, replace(C, seq=2), replace(B, seq=3), D], 2, UNCHAINED),
        ([replace(A, previous=genesis("c2"))], 1, UNCHAINED),
        (chain("c2", 2), 1, UNCHAINED),
        ([A, C, D], 2, "row 2 is missing; the next one kept is 3"),
        ([B, C], 1, "row 1 is missing; the next one kept is 2"),
        ([A, B, B, C], 3, "row 3 is missing; the next one kept is 2"),
        ([A, C, B], 2, "row 2 is missing; the next one kept is 3"),
    ],
)
def test_the_first_bad_place_is_named(rows: list[Row], seq: int, reason: str) -> None:
    assert Break("c1", seq, reason) == first_break("c1", rows)


@pytest.mark.parametrize("rows", [[], [A], [A, B, C, D, E]])
def test_a_chain_that_holds_has_no_break(rows: list[Row]) -> None:
    assert None is first_break("c1", rows)


def flip(given: bytes, bit: int) -> bytes:
    flipped = bytearray(given)
    flipped[bit // 8] ^= 1 << bit % 8
    return bytes(flipped)


@given(st.integers(1, 8), st.data())
def test_any_flipped_bit_of_any_row_is_found_there(length: int, data: st.DataObject) -> None:
    rows = chain("c1", length)
    place = data.draw(st.integers(0, length - 1))
    row = rows[place]
    bit = data.draw(st.integers(0, 8 * min(len(row.body), 32) - 1))
    rows[place] = data.draw(
        st.sampled_from(
            [
                replace(row, body=flip(row.body, bit)),
                replace(row, hash=flip(row.hash, bit)),
                replace(row, previous=flip(row.previous, bit)),
            ]
        )
    )

    found = first_break("c1", rows)

    assert found is not None
    assert place + 1 == found.seq
