"""deploy/postgres/roles.sql: the roles, for who lets no other user make them."""

from store.roles import MAKE_ROLES

_HEAD = """\
-- The roles of Sanban: psql --file roles.sql, as a superuser, once a server. It can be repeated.
-- Written from store/roles.py by `make schemas`. Where SANBAN_DATABASE_OWNER_URL may make roles,
-- `sanban prepare --create` does the same.
"""
_TAIL = """
-- Who runs `sanban migrate` must be able to become the owner of the schema:
-- GRANT sanban_owner TO sanban_admin WITH SET TRUE;
-- and sanban_app needs a way to log in: a password, or a line of pg_hba.conf (docs/OPERATIONS.md).
"""


def roles_file() -> str:
    """Return the file."""
    return f"{_HEAD}{MAKE_ROLES}{_TAIL}"
