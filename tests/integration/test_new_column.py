"""What a new column of the read model costs: the places that CONTRIBUTING.md lists, and no other.

A copy of our packages gets a column in exactly these places. A program on this copy then migrates
a database of before, and writes, lists, archives and restores a case with the new column.
"""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from runtime.embedded.postgres import EmbeddedPostgres
from store.cases.archive import PostgresArchive
from store.cases.read_model import PostgresCases
from store.connection import Database
from store.journal.rows import PostgresJournal
from store.migrate import shipped
from tests.integration.stages import AT, row, stage
from tests.limits import COMMAND_S

ROOT = Path(__file__).parents[2]
HEADING = "## A new column of the read model\n"
FIELD = "    inbox: tuple[str, ...] = ()\n"
VALUE = "        inbox=(*inbox(case), *awaited(case), *seats(case)),\n"
MIGRATION = f"{len(shipped()) + 1:04}_sample.sql"
PACKAGES = ("domain", "schemas", "activities", "store")
PROGRAM = Path(__file__).with_name("new_column.py")


def places() -> list[str]:
    """The paths of the numbered list in CONTRIBUTING.md."""
    _, _, after = (ROOT / "CONTRIBUTING.md").read_text().partition(HEADING)
    section, _, _ = after.partition("\n## ")
    return re.findall(r"^\d\. `([^`]+)`", section, re.MULTILINE)


def extend(path: Path, line: str, following: str) -> None:
    text = path.read_text()
    assert text.count(line) == 1
    path.write_text(text.replace(line, line + following))


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """Our packages with the column `sample`, in which the stage is shown once more."""
    for package in PACKAGES:
        shutil.copytree(ROOT / package, tmp_path / package)
    record, summary, migrations = places()
    extend(tmp_path / record, FIELD, "    sample: str | None = None\n")
    extend(tmp_path / summary, VALUE, "        sample=case.stage.value,\n")
    (tmp_path / migrations / MIGRATION).write_text(
        "ALTER TABLE sanban.cases ADD COLUMN sample text;\n"
    )
    return tmp_path


async def test_a_new_column_is_written_listed_archived_and_restored(
    copy: Path,
    postgres_server: EmbeddedPostgres,
    migrated_database: str,
    database: Database,
    journal: PostgresJournal,
) -> None:
    # What is there before the upgrade: a case, and another in a table of the archive.
    await journal.append(stage("before", 1))
    await journal.append(stage("over", 1, stage="archived", closed_at=AT))
    await PostgresArchive(database).move(AT.replace(year=AT.year + 1))

    owner = postgres_server.dsn(dbname=migrated_database)
    app = postgres_server.dsn(user="sanban_app", dbname=migrated_database)
    done = subprocess.run(
        [sys.executable, PROGRAM, owner, app],
        env={**os.environ, "PYTHONPATH": f"{copy}{os.pathsep}{ROOT}"},
        capture_output=True,
        text=True,
        timeout=COMMAND_S,
        check=False,
    )

    assert done.stderr == ""
    assert done.stdout.splitlines() == [
        f"applied {MIGRATION} functions/case_put.sql",
        "ready True",
        "inserted dispatched",
        "updated signed",
        "listed None, None, signed",
        "archived 1 None, None, signed",
        "restored True signed",
    ]
    # A program of the release before goes on beside it.
    await journal.append(stage("before", 2))
    assert row("before", 2) == await PostgresCases(database).get("before")
    assert await database.ping() is None
