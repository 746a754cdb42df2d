"""Absences that people set, on the real database: journaled, and found by the next look-up."""

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from activities.lookups import LookupActivities
from domain.people.roster_changes import SetAbsence
from runtime.clock import utc_now
from runtime.wiring.packs import load_one
from runtime.wiring.policy_registry import PolicyRegistry
from schemas.case import Question
from store.connection import Database
from store.journal.audit import verify
from store.journal.rows import PostgresJournal
from store.packs.published import PostgresPolicies
from store.people.absences import PostgresAbsences, Setter
from tests.smoke.commands import Told, sanban

PACK = Path(__file__).parents[2] / "packs" / "youchegang"
TENANT, DAY = "youchegang", timedelta(days=1)


def by(id_: str) -> Setter:
    return Setter(id_, TENANT, "zhu-lihua", "病假", utc_now())


@pytest.fixture
def absences(database: Database) -> PostgresAbsences:
    return PostgresAbsences(database)


async def test_who_set_and_who_ended_an_absence_is_journaled_and_the_same_id_acts_once(
    absences: PostgresAbsences, database: Database, journal: PostgresJournal
) -> None:
    now = utc_now()
    change = SetAbsence("pan-zhenhua", now - DAY, now + DAY, "yu-hong")
    await absences.set(change, by("a-1"))
    await absences.set(change, by("a-1"))
    [held] = await absences.holding(now, TENANT)
    ended = await absences.end(held.number, held.person, by("a-2"))
    again = await absences.end(held.number, held.person, by("a-3"))
    rows = [json.loads(row.body) for row in await journal.read(f"operations/{TENANT}")]
    [after] = await absences.holding(now, TENANT)

    assert held.change == replace(change, set_by="zhu-lihua")
    assert held.set_by == "zhu-lihua"
    assert ended
    assert not again
    assert after.ended_by == "zhu-lihua"
    assert after.until < held.until
    assert [row["kind"] for row in rows] == ["absence_set", "absence_ended"]
    assert rows[0]["about"] == "pan-zhenhua"
    assert rows[0]["stand_in"] == "yu-hong"
    assert (await verify(database)).intact


async def test_the_next_look_up_has_the_stand_in_and_the_one_after_its_end_has_not(
    absences: PostgresAbsences, database: Database
) -> None:
    registry = PolicyRegistry({TENANT: load_one(PACK)}, PostgresPolicies(database))
    lookups = LookupActivities(registry, registry.refresh)
    asked = Question(tenant=TENANT, at=utc_now(), units=("housing-construction",))
    now = utc_now()

    before = await lookups.look_up(asked)
    await absences.set(SetAbsence("lyu-ting", now - DAY, now + DAY, "yu-hong"), by("a-1"))
    during = await lookups.look_up(asked)
    [held] = await absences.holding(now)
    await absences.end(held.number, held.person, by("a-2"))
    after = await lookups.look_up(Question(tenant=TENANT, at=utc_now(), units=asked.units))

    assert before.roster is not None
    assert during.roster is not None
    assert after.roster is not None
    assert "lyu-ting" not in {each.person for each in before.roster.absences}
    assert [each.stand_in for each in during.roster.absences] == ["yu-hong"]
    assert "yu-hong" in {each.id for each in during.roster.people}
    assert after.roster == before.roster


async def test_an_absence_is_set_listed_and_ended_at_a_terminal(app_dsn: str) -> None:
    async def duty(*words: str) -> Told:
        return await sanban(
            "duty", *words, SANBAN_DATABASE_URL=app_dsn, SANBAN_PACKS=json.dumps([str(PACK)])
        )

    today = utc_now().date()
    days = ("--from", f"{today - DAY}", "--to", f"{today + DAY}")
    who = ("--as", "zhu-lihua", "--reason", "病假")

    added = await duty("add", "lyu-ting", *days, "--stand-in", "pan-zhenhua", *who)
    listed = await duty("list", "--roster", TENANT)
    [number] = [line.split()[0] for line in listed.output.splitlines() if "病假" in line]
    bare = await duty("end", number, "--as", "zhu-lihua")
    stranger = await duty("end", number, "--as", "xu-meng", "--reason", "x")
    ended = await duty("end", number, *who)
    again = await duty("end", number, *who)
    above = await duty("add", "lu-jianming", *days, *who)

    assert "lyu-ting is away" in added.output
    assert "pan-zhenhua stands in" in added.output
    assert "absence" in ended.output
    for told in (bare, stranger, again, above):
        assert told.code == 2
        assert told.output == ""
