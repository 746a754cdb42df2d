"""Cases found by what their citizens said, which nobody reads on the way."""

from dataclasses import replace
from typing import Any

import psycopg
import pytest

from domain.case.access import Reach
from domain.complaints import Place
from domain.matching.search_terms import TooShort
from schemas.intake import Claim, Position
from store.cases.filters import CaseFilter
from store.cases.read_model import CaseCount, PostgresCases
from store.cases.row_access import PersonsDatabase
from store.cases.search_index import words_for
from store.connection import Database
from store.intake.ledger import PostgresLedger
from store.journal.rows import PostgresJournal
from tests.integration.stages import AT, stage
from tests.unit.test_similarity import PIPE

NOISE = replace(PIPE, text="夜间施工噪音扰民", place=Place("新气象路831号"))
CASES = {
    "noise": (NOISE, "squad"),
    "school": (replace(NOISE, text="学校旁边音乐噪声大"), "squad"),
    "mixed": (replace(NOISE, text="音噪，施工的夜间"), "squad"),
    "pipe": (PIPE, "water"),
    "both": (replace(PIPE, text="水管施工噪音扰民"), "water"),
}


def claim(case_id: str, offset: int, tenant: str = "town") -> Claim:
    report, _ = CASES.get(case_id, (NOISE, ""))
    position = Position("main", "sanban.complaints", "id", 0, offset)
    return Claim(position, tenant, "hotline", f"{offset}", "d", case_id, report=report)


@pytest.fixture(autouse=True)
async def cases(database: Database, journal: PostgresJournal) -> PostgresCases:
    ledger = PostgresLedger(database)
    for offset, (case_id, (_, holder)) in enumerate(CASES.items()):
        await ledger.reserve([claim(case_id, offset)])
        theirs: dict[str, Any] = {"holder": holder, "units": (holder,), "inbox": (holder,)}
        await journal.append(stage(case_id, 1, tenant="town", **theirs))
    return PostgresCases(database)


async def found(database: Database, text: str, reach: Reach | None = None) -> set[str]:
    """However common it is taken to be."""
    words = await words_for(database, text)
    assert words.numbers
    cases = PostgresCases(PersonsDatabase(database, reach) if reach else database)
    answers = []
    for common in (False, True):
        wanted = CaseFilter(words=replace(words, common=common))
        page, total = await cases.listed(wanted, now=AT)
        assert total == CaseCount(len(page.rows))
        assert await cases.count(wanted, now=AT) == total
        answers.append({row.case_id for row in page.rows})
    assert answers[0] == answers[1]
    return answers[0]


async def test_a_case_is_found_by_words_of_its_text_and_of_its_address(database: Database) -> None:
    for text, expected in {
        "噪音": {"noise", "both"},
        "施工噪音": {"noise", "both"},
        "噪声": {"school"},
        "夜间": {"noise", "mixed"},
        "夜间 噪音": {"noise"},
        "新气象路": {"noise", "school", "mixed"},
        "831": {"noise", "school", "mixed"},
        "路灯": set[str](),
    }.items():
        assert await found(database, text) == expected, text


async def test_who_reads_as_a_person_finds_what_they_may_read(database: Database) -> None:
    for reach, expected in (
        (Reach("a", "town", ("squad",)), {"noise"}),
        (Reach("b", "town", ("water",)), {"both"}),
        (Reach("c", "town", ("office",), whole_tenant=True), {"noise", "both"}),
        (Reach("d", "city", ("squad",), whole_tenant=True), set[str]()),
        (Reach("e", "city", ("squad",)), set[str]()),
        # An outside party would find out the words of the reporter, one by one.
        (Reach("f", "town", ("water", "squad"), part_units=("squad",)), {"both"}),
    ):
        assert await found(database, "噪音扰民", reach) == expected, reach


async def test_words_go_together_with_every_other_filter(
    database: Database, cases: PostgresCases
) -> None:
    words = await words_for(database, "噪音")
    persons = PostgresCases(PersonsDatabase(database, Reach("b", "town", ("water", "squad"))))
    for reading in (cases, persons):
        for wanted in (
            CaseFilter(words=words, holder="squad"),
            CaseFilter(words=words, inbox=("squad",)),
            CaseFilter(words=words, inbox=("squad",), open_only=True, grid="g-07", tenant="town"),
        ):
            page, _ = await reading.listed(wanted, now=AT)
            assert {row.case_id for row in page.rows} == {"noise"}


def test_what_is_kept_tells_none_of_the_words(superuser: psycopg.Connection) -> None:
    columns = superuser.execute(
        "SELECT attname FROM pg_attribute WHERE attrelid = 'sanban.case_words'::regclass"
        " AND attnum > 0"
    ).fetchall()
    kept = superuser.execute("SELECT words FROM sanban.case_words").fetchall()

    assert {name for (name,) in columns} == {"case_id", "tenant", "words", "of_open"}
    assert len(kept) == len(CASES)
    assert all(isinstance(word, int) for (words,) in kept for word in words)


async def test_what_was_removed_is_not_found(database: Database, app: psycopg.Connection) -> None:
    app.execute("DELETE FROM sanban.case_words WHERE case_id = 'noise'")

    assert await found(database, "噪音") == {"both"}


async def test_the_newest_claim_to_a_number_counts_unless_it_is_another_tenant_s(
    database: Database, superuser: psycopg.Connection
) -> None:
    ledger = PostgresLedger(database)
    await ledger.reserve([replace(claim("pipe", 90), report=NOISE)])
    await ledger.reserve([replace(claim("school", 91, tenant="city"), report=NOISE)])
    await ledger.reserve([replace(claim("new", 92), kind="supplemented")])

    assert await found(database, "噪音") == {"noise", "both", "pipe"}
    assert superuser.execute("SELECT count(*) FROM sanban.case_words").fetchone() == (len(CASES),)


async def test_it_is_known_which_words_are_common(
    database: Database, superuser: psycopg.Connection
) -> None:
    assert not (await words_for(database, "噪音")).common  # nobody has looked yet

    superuser.execute("ANALYZE sanban.case_words")

    assert (await words_for(database, "施工")).common
    assert not (await words_for(database, "施工电梯")).common


async def test_a_text_without_two_characters_is_refused_by_the_store_itself(
    database: Database,
) -> None:
    with pytest.raises(TooShort):
        await words_for(database, "路")


async def test_the_words_of_a_case_follow_it_when_it_is_closed_and_reopened(
    database: Database, journal: PostgresJournal, cases: PostgresCases
) -> None:
    for seq, closed_at in ((2, AT), (3, None), (4, AT)):
        await journal.append(stage("noise", seq, tenant="town", closed_at=closed_at))
        open_ones = CaseFilter(words=await words_for(database, "噪音"), open_only=True)

        page, _ = await cases.listed(open_ones, now=AT)

        assert {row.case_id for row in page.rows} == {"both"} | (
            {"noise"} - {closed_at and "noise"}
        )
        assert await found(database, "噪音") == {"noise", "both"}
