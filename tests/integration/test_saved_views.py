"""Named lists in PostgreSQL."""

from dataclasses import replace
from datetime import UTC, datetime

from schemas.saved_views import MOST_VIEWS, SavedView
from store.connection import Database
from store.console.saved_views import PostgresSavedViews

AT = datetime(2026, 11, 24, 8, tzinfo=UTC)
OWN = SavedView("v-1", "town", "xu-meng", None, "超期", "light=red", AT)
SHARED = replace(OWN, id="v-2", unit="squad", name="本单位")


async def test_a_person_sees_own_views_and_those_of_the_unit(database: Database) -> None:
    views = PostgresSavedViews(database)
    assert await views.save(OWN)
    assert await views.save(SHARED)
    assert await views.save(replace(OWN, name="again"))

    assert await views.of("town", "xu-meng", ["squad"]) == [OWN, SHARED]
    assert await views.of("town", "luo-an", ["squad"]) == [SHARED]
    assert await views.of("town", "luo-an", []) == []
    assert await views.of("other", "xu-meng", ["squad"]) == []


async def test_who_made_a_view_or_heads_its_unit_deletes_it(database: Database) -> None:
    views = PostgresSavedViews(database)
    await views.save(OWN)
    await views.save(SHARED)

    await views.delete("v-1", "town", "luo-an", ["squad"])
    await views.delete("v-2", "town", "xu-meng", [])
    await views.delete("v-1", "other", "xu-meng", [])
    assert await views.of("town", "xu-meng", ["squad"]) == [OWN, SHARED]

    await views.delete("v-1", "town", "xu-meng", [])
    await views.delete("v-2", "town", "other", ["squad"])
    assert await views.of("town", "xu-meng", ["squad"]) == []


async def test_views_are_limited_for_each_person_and_unit(database: Database) -> None:
    views = PostgresSavedViews(database)
    for number in range(MOST_VIEWS):
        assert await views.save(replace(OWN, id=f"v-{number}"))

    assert not await views.save(replace(OWN, id="one-more"))
    assert await views.save(replace(OWN, id="of-other", person="luo-an"))
    assert await views.save(replace(SHARED, id="of-unit"))
