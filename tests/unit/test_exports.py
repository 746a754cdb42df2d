"""The file of an export: what is altered in it after it was written is found, whatever it is."""

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from schemas.audit.exports import (
    Between,
    Consistency,
    Everything,
    Header,
    NotAnExport,
    OneChain,
    OneRow,
    Scope,
    header_line,
    header_of,
)
from schemas.audit.findings import LISTED
from tests.exports import Journal, at, audited, elsewhere, journal

WHOLE = journal().export()
PART = journal().export(OneChain("a"))
LINES = WHOLE.splitlines(keepends=True)
OUTSIDE = elsewhere(journal())


def line_of(export: bytes, place: int) -> int:
    return export.count(b"\n", 0, place) + 1


@pytest.mark.parametrize(
    "scope",
    [
        Everything(),
        OneChain("操作/a"),
        OneRow("a", 7),
        Between(at(0), at(9)),
        Consistency(3, 10**15),
    ],
)
def test_the_first_line_says_what_was_asked_for(scope: Scope) -> None:
    header = Header(scope, at(5))

    assert header == header_of(header_line(header).encode())


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (b"", "no export"),
        (b"\xff\xfe", "no export"),
        (b"sanban-export", "no export"),
        (b"PK\x03\x04\t1", "no export"),
        (b"sanban-export\t2\t2026-11-24T08:00:00Z\teverything", "this release reads 1"),
        (b"sanban-export\t1\t2026-11-24T08:00:00Z\tsomething", "what was exported"),
        (b"sanban-export\t1\t2026-11-24T08:00:00Z\tchain", "what was exported"),
        (b"sanban-export\t1", "what was exported"),
        (b"sanban-export\t1\t2026-11-24T08:00:00Z\trow\ta\t01", "no number"),
        (b"sanban-export\t1\tyesterday\teverything", "no instant"),
        (b"sanban-export\t1\t2026-11-24T08:00:00\teverything", "no instant in UTC"),
        (b"sanban-export\t1\t2026-11-24T08:00:00+00:00\teverything", "no instant in UTC"),
    ],
)
def test_what_is_no_export_is_told_from_one_that_is_damaged(line: bytes, said: str) -> None:
    with pytest.raises(NotAnExport, match=said):
        audited(line + b"\n")


@pytest.mark.parametrize("export", [WHOLE, PART])
@given(data=st.data())
def test_any_bit_that_is_flipped_is_found_in_its_line_or_as_what_the_line_breaks(
    export: bytes, data: st.DataObject
) -> None:
    first = export.index(b"\n") + 1
    place = data.draw(st.integers(first, len(export) - 1))
    flipped = bytearray(export)
    flipped[place] ^= 1 << data.draw(st.integers(0, 7))

    report = audited(bytes(flipped))

    assert not report.intact
    line = line_of(export, place)
    assert report.findings[0].line >= line or report.findings[0].line == 0
    if export[:place].rpartition(b"\n")[2].count(b"\t") >= 4:  # in the hash or body of a row
        assert report.findings[0].line == line


@given(st.integers(1, len(LINES) - 1))
def test_a_line_taken_out_is_found(number: int) -> None:
    assert not audited(b"".join(LINES[:number] + LINES[number + 1 :])).intact


@given(st.integers(1, len(LINES) - 1))
def test_a_line_given_twice_is_found(number: int) -> None:
    report = audited(b"".join(LINES[: number + 1] + LINES[number:]))

    assert not report.intact
    if LINES[number].startswith(b"row"):
        assert report.findings[0].line == number + 2


@given(st.integers(1, len(LINES) - 1), st.integers(1, len(LINES) - 1))
def test_two_lines_swapped_are_found(one: int, other: int) -> None:
    lines = list(LINES)
    lines[one], lines[other] = lines[other], lines[one]

    assert audited(b"".join(lines)).intact == (lines == LINES)


@given(st.integers(len(LINES[0]), len(WHOLE) - 1))
@example(len(WHOLE) - 1)
def test_an_export_that_breaks_off_is_found(place: int) -> None:
    report = audited(WHOLE[:place])

    assert "the export breaks off here" in " ".join(each.reason for each in report.findings)


@given(
    st.integers(1, len(LINES) - 1), st.binary(max_size=90).filter(lambda line: b"\n" not in line)
)
@example(1, b"from\ta\t1\t" + b"00" * 32)
@example(1, b"skip\t0\t" + b"00" * 32)
@example(1, b"skip\t63\t" + b"00" * 32)
@example(3, b"skip\t62\t" + b"00" * 32)
@example(1, b"skip\t99999999999999999999\t" + b"00" * 32)
@example(1, b"row\t1\ta\t1\t" + b"00" * 32 + b"\t{}")
@example(1, b"row\t1\ta\t1\t00\t{}")
@example(1, b"row\t1\ta\tone\t" + b"00" * 32 + b"\t{}")
@example(1, b"head\ta\t1\t00")
@example(1, b"key\t")
@example(1, b"key\t????")
@example(4, b"checkpoint\tAAAA")
@example(4, b"checkpoint\t\xff")
@example(len(LINES) - 1, b"head\tnobody\t1\t" + b"00" * 32)
def test_any_line_put_in_is_found(number: int, line: bytes) -> None:
    report = audited(b"".join([*LINES[:number], line + b"\n", *LINES[number:]]), OUTSIDE)

    assert not report.intact
    assert report.findings[0].line in {0, *range(number + 1, len(LINES) + 2)}


# --- A part shows what was asked for.


def test_a_part_shows_no_row_of_another_case() -> None:
    export = re.sub(rb"\tchain\ta\n", b"\tchain\tb\n", PART, count=1)

    assert "only rows of b were asked for" in audited(export).findings[0].reason


def test_a_proof_shows_no_other_row() -> None:
    row = journal().export(OneRow("a", 2)).replace(b"\trow\ta\t2\n", b"\trow\ta\t3\n", 1)
    none = re.sub(rb"\tchain\ta\n", b"\tcheckpoints\t5\t8\n", PART, count=1)

    assert "only row 3 of a was asked for" in audited(row).findings[0].reason
    assert "no row was asked for" in audited(none).findings[0].reason


def test_a_part_shows_no_row_of_another_time() -> None:
    export = (
        journal()
        .export(Between(at(13), at(100)))
        .replace(at(100).isoformat()[:16].encode(), b"2026-11-24T09:30", 1)
    )

    assert "is not in the period" in audited(export).findings[0].reason


def test_very_many_bad_places_are_counted_and_the_first_are_named() -> None:
    made = Journal()
    made.append(1, "a", 3 * LISTED)
    made.take(1)
    for row in list(made.rows):
        made.alter("a", row.seq, body=b"{}")

    report = audited(made.export())

    assert report.bad == 3 * LISTED
    assert len(report.findings) == LISTED


plain = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text("abcdefXYZ_-0123 ", max_size=9), inner, max_size=4)
    ),
    max_leaves=20,
)


@given(plain)
def test_whatever_the_journal_may_say_is_spelt_as_it_should_be(said: object) -> None:
    made = Journal()
    made.append(1, "a", 1, said=said)
    made.take(1)

    assert audited(made.export()).intact


@pytest.mark.parametrize("at_a_time", [1, 2, 5, 1000])
def test_it_is_the_same_however_the_lines_come(at_a_time: int) -> None:
    assert audited(WHOLE, OUTSIDE, at_a_time=at_a_time) == audited(WHOLE, OUTSIDE)
