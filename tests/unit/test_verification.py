"""What an audit of an export finds of a journal that was altered in the database before."""

import pytest

from domain.audit.hash_chain import link
from runtime.jobs.verify_export import keys_of
from schemas.audit.exports import Between, Consistency, OneChain, OneRow
from schemas.audit.findings import VerificationFinding, VerificationReport
from schemas.audit.signed_notes import PublicKey
from tests.exports import (
    KEY,
    NEW_KEY,
    Journal,
    at,
    audited,
    body_of,
    elsewhere,
    journal,
)


def places(report: VerificationReport) -> list[tuple[str | None, int | None]]:
    return [(each.chain, each.seq) for each in report.findings]


def only(report: VerificationReport) -> VerificationFinding:
    (found,) = report.findings
    assert report.bad == 1
    return found


@pytest.fixture
def made() -> Journal:
    return journal()


# --- Nothing was altered.


def test_a_journal_that_nobody_altered_is_proved(made: Journal) -> None:
    report = audited(made.export(), elsewhere(made))

    assert report.intact
    assert report.rows == 14
    assert report.chains == 4
    assert report.size == 14
    assert report.checkpoints == 5
    assert report.agreeing == 5
    assert report.covered == 13
    assert made.checkpoints()[-1] == report.newest


def test_one_case_is_proved_without_the_rows_of_the_others(made: Journal) -> None:
    export = made.export(OneChain("c"))
    report = audited(export, elsewhere(made))

    assert report.intact
    assert report.rows == 2
    assert report.chains == 1
    assert report.size == 14
    assert report.covered == 1
    assert b"\tb\t" not in export
    # The first that has a row, and the newest; one kept elsewhere is of a size that is skipped.
    assert report.checkpoints == 2
    assert report.agreeing == 4
    assert report.passed_by == 1


def test_a_period_is_proved_from_the_middle_of_its_chains_on(made: Journal) -> None:
    export = made.export(Between(at(13), at(100)), after=5)
    report = audited(export)

    assert report.intact
    assert report.rows == 5
    assert report.chains == 3
    assert report.size == 14


def test_one_row_is_proved_by_few_hashes(made: Journal) -> None:
    made.append(300, "z", 500)
    made.take(300)
    export = made.export(OneRow("z", 250))
    report = audited(export)

    assert report.intact
    assert report.rows == 1
    assert report.checkpoints == 1
    assert report.size == 514
    assert report.covered == 1
    assert export.count(b"\n") < 4 + 1 + 2 * 9


def test_two_checkpoints_are_proved_consistent_without_any_row(made: Journal) -> None:
    good = audited(made.export(Consistency(5, 10)), elsewhere(made))
    made.alter("b", 1, hash=bytes(32))
    forged = audited(made.export(Consistency(5, 10)))
    alone = audited(journal().export(Consistency(8, 9)))

    assert good.intact
    assert good.rows == 0
    assert good.size == 14
    assert "between the first row" in only(forged).reason
    assert "not both here" in only(alone).reason


def test_a_part_in_which_nothing_happened_is_proved(made: Journal) -> None:
    report = audited(made.export(Between(at(50), at(60))), elsewhere(made))

    assert report.intact
    assert report.rows == 0
    assert report.checkpoints == 1


def test_who_knows_either_key_can_audit_over_a_change_of_keys(made: Journal) -> None:
    made.change_key(NEW_KEY)
    made.append(102, "c")
    made.take(102)

    by_the_old = audited(made.export(), elsewhere(made), [KEY.public])
    by_the_new = audited(made.export(), elsewhere(made), [NEW_KEY.public])

    assert by_the_old.intact
    assert by_the_new.intact
    assert 6 == by_the_old.checkpoints
    assert 6 == by_the_new.checkpoints


def test_rows_without_any_checkpoint_are_not_called_proved() -> None:
    made = Journal()
    made.append(1, "a")

    assert "nothing proves that none is missing" in only(audited(made.export())).reason


# --- One row was altered: it is named.


@pytest.mark.parametrize(("chain", "seq"), [("a", 1), ("b", 3), ("b", 5), ("c", 2)])
@pytest.mark.parametrize("bit", [0, 77, 200])
def test_one_bit_edited_names_the_row_and_no_other(
    made: Journal, chain: str, seq: int, bit: int
) -> None:
    body = bytearray(made.row(chain, seq).body or b"")
    body[bit // 8] ^= 1 << bit % 8
    made.alter(chain, seq, body=bytes(body))

    assert places(audited(made.export(), elsewhere(made))) == [(chain, seq)]


def test_a_hash_that_was_edited_names_the_row(made: Journal) -> None:
    made.alter("b", 3, hash=bytes(32))

    assert places(audited(made.export()))[0] == ("b", 3)


def test_a_row_written_anew_is_found_where_the_next_is_chained(made: Journal) -> None:
    body = body_of("b", 3, text="nothing")
    made.alter("b", 3, body=body, hash=link(made.row("b", 3).previous, body))

    anew, behind = audited(made.export()).findings

    assert anew.chain == "b"
    assert anew.seq == 4
    assert "or the row before was changed" in anew.reason
    assert "between the checkpoint of 5 rows" in behind.reason


@pytest.mark.parametrize(("chain", "seq"), [("a", 1), ("a", 4), ("b", 2), ("b", 4)])
def test_a_deleted_row_is_named(made: Journal, chain: str, seq: int) -> None:
    made.remove(chain, seq)

    report = audited(made.export())

    assert (chain, seq) in places(report)
    assert {("a", 4): "between the checkpoint of 8 rows"}.get((chain, seq), "between ") in " ".join(
        map(str, report.findings)
    )


def test_two_swapped_rows_are_named_at_the_first(made: Journal) -> None:
    one, other = made.row("a", 2), made.row("a", 3)
    made.alter("a", 2, body=other.body, hash=other.hash, previous=other.previous)
    made.alter("a", 3, body=one.body, hash=one.hash, previous=one.previous)

    assert places(audited(made.export()))[0] == ("a", 2)


def test_two_rows_swapped_with_all_hashes_made_anew_still_say_which_they_are(made: Journal) -> None:
    one, other = made.row("a", 2), made.row("a", 3)
    made.alter("a", 2, body=other.body)
    made.alter("a", 3, body=one.body)
    made.rechain("a")

    found = audited(made.export()).findings[0]

    assert found.chain == "a"
    assert found.seq == 2
    assert found.reason == "says that it is row 3 of 'a'"


def test_a_row_put_in_later_is_named_by_its_checkpoint(made: Journal) -> None:
    made.append(14, "d")

    assert "1 row is too many" in audited(made.export()).findings[0].reason


def test_a_row_moved_to_another_transaction_is_found(made: Journal) -> None:
    made.alter("b", 5, xid=13)

    assert "between the checkpoint of 5 rows" in audited(made.export()).findings[0].reason


@pytest.mark.parametrize(
    "body",
    [
        b'{"case":"a","case":"a","seq":1}',
        b'{"case": "a","seq":1}',
        b'{"case":"\\u0061","seq":1}',
        b'{"case":"a","seq":1.0}',
        b'{"case":"a","seq":NaN}',
        b'{"case":"b","seq":1}',
        b'{"case":"a","seq":2}',
        b'["a",1]',
        b"[" * 100_000,
        b"\xff",
        b"",
    ],
)
def test_a_row_that_does_not_say_plainly_which_it_is_is_named(body: bytes) -> None:
    made = Journal()
    made.append(1, "a")
    made.alter("a", 1, body=body)
    made.rechain("a")
    made.take(1)

    assert only(audited(made.export())).chain == "a"
    assert only(audited(made.export())).seq == 1


def test_a_key_whose_text_is_longer_than_a_name_of_a_file_is_read() -> None:
    key = PublicKey("k" * 255, KEY.public.raw)

    assert keys_of([str(key)]) == [key]
