"""What a process needs and is not there: it stays up, is not ready, and says what is missing.

Its log has one form, and says the same thing once a minute.
"""

import json
import uuid
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import psycopg
import pytest
from google.protobuf.duration_pb2 import Duration
from temporalio.api.enums.v1 import IndexedValueType
from temporalio.api.operatorservice.v1 import AddSearchAttributesRequest
from temporalio.api.workflowservice.v1 import RegisterNamespaceRequest
from temporalio.client import Client

from gateways.kafka.admin import TopicSpec, ensure_topics
from runtime.embedded.ports import LOOPBACK
from runtime.embedded.postgres import EmbeddedPostgres
from runtime.services.checkpoints.keys import make_key
from tests.chaos.stand import CheckpointProcess
from tests.integration.promises.gateway import GatewayProcess
from tests.integration.promises.notifiers import NotifyProcess, eventually
from tests.integration.promises.relays import RelayProcess
from tests.integration.promises.services import IntakeProcess, Service, WorkerProcess
from tests.integration.promises.town import Town
from workflows.search_attributes import REGISTRY

ALWAYS = {"app", "process", "event", "level", "timestamp"}

pytestmark = [
    pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning"),
    pytest.mark.usefixtures("no_sockets_left"),
]


@pytest.fixture
async def ours(town: Town) -> AsyncIterator[dict[str, Service]]:
    """One of each process, not started; all need is there, or named by the test."""
    make_key(town.directory / "checkpoint.key", "ready.example/town")
    (town.directory / "contacts.yaml").write_text("people: {}")
    more = {
        "SANBAN_CHECKPOINT_KEY": str(town.directory / "checkpoint.key"),
        "SANBAN_CHECKPOINT_DIR": str(town.directory / "checkpoints"),
        "SANBAN_CONTACTS": str(town.directory / "contacts.yaml"),
        "SANBAN_CASE_EVENTS_TOPIC": f"{town.name}.case-events",
        "SANBAN_CHECKPOINTS_TOPIC": f"{town.name}.checkpoints",
    }
    kinds = (RelayProcess, NotifyProcess, CheckpointProcess, IntakeProcess, WorkerProcess)
    made: dict[str, Service] = {
        kind.name: kind(town.directory / kind.name, {**town.environment, **more}) for kind in kinds
    }
    made["gateway"] = GatewayProcess(town)
    async with AsyncExitStack() as stack:
        for each in made.values():
            stack.push_async_callback(each.stop)
        yield made


async def says(service: Service, *words: str) -> None:
    """Wait until /readyz is 503 for a reason with these words."""
    await eventually(
        lambda: service.ask("/readyz"),
        lambda answer: answer[0] == 503 and all(word in answer[1] for word in words),
    )


async def is_ready(service: Service) -> None:
    await eventually(service.ready, lambda ready: ready)


@pytest.mark.parametrize(
    ("name", "setting"),
    [
        ("relay", "SANBAN_CASE_EVENTS_TOPIC"),
        ("audit", "SANBAN_CHECKPOINTS_TOPIC"),
        ("intake", "SANBAN_COMPLAINTS_TOPIC"),
        ("intake", "SANBAN_CASE_COMMANDS_TOPIC"),
        ("intake", "SANBAN_DEAD_LETTERS_TOPIC"),
        ("intake", "SANBAN_RECEIPTS_TOPIC"),
        ("gateway", "SANBAN_COMPLAINTS_TOPIC"),
    ],
)
async def test_a_missing_topic_is_named_and_it_goes_on_when_it_is_there(
    name: str, setting: str, town: Town, ours: dict[str, Service]
) -> None:
    bootstrap = town.servers.kafka.bootstrap
    mine = [f"{town.name}.case-events", f"{town.name}.checkpoints"]
    await ensure_topics(bootstrap, [TopicSpec(each, 1) for each in mine])
    missing = f"{town.name}.not-there"
    await ours[name].launch(**{setting: missing})
    await says(ours[name], f"there is no topic {missing}: `sanban prepare --create` makes it")
    await ensure_topics(bootstrap, [TopicSpec(missing, 1)])
    await is_ready(ours[name])

    assert await ours[name].terminate() == 0
    assert strange_lines(ours[name]) == []


@pytest.mark.parametrize("name", ["worker", "intake", "notify"])
async def test_a_missing_namespace_and_its_search_attributes_are_named(
    name: str, town: Town, ours: dict[str, Service], temporal_client: Client
) -> None:
    namespace, service = f"town-{uuid.uuid4().hex[:8]}", ours[name]
    await service.launch(TEMPORAL_NAMESPACE=namespace)
    await says(service, f"there is no namespace {namespace}: `sanban prepare --create`")
    await temporal_client.workflow_service.register_namespace(
        RegisterNamespaceRequest(
            namespace=namespace, workflow_execution_retention_period=Duration(seconds=86_400)
        )
    )
    await says(service, "search attributes SanbanCase", "are not registered: `sanban prepare")
    kinds = {
        attribute: IndexedValueType.Value(f"INDEXED_VALUE_TYPE_{kind.upper()}")
        for attribute, kind in REGISTRY.items()
    }
    await temporal_client.operator_service.add_search_attributes(
        AddSearchAttributesRequest(namespace=namespace, search_attributes=kinds)
    )
    await is_ready(service)

    assert await service.terminate() == 0
    assert strange_lines(service) == []


@pytest.mark.parametrize("name", ["relay", "notify", "audit", "worker", "intake"])
async def test_a_database_without_our_schema_or_our_role_is_named(
    name: str,
    town: Town,
    ours: dict[str, Service],
    fresh_database: str,
    postgres_server: EmbeddedPostgres,
) -> None:
    dsn = postgres_server.dsn(dbname=fresh_database)
    await ours[name].launch(SANBAN_DATABASE_URL=dsn)
    await says(ours[name], "postgresql", "run `sanban migrate`")

    assert await ours[name].terminate() == 0
    assert strange_lines(ours[name]) == []


async def test_a_role_without_rights_is_named(
    town: Town, ours: dict[str, Service], postgres_server: EmbeddedPostgres
) -> None:
    role = f"stranger_{uuid.uuid4().hex[:8]}"
    with psycopg.connect(postgres_server.dsn(), autocommit=True) as connection:
        connection.execute(f"CREATE ROLE {role} LOGIN".encode())
    dsn = postgres_server.dsn(role, town.name)
    await ours["relay"].launch(SANBAN_DATABASE_URL=dsn)
    await says(ours["relay"], "permission denied", "connect as the role sanban_app")

    assert await ours["relay"].terminate() == 0


async def test_intake_says_that_no_worker_polls_its_task_queue(
    town: Town, ours: dict[str, Service]
) -> None:
    async def note() -> str:
        return (await ours["intake"].ask("/readyz"))[1]

    await ours["intake"].start()
    await eventually(note, lambda body: f"no worker polls {town.name}: start" in body)
    await ours["worker"].start()
    await eventually(note, lambda body: f"a worker polls {town.name}" in body)


async def test_while_everything_is_away_every_line_has_one_form_and_is_not_repeated(
    ours: dict[str, Service],
) -> None:
    """Temporal's core, kafka-python and our own lines, a process of each kind."""
    nowhere = f"{LOOPBACK}:1"
    away = {
        "SANBAN_DATABASE_URL": f"postgresql://sanban_app@{nowhere}/sanban",
        "SANBAN_KAFKA_BOOTSTRAP": nowhere,
        "TEMPORAL_ADDRESS": nowhere,
    }
    for service in ours.values():
        await service.launch(**away)
    for name, service in ours.items():
        word = "no broker answers" if name not in ("worker", "notify") else "postgresql"
        await says(service, word)
    healthy = {name: looks_well(await service.ask("/metrics")) for name, service in ours.items()}
    codes = {name: await service.terminate() for name, service in ours.items()}

    assert {name: found for name, found in healthy.items() if found} == {}
    assert set(codes.values()) == {0}
    for service in ours.values():
        assert strange_lines(service) == []
        assert said_again(service) == []


@pytest.mark.parametrize(
    ("kind", "wrong", "words"),
    [
        (RelayProcess, {"SANBAN_KAFKA_BOOTSTRAP": f"{LOOPBACK}:1"}, "no broker answers at"),
        (NotifyProcess, {"TEMPORAL_NAMESPACE": "nowhere"}, "there is no namespace nowhere"),
        (CheckpointProcess, {"SANBAN_KAFKA_BOOTSTRAP": f"{LOOPBACK}:1"}, "no broker answers at"),
        (CheckpointProcess, {"SANBAN_CHECKPOINT_DIR": "/proc/nowhere"}, "could not take over"),
    ],
)
async def test_one_that_stands_by_is_not_ready_when_it_could_not_lead(
    kind: type[Service], wrong: dict[str, str], words: str, town: Town, ours: dict[str, Service]
) -> None:
    mine = [f"{town.name}.case-events", f"{town.name}.checkpoints"]
    await ensure_topics(town.servers.kafka.bootstrap, [TopicSpec(each, 1) for each in mine])
    leads = ours[kind.name]
    await leads.start()
    standby = kind(town.directory / "standby", leads.settings)
    try:
        await standby.launch(**wrong)
        await says(standby, "stands by", words)
        assert (await leads.ask("/readyz"))[0] == 200
    finally:
        await standby.stop()


async def test_a_process_shows_its_own_metrics_alone(town: Town, ours: dict[str, Service]) -> None:
    await ensure_topics(town.servers.kafka.bootstrap, [TopicSpec(f"{town.name}.case-events", 1)])
    await ours["relay"].start()
    _, text = await ours["relay"].ask("/metrics")
    shown = {line.split()[2] for line in text.splitlines() if line.startswith("# TYPE sanban_")}

    assert "sanban_relay_leads" in shown
    beginnings = ("relay_", "leader_", "leases_", "moments_", "database_", "backup_")
    own = tuple(f"sanban_{begin}" for begin in (*beginnings, "build_", "http_"))
    assert {name for name in shown if not name.startswith(own)} == set()


def looks_well(answer: tuple[int, str]) -> list[str]:
    """Return the gauges that look well: 0 or above 0 where that is good, and not NaN."""
    ages = ("_lag_seconds", "_oldest_seconds", "_silent_seconds", "_notices_waiting", "_rows_left")
    found = []
    for line in answer[1].splitlines():
        name, _, number = line.partition(" ")
        bare = name.partition("{")[0]
        if bare.startswith("sanban_") and (
            (bare.endswith(ages) and float(number) == 0)
            or (bare.endswith("_leads") and float(number) != 0)
            or (bare.endswith("_contradicted") and float(number) == 0)
        ):
            found.append(line)
    return found


def lines_of(service: Service) -> list[str]:
    return service.log.read_text().splitlines()


def strange_lines(service: Service) -> list[str]:
    """Return the lines of its log that are not JSON, or lack what every line has."""
    found = []
    for line in lines_of(service):
        try:
            lacks = ALWAYS - json.loads(line).keys()
        except ValueError:
            lacks = ALWAYS
        if lacks:
            found.append(line)
    return found


def said_again(service: Service) -> list[str]:
    """Return warnings that stand there twice within a minute."""
    seen: set[str] = set()
    found = []
    for line in map(json.loads, lines_of(service)):
        key = json.dumps([line.get("logger"), line["event"], line.get("detail")])
        if line["level"] in ("warning", "error") and "repeated" not in line:
            if key in seen:
                found.append(key)
            seen.add(key)
    return found
