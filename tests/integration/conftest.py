"""What each test gets for itself: a migrated database, a topic of Apache Kafka and a producer.

The database is seen as its owner's superuser and as the application.
"""

import uuid
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import psycopg
import pytest

from gateways.kafka.admin import TopicSpec, ensure_topics
from gateways.kafka.producer import Producer, ProducerOptions
from runtime.embedded.postgres import EmbeddedPostgres
from store.connection import Database, DatabaseOptions, open_database
from store.journal.rows import PostgresJournal
from tests.fakes.kafka_group import broker_going_away
from tests.limits import EVENT_S
from tests.servers.apache_kafka import ApacheKafka
from tests.servers.secured_kafka import SecuredKafka


@pytest.fixture
def superuser_dsn(postgres_server: EmbeddedPostgres, migrated_database: str) -> str:
    return postgres_server.dsn(dbname=migrated_database)


@pytest.fixture
def app_dsn(postgres_server: EmbeddedPostgres, migrated_database: str) -> str:
    return postgres_server.dsn(user="sanban_app", dbname=migrated_database)


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
    options = DatabaseOptions(
        app_dsn,
        name="sanban test",
        wait_s=EVENT_S,
        statement_timeout_s=EVENT_S,
        patience_s=EVENT_S,
    )
    async with open_database(options) as opened:
        yield opened


@pytest.fixture
def journal(database: Database) -> PostgresJournal:
    return PostgresJournal(database)


@pytest.fixture(scope="session")
async def secured_kafka(servers_directory: Path) -> AsyncIterator[SecuredKafka]:
    async with SecuredKafka(servers_directory / "secured-kafka") as server:
        yield server


@pytest.fixture
def bootstrap(apache_kafka: ApacheKafka) -> str:
    return apache_kafka.bootstrap


@pytest.fixture
async def topic(bootstrap: str) -> str:
    """Make a topic of one partition that takes records of 20 MB."""
    name = f"t-{uuid.uuid4().hex[:8]}"
    await ensure_topics(bootstrap, [TopicSpec(name, 1, largest_record=20_000_000)])
    return name


@pytest.fixture
async def producer(bootstrap: str) -> AsyncIterator[Producer]:
    async with Producer(ProducerOptions(bootstrap)) as producer:
        yield producer


@pytest.fixture
def no_sockets_left() -> Iterator[None]:
    with broker_going_away():
        yield
