import asyncio
import os
import signal
import socket
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import psutil
import psycopg
import pytest
from kafka import KafkaConsumer, KafkaProducer, TopicPartition
from temporalio.api.workflowservice.v1 import DescribeNamespaceRequest
from temporalio.client import Client

from gateways.kafka.admin import TopicSpec, ensure_topics
from runtime.embedded.broker import EmbeddedBroker
from runtime.embedded.child_server import ChildServer, PortInUse, ServerNotReady
from runtime.embedded.ports import LOOPBACK, free_port
from runtime.embedded.postgres import EmbeddedPostgres
from runtime.embedded.temporal import EmbeddedTemporal
from runtime.needs import NAMESPACE_RETENTION
from tests.limits import EVENT_S, SERVER_S
from tests.servers.apache_kafka import ApacheKafka

ROOT = Path(__file__).parents[2]
SERVERS: dict[str, Callable[[Path], ChildServer]] = {
    "temporal": lambda directory: EmbeddedTemporal(directory, ui_port=free_port()),
    "postgres": lambda directory: EmbeddedPostgres(directory, port=free_port()),
    "broker": EmbeddedBroker,
    "kafka": ApacheKafka,
}


@pytest.fixture(params=SERVERS)
def server(request: pytest.FixtureRequest, servers_directory: Path) -> ChildServer:
    kind: str = request.param
    return SERVERS[kind](servers_directory / f"{kind}-{free_port()}")


def family(server: ChildServer) -> list[psutil.Process]:
    parent = psutil.Process(server.pid)
    return [parent, *parent.children(recursive=True)]


def alive(processes: list[psutil.Process]) -> list[psutil.Process]:
    return [
        process
        for process in processes
        if process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    ]


async def test_a_killed_server_starts_again_and_leaves_no_process_behind(
    server: ChildServer,
) -> None:
    async with server:
        killed = family(server)
        server.kill()

        assert alive(killed) == []

        await server.start()
        stopped = family(server)

        assert server.running
    assert alive(stopped) == []


async def test_the_broker_writes_nothing_into_the_home_of_a_person(
    servers_directory: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    async with EmbeddedBroker(servers_directory / "homeless"):
        pass

    assert list(tmp_path.iterdir()) == []


async def test_a_taken_port_is_named_with_its_holder_and_a_way_out(servers_directory: Path) -> None:
    with socket.create_server((LOOPBACK, 0)) as holder:
        port = holder.getsockname()[1]
        server = EmbeddedTemporal(servers_directory / "taken", port=port)

        with pytest.raises(PortInUse, match=f"port {port} .* by process {os.getpid()} .* another"):
            await server.start()

    assert not server.running


async def test_a_server_that_ends_early_is_quoted(servers_directory: Path) -> None:
    server = EmbeddedPostgres(servers_directory / "wrong", settings={"no_such_setting": "on"})

    with pytest.raises(ServerNotReady, match="no_such_setting"):
        await server.start()


async def test_postgres_keeps_what_was_committed_before_it_was_killed(
    servers_directory: Path,
) -> None:
    async with EmbeddedPostgres(servers_directory / "kept", port=free_port()) as server:
        async with await psycopg.AsyncConnection.connect(server.dsn()) as connection:
            await connection.execute("CREATE TABLE kept AS SELECT 42 AS answer")
        server.kill()
        await server.start()

        async with await psycopg.AsyncConnection.connect(server.tcp_dsn()) as connection:
            rows = await (await connection.execute("SELECT answer FROM kept")).fetchall()

    assert rows == [(42,)]


async def test_postgres_does_not_let_strangers_in_over_tcp(servers_directory: Path) -> None:
    async with EmbeddedPostgres(servers_directory / "strangers", port=free_port()) as server:
        wrong = server.tcp_dsn().replace(server.password, "guess")

        with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
            await psycopg.AsyncConnection.connect(wrong)


async def test_postgres_takes_a_directory_too_deep_for_a_socket(servers_directory: Path) -> None:
    async with EmbeddedPostgres(servers_directory / "deep" / ("x" * 100)) as server:
        dsn = server.dsn()
        server.kill()
        await server.start()
        connection = await psycopg.AsyncConnection.connect(dsn)
        await connection.close()


async def test_temporal_keeps_cases_over_a_kill_and_closed_ones_for_the_retention(
    servers_directory: Path,
) -> None:
    attributes = {"CaseTier": "Keyword", "DueAt": "Datetime"}
    async with EmbeddedTemporal(
        servers_directory / "cases", namespace="town", search_attributes=attributes
    ) as server:
        client = await Client.connect(server.address, namespace="town")
        await client.start_workflow("Nobody", id="case/1", task_queue="nobody")
        server.kill()
        await server.start()
        client = await Client.connect(server.address, namespace="town")

        described = await client.get_workflow_handle("case/1").describe()
        namespace = await client.workflow_service.describe_namespace(
            DescribeNamespaceRequest(namespace="town")
        )

    kept_for = namespace.config.workflow_execution_retention_ttl.ToTimedelta()
    assert described.workflow_type == "Nobody"
    assert kept_for == NAMESPACE_RETENTION >= timedelta(days=90)


@pytest.mark.parametrize(
    ("broker", "left"), [(EmbeddedBroker, 0), (ApacheKafka, 10)], ids=["embedded", "kafka"]
)
async def test_only_apache_kafka_keeps_records_over_a_kill(
    broker: type[EmbeddedBroker | ApacheKafka], left: int, servers_directory: Path
) -> None:
    async with broker(servers_directory / f"records-{left}") as server:
        await ensure_topics(server.bootstrap, [TopicSpec("complaints", 4)])
        await asyncio.to_thread(produce, server.bootstrap, 10)

        assert await asyncio.to_thread(count, server.bootstrap, 10) == 10

        server.kill()
        await server.start()
        if left == 0:
            await ensure_topics(server.bootstrap, [TopicSpec("complaints", 4)])

        assert await asyncio.to_thread(count, server.bootstrap, left) == left


def produce(bootstrap: str, records: int) -> None:
    producer = KafkaProducer(bootstrap_servers=bootstrap, enable_idempotence=True, acks="all")
    for number in range(records):
        producer.send("complaints", b"%d" % number, key=b"%d" % number)
    producer.flush()
    producer.close()


def count(bootstrap: str, expected: int) -> int:
    """How many records there are; looks a little longer than for the expected ones."""
    consumer = KafkaConsumer(bootstrap_servers=bootstrap, auto_offset_reset="earliest")
    consumer.assign([TopicPartition("complaints", partition) for partition in range(4)])
    deadline = time.monotonic() + EVENT_S
    seen = extra_polls = 0
    while extra_polls < 3 and time.monotonic() < deadline:
        seen += sum(len(records) for records in consumer.poll(timeout_ms=200).values())
        extra_polls += seen >= expected
    consumer.close()
    return seen


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child that we died")
@pytest.mark.parametrize("kind", ["EmbeddedBroker", "EmbeddedPostgres", "EmbeddedTemporal"])
async def test_no_server_survives_a_parent_that_was_killed(
    kind: str, servers_directory: Path
) -> None:
    module = kind.removeprefix("Embedded").lower()
    program = textwrap.dedent(f"""
        import asyncio, sys
        from pathlib import Path
        from runtime.embedded.{module} import {kind}

        async def main():
            async with {kind}(Path(sys.argv[1])) as server:
                print(server.pid, flush=True)
                await asyncio.sleep(3600)

        asyncio.run(main())
    """)
    parent = subprocess.Popen(
        [sys.executable, "-c", program, str(servers_directory / f"orphan-{module}")],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    with parent:
        assert parent.stdout is not None
        orphan = psutil.Process(int(await asyncio.to_thread(parent.stdout.readline)))
        orphans = [orphan, *orphan.children(recursive=True)]
        parent.send_signal(signal.SIGKILL)
    await asyncio.to_thread(psutil.wait_procs, orphans, SERVER_S)

    assert alive(orphans) == []
