"""Promise 28: whatever is altered in the database, the offline verifier names the first bad place.

It is run as an auditor does: on a file, with a public key, and with nothing else.
"""

import json
import re
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest

from schemas.audit.signed_notes import PrivateKey
from store.journal.rows import PostgresJournal
from tests.exports import ORIGIN
from tests.integration.promises.tampering import Intruder
from tests.integration.stages import stage
from tests.smoke.commands import Told, sanban

INTACT, ALTERED, PARTLY = 0, 1, 3
PAGE = Path(__file__).parents[3] / "docs" / "VERIFY.md"


@pytest.fixture
async def desk(tmp_path: Path, app_dsn: str, journal: PostgresJournal) -> Path:
    """An auditor's: the public key, and the checkpoints of a journal of three cases."""
    key, outside = tmp_path / "private.key", tmp_path / "checkpoints"
    made = await sanban("audit", "checkpoint", "keygen", str(key), "--name", ORIGIN)
    (tmp_path / "town.pub").write_text(made.output)

    async def take() -> None:
        settings = {"SANBAN_CHECKPOINT_KEY": str(key), "SANBAN_CHECKPOINT_DIR": str(outside)}
        taken = await sanban("audit", "checkpoint", SANBAN_DATABASE_URL=app_dsn, **settings)
        assert taken.code == INTACT
        assert taken.complaint == ""

    for case_id, rows in (("a", 3), ("b", 3)):
        await journal.append(stage(case_id, 1, rows))
    await take()
    await journal.append(stage("c", 1, 2))
    await take()
    await journal.append(stage("b", 4, 2))
    await journal.append(stage("a", 4, 1))
    await take()
    await journal.append(stage("c", 3, 1))
    return tmp_path


@pytest.fixture
def intruder(desk: Path, superuser: psycopg.Connection) -> Intruder:
    return Intruder(superuser, PrivateKey.parse((desk / "private.key").read_text().strip()))


def bit_edited(intruder: Intruder) -> None:
    intruder.run(
        "UPDATE sanban.journal SET body = set_bit(body, 99, 1 - get_bit(body, 99))"
        " WHERE (case_id, seq) = ('b', 3)"
    )


def row_deleted(intruder: Intruder) -> None:
    intruder.run("DELETE FROM sanban.journal WHERE (case_id, seq) = ('b', 4)")


def rows_swapped(intruder: Intruder) -> None:
    intruder.run(
        "UPDATE sanban.journal SET seq = -seq WHERE case_id = 'b' AND seq IN (2, 3)",
        "UPDATE sanban.journal SET seq = 5 + seq WHERE case_id = 'b' AND seq < 0",
    )


def tail_cut(intruder: Intruder) -> None:
    intruder.run("DELETE FROM sanban.journal WHERE case_id = 'c' AND seq > 1")


def case_removed(intruder: Intruder) -> None:
    intruder.run(
        "DELETE FROM sanban.journal WHERE case_id = 'c'",
        "DELETE FROM sanban.journal_heads WHERE case_id = 'c'",
    )


def checkpoint_forged(intruder: Intruder) -> None:
    intruder.forge_a_checkpoint()


def history_forged(intruder: Intruder) -> None:
    intruder.rewrite("b", b"commented", b"promised!")


def history_forged_with_the_stolen_key(intruder: Intruder) -> None:
    intruder.rewrite("b", b"commented", b"promised!")
    intruder.sign_anew(intruder.stolen)


def end_cut_with_its_checkpoint(intruder: Intruder) -> None:
    intruder.run(
        "DELETE FROM sanban.journal WHERE seq > 3 OR (case_id, seq) = ('c', 3)",
        "UPDATE sanban.journal_heads h SET (seq, hash) = (SELECT j.seq, j.hash"
        " FROM sanban.journal j WHERE j.case_id = h.case_id ORDER BY j.seq DESC LIMIT 1)",
        "DELETE FROM sanban.checkpoints WHERE size > 8",
    )


FIRST_BAD_PLACES: list[tuple[Callable[[Intruder], None], str]] = [
    (bit_edited, r"line \d+: b row 3: .*its bytes, chained to the row before, have the hash"),
    (row_deleted, r"line \d+: b row 4: is missing: 5 comes after row 3"),
    (rows_swapped, r"line \d+: b row 2: its bytes, chained to the row before, have the hash"),
    (tail_cut, r"line \d+: between the checkpoint of 6 rows .* 8 rows .*: 1 row is missing"),
    (case_removed, r"line \d+: between the checkpoint of 6 rows .* 8 rows .*: 2 rows are missing"),
    (checkpoint_forged, r"line \d+: a checkpoint that cannot be relied on: signed by no known key"),
    (history_forged, r"line \d+: between the first row and the checkpoint of 6 rows .* the root"),
    (
        history_forged_with_the_stolen_key,
        (
            r"line \d+: between the first row .*: the root .*/checkpoint-0+6\.note has "
            r".* was rewritten"
        ),
    ),
    (
        end_cut_with_its_checkpoint,
        r".*-0+11\.note, of .*: there were 11 rows, rows after 8 are not here: the end is cut",
    ),
]
ONLY_TOLD_BY_WHAT_IS_KEPT_ELSEWHERE = {
    history_forged_with_the_stolen_key,
    end_cut_with_its_checkpoint,
}


async def test_whatever_is_altered_the_first_bad_place_is_named(
    desk: Path, app_dsn: str, intruder: Intruder
) -> None:
    async def exported(name: str) -> Path:
        done = await sanban("audit", "export", str(desk / name), SANBAN_DATABASE_URL=app_dsn)
        assert done.code == INTACT
        assert done.complaint == ""
        return desk / name

    async def verified(export: Path, *more: str) -> Told:
        return await sanban("audit", "verify", str(export), "--key", str(desk / "town.pub"), *more)

    outside = ("--checkpoint", str(desk / "checkpoints"))
    untouched = await verified(await exported("untouched.txt"), *outside)
    assert untouched.code == PARTLY  # the last row is under no checkpoint yet
    assert untouched.output.splitlines()[-1] == "intact, but only partly proved"

    for deed, first in FIRST_BAD_PLACES:
        with intruder.at_work():
            deed(intruder)
            export = await exported(f"{deed.__name__}.txt")

        told = await verified(export, *outside)
        alone = await verified(export)

        assert re.match(first, told.output), f"{deed.__name__}: {told.output}"
        assert told.code == ALTERED
        assert (alone.code == ALTERED) == (deed not in ONLY_TOLD_BY_WHAT_IS_KEPT_ELSEWHERE)


async def test_the_commands_of_the_page_for_auditors_do_what_it_says(
    desk: Path, app_dsn: str
) -> None:
    page = PAGE.read_text(encoding="utf-8")
    commands = re.findall(r"^ +sanban (audit .+)$", page, re.MULTILINE)
    numbers = {"CASE": "b", "OLD": "6", "NEW": "11"}
    assert len(commands) == 6

    for command in commands:
        words = [
            str(desk / word) if "." in word or word == "checkpoints" else numbers.get(word, word)
            for word in command.split()
        ]
        settings = {"SANBAN_DATABASE_URL": app_dsn} if words[1] == "export" else {}
        done = await sanban(*words, **settings)
        assert done.code == (INTACT if words[1] == "export" else PARTLY), command
        assert done.complaint == "", command

    parts = {"case.txt": 5, "month.txt.gz": 12, "row.txt": 1, "growth.txt": 0}
    key = (desk / "town.pub").read_text().strip()
    for part, rows in parts.items():
        told = await sanban("audit", "verify", str(desk / part), "--key", key, "--json")
        assert told.code in {INTACT, PARTLY}, part
        assert json.loads(told.output)["intact"] is True, part
        assert json.loads(told.output)["rows"] == rows, part
