"""What test_new_column.py runs, on a copy of our packages that has one more column."""

import asyncio
import sys
from datetime import timedelta

import psycopg

from domain.case.registration.acts import Open
from domain.case.summaries import summarize
from schemas.journal import batch_of, row_of
from schemas.records import CaseRow
from store.cases.archive import PostgresArchive
from store.cases.filters import CaseFilter
from store.cases.read_model import PostgresCases
from store.connection import Database, DatabaseOptions, open_database
from store.journal.rows import PostgresJournal
from store.migrate import migrate
from tests.builders import give, plan
from tests.town import OPENED

CLOSE = "UPDATE sanban.cases SET stage = 'archived', closed_at = %s WHERE case_id = %s"
SPOIL = "UPDATE sanban.cases SET sample = 'spoilt' WHERE case_id = %s"


def say(*words: object) -> None:
    sys.stdout.write(" ".join(map(str, words)) + "\n")


def sample(row: CaseRow) -> object:
    return getattr(row, "sample", "no such column")


async def listed(cases: PostgresCases) -> str:
    page = await cases.page(CaseFilter(), now=OPENED)
    return ", ".join(sorted(str(sample(row)) for row in page.rows))


async def use(database: Database, superuser: psycopg.Connection) -> None:
    journal, cases = PostgresJournal(database), PostgresCases(database)
    first = give(None, Open(plan=plan()), OPENED)
    case_id = first.case.case_id
    await journal.append(batch_of(first.case, first.events, summarize(first.case)))
    say("inserted", sample(await cases.get(case_id)))

    second = give(first.case, "sign", OPENED)
    await journal.append(batch_of(second.case, second.events, summarize(second.case)))
    say("updated", sample(await cases.get(case_id)))
    say("listed", await listed(cases))

    superuser.execute(CLOSE, (OPENED, case_id))
    moved = await PostgresArchive(database).move(OPENED + timedelta(days=1))
    say("archived", moved, await listed(cases))

    superuser.execute(SPOIL, (case_id,))
    done = await cases.restore(row_of(second.case))
    say("restored", done, sample(await cases.get(case_id)))


async def main() -> None:
    owner, app = sys.argv[1:]
    say("applied", *migrate(owner))
    async with open_database(DatabaseOptions(app)) as database:
        say("ready", await database.ping() is None)
        with psycopg.connect(owner, autocommit=True) as superuser:
            await use(database, superuser)


asyncio.run(main())
