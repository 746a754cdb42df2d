"""Brings a database to the schema this program needs. Forward only."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from importlib.resources import files
from importlib.resources.abc import Traversable

import psycopg
from psycopg import sql

from store.errors import MigrationError, StoreUnavailable

OLDEST_SERVER = 16  # roles with SET, as PREPARE grants them
CONNECT_TIMEOUT_S = 10

_FILE_NAME = re.compile(r"(\d{4})_[a-z0-9_]+\.sql")

# A migration that waits for a lock makes everybody else wait behind it: give up and say so.
LIMITS = "SET LOCAL lock_timeout = '60s'; SET LOCAL statement_timeout = 0"
# Taken by every migrator before it looks; PostgreSQL frees it with the transaction.
LOCK = "SELECT pg_advisory_xact_lock(hashtextextended('sanban.migrate', 0))"

# Roles belong to the whole server, the lock to one database: somebody may be creating them too.
PREPARE = """
DO $$
DECLARE
    role text;
BEGIN
    FOREACH role IN ARRAY ARRAY[
        'sanban_owner NOLOGIN', 'sanban_app LOGIN',
        'sanban_reader NOLOGIN', 'sanban_unit_reader NOLOGIN'
    ] LOOP
        IF to_regrole(split_part(role, ' ', 1)) IS NULL THEN
            BEGIN
                EXECUTE 'CREATE ROLE ' || role;
            EXCEPTION WHEN duplicate_object OR unique_violation THEN
                NULL;  -- the other one has it now
            END;
        END IF;
    END LOOP;
    IF NOT pg_has_role(current_user, 'sanban_owner', 'SET') THEN
        EXECUTE format('GRANT sanban_owner TO %I WITH SET TRUE', current_user);
    END IF;
    -- What a person reads is read as one of these; the services themselves gain nothing by them.
    FOREACH role IN ARRAY ARRAY['sanban_reader', 'sanban_unit_reader'] LOOP
        IF NOT pg_has_role('sanban_app', role, 'SET') THEN
            BEGIN
                EXECUTE format('GRANT %I TO sanban_app WITH INHERIT FALSE, SET TRUE', role);
            EXCEPTION WHEN internal_error OR unique_violation THEN
                NULL;  -- somebody else grants it this moment
            END;
        END IF;
    END LOOP;
    -- Asked first: IF NOT EXISTS would still want the right to create one.
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
SET_PASSWORD = sql.SQL("ALTER ROLE sanban_app PASSWORD {}")


@dataclass(frozen=True, slots=True)
class Migration:
    version: int
    name: str
    text: str

    @property
    def sha256(self) -> str:
        return sha256(self.text.encode()).hexdigest()


def shipped(directory: Traversable | None = None) -> tuple[Migration, ...]:
    """The migrations this program brings along, in order, numbered from 1 without gaps."""
    found = sorted(
        # Text with universal newlines: a checkout on Windows must not look like a change.
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
) -> tuple[str, ...]:
    """Apply what is missing and return the names. Several may run at once, and again.

    `conninfo` names a user who may create roles and a schema (or who is in sanban_owner, once a
    superuser has prepared both). Versions the database has beyond ours are left in peace: an older
    program may start beside a newer one. Raises MigrationError, StoreUnavailable.
    """
    wanted = shipped() if migrations is None else tuple(migrations)
    try:
        with psycopg.connect(
            conninfo, connect_timeout=CONNECT_TIMEOUT_S, application_name="sanban migrate"
        ) as connection:
            _require_version(connection)
            done: list[str] = []
            while applied := _apply_next(connection, wanted, prepare=not done):
                done.append(applied)
            if app_password is not None:
                _set_password(connection, app_password)
            return tuple(done)
    except psycopg.errors.LockNotAvailable as error:
        raise StoreUnavailable("somebody else holds a lock that a migration needs") from error
    except psycopg.OperationalError as error:
        raise StoreUnavailable(str(error).strip().split("\n", 1)[0]) from error
    except psycopg.errors.InsufficientPrivilege as error:
        raise MigrationError(f"this role may not migrate: {error.diag.message_primary}") from error


def _set_password(connection: psycopg.Connection, password: str) -> None:
    # Hashed here: the server may log the statement.
    verifier = connection.pgconn.encrypt_password(
        password.encode(), b"sanban_app", b"scram-sha-256"
    )
    with connection.transaction():
        connection.execute(SET_PASSWORD.format(sql.Literal(verifier.decode())))


def _require_version(connection: psycopg.Connection) -> None:
    version = connection.info.server_version // 10_000
    if version < OLDEST_SERVER:
        raise MigrationError(f"PostgreSQL {version} is too old: {OLDEST_SERVER} or newer is needed")


def _apply_next(
    connection: psycopg.Connection, wanted: Sequence[Migration], *, prepare: bool
) -> str | None:
    """One migration and its record, in one transaction; None when nothing is missing."""
    with connection.transaction():
        connection.execute(LIMITS)
        connection.execute(LOCK)
        connection.execute(PREPARE if prepare else BECOME_OWNER)
        applied = connection.execute(APPLIED).fetchall()
        _refuse_changed(wanted, applied)
        if len(applied) >= len(wanted):
            return None
        following = wanted[len(applied)]
        try:
            connection.execute(following.text.encode())
        except (psycopg.ProgrammingError, psycopg.DataError, psycopg.IntegrityError) as error:
            raise MigrationError(f"{following.name} failed: {error}") from error
        connection.execute(RECORD, (following.version, following.name, following.sha256))
        return following.name


def _refuse_changed(wanted: Sequence[Migration], applied: Sequence[tuple[int, str, str]]) -> None:
    for ours, (_, name, digest) in zip(wanted, applied, strict=False):
        if (ours.name, ours.sha256) != (name, digest):
            raise MigrationError(
                f"{ours.name} is not what was applied as {name}: a migration that has run is "
                "never changed; write the next one"
            )
