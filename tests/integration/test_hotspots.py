"""`sanban patrols hotspots`: what stands out among the cases of a town, over PostgreSQL."""

import json
from dataclasses import replace
from datetime import timedelta

from domain.case.summaries import summarize
from domain.complaints import Place
from schemas.journal import batch_of
from store.connection import Database
from store.journal.rows import PostgresJournal
from tests.builders import complaint, plan
from tests.smoke.commands import Told, sanban
from tests.town import at
from tests.unit.rows.story import Story

KEY = """
INSERT INTO sanban.keys (tenant, case_id, key, phone_hash) VALUES (%s, %s, %s, %s)
ON CONFLICT (tenant, case_id) DO UPDATE SET phone_hash = EXCLUDED.phone_hash
"""
SATURDAY = at("2026-07-04 10:00")


async def reported(
    journal: PostgresJournal, database: Database, number: int, grid: str, person: str
) -> str:
    """Keep a case of street stalls in a grid, reported by a person some hours before Saturday."""
    when = SATURDAY - timedelta(hours=number)
    about = replace(complaint(event_id=str(number), reported_at=when), place=Place(grid=grid))
    story = Story(replace(plan(about), grid=grid), when)
    case = story.case.case_id
    await database.fetch(KEY + " RETURNING 1", ("youchegang", case, b"k" * 32, person.encode()))
    await journal.append(batch_of(story.case, tuple(story.events), summarize(story.case)))
    return case


async def told(dsn: str, *words: str) -> Told:
    return await sanban("patrols", "hotspots", *words, SANBAN_DATABASE_URL=dsn)


async def test_a_cluster_of_different_people_stands_out_and_one_persons_calls_do_not(
    journal: PostgresJournal, database: Database, app_dsn: str
) -> None:
    cases = [
        await reported(journal, database, number, "G02", f"person {number}") for number in range(6)
    ]
    for number in range(10, 18):
        await reported(journal, database, number, "G10", "the same")
    words = ("--to", "2026-07-04", "--tenant", "youchegang")
    shown, as_json, earlier = [
        await told(app_dsn, *words),
        await told(app_dsn, *words, "--json"),
        await told(app_dsn, "--to", "2026-06-20", "--tenant", "youchegang"),
    ]
    [found] = json.loads(as_json.output)["hotspots"]

    assert found["grids"] == ["G02"]
    assert found["reporters"] == 6
    assert sorted(found["cases"]) == sorted(cases)
    assert "6 reports by 6 people in 7 days" in shown.output
    assert "sanban patrols plan G02" in shown.output
    assert "no place stands out" in earlier.output
