"""A production in which `sanban doctor` finds no fault, for tests that spoil one thing of it."""

import asyncio
import stat
import uuid
from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from pydantic import SecretStr
from temporalio.api.enums.v1 import IndexedValueType
from temporalio.api.operatorservice.v1 import AddSearchAttributesRequest
from temporalio.client import Client

from gateways.kafka.admin import TopicSpec, ensure_topics
from runtime.clock import utc_now
from runtime.embedded.postgres import EmbeddedPostgres
from runtime.embedded.temporal import EmbeddedTemporal
from runtime.needs import NEEDS
from runtime.preflight.access import Accounts
from runtime.preflight.diagnosis import Diagnosis, Severity
from runtime.preflight.doctor import examine
from runtime.processes import processes_named
from runtime.services.checkpoints.keys import make_key
from runtime.settings import Settings
from runtime.wiring.temporal_namespace import create_namespace, namespace_facts
from store.connection import Database, DatabaseOptions, open_database
from tests.limits import EVENT_S
from tests.servers.secured_kafka import SecuredKafka

PARTITIONS = 2
MASTER = "c2FuYmFuLXRlc3Qtc2FuYmFuLXRlc3Qtc2FuYmFuISE="
OTHER_MASTER = "YW5vdGhlci10ZXN0LWFub3RoZXItdGVzdC1hbm90aCE="


@dataclass(frozen=True)
class Servers:
    kafka: SecuredKafka
    temporal: EmbeddedTemporal
    postgres: EmbeddedPostgres


@dataclass
class Production:
    """The servers of the session, a database of the test's own, and files in a directory."""

    servers: Servers
    dbname: str
    directory: Path
    environ: pytest.MonkeyPatch
    changed: dict[str, Any] = field(default_factory=dict)
    namespace: str = "default"
    ahead: timedelta = timedelta()
    processes: tuple[str, ...] = ()
    prefix: str = "production"
    address: str = ""
    accounts: Accounts = lambda _user: None

    def __post_init__(self) -> None:
        self.address = self.servers.temporal.address
        self.write("sealing.key", MASTER)
        self.write("clients.yaml", "clients: []\n")
        self.write("contacts.yaml", "people: {}\n")
        make_key(self.directory / "checkpoints.key", "town.example/journal")
        for name in ("media", "outside"):
            (self.directory / name).mkdir()

    def write(self, name: str, text: str, mode: int = stat.S_IRUSR | stat.S_IWUSR) -> str:
        path = self.directory / name
        path.write_text(text, encoding="utf-8")
        path.chmod(mode)
        return str(path)

    @property
    def owner(self) -> str:
        return self.servers.postgres.dsn(dbname=self.dbname)

    @property
    def app(self) -> str:
        return self.servers.postgres.dsn("sanban_app", self.dbname)

    @property
    def settings(self) -> Settings:
        files = self.directory
        sound: dict[str, Any] = {
            "database_url": SecretStr(self.app),
            "database_owner_url": SecretStr(self.owner),
            "kafka_bootstrap": self.servers.kafka.bootstrap,
            "topic_partitions": PARTITIONS,
            "topic_replicas": 1,
            "sealing_key": str(files / "sealing.key"),
            "checkpoint_key": str(files / "checkpoints.key"),
            "checkpoint_dir": str(files / "outside"),
            "contacts": str(files / "contacts.yaml"),
            "gateway_clients": str(files / "clients.yaml"),
            "media_dir": str(files / "media"),
            "console_accounts": True,
            "home": files,
            **{need.setting: f"{self.prefix}.{need.setting}" for need in NEEDS},
        }
        return Settings.model_validate(sound | self.changed)

    def environment(self) -> dict[str, str]:
        """Return the settings as variables, for a command in a process of its own."""
        plain = self.settings.model_dump(exclude_defaults=True, mode="json")
        secrets = {"database_url": self.app, "database_owner_url": self.owner}
        named = {f"SANBAN_{name.upper()}": _text(value) for name, value in plain.items()}
        named |= {f"SANBAN_{name.upper()}": value for name, value in secrets.items()}
        return named | {"TEMPORAL_ADDRESS": self.address, "TEMPORAL_NAMESPACE": self.namespace}

    async def examined(self) -> list[Diagnosis]:
        def now() -> datetime:
            return utc_now() + self.ahead

        self.environ.setenv("TEMPORAL_ADDRESS", self.address)
        self.environ.setenv("TEMPORAL_NAMESPACE", self.namespace)
        return await examine(self.settings, now, processes_named(self.processes), self.accounts)

    async def faults(self) -> list[str]:
        return [each.sentence for each in await self.examined() if each.level is Severity.FAULT]

    # --- What a test spoils.

    async def topic(self, setting: str, partitions: int = PARTITIONS, **settings: str) -> str:
        """Make another topic, with these settings of Kafka, and let `setting` name it."""
        name = f"t-{uuid.uuid4().hex[:8]}"
        given = {each.replace("_", "."): value for each, value in settings.items()}
        plain = {"retention.ms": "1209600000"} | given
        await ensure_topics(
            self.servers.kafka.bootstrap, [TopicSpec(name, partitions, settings=plain)]
        )
        self.changed[setting] = name
        return name

    def as_superuser(self, *statements: str) -> None:
        with psycopg.connect(self.owner, autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement.encode())

    async def another_namespace(self, retention: timedelta, attributes: Mapping[str, str]) -> None:
        """Make a namespace with these search attributes, and let the production use it."""
        self.namespace = f"n-{uuid.uuid4().hex[:8]}"
        client = await Client.connect(self.address, namespace=self.namespace)
        await create_namespace(client, retention)
        await _until_there(client)
        if attributes:
            kinds = {
                name: IndexedValueType.Value(f"INDEXED_VALUE_TYPE_{kind.upper()}")
                for name, kind in attributes.items()
            }
            await client.operator_service.add_search_attributes(
                AddSearchAttributesRequest(namespace=self.namespace, search_attributes=kinds)
            )
            await _until_there(client, attributes)

    def database(self, master_key: bytes | None = None) -> AbstractAsyncContextManager[Database]:
        options = DatabaseOptions(
            self.app,
            wait_s=EVENT_S,
            statement_timeout_s=EVENT_S,
            patience_s=EVENT_S,
            master_key=master_key,
        )
        return open_database(options)


async def _until_there(client: Client, attributes: Mapping[str, str] | None = None) -> None:
    async with asyncio.timeout(EVENT_S):
        while True:
            facts = await namespace_facts(client)
            if facts is not None and set(attributes or ()) <= set(facts.attributes):
                return
            await asyncio.sleep(0.1)


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
