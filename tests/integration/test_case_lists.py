"""Lists of cases: filters, pages, counts, and how they are found."""

import re
from dataclasses import replace
from datetime import timedelta

import psycopg
import pytest
from psycopg import sql

from domain.case.access import Reach
from store.cases import read_model as store_cases
from store.cases.filters import Bookmark, CaseFilter, Promise, Words, is_late
from store.cases.read_model import CaseCount, PostgresCases
from store.cases.row_access import PersonsDatabase, say, source_of
from store.cases.streams import streams
from store.connection import Connection, Database
from store.journal.rows import PostgresJournal
from tests.integration.stages import AT, stage

EVERYTHING = CaseFilter()


@pytest.fixture
def cases(database: Database) -> PostgresCases:
    return PostgresCases(database)


async def _keep(journal: PostgresJournal, case_id: str, **changes: object) -> None:
    await journal.append(stage(case_id, 1, 1, **changes))


async def _plan(reader: PersonsDatabase, wanted: CaseFilter, after: Bookmark | None = None) -> str:
    async def work(connection: Connection) -> str:
        await connection.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_sort = off")
        await say(connection, wanted, reader.reach)
        source = source_of(reader, wanted)
        query, params = streams(source, wanted, now=AT, limit=41, after=after)
        cursor = await connection.execute(sql.SQL("EXPLAIN ") + query, params)
        return "\n".join(line for (line,) in await cursor.fetchall())

    return await reader.run(work)


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
        assert total == CaseCount(len(days))
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
        "at rest": {"citizen_due": AT + hour, "next_due": None},
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
    resting = await cases.page(CaseFilter(resting_only=True), now=AT + 2 * hour)
    assert ["at rest"] == [found.case_id for found in resting.rows]
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
    assert CaseCount(len(expected)) == await cases.count(wanted, now=AT)
    for limit in (1, 2):
        assert CaseCount(len(expected)) == (await cases.listed(wanted, now=AT, limit=limit))[1]


async def test_a_long_list_has_so_many_and_more(
    journal: PostgresJournal, cases: PostgresCases, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(4):
        await _keep(journal, f"c{number}")

    for counted, expected in [(4, CaseCount(4)), (3, CaseCount(3, and_more=True))]:
        monkeypatch.setattr(store_cases, "COUNTED", counted)
        assert expected == await cases.count(EVERYTHING, now=AT)


@pytest.mark.parametrize(
    "text",
    ["", "c1", "/c1", "none/", "2026-11-30T08:00:00/c1", "yesterday/c1", "2026-13-01T00:00:00Z/c"],
)
def test_what_is_no_bookmark_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        Bookmark.read(text)


def _index(wanted: CaseFilter, *, whole: bool) -> str:
    """Return what a list of open cases is read from: marks, where they say all that it asks."""
    if wanted.holder or wanted.promise or (whole and wanted.inbox is None):
        return "cases_open"
    return "open_marks_reading" if wanted.inbox is None else "open_marks_waiting"


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
    plain = CaseFilter("youchegang", open_only=True)
    late = [replace(plain, promise=each, owed_by="fire") for each in Promise]
    superuser.execute("VACUUM ANALYZE sanban.cases")

    own = replace(plain, inbox=("fire",), stage="signed")
    for wanted in (every, replace(every, inbox=None), plain, own, replace(own, stage=None), *late):
        for after in (None, Bookmark(AT, "c0"), Bookmark(None, "c0")):
            found = await _plan(PersonsDatabase(database, reach), wanted, after)

            # "Subquery Scan" is the barrier of a view: what it reads is in the lines below it.
            scans = re.findall(r"\w+ Scan using \w+|\b(?!Sub|Func)\w+ Scan on \w+", found)
            # None where nothing can be: no case is due before an instant and has no deadline.
            assert set(scans) <= {f"Only Scan using {_index(wanted, whole=whole_tenant)}"}, found
            if "unnest" not in found:  # the first cases of several marks are sorted
                assert set(re.findall(r"Sort  \(.* rows=(\d+)", found)) <= {"0"}, found
            assert scans or after is not None
            dated = after is not None and after.next_due is not None
            assert ("(ROW(next_due, case_id) > " in found) is dated


@pytest.mark.parametrize("whole_tenant", [True, False])
async def test_common_words_are_looked_for_in_the_order_of_the_list(
    journal: PostgresJournal, database: Database, superuser: psycopg.Connection, whole_tenant: bool
) -> None:
    """Among closed cases: nothing is collected and sorted, and pages meet as those of others do."""
    reader = PersonsDatabase(database, Reach("p", "town", ("squad",), whole_tenant=whole_tenant))
    dues = {"a": 3, "b": 1, "c": None, "d": 1, "e": 2, "f": None, "g": 2, "h": None, "i": 4, "j": 1}
    for case_id, day in dues.items():
        due = None if day is None else AT + timedelta(days=day)
        closed_at = None if case_id in "ghij" else AT
        changes = {"closed_at": closed_at, "next_due": due, "units": ("squad",)}
        await _keep(journal, case_id, tenant="town", **changes)
        superuser.execute(
            "INSERT INTO sanban.case_words (case_id, tenant, words, of_open)"
            " VALUES (%s, 'town', %s, %s)",
            (case_id, [7] if case_id == "e" else [7, 8], closed_at is None),
        )
    wanted = CaseFilter(words=Words((7, 8), common=True))

    for limit in (1, 2, 3, 9):
        seen, after = list[str](), None
        while not seen or after is not None:
            cases = PostgresCases(reader)
            page, total = await cases.listed(wanted, now=AT, limit=limit, after=after)
            seen += [row.case_id for row in page.rows]
            after = page.following
            assert total == CaseCount(9)
        assert seen == ["b", "d", "j", "g", "a", "i", "c", "f", "h"], limit
    plan = (await _plan(reader, wanted)).split("Subquery Scan on ")[-1].splitlines()
    assert "common_words" in plan[0]
    assert "-> Nested Loop" in " ".join(plan[1].split())  # no Sort of what was found
    assert "Index Only Scan using cases_closed" in " ".join(plan)
