"""One machine as OPERATIONS says: its units as they are written, from prepare to a case."""

import asyncio
import base64
import json
import os
import re
import urllib.request
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

import psycopg
import pytest

from console.gateway.clients import Client, digest_of
from domain.complaints import case_id_of
from domain.vocabulary import Channel
from runtime.embedded.child_server import temporary_directory
from runtime.embedded.ports import LOOPBACK, free_port
from runtime.needs import NEEDS
from runtime.processes import PROCESSES, variable
from runtime.services.checkpoints.keys import make_key
from runtime.services.gateway.clients import line_of
from tests.deploy.collecting import Collector, collecting
from tests.deploy.firing import firing, series_of
from tests.deploy.production import Servers
from tests.deploy.unit_runner import SYSTEMD, Machine, UnitProcess
from tests.integration.promises.broker import read
from tests.integration.promises.events import TENANT, envelope
from tests.limits import EVENT_S
from tools.deploy.units import instances

TOKEN = "sbn_a-department-of-the-town"  # noqa: S105 - of this test alone
SOURCE = "https://departments.example/water"
OWN_ALERTS = {
    "worker": set(),
    "intake": {"SanbanNoIntake"},
    "gateway": set(),
    "console": {"SanbanNoConsole"},
    "relay": {"SanbanNoRelay"},
    "notify": {"SanbanNoNotifier"},
    "checkpoints": {"SanbanNoCheckpoints"},
}
"""What each process's death raises, beside SanbanProcessDown."""
TRACE = "0af7651916cd43dd8448eb211c80319c"
SPANS = {"sanban.receive", "sanban.case", "sanban.append", "sanban.publish"}
TOPICS = [need.setting for need in NEEDS if need.setting != "replies_topic"]
QUIET = {"SanbanNoCanary", "SanbanDisksUnwatched"}
"""A machine on which no canary was started yet says so, and one without a node_exporter."""


@dataclass(frozen=True)
class Installed:
    machine: Machine
    owner: str
    name: str
    kafka: str
    running: dict[str, UnitProcess]
    collector: Collector

    def journaled(self, case_id: str) -> int:
        with psycopg.connect(self.owner) as connection:
            query = "SELECT count(*) FROM sanban.journal WHERE case_id = %s"
            row = connection.execute(query, (case_id,)).fetchone()
        return 0 if row is None else int(row[0])


def settings(text: str, values: dict[str, str]) -> str:
    """Return sanban.env with these settings, each in the line that the file has for it."""
    for name, value in values.items():
        line = re.compile(rf"^#?{name}=.*$", re.MULTILINE)
        assert len(line.findall(text)) == 1, f"sanban.env needs one line for {name}"
        text = line.sub(f"{name}='{value}'", text)
    return text


def installed(machine: Machine, servers: Servers, dbname: str, collector: Collector) -> Installed:
    """Do what OPERATIONS says before «Prepare», with the servers of the session."""
    name = f"m-{uuid.uuid4().hex[:8]}"
    dsn = servers.postgres.dsn("sanban_app", dbname)
    # As in production, any user of the machine reaches the socket; here pg_hba.conf trusts it.
    Path(unquote(parse_qs(urlsplit(dsn).query)["host"][0])).chmod(0o711)
    values = {
        "SANBAN_DATABASE_URL": dsn,
        "SANBAN_KAFKA_BOOTSTRAP": servers.kafka.bootstrap,
        "SANBAN_KAFKA_GROUP": name,
        "SANBAN_TOPIC_REPLICAS": "1",
        "SANBAN_TOPIC_PARTITIONS": "2",
        "TEMPORAL_ADDRESS": servers.temporal.address,
        "TEMPORAL_NAMESPACE": name,
        "SANBAN_CONSOLE_ACCOUNTS": "true",
        "SANBAN_CHECKPOINT_SECONDS": "1",
        "SANBAN_GATEWAY_PORT": str(free_port()),
        "SANBAN_CONSOLE_PORT": str(free_port()),
        **{variable(topic): f"{name}.{topic}" for topic in TOPICS},
    }
    owner = servers.postgres.dsn(dbname=dbname)
    shipped = (SYSTEMD / "sanban.env").read_text(encoding="utf-8")
    traces = f"OTEL_EXPORTER_OTLP_ENDPOINT={collector.address}\n"
    machine.write("/etc/sanban/sanban.env", settings(shipped, values) + traces, 0o640, "sanban")
    machine.write("/etc/sanban/owner.env", f"SANBAN_DATABASE_OWNER_URL={owner}\n", 0o600)
    key = base64.b64encode(os.urandom(32)).decode()
    machine.write("/etc/sanban/sealing.key", f"{key}\n", 0o600)
    make_key(machine.at("/etc/sanban/checkpoints.key"), "town.example/journal")
    machine.write("/etc/sanban/contacts.yaml", "people: {}\n", 0o640, "sanban-notify")
    client = Client(
        name="water",
        tenant=TENANT,
        source=SOURCE,
        channel=Channel.DEPARTMENT,
        sha256=digest_of(TOKEN),
    )
    clients = f"clients:\n{line_of(client)}"
    machine.write("/etc/sanban/gateway-clients.yaml", clients, 0o640, "sanban-web")
    for directory in ("media", "checkpoints"):
        machine.at(f"/var/lib/sanban/{directory}").mkdir()
    running = {}
    for process in PROCESSES:
        # One port a process of the unit's own file: others run tests on this machine.
        port = free_port()
        machine.write(f"/etc/sanban/{process.name}.env", f"SANBAN_HTTP_PORT={port}\n", 0o640)
        running[process.name] = UnitProcess(machine, instances(process)[0], port)
    return Installed(machine, owner, name, servers.kafka.bootstrap, running, collector)


@pytest.fixture
async def town(servers: Servers, fresh_database: str) -> AsyncIterator[Installed]:
    with temporary_directory() as directory, collecting() as collector:
        yield installed(Machine(directory / "machine"), servers, fresh_database, collector)


async def until(ask: Callable[[], Awaitable[object]]) -> None:
    async with asyncio.timeout(EVENT_S):
        while not await ask():  # noqa: ASYNC110 - other programs
            await asyncio.sleep(0.2)


def posted(port: str, document: dict[str, object]) -> int:
    headers = {
        "Authorization": f"Bearer {TOKEN}",
        "Content-Type": "application/cloudevents+json",
    }
    document = {**document, "traceparent": f"00-{TRACE}-b7ad6b7169203331-01"}
    body = json.dumps(document).encode()
    request = urllib.request.Request(f"http://{LOOPBACK}:{port}/events", body, headers)
    with urllib.request.urlopen(request, timeout=EVENT_S) as answer:  # noqa: S310
        return int(answer.status)


async def test_a_machine_is_installed_passes_a_complaint_and_survives_a_power_cut(
    town: Installed, tmp_path: Path
) -> None:
    for unit in ("sanban-prepare.service", "sanban-migrate.service", "sanban-doctor.service"):
        done = await asyncio.to_thread(town.machine.run, unit)
        assert done.returncode == 0, f"{unit}: {done.stdout}{done.stderr}"
    async with AsyncExitStack() as stack:
        for process in town.running.values():
            stack.push_async_callback(process.stop)
        await asyncio.gather(*(process.start() for process in town.running.values()))
        await _passes_through(town, "1")
        shown = await _scraped(town)
        await _is_one_graph(town.collector)
        # As in a power cut: all at once, with whatever they leave in their directories.
        for process in town.running.values():
            process.kill()
        await asyncio.gather(*(process.start() for process in town.running.values()))
        await _passes_through(town, "2")
    names = [*town.running]
    alive, *dead = await asyncio.to_thread(firing, shown, [[], *([n] for n in names)], tmp_path)
    assert alive == QUIET
    for name, fired in zip(names, dead, strict=True):
        assert fired - QUIET == OWN_ALERTS[name] | {"SanbanProcessDown"}, name


async def _passes_through(town: Installed, number: str) -> None:
    """File one complaint over HTTP: it becomes a case, which is published, signed and shown."""
    posted_at = town.machine.environment(town.running["gateway"].unit)["SANBAN_GATEWAY_PORT"]
    assert await asyncio.to_thread(posted, posted_at, envelope(SOURCE, number)) == 202

    async def published() -> bool:
        records = await read(town.kafka, f"{town.name}.case_events_topic")
        return any(record.key == case_id.encode() for record in records)

    async def signed() -> bool:
        _, text = await town.running["checkpoints"].ask("/metrics")
        return "\nsanban_checkpoint_rows_left 0.0\n" in text

    case_id = case_id_of(TENANT, SOURCE, number)
    await until(published)
    assert town.journaled(case_id) >= 1
    await until(signed)


async def _is_one_graph(collector: Collector) -> None:
    """From its sender over Kafka, workflow and PostgreSQL to the event: nothing stands alone."""

    async def whole() -> bool:
        found = collector.named("sanban.receive")
        return bool(found) and collector.connected(found[0]) >= SPANS

    await until(whole)
    [received] = collector.named("sanban.receive")
    said = [each.value.string_value for span in collector.spans for each in span.attributes]

    assert received.trace_id.hex() == TRACE
    assert len(collector.named("sanban.case")) == 1
    assert [each for each in said if "音响" in each] == []


async def _scraped(town: Installed) -> dict[str, dict[str, float]]:
    found: dict[str, dict[str, float]] = {}

    async def whole() -> bool:
        for name, process in town.running.items():
            _, text = await process.ask("/metrics")
            found[name] = dict(series_of(text, name))
        measured = " ".join(each for metrics in found.values() for each in metrics)
        return all(word in measured for word in ("oldest_record", "moments_oldest", "_leads"))

    await until(whole)
    return found
