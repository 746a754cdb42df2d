"""A migrated database of each test's own, seen as its owner's superuser and as the application."""

from collections.abc import AsyncIterator, Iterator

import psycopg
import pytest

from runtime.embedded.postgres import EmbeddedPostgres
from store.connection import Database, DatabaseOptions, open_database
from store.journal import PostgresJournal
from store.migrate import migrate


@pytest.fixture
def superuser_dsn(postgres_server: EmbeddedPostgres, fresh_database: str) -> str:
    """Of a migrated database."""
    dsn = postgres_server.dsn(dbname=fresh_database)
    migrate(dsn)
    return dsn


@pytest.fixture
def app_dsn(postgres_server: EmbeddedPostgres, fresh_database: str, superuser_dsn: str) -> str:
    return postgres_server.dsn(user="sanban_app", dbname=fresh_database)


@pytest.fixture
def superuser(superuser_dsn: str) -> Iterator[psycopg.Connection]:
    with psycopg.connect(superuser_dsn, autocommit=True) as connection:
        yield connection


@pytest.fixture
def app(app_dsn: str) -> Iterator[psycopg.Connection]:
    with psycopg.connect(app_dsn, autocommit=True) as connection:
        yield connection


@pytest.fixture
async def database(app_dsn: str) -> AsyncIterator[Database]:
    async with open_database(DatabaseOptions(app_dsn, name="sanban test")) as opened:
        yield opened


@pytest.fixture
def journal(database: Database) -> PostgresJournal:
    return PostgresJournal(database)
