"""`sanban cases list | show | explain` as somebody types it: promises 30 and 31."""

import json
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import TypeAlias

import pytest

from domain.case.registration.acts import Open
from domain.case.state import Case
from domain.case.summaries import summarize
from domain.planning.plans import Choice
from domain.privacy.readings import Purpose
from schemas.intake import Claim, Position, Reporter
from schemas.journal import batch_of
from store.connection import Database
from store.intake.ledger import PostgresLedger
from store.journal.rows import PostgresJournal
from store.privacy.keys import PostgresKeys
from store.privacy.readings import PersonalReading, PostgresReadings, ReadingKind
from tests.builders import complaint, give, plan
from tests.smoke.commands import Told, sanban
from tests.town import OPENED

PACK = Path(__file__).parents[2] / "packs" / "youchegang"
Type: TypeAlias = Callable[..., Awaitable[Told]]


@pytest.fixture
def sanban_cases(app_dsn: str) -> Type:
    async def run(*words: str) -> Told:
        return await sanban(
            "cases", *words, SANBAN_DATABASE_URL=app_dsn, SANBAN_PACKS=json.dumps([str(PACK)])
        )

    return run


async def opened(journal: PostgresJournal, name: str, holder: str, *choices: Choice) -> Case:
    pinned = plan(complaint(event_id=name), holder=holder)
    decision = give(None, Open(plan=replace(pinned, choices=choices)), OPENED)
    await journal.append(batch_of(decision.case, decision.events, summarize(decision.case)))
    return decision.case


async def test_a_unit_finds_its_own_cases_and_not_so_much_as_the_number_of_another(
    journal: PostgresJournal, sanban_cases: Type
) -> None:
    own = await opened(journal, "one", "sanitation")
    other = await opened(journal, "two", "water-company")

    listed = await sanban_cases("list", "--as", "qiu-ping")
    shown = await sanban_cases("show", own.case_id, "--as", "qiu-ping")
    hidden = [
        await sanban_cases(word, other.case_id[:9], "--as", "qiu-ping")
        for word in ("show", "explain")
    ]
    everything = await sanban_cases("list", "--as", "zhu-lihua")
    waiting = await sanban_cases("list", "--as", "zhu-lihua", "--mine")
    nobodys = await sanban_cases("list")

    assert own.case_id in listed.output
    assert other.case_id not in listed.output
    assert "1 of 1 cases" in listed.output
    assert shown.code == 0
    assert own.case_id in shown.output
    for told in hidden:
        assert told.code == 2
        assert told.output == ""
        assert "no case begins with" in told.complaint
    assert "2 of 2 cases" in everything.output
    assert "0 of 0 cases" in waiting.output  # of the platform: both are with their units
    assert "2 of 2 cases" in nobodys.output


async def test_who_calls_back_reads_whom_to_call_and_nobody_else_does(
    journal: PostgresJournal, database: Database, sanban_cases: Type
) -> None:
    case = await opened(journal, "one", "sanitation")
    position = Position("main", "sanban.complaints", "id", 0, 0)
    wang = Reporter("王女士", "13800000000", confidential=True)
    about = case.plan.complaint
    await PostgresLedger(database).reserve(
        [Claim(position, about.tenant, about.source, "one", "d", case.case_id, wang)]
    )

    hotline, dispatcher, unit, head, nobody = [
        await sanban_cases("show", case.case_id, *who)
        for who in (
            ("--as", "ruan-fang"),
            ("--as", "zhu-lihua"),
            ("--as", "qiu-ping"),
            ("--as", "qian-weidong"),
            (),
        )
    ]

    for told in (hotline, dispatcher):
        assert "王**  138****0000  in confidence" in told.output
        assert "王女士" not in told.output
    for told in (unit, head, nobody):
        assert told.code == 0
        assert case.case_id in told.output
        assert "王女士" not in told.output
        assert "13800000000" not in told.output


async def test_a_name_is_shown_for_a_reason_that_is_journaled_first(
    journal: PostgresJournal, database: Database, sanban_cases: Type
) -> None:
    case = await opened(journal, "one", "sanitation")
    position = Position("main", "sanban.complaints", "id", 0, 0)
    wang, about = Reporter("王女士", "13800000000", confidential=True), case.plan.complaint
    await PostgresLedger(database).reserve(
        [Claim(position, about.tenant, about.source, "one", "d", case.case_id, wang)]
    )
    asked = ("show", case.case_id, "--reveal", "callback")

    bare = await sanban_cases(*asked, "--as", "ruan-fang")
    unnamed = await sanban_cases(*asked, "--reason", "回访")
    unit = await sanban_cases(*asked, "--as", "qiu-ping", "--reason", "回访")
    before = await journal.read(f"operations/{about.tenant}")
    hotline = await sanban_cases(*asked, "--as", "ruan-fang", "--reason", "回访")

    for told in (bare, unnamed, unit):
        assert told.code == 2
        assert "13800000000" not in told.output
    assert before == []
    assert "王女士  13800000000  in confidence" in hotline.output
    [row] = await journal.read(f"operations/{about.tenant}")
    said = json.loads(row.body)
    assert said["kind"] == "reporter_read"
    assert said["person"] == "ruan-fang"
    assert said["about"] == case.case_id
    assert said["purpose"] == "callback"
    assert said["why"] == "回访"
    assert said["door"] == "terminal"


async def test_an_auditor_reads_a_case_without_its_words(
    journal: PostgresJournal, sanban_cases: Type
) -> None:
    case = await opened(journal, "one", "sanitation")
    words = case.plan.complaint.text

    listed = await sanban_cases("list", "--as", "yu-zhengming")
    shown = await sanban_cases("show", case.case_id, "--as", "yu-zhengming")
    searched = await sanban_cases("list", "--text", words[:4], "--as", "yu-zhengming")
    operator = await sanban_cases("list", "--as", "yin-hao")

    assert case.case_id in listed.output
    assert case.case_id in shown.output
    assert words not in listed.output + shown.output
    assert "〓" in shown.output
    assert searched.code == 2
    assert case.case_id not in operator.output


async def test_a_reading_is_journaled_once_for_each_id(database: Database) -> None:
    readings = PostgresReadings(database)
    reading = PersonalReading(
        id="r-1",
        kind=ReadingKind.REPORTER,
        at=OPENED,
        tenant="town",
        person="ruan-fang",
        about="case-1",
        purpose=Purpose.CALLBACK,
        why="回访",
        door="console",
    )

    assert await readings.note(reading)
    assert not await readings.note(reading)
    assert await readings.note(replace(reading, id="r-2"))


async def test_who_reports_in_confidence_is_not_named_by_the_own_words_either(
    journal: PostgresJournal, database: Database, sanban_cases: Type
) -> None:
    about = complaint(event_id="one")
    wang = Reporter("王静", "13800000000", confidential=True)
    position = Position("main", "sanban.complaints", "id", 0, 0)
    await PostgresLedger(database).reserve(
        [Claim(position, about.tenant, about.source, "one", "d", about.case_id, wang)]
    )
    keys = await PostgresKeys(database).of([(about.tenant, about.case_id)])
    text = keys.seal(about.tenant, about.case_id, "我是王女士，电话 138-0000-0000，隔壁占道")
    pinned = plan(replace(about, text=text), holder="sanitation")
    decision = give(None, Open(plan=pinned), OPENED)
    await journal.append(batch_of(decision.case, decision.events, summarize(decision.case)))

    caller, unit, listed = [
        (await sanban_cases(*words)).output
        for words in (
            ("show", about.case_id, "--as", "ruan-fang"),
            ("show", about.case_id, "--as", "qiu-ping"),
            ("list", "--as", "qiu-ping"),
        )
    ]

    assert "我是王女士，电话 138-0000-0000，隔壁占道" in caller
    assert "我是〓，电话 〓，隔壁占道" in unit
    assert "我是〓" in listed


async def test_cases_in_no_grid_are_in_a_list_of_their_own(
    journal: PostgresJournal, sanban_cases: Type
) -> None:
    covered = await opened(journal, "one", "sanitation")
    nowhere = Choice("grid", "none", "uncovered point: it lies in no grid")
    uncovered = await opened(journal, "two", "sanitation", nowhere)

    told = await sanban_cases("list", "--uncovered")

    assert "1 of 1 cases" in told.output
    assert uncovered.case_id in told.output
    assert covered.case_id not in told.output


async def test_a_page_says_where_the_next_one_begins(
    journal: PostgresJournal, sanban_cases: Type
) -> None:
    cases = [(await opened(journal, str(number), "sanitation")).case_id for number in range(3)]

    first = await sanban_cases("list", "--limit", "2")
    following = first.output.rpartition("more: --after ")[2].strip()
    second = await sanban_cases("list", "--limit", "2", "--after", following)

    assert "2 of 3 cases" in first.output
    assert "1 of 3 cases" in second.output
    assert "more:" not in second.output
    seen = [id_ for id_ in cases if id_ in first.output + second.output]
    assert sorted(cases) == sorted(seen)


async def test_what_was_done_is_on_the_screen_or_the_screen_says_that_it_is_not(
    journal: PostgresJournal, sanban_cases: Type
) -> None:
    case = await opened(journal, "one", "sanitation")
    done, ahead = f"{case.case_id}:{case.seq}", f"{case.case_id}:{case.seq + 1}"

    there = await sanban_cases("list", "--wait-for", done, "--patience", "0")
    not_there = [
        await sanban_cases(*words, "--wait-for", ahead, "--patience", "0")
        for words in (("list",), ("show", case.case_id))
    ]
    not_theirs = await sanban_cases(
        "list", "--as", "song-tao", "--wait-for", done, "--patience", "0"
    )

    assert there.code == 0
    assert case.case_id in there.output
    for told in not_there:
        assert told.code == 4
        assert told.output == ""
        assert f"the list shows row {case.seq}" in told.complaint
    assert not_theirs.code == 4
    assert not_theirs.output == ""
    assert "not yours to read" in not_theirs.complaint


@pytest.mark.parametrize("word", ["show", "explain"])
async def test_a_case_is_found_in_its_own_tenant_only(
    journal: PostgresJournal, sanban_cases: Type, word: str
) -> None:
    """Also without a person, who has a tenant."""
    case = await opened(journal, "one", "sanitation")
    own = await sanban_cases(word, case.case_id, "--tenant", "youchegang")
    foreign = [
        await sanban_cases(word, case.case_id, "--tenant", tenant)
        for tenant in ("hotline12345", "nowhere")
    ]

    assert own.code == 0
    assert [2, 2] == [each.code for each in foreign]
    assert ["", ""] == [each.output for each in foreign]
    assert "no case of tenant hotline12345 begins with" in foreign[0].complaint
    assert "no case of tenant nowhere begins with" in foreign[1].complaint
