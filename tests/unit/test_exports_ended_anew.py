"""Whoever alters an export can make its last line fit; what it says must hold all the same."""

from base64 import b64encode
from dataclasses import replace

import pytest

from domain.audit.checkpoints import Checkpoint
from schemas.audit.signed_notes import sign
from tests.exports import KEY, audited, ended_anew, journal

WHOLE = journal().export()
LINES = WHOLE.splitlines(keepends=True)


def note_line(checkpoint: Checkpoint) -> bytes:
    return b"checkpoint\t" + b64encode(sign(checkpoint.text(), KEY).encode()) + b"\n"


def place_of(beginning: bytes) -> int:
    return next(place for place, line in enumerate(LINES) if line.startswith(beginning))


def first_of(lines: list[bytes]) -> str:
    report = audited(ended_anew(lines))
    assert not report.intact
    return report.findings[0].reason


def test_an_export_with_a_new_end_is_as_good_as_before() -> None:
    assert ended_anew(LINES) == WHOLE


def test_the_number_of_rows_is_told_even_where_the_digest_fits() -> None:
    end = LINES[-1].replace(b"\t14\t", b"\t15\t")

    assert (
        "15 rows were written, 14 are here"
        in audited(b"".join([*LINES[:-1], end])).findings[0].reason
    )


@pytest.mark.parametrize(
    ("head", "said"),
    [
        (b"head\ta\t5\t" + b"00" * 32, "knows nothing after row 5"),
        (b"head\ta\t7\t" + b"00" * 32, "the tail is cut"),
        (b"head\ta\t6\t" + b"00" * 32, "the head of the chain has the hash 0000"),
    ],
)
def test_a_head_that_does_not_fit_is_named(head: bytes, said: str) -> None:
    place = place_of(b"head\ta\t")

    assert said in first_of([*LINES[:place], head + b"\n", *LINES[place + 1 :]])


def test_what_stands_in_another_part_is_no_line_of_the_format() -> None:
    head = place_of(b"head")

    assert "«row» has no place here" in first_of([*LINES[:head], LINES[head], LINES[head - 1]])
    assert "«key» has no place here" in first_of([*LINES[:3], b"key\tAAAA\n", *LINES[3:]])


def test_rows_under_no_checkpoint_are_in_order_too() -> None:
    made = journal()
    made.append(102, "b")
    *lines, one, other = made.export().splitlines(keepends=True)[: -1 - len(made.heads)]

    assert "is out of order" in first_of([*lines, other, one])


def test_a_row_behind_a_checkpoint_is_of_a_later_transaction() -> None:
    made = journal()
    made.append(90, "d")
    late = f"row\t90\td\t1\t{made.rows[-1].hash.hex()}\t".encode()
    head = place_of(b"head")

    assert "it was put in later" in first_of(
        [*LINES[:head], late + (made.rows[-1].body or b"") + b"\n", *LINES[head:]]
    )


@pytest.mark.parametrize(
    ("through", "said"),
    [(99, "goes through transaction 99, a row before it is of 100"), (13, "transaction 13")],
)
def test_a_checkpoint_goes_through_all_its_rows(through: int, said: str) -> None:
    last = journal().checkpoints()[-1]
    place = len(LINES) - 1 - 4 - 2

    assert said in first_of(
        [*LINES[:place], note_line(replace(last, through=through)), *LINES[place + 1 :]]
    )


def test_a_checkpoint_does_not_go_back() -> None:
    first = journal().checkpoints()[2]
    place = place_of(b"row\t99")

    assert "goes back to transaction 13" in first_of(
        [*LINES[:place], note_line(replace(first, through=13)), *LINES[place:]]
    )
