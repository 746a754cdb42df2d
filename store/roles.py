"""The roles of PostgreSQL and what each may become: for `sanban migrate`, `prepare` and `doctor`.

Roles belong to the whole server, not to one database. Rights on tables are in store/migrations.
"""

from collections.abc import Mapping, Sequence

import psycopg

from store.errors import MigrationError, ServerTooOld, StoreUnavailable

OLDEST_SERVER = 16
"""The oldest version of PostgreSQL that has roles with SET, as MAKE_ROLES grants them."""
CONNECT_TIMEOUT_S = 10
OWNER_ROLE = "sanban_owner"
APP_ROLE = "sanban_app"
READER_ROLES = ("sanban_reader", "sanban_unit_reader")
"""Reads for a person run as one of these."""
ROLES: Mapping[str, str] = {
    OWNER_ROLE: "NOLOGIN",
    APP_ROLE: "LOGIN",
    **dict.fromkeys(READER_ROLES, "NOLOGIN"),
}
"""Role -> whether one connects as it."""

_CREATED = ", ".join(f"'{role} {login}'" for role, login in ROLES.items())
_READERS = ", ".join(f"'{role}'" for role in READER_ROLES)

# The lock of migrations belongs to one database, so a migrator of another database may create the
# same roles at the same time.
MAKE_ROLES = f"""
DO $$
DECLARE
    role text;
BEGIN
    FOREACH role IN ARRAY ARRAY[{_CREATED}] LOOP
        IF to_regrole(split_part(role, ' ', 1)) IS NULL THEN
            BEGIN
                EXECUTE 'CREATE ROLE ' || role;
            EXCEPTION WHEN duplicate_object OR unique_violation THEN
                NULL;  -- the other migrator has created it
            END;
        END IF;
    END LOOP;
    IF NOT pg_has_role(current_user, '{OWNER_ROLE}', 'SET') THEN
        EXECUTE format('GRANT {OWNER_ROLE} TO %I WITH SET TRUE', current_user);
    END IF;
    -- INHERIT FALSE: {APP_ROLE} itself gains no right.
    FOREACH role IN ARRAY ARRAY[{_READERS}] LOOP
        IF NOT pg_has_role('{APP_ROLE}', role, 'SET') THEN
            BEGIN
                EXECUTE format('GRANT %I TO {APP_ROLE} WITH INHERIT FALSE, SET TRUE', role);
            EXCEPTION WHEN internal_error OR unique_violation THEN
                NULL;  -- another migrator grants it at the same time
            END;
        END IF;
    END LOOP;
END $$;
"""
BY_HAND = "; ".join(
    [
        *(f"CREATE ROLE {role} {login}" for role, login in ROLES.items()),
        f"GRANT {', '.join(READER_ROLES)} TO {APP_ROLE} WITH INHERIT FALSE, SET TRUE",
    ]
)
"""What a superuser runs where the migrating user may create no roles."""

_MISSING = "SELECT name FROM unnest(%s::text[]) AS name WHERE to_regrole(name) IS NULL"
_NOT_SET = """
SELECT name FROM unnest(%s::text[]) AS name
WHERE to_regrole(name) IS NOT NULL AND to_regrole(%s) IS NOT NULL
    AND NOT pg_has_role(%s, name, 'SET')
"""
_NOT_OWNER = """
SELECT current_user WHERE to_regrole(%(owner)s) IS NOT NULL
    AND NOT pg_has_role(current_user, %(owner)s, 'SET')
"""


def missing_roles(conninfo: str) -> list[str]:
    """Return in words what is missing of roles and memberships.

    Raises StoreUnavailable, ServerTooOld.
    """
    with _connected(conninfo) as connection:
        return _missing(connection)


def make_roles(conninfo: str) -> list[str]:
    """Make what is missing, and return what it was. Raises StoreUnavailable, MigrationError."""
    try:
        with _connected(conninfo) as connection, connection.transaction():
            missing = _missing(connection)
            if missing:
                connection.execute(MAKE_ROLES.encode())
            return missing
    except psycopg.errors.InsufficientPrivilege as error:
        raise MigrationError(
            f"this role may make no roles: {error.diag.message_primary}"
        ) from error


def _missing(connection: psycopg.Connection) -> list[str]:
    readers = list(READER_ROLES)
    roles = _names(connection.execute(_MISSING, (list(ROLES),)).fetchall())
    unset = _names(connection.execute(_NOT_SET, (readers, APP_ROLE, APP_ROLE)).fetchall())
    outside = _names(connection.execute(_NOT_OWNER, {"owner": OWNER_ROLE}).fetchall())
    return [
        *(f"there is no role {role}" for role in roles),
        *(f"{APP_ROLE} may not SET ROLE {role}" for role in unset),
        *(f"{user} may not SET ROLE {OWNER_ROLE}" for user in outside),
    ]


def _names(rows: Sequence[tuple[str]]) -> list[str]:
    return [name for (name,) in rows]


def require_version(server_version: int) -> None:
    """Return if the server (160003 for 16.3) has what we need. Raises ServerTooOld."""
    version = server_version // 10_000
    if version < OLDEST_SERVER:
        raise ServerTooOld(f"PostgreSQL {version} is too old: {OLDEST_SERVER} or newer is needed")


def _connected(conninfo: str) -> psycopg.Connection:
    try:
        connection = psycopg.connect(
            conninfo, connect_timeout=CONNECT_TIMEOUT_S, application_name="sanban prepare"
        )
    except psycopg.OperationalError as error:
        raise StoreUnavailable(str(error).strip().split("\n", 1)[0]) from error
    try:
        require_version(connection.info.server_version)
    except ServerTooOld:
        connection.close()
        raise
    return connection
