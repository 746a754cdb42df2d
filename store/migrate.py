"""Bring a database to the schema this program needs: numbered migrations, then scripts.

Numbered migrations run once, forward only. Scripts (store/scripts.py) run when their text changed.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from importlib.resources import files
from importlib.resources.abc import Traversable

import psycopg
from psycopg import sql

from store.errors import MigrationError, StoreUnavailable
from store.roles import APP_ROLE, MAKE_ROLES, require_version
from store.scripts import Script, apply_outdated, shipped_scripts

CONNECT_TIMEOUT_S = 10

_FILE_NAME = re.compile(r"(\d{4})_[a-z0-9_]+\.sql")

# Every later query waits behind a migration that waits for a lock, so the wait is short.
LIMITS = "SET LOCAL lock_timeout = '60s'; SET LOCAL statement_timeout = 0"
# Every migrator takes it before it reads; PostgreSQL releases it with the transaction.
LOCK = "SELECT pg_advisory_xact_lock(hashtextextended('sanban.migrate', 0))"

# Roles first (store/roles.py), because the schema belongs to one of them.
PREPARE = f"""{MAKE_ROLES}
DO $$
BEGIN
    -- Asked first, because IF NOT EXISTS needs the right to create a schema even if it exists.
    IF to_regnamespace('sanban') IS NULL THEN
        CREATE SCHEMA sanban AUTHORIZATION sanban_owner;
    END IF;
END $$;
SET LOCAL ROLE sanban_owner;
CREATE TABLE IF NOT EXISTS sanban.migrations (
    version    integer PRIMARY KEY,
    name       text NOT NULL,
    sha256     text NOT NULL,
    applied_at timestamptz NOT NULL DEFAULT now()
);
"""
BECOME_OWNER = "SET LOCAL ROLE sanban_owner"
APPLIED = "SELECT version, name, sha256 FROM sanban.migrations ORDER BY version"
RECORD = "INSERT INTO sanban.migrations (version, name, sha256) VALUES (%s, %s, %s)"
SET_PASSWORD = sql.SQL("ALTER ROLE {} PASSWORD {}")


@dataclass(frozen=True, slots=True)
class Migration:
    version: int
    name: str
    text: str

    @property
    def sha256(self) -> str:
        return sha256(self.text.encode()).hexdigest()


def shipped(directory: Traversable | None = None) -> tuple[Migration, ...]:
    """Return this program's migrations, numbered from 1 without gaps. Raises MigrationError."""
    found = sorted(
        # Text with universal newlines, so that a checkout on Windows has the same digests.
        (
            Migration(int(match[1]), file.name, file.read_text("utf-8"))
            for file in (directory or files("store") / "migrations").iterdir()
            if (match := _FILE_NAME.fullmatch(file.name))
        ),
        key=lambda migration: migration.name,
    )
    if [migration.version for migration in found] != list(range(1, len(found) + 1)):
        names = ", ".join(migration.name for migration in found)
        raise MigrationError(f"migrations are not numbered 0001, 0002, ...: {names}")
    return tuple(found)


def migrate(
    conninfo: str,
    *,
    app_password: str | None = None,
    migrations: Sequence[Migration] | None = None,
    scripts: Sequence[Script] | None = None,
) -> tuple[str, ...]:
    """Apply what is missing and return the names, in order. Several may run at once, and again.

    `conninfo` names a user who may create roles and a schema, or who is in sanban_owner after a
    superuser has prepared both. `migrations` and `scripts` are those of this program by default;
    with other migrations there are no scripts by default. Raises MigrationError, StoreUnavailable.
    """
    if scripts is None:
        scripts = shipped_scripts() if migrations is None else ()
    wanted = shipped() if migrations is None else tuple(migrations)
    try:
        with psycopg.connect(
            conninfo, connect_timeout=CONNECT_TIMEOUT_S, application_name="sanban migrate"
        ) as connection:
            require_version(connection.info.server_version)
            done: list[str] = []
            while applied := _apply_next(connection, wanted, scripts, prepare=not done):
                done += applied
            if app_password is not None:
                _set_password(connection, app_password)
            return tuple(done)
    except psycopg.errors.LockNotAvailable as error:
        raise StoreUnavailable("another session holds a lock that a migration needs") from error
    except psycopg.OperationalError as error:
        raise StoreUnavailable(str(error).strip().split("\n", 1)[0]) from error
    except psycopg.errors.InsufficientPrivilege as error:
        raise MigrationError(f"this role may not migrate: {error.diag.message_primary}") from error


def _set_password(connection: psycopg.Connection, password: str) -> None:
    # Hashed here, because the server may log the statement.
    verifier = connection.pgconn.encrypt_password(
        password.encode(), APP_ROLE.encode(), b"scram-sha-256"
    )
    with connection.transaction():
        connection.execute(
            SET_PASSWORD.format(sql.Identifier(APP_ROLE), sql.Literal(verifier.decode()))
        )


def _apply_next(
    connection: psycopg.Connection,
    wanted: Sequence[Migration],
    scripts: Sequence[Script],
    *,
    prepare: bool,
) -> tuple[str, ...]:
    """Apply the next migration with its record, in one transaction; empty when nothing is missing.

    The scripts go into the transaction of the last missing migration: with it in the database, no
    function of before is ever called. Without a missing migration they have their own transaction.
    """
    with connection.transaction():
        connection.execute(LIMITS)
        connection.execute(LOCK)
        connection.execute(PREPARE if prepare else BECOME_OWNER)
        applied = connection.execute(APPLIED).fetchall()
        _refuse_changed(wanted, applied)
        missing = wanted[len(applied) :]
        done: list[str] = []
        if missing:
            _apply(connection, missing[0])
            done.append(missing[0].name)
        # A database with more migrations than ours belongs to a newer program, and so do its
        # scripts: this program leaves both alone.
        if len(applied) + len(done) == len(wanted):
            done += apply_outdated(connection, scripts)
        return tuple(done)


def _apply(connection: psycopg.Connection, migration: Migration) -> None:
    try:
        connection.execute(migration.text.encode())
    except (psycopg.ProgrammingError, psycopg.DataError, psycopg.IntegrityError) as error:
        raise MigrationError(f"{migration.name} failed: {error}") from error
    connection.execute(RECORD, (migration.version, migration.name, migration.sha256))


def _refuse_changed(wanted: Sequence[Migration], applied: Sequence[tuple[int, str, str]]) -> None:
    for ours, (_, name, digest) in zip(wanted, applied, strict=False):
        if (ours.name, ours.sha256) != (name, digest):
            raise MigrationError(
                f"{ours.name} is not what was applied as {name}: a migration that has run is "
                "never changed; write the next one"
            )
