"""What an audit of an export finds where rows were removed, or checkpoints forged."""

from dataclasses import replace

import pytest

from schemas.audit.findings import VerificationFinding, VerificationReport
from schemas.audit.signed_notes import sign, text_of
from tests.exports import KEY, THIEF, Journal, audited, body_of, elsewhere, journal


def places(report: VerificationReport) -> list[tuple[str | None, int | None]]:
    return [(each.chain, each.seq) for each in report.findings]


def only(report: VerificationReport) -> VerificationFinding:
    (found,) = report.findings
    assert report.bad == 1
    return found


@pytest.fixture
def made() -> Journal:
    return journal()


# --- Rows were taken away with all that remembers them.


@pytest.mark.parametrize("kept", [0, 1, 4])
def test_a_cut_tail_is_named_by_its_head(made: Journal, kept: int) -> None:
    made.remove("b", *range(kept + 1, 6))

    report = audited(made.export())

    assert ("b", kept + 1) in places(report)
    assert "the tail is cut" in report.findings[-1].reason


@pytest.mark.parametrize(
    ("chain", "found"),
    [
        ("b", "between the first row and the checkpoint of 5 rows"),
        ("operations/town", "between the checkpoint of 5 rows"),
        ("c", "between the checkpoint of 8 rows"),
    ],
)
def test_a_whole_case_removed_with_its_head_is_named_by_the_checkpoints(
    made: Journal, chain: str, found: str
) -> None:
    missing = {"b": 2}.get(chain, 1)
    made.remove(chain, *range(1, 9))
    del made.heads[chain]

    reason = only(audited(made.export())).reason

    assert found in reason
    assert f"{missing} row" in reason


def test_a_whole_case_removed_is_named_by_its_head(made: Journal) -> None:
    made.remove("c", 1, 2)

    assert places(audited(made.export()))[-1] == ("c", 1)


def test_a_head_removed_is_named(made: Journal) -> None:
    del made.heads["b"]

    export = made.export()

    assert only(audited(export)) == VerificationFinding(
        export.count(b"\n"), "the chain has rows here and no head", "b", 1
    )


# --- Checkpoints were forged.


def test_a_checkpoint_of_another_key_is_named(made: Journal) -> None:
    made.remove("c", 1)
    made.rechain("c")
    made.sign_anew(THIEF)

    report = audited(made.export())

    assert "signed by no known key" in report.findings[0].reason
    assert report.newest is None


def test_a_thief_who_changes_the_key_without_the_old_one_is_named(made: Journal) -> None:
    made.change_key(THIEF)
    made.changes = [sign(text_of(made.changes[0]), THIEF)]
    made.take(101)

    assert "signed by no known key" in only(audited(made.export())).reason


def test_a_checkpoint_edited_after_it_was_signed_is_named(made: Journal) -> None:
    made.notes[1] = made.notes[1].replace("through 13", "through 12")

    report = audited(made.export())

    assert "is not over this text" in only(report).reason
    assert report.checkpoints == 4


def test_a_forged_history_signed_with_the_stolen_key_is_found_by_what_is_kept_elsewhere(
    made: Journal,
) -> None:
    outside = elsewhere(made)
    made.alter("b", 3, body=body_of("b", 3, text="nothing"))
    made.rechain("b")
    made.sign_anew(KEY)

    nobody_can_tell = audited(made.export())
    found = only(audited(made.export(), outside))

    assert nobody_can_tell.intact
    assert "between the checkpoint of 5 rows" in found.reason
    assert "checkpoint-000000000008.note" in found.reason


def test_an_end_cut_with_its_checkpoints_is_found_by_what_is_kept_elsewhere(made: Journal) -> None:
    outside = elsewhere(made)
    made.rows = [row for row in made.rows if row.xid <= 14]
    made.notes = made.notes[:-1]
    made.heads = {row.chain: (row.seq, row.hash) for row in made.rows}

    found = only(audited(made.export(), outside))

    assert found.line == 0
    assert found.reason.partition(",")[0] == "checkpoint-000000000013.note"
    assert "there were 13 rows, rows after 10 are not here: the end is cut" in found.reason


def test_what_is_kept_elsewhere_may_be_newer_than_the_export_if_the_auditor_says_so(
    made: Journal,
) -> None:
    export = made.export()
    made.append(2000, "a")
    made.take(2000)

    alone = audited(export, elsewhere(made))
    allowed = audited(export, elsewhere(made), allow_newer=True)

    assert "rows after 14 are not here: the export says that it is older" in only(alone).reason
    assert allowed.intact
    assert not allowed.proved
    assert allowed.later == 1
    assert allowed.missing_after == 14


def test_what_is_kept_elsewhere_and_was_edited_there_is_named(made: Journal) -> None:
    first, *rest = elsewhere(made)
    edited = replace(first, note=first.note.replace("through 11", "through 10"))

    found = only(audited(made.export(), [edited, *rest]))

    assert found.reason.startswith("checkpoint-000000000005.note cannot be relied on: ")
