"""A verifier that was written by docs/VERIFY.md alone comes to the same verdict as ours."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.audit.hash_chain import link
from schemas.audit.exports import Between, Consistency, Everything, OneChain, OneRow, Scope
from tests.exports import (
    KEY,
    NEW_KEY,
    THIEF,
    Journal,
    at,
    audited,
    body_of,
    elsewhere,
    journal,
    written,
)

PROGRAM = Path(__file__).parents[2] / "docs" / "clients" / "python" / "verify_export.py"
WHOLE = journal().export()


def intact(program: Any, path: Path, made: Journal, *, outside: bool = True) -> bool:
    notes = [each.note for each in elsewhere(made)] if outside else []
    verifier = program.Verifier(str(KEY.public), notes)
    try:
        verifier.file(str(path))
    except program.Bad:
        return False
    return True


def nothing(_made: Journal) -> None:
    pass


def another_key(made: Journal) -> None:
    made.change_key(NEW_KEY)
    made.append(200, "d", 3)
    made.take(200)


def bit_edited(made: Journal) -> None:
    made.alter("b", 3, body=b"!" + (made.row("b", 3).body or b"")[1:])


def row_with_its_hash_edited(made: Journal) -> None:
    body = body_of("b", 3, text="nothing")
    made.alter("b", 3, body=body, hash=link(made.row("b", 3).previous, body))


def row_deleted(made: Journal) -> None:
    made.remove("b", 3)


def tail_cut(made: Journal) -> None:
    made.remove("b", 5)


def case_removed(made: Journal) -> None:
    made.remove("c", 1, 2)
    del made.heads["c"]


def case_added(made: Journal) -> None:
    made.append(12, "d")


def checkpoint_forged(made: Journal) -> None:
    made.sign_anew(THIEF)


def key_stolen(made: Journal) -> None:
    made.change_key(THIEF)
    made.changes = []
    made.append(200, "d")
    made.take(200)


def no_checkpoint(made: Journal) -> None:
    made.notes = []


@pytest.mark.parametrize(
    ("deed", "good"),
    [
        (nothing, True),
        (another_key, True),
        (bit_edited, False),
        (row_with_its_hash_edited, False),
        (row_deleted, False),
        (tail_cut, False),
        (case_removed, False),
        (case_added, False),
        (checkpoint_forged, False),
        (key_stolen, False),
        (no_checkpoint, False),
    ],
)
def test_both_come_to_the_same_verdict(
    tmp_path: Path, program: Any, deed: Callable[[Journal], None], good: bool
) -> None:
    made = journal()
    deed(made)
    path = written(made.export(), tmp_path / "journal.txt")

    assert good == audited(made.export()).intact == intact(program, path, made, outside=False)


@pytest.mark.parametrize(
    "scope",
    [
        Everything(),
        OneChain("a"),
        OneChain("c"),
        OneRow("b", 3),
        Between(at(13), at(100)),
        Consistency(5, 13),
    ],
)
def test_both_prove_a_part(tmp_path: Path, program: Any, scope: Scope) -> None:
    path = written(journal().export(scope), tmp_path / "part.txt.gz")

    assert audited(journal().export(scope), elsewhere(journal())).intact
    assert intact(program, path, journal())


def test_both_find_by_what_is_kept_elsewhere_what_nothing_else_tells(
    tmp_path: Path, program: Any
) -> None:
    made = journal()
    made.alter("b", 3, body=body_of("b", 3, text="nothing"))
    made.rechain("b")
    made.sign_anew(KEY)
    path = written(made.export(), tmp_path / "journal.txt")

    assert intact(program, path, made)
    assert not intact(program, path, journal())
    assert not audited(made.export(), elsewhere(journal())).intact


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(WHOLE.index(b"\n") + 1, len(WHOLE) - 1), st.integers(0, 7))
def test_both_find_any_bit(tmp_path: Path, program: Any, place: int, bit: int) -> None:
    flipped = bytearray(WHOLE)
    flipped[place] ^= 1 << bit
    path = written(bytes(flipped), tmp_path / "journal.txt")

    assert not intact(program, path, journal())


def test_it_runs_as_its_first_lines_say(tmp_path: Path) -> None:
    path = written(WHOLE, tmp_path / "journal.txt.gz")

    def run(*words: str) -> tuple[int, str]:
        done = subprocess.run(
            [sys.executable, PROGRAM, *words], capture_output=True, text=True, check=False
        )
        return done.returncode, done.stdout

    assert run(str(path), str(KEY.public)) == (
        3,
        "intact, but only partly proved: 14 rows, 5 checkpoints\n",
    )
    assert run(str(path), str(THIEF.public)) == (
        1,
        "ALTERED: line 7: signed by no known key\n",
    )
    assert run() == (2, "")
