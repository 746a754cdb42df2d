"""`sanban audit verify` as an auditor types it: a file and a key, no server, nothing set.

And what `sanban audit export` refuses before it begins.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from schemas.audit.exports import OneChain
from tests.exports import KEY, THIEF, elsewhere, journal, written
from tests.hostile_exports import cut, saying, set_back
from tests.smoke.commands import Told, sanban

ROOT = Path(__file__).parents[2]
INTACT, ALTERED, CANNOT_SAY, PARTLY = 0, 1, 2, 3


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    written(journal().export(), tmp_path / "journal.txt")
    written(journal().export(OneChain("a")), tmp_path / "case.txt.gz")
    (tmp_path / "town.pub").write_text(f"{KEY.public}\n")
    (tmp_path / "kept").mkdir()
    for each in elsewhere(journal()):
        (tmp_path / "kept" / each.name).write_text(each.note, encoding="utf-8")
    return tmp_path


async def verify(desk: Path, export: str, *words: str) -> Told:
    return await sanban("audit", "verify", str(desk / export), *words)


async def test_what_holds_is_said_and_what_it_does_not_tell(desk: Path) -> None:
    whole = await verify(desk, "journal.txt", "--key", str(desk / "town.pub"))
    part = await verify(
        desk, "case.txt.gz", "--key", str(KEY.public), "--checkpoint", str(desk / "kept")
    )

    assert whole.code == PARTLY
    assert whole.complaint == ""
    assert whole.output.splitlines() == [
        "14 rows of 4 chains, of 14 in the journal; 5 checkpoints good",
        ("the newest is of 13 rows, at 2026-11-24T09:40:00+00:00, signed as town.example/journal"),
        "1 row under no good checkpoint: only their chains prove them",
        (
            "no checkpoint from outside was given: a journal whose end was cut, or that was "
            "rewritten and signed with the key, cannot be recognized"
        ),
        "intact, but only partly proved",
    ]
    assert part.code == INTACT
    assert part.complaint == ""
    assert "a part of the journal: chain a; it proves nothing about other rows" in part.output
    assert "checkpoints from outside: 4 agree\n" in part.output


async def test_an_export_without_rows_that_a_checkpoint_counts_is_not_intact(
    desk: Path,
) -> None:
    short = set_back(cut(journal(), 10).export())
    written(short, desk / "short.txt")
    outside = ("--key", str(KEY.public), "--checkpoint", str(desk / "kept"))

    told = await verify(desk, "short.txt", *outside)
    allowed = await verify(desk, "short.txt", *outside, "--allow-newer")
    proved = await verify(desk, "short.txt", "--key", str(KEY.public))

    assert told.code == ALTERED
    assert "there were 13 rows, rows after 10 are not here" in told.output.splitlines()[0]
    assert allowed.code == PARTLY
    assert "rows after 10 are not here" in allowed.output
    assert allowed.output.splitlines()[-1] == "intact, but only partly proved"
    assert proved.code == INTACT
    assert proved.output.splitlines()[-1] == "intact"


async def test_the_first_line_is_the_first_bad_place(desk: Path) -> None:
    made = journal()
    made.alter("b", 3, body=b"{}")
    written(made.export(), desk / "altered.txt")

    told = await verify(desk, "altered.txt", "--key", str(KEY.public))
    machine = await verify(desk, "altered.txt", "--key", str(KEY.public), "--json")

    assert told.code == machine.code == ALTERED
    assert told.output.startswith("line 9: b row 3: its bytes, chained to the row before, have")
    assert told.output.endswith("ALTERED: 1 bad place\n")
    document = json.loads(machine.output)
    assert document["intact"] is False
    assert document["bad"] == 1
    assert document["checkpoints"] == 5
    assert [(each["line"], each["chain"], each["seq"]) for each in document["findings"]] == [
        (9, "b", 3)
    ]


async def test_a_compressed_export_that_breaks_off_is_proved_up_to_there(desk: Path) -> None:
    half = (desk / "case.txt.gz").read_bytes()[:900]
    (desk / "half.txt.gz").write_bytes(half)

    told = await verify(desk, "half.txt.gz", "--key", str(KEY.public))

    assert told.code == ALTERED
    assert "the compressed file is damaged here, or incomplete" in told.output.splitlines()[0]
    assert "1 checkpoint good" in told.output


async def test_what_cannot_be_read_is_no_verdict(desk: Path) -> None:
    (desk / "empty").touch()
    key = ("--key", str(KEY.public))

    said = {
        (await verify(desk, "journal.txt")).complaint: "no key was given",
        (await verify(desk, "journal.txt", "--key", "town")).complaint: "name+id+key",
        (await verify(desk, "nowhere.txt", *key)).complaint: "cannot read",
        (await verify(desk, "kept", *key)).complaint: "Is a directory",
        (await verify(desk, "town.pub", *key)).complaint: "this is no export of a journal",
        (await verify(desk, "empty", *key)).complaint: "this is no export of a journal",
        (
            await verify(desk, "journal.txt", *key, "--checkpoint", str(desk / "nowhere"))
        ).complaint: "cannot read",
        (
            await verify(desk, "journal.txt", *key, "--checkpoint", str(desk))
        ).complaint: "has no .note files",
        (await sanban("audit", "verify", *key)).complaint: "--json need an export",
    }

    assert {complaint: piece for complaint, piece in said.items() if piece not in complaint} == {}
    assert len(said) == 9
    assert (await verify(desk, "nowhere.txt", *key)).code == CANNOT_SAY


def test_a_terminal_without_the_characters_of_a_finding_shows_their_escapes(desk: Path) -> None:
    written(saying(b"{}", chain="噪音"), desk / "odd.txt")
    odd = ("audit", "verify", str(desk / "odd.txt"), "--key", str(KEY.public))

    done = subprocess.run(
        [sys.executable, "-m", "runtime", *odd],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={**os.environ, "PYTHONIOENCODING": "ascii"},
        check=False,
    )

    assert done.stderr == ""
    assert done.returncode == ALTERED
    assert done.stdout.startswith("line 2: \\u566a\\u97f3 row 1: ")


def test_an_export_is_read_from_a_pipe(desk: Path) -> None:
    with (desk / "case.txt.gz").open("rb") as export:
        done = subprocess.run(
            [sys.executable, "-m", "runtime", "audit", "verify", "-", "--key", str(THIEF.public)],
            stdin=export,
            capture_output=True,
            text=True,
            cwd=ROOT,
            check=False,
        )

    assert done.returncode == ALTERED
    assert "signed by no known key" in done.stdout.splitlines()[0]


async def test_an_export_that_makes_no_sense_is_not_begun(desk: Path) -> None:
    new = str(desk / "new.txt")
    asked = {
        ("--from", "2026-11-01"): "a period needs two days",
        ("--from", "2026-11-02", "--to", "2026-11-01"): "--to 2026-11-01 is before",
        ("--row", "3"): "--row needs a case",
        ("--case", "a", "--checkpoints", "1", "2"): "--checkpoints exclude each other",
        (): "SANBAN_DATABASE_URL",
    }

    said = {words: await sanban("audit", "export", new, *words) for words in asked}
    there = await sanban("audit", "export", str(desk / "journal.txt"))

    assert [words for words in asked if asked[words] not in said[words].complaint] == []
    assert {each.code for each in said.values()} == {CANNOT_SAY}
    assert "journal.txt exists already" in there.complaint
    assert {each.name for each in desk.iterdir()} == {
        "journal.txt",
        "case.txt.gz",
        "town.pub",
        "kept",
    }
