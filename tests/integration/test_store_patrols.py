"""Patrols on the real database: each grid is passed or missed once, and a row says which."""

import asyncio
import json
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from domain.complaints import Evidence
from domain.patrols.findings import OpenFinding
from domain.patrols.routes import Patrol, scheduled
from domain.patrols.stops import KeptStop, StopState, misses_of
from domain.policy.model import Policy
from runtime.services.patrol_watch import PatrolWatch
from runtime.wiring.packs import load_one
from store.connection import Database
from store.journal.audit import verify
from store.journal.rows import PostgresJournal
from store.patrols.cancellations import PostgresCancellations
from store.patrols.days import patrols_on
from store.patrols.patrols import PatrolAct, PatrolFinding, PostgresPatrols
from tests.pictures import fresh_photo
from tests.smoke.commands import Told, sanban
from tests.town import at

PACK = Path(__file__).parents[2] / "packs" / "youchegang"
TENANT, SQUAD = "youchegang", "xu-meng"
MONDAY = date(2026, 11, 30)
MORNING, EVENING = at("2026-11-30 09:00"), at("2026-11-30 18:00")
PICTURE = Evidence("ab" * 32, "file:///shop.jpg", "image/jpeg")


@pytest.fixture(scope="module")
def town() -> Policy:
    return load_one(PACK)


@pytest.fixture
def market(town: Policy) -> Patrol:
    return next(each for each in scheduled(town, MONDAY) if each.schedule == "market")


@pytest.fixture
def kept(database: Database) -> PostgresPatrols:
    return PostgresPatrols(database)


def passed(patrol: Patrol, grid: str) -> KeptStop:
    return KeptStop(
        patrol=patrol.id,
        grid=grid,
        day=patrol.day,
        unit=patrol.unit,
        passed=True,
        at=MORNING,
        person=SQUAD,
        point=(120_750_600, 30_842_100),
        evidence=(PICTURE,),
    )


def act(id_: str, person: str = SQUAD) -> PatrolAct:
    return PatrolAct(id_, TENANT, person, MORNING)


def watch(kept: PostgresPatrols, town: Policy, now: datetime) -> PatrolWatch:
    return PatrolWatch({TENANT: town}, kept, lambda: now)


async def rows(journal: PostgresJournal) -> list[dict[str, str]]:
    return [json.loads(row.body) for row in await journal.read(f"operations/{TENANT}")]


async def test_a_pass_is_journaled_with_place_and_time_and_kept_once(
    kept: PostgresPatrols, market: Patrol, journal: PostgresJournal, database: Database
) -> None:
    first = await kept.keep_pass(passed(market, "G08"), act("p-1"))
    again = await kept.keep_pass(passed(market, "G08"), act("p-2", "he-jun"))
    [row] = await rows(journal)

    assert first is True
    assert again is False
    assert await kept.kept(TENANT, MONDAY, MONDAY) == [passed(market, "G08")]
    assert row["kind"] == "patrol_passed"
    assert row["about"] == market.id
    assert row["person"] == SQUAD
    assert row["longitude_e6"] == "120750600"
    assert row["sha256"] == PICTURE.sha256
    assert await kept.last_passes(TENANT) == {"G08": MORNING}
    assert await kept.shown(TENANT, [PICTURE.sha256, "cd" * 32]) == {PICTURE.sha256}
    assert (await verify(database)).intact


async def test_what_has_no_pass_gets_one_row_at_its_clock_however_many_programs_look(
    kept: PostgresPatrols, town: Policy, market: Patrol, journal: PostgresJournal
) -> None:
    await watch(kept, town, MORNING).look()
    await kept.keep_pass(passed(market, "G08"), act("p-1"))
    before = await watch(kept, town, EVENING - timedelta(seconds=1)).look()
    counts = await asyncio.gather(*(watch(kept, town, EVENING).look() for _ in range(3)))
    after = await watch(kept, town, EVENING + timedelta(hours=2)).look()
    found = await patrols_on(kept, town, MONDAY)
    missed = [row for row in await rows(journal) if row["kind"] == "patrol_missed"]
    due = sum(len(each.grids) for each in found.patrols) - 1

    assert before == 0
    assert sum(counts) == due
    assert after == 0
    assert len(missed) == due
    assert {row["person"] for row in missed} == {"sanban"}
    assert len({(row["about"], row["grid"]) for row in missed}) == due
    assert [each for each in found.misses(MORNING, EVENING) if each] == []


async def test_a_pass_after_the_row_of_the_miss_changes_nothing(
    kept: PostgresPatrols, market: Patrol
) -> None:
    await kept.keep_misses(TENANT, misses_of(market, []), EVENING)
    late = await kept.keep_pass(passed(market, "G08"), act("p-1"))
    found = await kept.kept(TENANT, MONDAY, MONDAY)

    assert late is False
    assert {each.passed for each in found} == {False}


async def test_a_pass_that_is_typed_late_stands_beside_the_row_of_the_miss(
    kept: PostgresPatrols, market: Patrol, journal: PostgresJournal
) -> None:
    await kept.keep_misses(TENANT, misses_of(market, []), EVENING)
    said = replace(passed(market, "G08"), typed_late=True)
    first = await kept.keep_pass(said, act("p-1"))
    again = await kept.keep_pass(said, act("p-2", "he-jun"))
    found = await kept.kept(TENANT, MONDAY, MONDAY)
    kinds = [row["kind"] for row in await rows(journal) if row.get("grid") == "G08"]

    assert first is True
    assert again is False
    assert [each for each in found if each.grid == "G08"] == [said]
    assert kinds == ["patrol_missed", "patrol_passed"]
    assert await kept.last_passes(TENANT) == {"G08": MORNING}
    assert await kept.shown(TENANT, [PICTURE.sha256]) == {PICTURE.sha256}


async def test_an_outage_of_days_is_made_up_and_what_was_before_the_first_look_is_no_miss(
    kept: PostgresPatrols, town: Policy
) -> None:
    await watch(kept, town, MORNING).look()
    await watch(kept, town, at("2026-12-03 09:00")).look()
    found = await kept.kept(TENANT, date(2026, 11, 1), date(2026, 12, 31))

    assert {each.day for each in found} == {
        MONDAY,
        date(2026, 12, 1),
        date(2026, 12, 2),
    }


async def test_a_town_that_first_starts_in_the_evening_has_missed_nothing_of_its_day(
    kept: PostgresPatrols, town: Policy
) -> None:
    late = EVENING + timedelta(minutes=30)
    first = await watch(kept, town, late).look()
    shown = await patrols_on(kept, town, MONDAY)
    again = await watch(kept, town, late + timedelta(hours=2)).look()
    next_day = await watch(kept, town, EVENING + timedelta(days=1)).look()

    assert first == 0
    assert {stop.state for stop in shown.stops(late)} == {StopState.UNCOUNTED}
    assert again == 0
    assert next_day > 0


async def test_a_schedule_that_first_appears_in_the_evening_has_missed_nothing_of_its_day(
    kept: PostgresPatrols, town: Policy
) -> None:
    rules = town.patrols
    assert rules is not None
    added = replace(rules.schedules[0], id="added")
    more = replace(town, patrols=replace(rules, schedules=(*rules.schedules, added)))
    await watch(kept, town, MORNING).look()
    await watch(kept, more, EVENING + timedelta(minutes=30)).look()
    on_monday = {each.patrol.split(".")[0] for each in await kept.kept(TENANT, MONDAY, MONDAY)}
    await watch(kept, more, EVENING + timedelta(days=1)).look()
    tuesday = MONDAY + timedelta(days=1)
    on_tuesday = {each.patrol.split(".")[0] for each in await kept.kept(TENANT, tuesday, tuesday)}

    assert "market" in on_monday
    assert "added" not in on_monday
    assert "added" in on_tuesday


async def test_a_cancelled_patrol_is_journaled_once_and_misses_nothing(
    kept: PostgresPatrols, town: Policy, market: Patrol, journal: PostgresJournal
) -> None:
    gone = PostgresCancellations(kept.database)
    await watch(kept, town, MORNING).look()
    head = PatrolAct("c-1", TENANT, "zhou-zhiqiang", MORNING, "台风")
    first = await gone.cancel(market, head)
    again = await gone.cancel(market, replace(head, id="c-2"))
    await watch(kept, town, EVENING).look()
    [row] = [each for each in await rows(journal) if each["kind"] == "patrol_cancelled"]
    missed = {each.patrol for each in await kept.kept(TENANT, MONDAY, MONDAY)}

    assert first is True
    assert again is False
    assert row["about"] == market.id
    assert row["person"] == "zhou-zhiqiang"
    assert row["why"] == "台风"
    assert market.id not in missed
    assert [each.why for each in await gone.on(TENANT, MONDAY, MONDAY)] == ["台风"]


async def test_a_planned_patrol_is_among_those_of_its_day_and_is_missed_as_any(
    kept: PostgresPatrols, town: Policy, market: Patrol, journal: PostgresJournal
) -> None:
    await watch(kept, town, MORNING).look()
    noon = at("2026-11-30 12:00")
    plan = Patrol(
        id="PAB12.2026-11-30",
        day=MONDAY,
        unit="sanitation",
        grids=("G01",),
        opens=market.opens,
        closes=noon,
        look_at=("garbage",),
        planned_by="shen-haifeng",
        why="投诉较多",
    )
    planner = PatrolAct("plan-1", TENANT, "shen-haifeng", MORNING, "投诉较多")
    await kept.plan(plan, planner)
    await kept.plan(plan, planner)
    number = await watch(kept, town, noon).look()
    found = await patrols_on(kept, town, MONDAY)

    assert found.patrols[-1] == plan
    assert number == 1
    assert [row["kind"] for row in await rows(journal)] == ["patrol_planned", "patrol_missed"]


async def test_a_finding_is_kept_with_its_case(
    kept: PostgresPatrols, market: Patrol, journal: PostgresJournal
) -> None:
    found = PatrolFinding("f-1", market.id, "G08", MONDAY, "7kq2m-9xa4t-bnc2w", SQUAD, MORNING)
    first = await kept.keep_finding(found, act("f-1"))
    again = await kept.keep_finding(found, act("f-1"))
    [row] = await rows(journal)

    open_ones = await kept.open_findings(TENANT, "G08", "garbage", MORNING - timedelta(hours=1))
    older = await kept.open_findings(TENANT, "G08", "garbage", MORNING)

    assert first is True
    assert again is False
    assert await kept.found_as(TENANT, "f-1") == found
    assert await kept.found_as(TENANT, "f-2") is None
    assert open_ones == [OpenFinding("7kq2m-9xa4t-bnc2w", SQUAD, MORNING)]
    assert older == []
    assert await kept.findings(TENANT, MONDAY, MONDAY) == [found]
    assert row["case"] == "7kq2m-9xa4t-bnc2w"


async def test_a_patrol_is_planned_passed_and_covered_at_a_terminal(
    app_dsn: str, tmp_path: Path
) -> None:
    async def patrols(*words: str) -> Told:
        return await sanban(
            "patrols", *words, SANBAN_DATABASE_URL=app_dsn, SANBAN_PACKS=json.dumps([str(PACK)])
        )

    photo = tmp_path / "street.jpg"
    photo.write_bytes(fresh_photo())
    planned = await patrols(
        *("plan", "G08", "G09", "--unit", "enforcement-squad", "--look-at", "garbage"),
        *("--reason", "投诉较多", "--as", "shen-haifeng"),
    )
    patrol = planned.output.split()[0]
    there = ("--point", "120.7572,30.813")
    stranger = await patrols("pass", patrol, "G08", *there, "--as", "feng-lu")
    elsewhere = await patrols("pass", patrol, "G09", *there, "--as", SQUAD)
    nowhere = await patrols("pass", patrol, "G08", "--point", "here", "--as", SQUAD)
    passed = await patrols("pass", patrol, "G08", *there, "--photo", str(photo), "--as", SQUAD)
    again = await patrols("pass", patrol, "G08", *there, "--as", SQUAD)
    listed = await patrols("list", "--json")
    [told] = [each for each in json.loads(listed.output)["patrols"] if each["id"] == patrol]
    covered = await patrols("coverage", "--json")
    shown = await patrols("coverage")
    read = await patrols("list")

    assert planned.code in {0, None}
    assert "is not one of it" in stranger.complaint
    assert "not in G09" in elsewhere.complaint
    assert "write longitude and latitude" in nowhere.complaint
    assert passed.output == f"G08 of {patrol} is passed\n"
    assert "G08 was passed at" in again.complaint
    assert [each["state"] for each in told["grids"]] == ["passed", "to_come"]
    assert told["grids"][0]["longitude"] == 120.7572
    assert json.loads(covered.output)["by_grid"]["G08"]["passed"] == 1
    assert "uncovered: G09, never passed" in shown.output
    assert f"{patrol} enforcement-squad G08 passed" in " ".join(read.output.split())
