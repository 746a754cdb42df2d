"""What the programs on Temporal share: a client and a database as production makes them."""

import asyncio
from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager

from temporalio.client import Client
from temporalio.envconfig import ClientConnectConfig

from bench.spec import Spec
from domain.complaints import Complaint, workflow_id_of
from runtime.embedded.ports import free_port
from runtime.wiring.temporal import connect, core_metrics
from store.connection import Database, DatabaseOptions, open_database

HISTORIES = 10


async def client_of(spec: Spec) -> Client:
    config = ClientConnectConfig(target_host=spec.temporal, namespace="default")
    return await connect(config, runtime=core_metrics(free_port()).runtime)


def database_of(spec: Spec) -> AbstractAsyncContextManager[Database]:
    return open_database(DatabaseOptions(spec.journal, name="sanban bench", min_size=2))


def workflow_ids(complaints: Sequence[Complaint]) -> list[str]:
    return [workflow_id_of(each.tenant, each.case_id) for each in complaints]


async def ended(client: Client, ids: Sequence[str]) -> int:
    """Wait for every workflow's good end; the events of the longest of some histories."""
    await asyncio.gather(*(client.get_workflow_handle(id_).result() for id_ in ids))
    lengths = [
        len((await client.get_workflow_handle(id_).fetch_history()).events)
        for id_ in ids[:HISTORIES]
    ]
    return max(lengths)
