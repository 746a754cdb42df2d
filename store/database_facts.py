"""What a database and the role of a process are like, for `sanban doctor`."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from store.connection import Connection, Database
from store.grants import MISSING, Grant, columns_of, grants_in
from store.migrate import shipped
from store.roles import READER_ROLES
from store.scripts import shipped_scripts

ASKED = ("fsync", "full_page_writes", "synchronous_commit", "max_connections")
_ABOUT = """
SELECT current_user, current_setting('server_version_num')::integer,
    (SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user),
    (SELECT pg_encoding_to_char(encoding) FROM pg_database WHERE datname = current_database()),
    pg_is_in_recovery() OR current_setting('default_transaction_read_only')::boolean,
    coalesce(has_schema_privilege(to_regnamespace('sanban'), 'USAGE'), false)
"""
_SETTINGS = "SELECT name, current_setting(name) FROM unnest(%s::text[]) AS name"
_ROLES = """
SELECT name, coalesce(pg_has_role(to_regrole(name), 'SET'), false),
    coalesce(pg_has_role(to_regrole(name), 'USAGE'), false)
FROM unnest(%s::text[]) AS name
"""
_JOURNAL = """
SELECT coalesce(
    has_table_privilege(to_regclass('sanban.journal'), 'UPDATE, DELETE, TRUNCATE'), false)
"""
_CLOCK = "SELECT clock_timestamp()"


@dataclass(frozen=True, slots=True)
class DatabaseFacts:
    """`user` is the role that the process works as; the rest is what that role sees."""

    user: str
    version: int
    sees_every_row: bool
    encoding: str
    refuses_writes: bool
    settings: Mapping[str, str]
    cannot_become: tuple[str, ...]
    inherits: tuple[str, ...]
    changes_journal: bool
    missing_grants: tuple[Grant, ...]


async def database_facts(database: Database) -> DatabaseFacts:
    """Ask without changing anything. Raises StoreUnavailable."""

    async def work(connection: Connection) -> DatabaseFacts:
        [about] = await (await connection.execute(_ABOUT)).fetchall()
        user, version, powerful, encoding, refuses_writes, enters = about
        settings = await (await connection.execute(_SETTINGS, (list(ASKED),))).fetchall()
        roles = await (await connection.execute(_ROLES, (list(READER_ROLES),))).fetchall()
        changes = False
        missing: tuple[Grant, ...] = ()
        if enters:
            [(changes,)] = await (await connection.execute(_JOURNAL)).fetchall()
            texts = [each.text for each in shipped()] + [each.text for each in shipped_scripts()]
            grants = columns_of(grants_in(texts))
            lacking = await (await connection.execute(MISSING, grants)).fetchall()
            missing = tuple(Grant(*row) for row in lacking)
        return DatabaseFacts(
            user,
            version,
            powerful,
            encoding,
            refuses_writes,
            dict(settings),
            tuple(name for name, becomes, _ in roles if not becomes),
            tuple(name for name, _, inherits in roles if inherits),
            changes,
            missing,
        )

    return await database.run(work)


async def database_clock(database: Database) -> datetime:
    """Return the time of the database's machine. Raises StoreUnavailable."""
    now: datetime
    [(now,)] = await database.fetch(_CLOCK)
    return now
