"""Repeatable scripts: one file for each function and view, applied again when its text changes.

A numbered migration can only repeat a function as a whole. Here each has one file, whose history
is the history of the function (docs/adr/0023-scripts.md).
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import TypeAlias

import psycopg

from schemas.records import CaseRow
from store.errors import MigrationError

FOLDERS = ("functions", "views")
"""In the order in which they are applied: a view may call a function."""

RECORDED = "SELECT name, revision, sha256 FROM sanban.scripts"
RECORD = """
INSERT INTO sanban.scripts (name, revision, sha256) VALUES (%s, %s, %s)
ON CONFLICT (name) DO UPDATE SET
    revision = EXCLUDED.revision, sha256 = EXCLUDED.sha256, applied_at = EXCLUDED.applied_at
"""

_REVISION = re.compile(r"-- revision: ([1-9]\d*)\n")
_COLUMNS = re.compile(r"\{every column but ([a-z_, ]+)\}")

Recorded: TypeAlias = tuple[str, int, str]
"""A row of sanban.scripts: name, revision, digest."""


@dataclass(frozen=True, slots=True)
class Script:
    """One file. `name` is its path below store/, for example `functions/case_put.sql`."""

    name: str
    text: str

    @property
    def revision(self) -> int:
        """The number in the first line. Raises MigrationError if there is none."""
        match = _REVISION.match(self.text)
        if match is None:
            raise MigrationError(f"{self.name} does not begin with a line like `-- revision: 1`")
        return int(match[1])

    @property
    def sha256(self) -> str:
        return sha256(self.text.encode()).hexdigest()


def shipped_scripts(directory: Traversable | None = None) -> tuple[Script, ...]:
    """Return the scripts of this program in the order in which they are applied."""
    base = directory or files("store")
    return tuple(
        Script(name, _with_columns((base / name).read_text("utf-8")))
        for folder in FOLDERS
        for name in sorted(
            f"{folder}/{file.name}"
            for file in (base / folder).iterdir()
            if file.name.endswith(".sql")
        )
    )


def outdated(scripts: Sequence[Script], recorded: Iterable[Recorded]) -> tuple[Script, ...]:
    """Return the scripts that the database lacks, or has in another text that is not newer.

    A digest cannot say which of two texts is newer; the revision does. So an older program that
    migrates during a rollout does not put its older function over the newer one.
    """
    known = {name: (revision, digest) for name, revision, digest in recorded}
    return tuple(
        script
        for script in scripts
        if script.name not in known
        or (known[script.name][0] <= script.revision and known[script.name][1] != script.sha256)
    )


def apply_outdated(connection: psycopg.Connection, scripts: Sequence[Script]) -> tuple[str, ...]:
    """Apply what is outdated, with its record, in the caller's transaction; return the names.

    The caller holds the lock of migrations and is the owner. Raises MigrationError.
    """
    if not scripts:
        return ()
    needed = outdated(scripts, connection.execute(RECORDED).fetchall())
    for script in needed:
        try:
            connection.execute(script.text.encode())
        except (psycopg.ProgrammingError, psycopg.DataError, psycopg.IntegrityError) as error:
            raise MigrationError(f"{script.name} failed: {error}") from error
        connection.execute(RECORD, (script.name, script.revision, script.sha256))
    return tuple(script.name for script in needed)


def _with_columns(text: str) -> str:
    """Write out the columns of the read model where a script asks for them."""

    def assignments(match: re.Match[str]) -> str:
        others = {name.strip() for name in match[1].split(",")}
        if unknown := others - set(CaseRow.model_fields):
            raise MigrationError(f"{', '.join(sorted(unknown))}: not a column of CaseRow")
        names = [name for name in CaseRow.model_fields if name not in others]
        return ",\n        ".join(f"{name} = EXCLUDED.{name}" for name in names)

    return _COLUMNS.sub(assignments, text)
