"""What commands that read share: the database, and a case by the beginning of its number."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

from domain.case import Case
from domain.events import Event
from domain.evolution import fold
from runtime.problems import Problem
from runtime.settings import Settings
from schemas.journal import event_of
from schemas.records import CaseRow
from store.cases import PostgresCases
from store.connection import Database, DatabaseOptions, open_database
from store.errors import AmbiguousCase, NoSuchCase, StoreUnavailable
from store.journal import PostgresJournal


def now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True)
class Reader:
    database: Database

    @property
    def cases(self) -> PostgresCases:
        return PostgresCases(self.database)

    async def row(self, beginning: str) -> CaseRow:
        try:
            return await self.cases.get(beginning)
        except NoSuchCase as error:
            raise Problem(
                f"no case begins with {beginning!r}", do="`sanban cases list` shows what there is"
            ) from error
        except AmbiguousCase as error:
            raise Problem(
                f"{beginning!r} begins several case numbers: {', '.join(error.candidates)}",
                do="give more of the number",
            ) from error

    async def events(self, case_id: str) -> list[Event]:
        rows = await PostgresJournal(self.database).read(case_id)
        return [event_of(row.body) for row in rows]

    async def case(self, case_id: str) -> Case:
        return fold(await self.events(case_id))


@asynccontextmanager
async def reader(settings: Settings) -> AsyncIterator[Reader]:
    """Raises Problem when PostgreSQL is away."""
    options = DatabaseOptions(settings.need("database_url"), name="sanban cli", max_size=4)
    try:
        async with open_database(options) as database:
            if (reason := await database.ping()) is not None:
                raise Problem(reason, do="start PostgreSQL, or correct SANBAN_DATABASE_URL")
            yield Reader(database)
    except StoreUnavailable as error:
        raise Problem(str(error), do="start PostgreSQL, or correct SANBAN_DATABASE_URL") from error
