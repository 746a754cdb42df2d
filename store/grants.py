"""The rights that migrations and scripts give to roles, and which of them a database lacks.

They are read from the GRANT statements themselves, so that there is no second list of them.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import LiteralString

from typing_extensions import override

_GRANT = re.compile(
    r"^GRANT\s+(?P<rights>[^;]+?)\s+ON\s+(?P<kind>FUNCTION\s|SCHEMA\s|TABLE\s)?\s*"
    r"(?P<objects>[^;]+?)\s+TO\s+(?P<roles>[a-z_,\s]+);",
    re.MULTILINE,
)
_NEXT = re.compile(r",\s*(?![^()]*\))")
"""A comma that is in no parentheses."""
_COLUMNS = re.compile(r"(\w+)\s*\((.+)\)")

# What is not there any more, or not yet, is no missing right: the schema's version says so.
MISSING: LiteralString = """
WITH wanted AS (
    SELECT * FROM unnest(%s::text[], %s::text[], %s::text[], %s::text[], %s::text[])
        AS w (role, kind, object, privilege, "column")
)
SELECT role, kind, object, privilege, "column" FROM wanted
WHERE to_regrole(role) IS NOT NULL AND NOT CASE kind
    WHEN 'schema' THEN has_schema_privilege(role, to_regnamespace(object), privilege)
    WHEN 'function' THEN
        coalesce(has_function_privilege(role, to_regprocedure(object), privilege), true)
    ELSE coalesce(
        CASE "column" WHEN '' THEN has_table_privilege(role, to_regclass(object), privilege)
        ELSE has_column_privilege(role, to_regclass(object), "column", privilege) END, true)
    END
"""


@dataclass(frozen=True, slots=True)
class Grant:
    """One right of one role on one object; `column` is "" where it holds for all of them."""

    role: str
    kind: str
    object: str
    privilege: str
    column: str = ""

    @override
    def __str__(self) -> str:
        columns = f" ({self.column})" if self.column else ""
        on = "" if self.kind == "table" else f"{self.kind.upper()} "
        return f"GRANT {self.privilege}{columns} ON {on}{self.object} TO {self.role}"


def grants_in(texts: Iterable[str]) -> list[Grant]:
    """Return every right that these SQL texts give, each once."""
    return list(dict.fromkeys(grant for text in texts for grant in _grants(text)))


def columns_of(grants: Iterable[Grant]) -> list[list[str]]:
    """Return the parameters of MISSING."""
    rows = [(each.role, each.kind, each.object, each.privilege, each.column) for each in grants]
    return [[row[place] for row in rows] for place in range(5)]


def _grants(text: str) -> Iterator[Grant]:
    for found in _GRANT.finditer(text):
        kind = (found["kind"] or "table").strip().lower()
        for role in _items(found["roles"]):
            for item in _items(found["objects"]):
                for right in _items(found["rights"]):
                    for privilege, column in _columns(right):
                        yield Grant(role, kind, item, privilege, column)


def _columns(right: str) -> list[tuple[str, str]]:
    match = _COLUMNS.fullmatch(right)
    if match is None:
        return [(right, "")]
    return [(match[1], column) for column in _items(match[2])]


def _items(text: str) -> list[str]:
    return [" ".join(each.split()) for each in _NEXT.split(text)]
