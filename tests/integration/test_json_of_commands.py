"""What commands find and do, as one JSON document for other programs."""

import json
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeAlias

import pytest

from runtime.cli.views.surges import scattered_json
from store.connection import Database
from store.journal.rows import PostgresJournal
from tests.integration.stages import AT, stage
from tests.integration.test_cases_command import PACK
from tests.integration.test_erased_when_ended import reported
from tests.integration.test_store_erasure import ended
from tests.smoke.commands import sanban

Type: TypeAlias = Callable[..., Awaitable[Any]]


@pytest.fixture
def typed(app_dsn: str, tmp_path: Path) -> Type:
    """Type a command that exits with this code, and read its document."""

    async def run(*words: str, code: int = 0) -> Any:
        told = await sanban(
            *words,
            "--json",
            SANBAN_DATABASE_URL=app_dsn,
            SANBAN_PACKS=json.dumps([str(PACK)]),
            SANBAN_MEDIA_DIR=str(tmp_path),
        )
        assert told.code == code, told
        return json.loads(told.output)

    return run


async def test_resources_are_listed_and_shown(typed: Type) -> None:
    listed = await typed("resources", "list", "--tenant", "youchegang")
    first = listed["resources"][0]
    shown = await typed("resources", "show", first["id"], "--tenant", "youchegang")

    assert set(first) == {"id", "name", "kind", "unit", "away", "reserved"}
    assert shown["id"] == first["id"]
    assert shown["reserved"] == []


async def test_an_archiving_says_how_many_cases_it_moved(
    typed: Type, journal: PostgresJournal
) -> None:
    over = {"stage": "archived", "closed_at": AT - timedelta(days=900), "next_due": None}
    await journal.append(stage("over", 1, 1, **over))

    moved = await typed("archive", "--days", "1")
    again = await typed("archive", "--days", "1")

    assert moved["archived"] in {0, 1}
    assert again["archived"] == 0
    assert again["closed_before"]


async def test_a_preview_of_an_erasure_erases_nothing_and_the_erasure_says_so(
    typed: Type, database: Database, journal: PostgresJournal
) -> None:
    case = await reported(database, journal)
    await ended(journal, case)
    who = ("--as", "ruan-fang", "--reason", "request 14")
    # Code 1: a row of this case is older than sealing, and stays.

    preview = await typed("erase", case.case_id, *who, code=1)
    done = await typed("erase", case.case_id, *who, "--yes", code=1)
    again = await typed("erase", case.case_id, *who, code=1)

    states = [found["cases"][0] for found in (preview, done, again)]
    assert [each["case_id"] for each in states] == [case.case_id] * 3
    assert [each["erased_now"] for each in states] == [False, True, False]
    assert [each["erased_before"] for each in states] == [False, False, True]


def test_a_scattering_names_what_has_not_gone() -> None:
    told = scattered_json("lead", 3, ["b", "a"], {"c": "it has its result"})

    assert told == {
        "case_id": "lead",
        "cases": 4,
        "separated": 1,
        "not_yet": ["a", "b"],
        "refused": {"c": "it has its result"},
    }
