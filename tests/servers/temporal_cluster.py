"""The Temporal server of production, on PostgreSQL, for tests of durability and for `bench/`."""

import asyncio
import json
import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

from google.protobuf.duration_pb2 import Duration
from temporalio.api.enums.v1 import IndexedValueType
from temporalio.api.operatorservice.v1 import AddSearchAttributesRequest
from temporalio.api.workflowservice.v1 import RegisterNamespaceRequest
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode
from typing_extensions import override

from runtime.embedded.child_server import ChildServer, ServerNotReady
from runtime.embedded.ports import LOOPBACK, accepts, free_port
from runtime.embedded.postgres import SUPERUSER, EmbeddedPostgres
from runtime.needs import NAMESPACE_RETENTION

PROGRAMS = Path(__file__).parents[2] / ".cache/temporal"
STORES = {"temporal": "postgresql/v12/temporal", "temporal_visibility": "postgresql/v12/visibility"}
ROLES = ("frontend", "matching", "history", "worker")
KINDS = {
    "Text": IndexedValueType.INDEXED_VALUE_TYPE_TEXT,
    "Keyword": IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD,
    "KeywordList": IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD_LIST,
    "Int": IndexedValueType.INDEXED_VALUE_TYPE_INT,
    "Double": IndexedValueType.INDEXED_VALUE_TYPE_DOUBLE,
    "Bool": IndexedValueType.INDEXED_VALUE_TYPE_BOOL,
    "Datetime": IndexedValueType.INDEXED_VALUE_TYPE_DATETIME,
}


class TemporalCluster(ChildServer):
    """One process with every role of the cluster, on a PostgreSQL that was started with a port."""

    title = "The Temporal cluster server"

    def __init__(
        self,
        directory: Path,
        postgres: EmbeddedPostgres,
        *,
        namespace: str = "default",
        search_attributes: Mapping[str, str] | None = None,
    ) -> None:
        self._grpc = {role: free_port() for role in ROLES}
        self._gossip = {role: free_port() for role in ROLES}
        self.port = self._grpc["frontend"]
        super().__init__(directory.absolute(), ports=[*self._grpc.values(), *self._gossip.values()])
        self.namespace = namespace
        self._postgres = postgres
        self._search_attributes = dict(search_attributes or {})
        self._configuration = self.directory / "temporal.json"

    @property
    def address(self) -> str:
        return f"{LOOPBACK}:{self.port}"

    @override
    def command(self) -> list[str]:
        configuration = ("--config-file", str(self._configuration))
        return [_program("server"), *configuration, "--allow-no-auth", "start"]

    @override
    async def prepare(self) -> None:
        await super().prepare()
        if not self._configuration.exists():
            await asyncio.to_thread(self._create_stores)
            self._configuration.touch(mode=0o600)
            self._configuration.write_text(json.dumps(self._settings()))

    @override
    async def ready(self) -> bool:
        """Return True when it answers a search by every attribute; its caches take some seconds."""
        if not accepts(self.port):
            return False
        try:
            client = await Client.connect(self.address, namespace=self.namespace)
            await self._register(client)
            for attribute in self._search_attributes:
                await client.count_workflows(f"{attribute} IS NULL")
        except (RPCError, RuntimeError):
            return False
        return True

    async def _register(self, client: Client) -> None:
        kept_for = Duration()
        kept_for.FromTimedelta(NAMESPACE_RETENTION)
        try:
            await client.workflow_service.register_namespace(
                RegisterNamespaceRequest(
                    namespace=self.namespace, workflow_execution_retention_period=kept_for
                )
            )
        except RPCError as error:
            if error.status is not RPCStatusCode.ALREADY_EXISTS:
                raise
        wanted = {name: KINDS[kind] for name, kind in self._search_attributes.items()}
        if wanted:
            # The server passes over those that are there already.
            await client.operator_service.add_search_attributes(
                AddSearchAttributesRequest(namespace=self.namespace, search_attributes=wanted)
            )

    def _create_stores(self) -> None:
        for database, schema in STORES.items():
            self._sql_tool(database, "create-database")
            self._sql_tool(database, "setup-schema", "--version", "0.0")
            self._sql_tool(database, "update-schema", "--schema-name", schema)

    def _sql_tool(self, database: str, *action: str) -> None:
        where = ("--plugin", "postgres12", "--endpoint", LOOPBACK, "--port")
        done = subprocess.run(
            [_program("sql"), *where, str(self._postgres.port), "--database", database, *action],
            check=False,
            capture_output=True,
            text=True,
            env={"SQL_USER": SUPERUSER, "SQL_PASSWORD": self._postgres.password},
        )
        if done.returncode != 0:
            raise ServerNotReady(f"{self.title}: {action[0]} failed: {done.stdout}{done.stderr}")

    def _settings(self) -> dict[str, object]:
        cluster = {
            "enabled": True,
            "initialFailoverVersion": 1,
            "rpcName": "frontend",
            "rpcAddress": self.address,
        }
        return {
            "log": {"stdout": True, "level": "error"},
            "persistence": {
                "defaultStore": "temporal",
                "visibilityStore": "temporal_visibility",
                "numHistoryShards": 4,
                "datastores": {database: self._datastore(database) for database in STORES},
            },
            "global": {"membership": {"maxJoinDuration": "30s", "broadcastAddress": LOOPBACK}},
            "services": {
                role: {
                    "rpc": {
                        "grpcPort": self._grpc[role],
                        "membershipPort": self._gossip[role],
                        "bindOnIP": LOOPBACK,
                    }
                }
                for role in ROLES
            },
            "clusterMetadata": {
                "enableGlobalNamespace": False,
                "failoverVersionIncrement": 10,
                "masterClusterName": "active",
                "currentClusterName": "active",
                "clusterInformation": {"active": cluster},
            },
        }

    def _datastore(self, database: str) -> dict[str, object]:
        return {
            "sql": {
                "pluginName": "postgres12",
                "databaseName": database,
                "connectAddr": f"{LOOPBACK}:{self._postgres.port}",
                "connectProtocol": "tcp",
                "user": SUPERUSER,
                "password": self._postgres.password,
                "maxConns": 20,
                "maxIdleConns": 20,
                "maxConnLifetime": "1h",
            }
        }


def _program(name: str) -> str:
    program = PROGRAMS / name
    if not os.access(program, os.X_OK):
        raise ServerNotReady(f"There is no {program}: run `make temporal-server` (needs Go).")
    return str(program)
