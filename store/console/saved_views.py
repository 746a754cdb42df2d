"""Named lists of people and of units."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC

from psycopg.rows import class_row

from schemas.saved_views import MOST_VIEWS, SavedView
from store.connection import Database

OF = """
SELECT id, tenant, person, unit, name, query, made_at FROM sanban.saved_views
WHERE tenant = %(tenant)s
    AND ((person = %(person)s AND unit IS NULL) OR unit = ANY (%(units)s::text[]))
ORDER BY unit NULLS FIRST, made_at, id LIMIT 100
"""
# One statement: two forms at once could pass the limit by one, which harms nothing.
SAVE = """
INSERT INTO sanban.saved_views (id, tenant, person, unit, name, query, made_at)
SELECT %(id)s, %(tenant)s, %(person)s, %(unit)s, %(name)s, %(query)s, %(made_at)s
WHERE (
    SELECT count(*) FROM sanban.saved_views
    WHERE tenant = %(tenant)s AND unit IS NOT DISTINCT FROM %(unit)s
        AND (%(unit)s::text IS NOT NULL OR person = %(person)s)
) < %(most)s
ON CONFLICT (id) DO NOTHING
"""
THERE = "SELECT 1 FROM sanban.saved_views WHERE id = %s"
DELETE = """
DELETE FROM sanban.saved_views
WHERE id = %(id)s AND tenant = %(tenant)s
    AND ((person = %(person)s AND unit IS NULL) OR unit = ANY (%(units)s::text[]))
"""


@dataclass(frozen=True, slots=True)
class PostgresSavedViews:
    """Implements console.desk.ports.SavedViews."""

    database: Database

    async def of(self, tenant: str, person: str, units: Sequence[str]) -> Sequence[SavedView]:
        params = {"tenant": tenant, "person": person, "units": [*units]}
        return await self.database.fetch_as(class_row(SavedView), OF, params)

    async def save(self, view: SavedView) -> bool:
        at = view.made_at.astimezone(UTC)
        await self.database.fetch(
            SAVE,
            {
                "id": view.id,
                "tenant": view.tenant,
                "person": view.person,
                "unit": view.unit,
                "name": view.name,
                "query": view.query,
                "made_at": at,
                "most": MOST_VIEWS,
            },
        )
        return bool(await self.database.fetch(THERE, (view.id,)))

    async def delete(self, id_: str, tenant: str, person: str, units: Sequence[str]) -> None:
        params = {"id": id_, "tenant": tenant, "person": person, "units": [*units]}
        await self.database.fetch(DELETE, params)
