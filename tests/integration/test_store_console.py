"""Sessions and sign-ins of the console in PostgreSQL: the same for every console."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import psycopg

from schemas.console import KeptForm, ProviderSignOut, Session, SignInAttempt, Way
from store.connection import Database
from store.console.attempts import PATIENCE, PostgresAttempts
from store.console.kept_forms import LASTS, PostgresKeptForms
from store.console.sessions import IDLE, LONGEST, SOON, PostgresSessions

NOW = datetime(2026, 12, 1, 1, 0, tzinfo=UTC)
LI = Session(
    "one", "town", "li", "zh", NOW, NOW, Way.PROVIDER, "Firefox, Linux", "0041", "s1", "form-one"
)
ATTEMPT = SignInAttempt("state", "browser", "nonce", "verifier", "/cases", "zh", NOW)


async def begun(database: Database, *sessions: Session) -> PostgresSessions:
    kept = PostgresSessions(database)
    for session in sessions:
        await kept.begin(session)
    return kept


async def test_a_session_is_found_as_it_was_begun_until_its_time_is_over(
    database: Database,
) -> None:
    kept = await begun(database, LI)

    assert await kept.find("one", NOW) == LI
    assert await kept.find("one", NOW + IDLE) == replace(LI, used_at=NOW + IDLE)
    assert await kept.find("one", NOW + 2 * IDLE + timedelta(seconds=1)) is None
    assert await kept.find("two", NOW) is None


async def test_requests_that_follow_soon_after_another_write_nothing(
    database: Database, superuser: psycopg.Connection
) -> None:
    kept = await begun(database, LI)
    written = "SELECT used_at FROM sanban.console_sessions"

    assert await kept.find("one", NOW + SOON) == replace(LI, used_at=NOW + SOON)
    assert superuser.execute(written).fetchall() == [(NOW,)]
    later = NOW + SOON + timedelta(seconds=1)
    assert await kept.find("one", later) == replace(LI, used_at=later)
    assert superuser.execute(written).fetchall() == [(later,)]


async def test_a_session_that_is_always_used_is_over_after_its_longest_time(
    database: Database,
) -> None:
    kept = await begun(database, LI)
    at = NOW
    while at + IDLE <= NOW + LONGEST:
        at += IDLE
        assert await kept.find("one", at) is not None

    assert await kept.find("one", NOW + LONGEST + timedelta(seconds=1)) is None


async def test_a_person_ends_one_session_and_all_others_and_no_one_else_s(
    database: Database,
) -> None:
    names = ("one", "two", "three", "four")
    own = [replace(LI, id=name, form=name) for name in names]
    kept = await begun(database, *own, replace(LI, id="wu", person="wu", form="wu"))

    await kept.end_one("town", "li", "two", NOW)
    await kept.end_one("town", "li", "wu", NOW)
    left = {session.id for session in await kept.of_person("town", "li", NOW)}
    await kept.end_others("town", "li", "three", NOW)

    assert left == {"one", "three", "four"}
    assert [session.id for session in await kept.of_person("town", "li", NOW)] == ["three"]
    assert await kept.find("wu", NOW) is not None


async def test_a_form_says_whose_it_was_also_after_the_session_has_ended(
    database: Database,
) -> None:
    kept = await begun(database, LI)
    await kept.end("one", NOW)

    assert await kept.find("one", NOW) is None
    assert await kept.of_form("form-one") == LI
    assert await kept.of_form("form-two") is None


async def test_the_provider_ends_what_it_names_and_nothing_that_began_later(
    database: Database,
) -> None:
    later = NOW + timedelta(minutes=5)
    kept = await begun(
        database,
        LI,
        replace(LI, id="two", provider_session="s2", form="two"),
        replace(LI, id="new", begun_at=later, used_at=later, form="new"),
        replace(LI, id="own", way=Way.ACCOUNT, form="own"),
    )

    nothing = await kept.end_by_provider(ProviderSignOut(NOW), NOW)
    one = await kept.end_by_provider(ProviderSignOut(NOW, "0041", "s1"), NOW)
    rest = await kept.end_by_provider(ProviderSignOut(NOW, "0041"), NOW)
    left = {session.id for session in await kept.of_person("town", "li", later)}

    assert nothing == 0
    assert one == 1
    assert rest == 1
    assert left == {"new", "own"}


async def test_an_attempt_is_taken_once_by_its_own_browser_in_time(database: Database) -> None:
    kept = PostgresAttempts(database)
    await kept.begin(ATTEMPT)
    await kept.begin(replace(ATTEMPT, state="late"))

    assert await kept.take("state", "another", NOW) is None
    found = await asyncio.gather(*(kept.take("state", "browser", NOW) for _ in range(8)))
    assert [each for each in found if each is not None] == [ATTEMPT]
    assert await kept.take("late", "browser", NOW + PATIENCE + timedelta(seconds=1)) is None


async def test_attempts_that_took_too_long_are_deleted_when_others_begin(
    database: Database,
) -> None:
    kept = PostgresAttempts(database)
    await kept.begin(ATTEMPT)
    await kept.begin(replace(ATTEMPT, state="new", begun_at=NOW + 2 * PATIENCE))

    assert await database.fetch("SELECT state FROM sanban.console_attempts") == [("new",)]


FORM = KeptForm(
    "form", "town", "li", "case-one", "comment", {"text": ["已约谈店主"], "id": ["c1"]}, NOW
)


async def test_a_kept_form_is_sealed_and_opens_for_its_person_alone(database: Database) -> None:
    kept = PostgresKeptForms(database)
    await kept.keep(FORM)
    [(stored,)] = await database.fetch("SELECT fields FROM sanban.console_drafts")

    assert "已约谈" not in stored
    assert await kept.find("form", "town", "li", NOW + LASTS) == FORM
    assert await kept.find("form", "town", "wu", NOW) is None
    assert await kept.find("form", "city", "li", NOW) is None
    assert await kept.find("form", "town", "li", NOW + LASTS + timedelta(seconds=1)) is None
    assert await database.fetch("SELECT id FROM sanban.console_drafts") == []


async def test_keys_are_switched_off_for_a_person_in_every_session(database: Database) -> None:
    here, there = LI, replace(LI, id="two", form="form-two")
    wu = replace(LI, id="three", person="wu", form="form-three")
    kept = await begun(database, here, there, wu)

    await kept.use_shortcuts("town", "li", use=False)
    off = await kept.find("two", NOW)
    other = await kept.find("three", NOW)
    await kept.use_shortcuts("town", "li", use=True)
    on = await kept.find("two", NOW)

    assert off is not None
    assert not off.shortcuts
    assert other is not None
    assert other.shortcuts
    assert on is not None
    assert on.shortcuts


async def test_the_kept_forms_of_a_person_are_listed_until_one_is_forgotten(
    database: Database,
) -> None:
    kept = PostgresKeptForms(database)
    later = replace(FORM, id="later", kept_at=NOW + timedelta(minutes=5))
    for form in (FORM, later, replace(FORM, id="of-wu", person="wu")):
        await kept.keep(form)

    listed = await kept.of_person("town", "li", NOW + timedelta(minutes=10))
    await kept.forget("of-wu", "town", "li")
    await kept.forget("later", "town", "li")

    assert [each.id for each in listed] == ["later", "form"]
    assert listed[1].until == NOW + LASTS
    assert [each.id for each in await kept.of_person("town", "li", NOW)] == ["form"]
    assert [each.id for each in await kept.of_person("town", "wu", NOW)] == ["of-wu"]


async def test_a_kept_form_of_an_erased_case_does_not_open(database: Database) -> None:
    kept = PostgresKeptForms(database)
    await kept.keep(FORM)
    await database.fetch("SELECT sanban.key_destroy('town', 'case-one')")

    assert await kept.find("form", "town", "li", NOW) is None
