import re
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import get_args

import psycopg
import pytest
from psycopg import sql

from domain.reach import Reach
from schemas.intake import Spot
from schemas.records import CaseRow
from store import cases as store_cases
from store.case_filters import Bookmark, CaseFilter, is_late, streams
from store.cases import PostgresCases, Total
from store.connection import Connection, Database
from store.errors import AmbiguousCase, NoSuchCase
from store.journal import PostgresJournal
from store.reading import PersonsDatabase, source_of
from tests.integration.stages import AT, row, stage

EVERYTHING = CaseFilter()


@pytest.fixture
def cases(database: Database) -> PostgresCases:
    return PostgresCases(database)


async def _keep(journal: PostgresJournal, case_id: str, **changes: object) -> None:
    await journal.append(stage(case_id, 1, 1, **changes))


def test_the_table_has_the_columns_of_the_row(superuser: psycopg.Connection) -> None:
    query = (
        "SELECT attname, attnotnull FROM pg_attribute"
        " WHERE attrelid = 'sanban.cases'::regclass AND attnum > 0 ORDER BY attnum"
    )
    fields = [
        (name, type(None) not in get_args(field.annotation))
        for name, field in CaseRow.model_fields.items()
    ]

    assert fields == superuser.execute(query).fetchall()


async def test_a_case_comes_back_as_it_was_written(
    journal: PostgresJournal, cases: PostgresCases
) -> None:
    for case_id, changes in {
        "full": {"title": '引号"与\n换行 🙂', "closed_at": AT + timedelta(microseconds=1)},
        "bare": dict.fromkeys(("holder", "grid", "category", "citizen_due", "next_due")),
    }.items():
        await _keep(journal, case_id, **changes)

        assert row(case_id, 1, **changes) == await cases.get(case_id)


async def test_a_beginning_that_one_case_has_is_enough(
    journal: PostgresJournal, cases: PostgresCases
) -> None:
    for case_id in ("7kq2m-a", "7kq2m-b", "7kq", "9xa4t-a"):
        await _keep(journal, case_id)

    assert "9xa4t-a" == (await cases.get("9")).case_id
    assert "7kq2m-a" == (await cases.get("7kq2m-a")).case_id
    assert "7kq" == (await cases.get("7kq")).case_id  # a whole number wins over a beginning


async def test_a_beginning_that_several_cases_have_names_them(
    journal: PostgresJournal, cases: PostgresCases
) -> None:
    for number in range(8):
        await _keep(journal, f"7kq2m-{number}")

    with pytest.raises(AmbiguousCase, match="7kq2m-0, 7kq2m-1") as caught:
        await cases.get("7kq")

    assert tuple(f"7kq2m-{number}" for number in range(5)) == caught.value.candidates


@pytest.mark.parametrize("beginning", ["", "x", "%", "_", "c1-"])
async def test_a_case_nobody_has_is_said_so(
    journal: PostgresJournal, cases: PostgresCases, beginning: str
) -> None:
    await _keep(journal, "c1")

    with pytest.raises(NoSuchCase):
        await cases.get(beginning)


async def test_another_tenant_has_neither_the_case_nor_its_candidates(
    journal: PostgresJournal, cases: PostgresCases
) -> None:
    await _keep(journal, "c1", tenant="one")
    await _keep(journal, "c2", tenant="other")

    assert "c2" == (await cases.get("c", tenant="other")).case_id
    with pytest.raises(NoSuchCase):
        await cases.get("c1", tenant="other")


async def test_pages_are_in_order_of_deadline_and_meet_without_gap_or_overlap(
    journal: PostgresJournal, cases: PostgresCases
) -> None:
    days = [3, 1, None, 1, 2, None, 1]
    for number, day in enumerate(days):
        due = None if day is None else AT + timedelta(days=day)
        await _keep(journal, f"c{number}", next_due=due)
    seen, after = [], None
    for _ in range(len(days)):
        page, total = await cases.listed(EVERYTHING, now=AT, limit=2, after=after)
        assert total == Total(len(days))
        seen.append([found.case_id for found in page.rows])
        if page.following is None:
            break
        after = Bookmark.read(str(page.following))

    assert [["c1", "c3"], ["c6", "c4"], ["c0", "c2"], ["c5"]] == seen


async def test_late_is_what_the_clocks_say_now(
    journal: PostgresJournal, cases: PostgresCases
) -> None:
    hour = timedelta(hours=1)
    lives: dict[str, dict[str, object]] = {
        "citizen clock out": {"citizen_due": AT + hour, "next_due": AT + hour},
        "holder clock out": {"citizen_due": AT + 9 * hour, "next_due": AT + hour},
        "next only": {"citizen_due": None, "next_due": AT + hour},
        "in time": {"citizen_due": AT + 9 * hour, "next_due": AT + 9 * hour},
        "no clock": {"citizen_due": None, "next_due": None},
        "closed": {"citizen_due": AT + hour, "closed_at": AT + 2 * hour},
    }
    for case_id, changes in lives.items():
        await _keep(journal, case_id, **changes)
    late = CaseFilter(late_only=True)

    at_the_instant = await cases.page(late, now=AT + hour)
    after_it = await cases.page(late, now=AT + 2 * hour)

    assert () == at_the_instant.rows
    assert {"citizen clock out", "holder clock out", "next only"} == {
        found.case_id for found in after_it.rows
    }
    everything = await cases.page(EVERYTHING, now=AT)
    assert {found.case_id for found in after_it.rows} == {
        found.case_id for found in everything.rows if is_late(found, AT + 2 * hour)
    }


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (CaseFilter(), {"a", "b", "c"}),
        (CaseFilter(tenant="town"), {"a", "b"}),
        (CaseFilter(stage="signed"), {"a", "c"}),
        (CaseFilter(tier="direct"), {"b"}),
        (CaseFilter(holder="fire"), {"c"}),
        (CaseFilter(grid="g-09"), {"a"}),
        (CaseFilter(inbox=("office", "fire")), {"b", "c"}),
        (CaseFilter(inbox=()), set()),
        (CaseFilter(due_before=AT + timedelta(days=2)), {"a"}),
        (CaseFilter(due_before=AT + timedelta(days=2), late_only=True), set()),
        (CaseFilter(due_before=AT + timedelta(days=9), holder="fire"), {"c"}),
        (CaseFilter(open_only=True), {"a", "c"}),
        (CaseFilter(tenant="town", stage="signed", open_only=True), {"a"}),
        (CaseFilter(tenant="nowhere"), set()),
    ],
)
async def test_filters_narrow_and_counts_equal_lists(
    journal: PostgresJournal, cases: PostgresCases, wanted: CaseFilter, expected: set[str]
) -> None:
    later = {"next_due": AT + timedelta(days=4), "inbox": ("fire", "squad")}
    over = {"closed_at": AT, "inbox": ("office",)}
    await _keep(journal, "a", tenant="town", stage="signed", grid="g-09")
    await _keep(journal, "b", tenant="town", stage="closed", tier="direct", **over)
    await _keep(journal, "c", tenant="city", stage="signed", holder="fire", **later)

    page = await cases.page(wanted, now=AT)

    assert expected == {found.case_id for found in page.rows}
    assert Total(len(expected)) == await cases.count(wanted, now=AT)
    for limit in (1, 2):
        assert Total(len(expected)) == (await cases.listed(wanted, now=AT, limit=limit))[1]


async def test_a_long_list_has_so_many_and_more(
    journal: PostgresJournal, cases: PostgresCases, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(4):
        await _keep(journal, f"c{number}")

    for counted, expected in [(4, Total(4)), (3, Total(3, and_more=True))]:
        monkeypatch.setattr(store_cases, "COUNTED", counted)
        assert expected == await cases.count(EVERYTHING, now=AT)


@pytest.mark.parametrize(
    "text",
    ["", "c1", "/c1", "none/", "2026-11-30T08:00:00/c1", "yesterday/c1", "2026-13-01T00:00:00Z/c"],
)
def test_what_is_no_bookmark_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        Bookmark.read(text)


@pytest.mark.parametrize("whole_tenant", [True, False])
async def test_no_page_and_no_count_of_open_cases_reads_the_table(
    journal: PostgresJournal, database: Database, superuser: psycopg.Connection, whole_tenant: bool
) -> None:
    """Under row-level security as well, for every filter and from every bookmark on."""
    await _keep(journal, "c1")
    reach = Reach("somebody", "youchegang", ("chengguan",), whole_tenant=whole_tenant)
    every = CaseFilter(
        "youchegang", "signed", "assign", "fire", "g-07", AT, ("fire",), open_only=True
    )
    superuser.execute("VACUUM ANALYZE sanban.cases")

    async def plan(connection: Connection, wanted: CaseFilter, after: Bookmark | None) -> str:
        await connection.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_sort = off")
        query, params = streams(
            source_of(PersonsDatabase(database, reach), wanted),
            wanted,
            now=AT,
            limit=41,
            after=after,
        )
        cursor = await connection.execute(sql.SQL("EXPLAIN ") + query, params)
        return "\n".join(line for (line,) in await cursor.fetchall())

    for wanted in (every, replace(every, inbox=None), CaseFilter("youchegang", open_only=True)):
        for after in (None, Bookmark(AT, "c0"), Bookmark(None, "c0")):
            found = await PersonsDatabase(database, reach).run(
                partial(plan, wanted=wanted, after=after)
            )

            scans = re.findall(r"\w+ Scan using \w+|\w+ Scan on \w+", found)
            streams_asked = 2 if after and after.next_due else 1
            assert scans == ["Only Scan using cases_open"] * streams_asked, found
            assert ("(ROW(next_due, case_id) > " in found) is (streams_asked == 2)


async def test_a_lost_read_model_is_restored_row_by_row(
    journal: PostgresJournal, cases: PostgresCases, superuser: psycopg.Connection
) -> None:
    await journal.append(stage("c1", 1, 3))
    superuser.execute("DELETE FROM sanban.cases")

    assert await cases.restore(row("c1", 3))
    assert row("c1", 3) == await cases.get("c1")


async def test_a_wrong_row_is_overwritten_even_when_it_claims_to_be_newer(
    journal: PostgresJournal, cases: PostgresCases, superuser: psycopg.Connection
) -> None:
    await journal.append(stage("c1", 1, 3))
    superuser.execute("UPDATE sanban.cases SET seq = 99, title = 'wrong'")

    assert await cases.restore(row("c1", 3))
    assert row("c1", 3) == await cases.get("c1")


async def test_a_row_of_another_moment_is_not_restored(
    journal: PostgresJournal, cases: PostgresCases
) -> None:
    await journal.append(stage("c1", 1, 3))

    assert not await cases.restore(row("c1", 2, title="old"))
    assert not await cases.restore(row("c2", 1))
    assert row("c1", 3) == await cases.get("c1")


async def test_rows_the_journal_does_not_know_are_forgotten(
    journal: PostgresJournal, cases: PostgresCases, superuser: psycopg.Connection
) -> None:
    await _keep(journal, "c1")
    superuser.execute(
        "INSERT INTO sanban.cases SELECT r.* FROM sanban.cases c,"
        ' jsonb_populate_record(c, \'{"case_id": "ghost"}\') r'
    )

    assert ["ghost"] == await cases.forget_unjournaled()
    assert "c1" == (await cases.get("c")).case_id


async def test_what_came_before_at_a_spot_is_found_without_the_case_itself(
    journal: PostgresJournal, cases: PostgresCases
) -> None:
    here = {"spot": "荷塘村三组路口", "category": "noise"}
    await _keep(journal, "now", **here)
    await _keep(journal, "yesterday", **here, received_at=AT - timedelta(days=1))
    await _keep(journal, "closed", **here, closed_at=AT)
    await _keep(journal, "long-ago", **here, received_at=AT - timedelta(days=30, seconds=1))
    await _keep(journal, "other-matter", spot=here["spot"], category="garbage")
    await _keep(journal, "other-spot", spot="荷塘村四组路口", category="noise")
    await _keep(journal, "other-town", **here, tenant="elsewhere")
    await _keep(journal, "nowhere", category="noise")
    since = AT - timedelta(days=30)
    known = Spot("youchegang", "noise", here["spot"], since, "now")
    quiet = Spot("youchegang", "noise", "荷塘村九组", since, "new")

    assert await cases.before([quiet, known]) == [(), ("closed", "yesterday")]
    assert await cases.before([]) == []


async def test_a_spot_that_an_older_program_does_not_write_stays(
    journal: PostgresJournal, cases: PostgresCases
) -> None:
    await journal.append(stage("c1", 1, 1, spot="荷塘村三组路口"))
    await journal.append(stage("c1", 2, 1))

    row = await cases.get("c1")

    assert (row.seq, row.spot) == (2, "荷塘村三组路口")
