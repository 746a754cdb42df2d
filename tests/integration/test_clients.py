"""The clients of docs/clients do what INTEGRATORS.md says, each with no more than its rights.

Python and Java come in over SASL_SSL with a user of their own, the shell over the gateway.
"""

import asyncio
import json
import os
import sys
import uuid
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from console.gateway.clients import digest_of
from domain.complaints import case_id_of
from gateways.kafka.admin import TopicSpec, ensure_topics
from runtime.embedded.broker import EmbeddedBroker
from runtime.embedded.child_server import ServerNotReady
from runtime.embedded.ports import LOOPBACK, free_port
from runtime.embedded.postgres import EmbeddedPostgres
from runtime.embedded.temporal import EmbeddedTemporal
from schemas.journal import event_of
from store.journal.rows import PostgresJournal
from tests.integration.promises.events import TENANT, envelope
from tests.integration.promises.services import Service
from tests.integration.promises.town import Servers, Town, open_town
from tests.limits import EVENT_S
from tests.servers.secured_kafka import PASSWORD, SecuredKafka

ROOT = Path(__file__).parents[2]
CLIENTS = ROOT / "docs/clients"
JAR = ROOT / ".cache/clients/java/sanban-client.jar"
USER, UNIT, PERSON = "hotline", "police-station", "tang-ke"
OFFICE = f"https://{UNIT}.example/office"
TAKEN, REJECTED, UNKNOWN = 0, 1, 3
NOWHERE = f"{LOOPBACK}:1"
PROGRAMS = {
    "python": (sys.executable, str(CLIENTS / "python/sanban_client.py")),
    # As short as they run, the second compiler would only cost time.
    "java": ("java", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-jar", str(JAR)),
    "shell": ("sh", str(CLIENTS / "shell/sanban-client.sh")),
}


class GatewayProcess(Service):
    title = "sanban gateway"
    name = "gateway"


@dataclass(frozen=True)
class Said:
    code: int | None
    output: str
    errors: str


@dataclass
class Client:
    """A program of docs/clients in a town of its own source."""

    command: tuple[str, ...]
    directory: Path
    source: str
    environment: Mapping[str, str] = field(repr=False)
    nowhere: Mapping[str, str] = field(default_factory=dict)

    async def run(self, *words: str, **changes: str) -> Said:
        process = await asyncio.create_subprocess_exec(
            *self.command,
            *words,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            env={"PATH": os.environ["PATH"], **self.environment, **changes},
        )
        output, errors = await process.communicate()
        assert PASSWORD not in errors.decode()
        return Said(process.returncode, output.decode().strip(), errors.decode())

    async def file(self, event: Mapping[str, Any], **changes: str) -> Said:
        path = self.directory / f"{uuid.uuid4().hex}.json"
        path.write_text(json.dumps(event, ensure_ascii=False), encoding="utf-8")
        return await self.run("complaint", str(path), **changes)


@pytest.fixture(scope="module")
async def town(
    postgres_server: EmbeddedPostgres,
    secured_kafka: SecuredKafka,
    temporal_server: EmbeddedTemporal,
) -> AsyncIterator[Town]:
    servers = Servers(postgres_server, secured_kafka, temporal_server)
    async with open_town(servers) as opened:
        await opened.start()
        await secured_kafka.set_password(USER)
        for topic in (opened.topic, opened.commands_topic):
            await secured_kafka.allow(USER, "WRITE", topic=topic)
        await secured_kafka.allow(USER, "READ", topic=opened.receipts_topic)
        yield opened


@pytest.fixture(scope="module")
async def gateway(town: Town) -> AsyncIterator[str]:
    """Its address. The token "filing" may file, the token "acting" may sign for UNIT."""
    file = town.directory / "gateway-clients.yaml"
    clients: list[dict[str, Any]] = [
        {"name": "hotline", "source": source_of(town, "shell"), "sha256": digest_of("filing")},
        {
            "name": "office",
            "source": OFFICE,
            "sha256": digest_of("acting"),
            "may_act_as": [{"role": "handler", "unit": UNIT}],
        },
    ]
    file.write_text(
        json.dumps({"clients": [{"tenant": TENANT, "channel": "department", **c} for c in clients]})
    )
    port = free_port()
    process = GatewayProcess(
        town.directory / "gateway",
        {
            **town.environment,
            "SANBAN_GATEWAY_PORT": str(port),
            "SANBAN_GATEWAY_CLIENTS": str(file),
        },
    )
    async with process:
        yield f"http://{LOOPBACK}:{port}"


def source_of(town: Town, name: str) -> str:
    return f"https://{name}.{town.name}.example/hotline"


@pytest.fixture(params=PROGRAMS)
def client(
    request: pytest.FixtureRequest, town: Town, secured_kafka: SecuredKafka, tmp_path: Path
) -> Client:
    name: str = request.param
    if name == "shell":
        (tmp_path / "token").write_text("filing\n")
        (tmp_path / "acting").write_text("acting\n")
        gateway: str = request.getfixturevalue("gateway")
        environment = {"GATEWAY": gateway, "TOKEN_FILE": str(tmp_path / "token")}
        nowhere = {"GATEWAY": f"http://{NOWHERE}"}
    else:
        environment = {
            "COMPLAINTS_TOPIC": town.topic,
            "COMMANDS_TOPIC": town.commands_topic,
            "RECEIPTS_TOPIC": town.receipts_topic,
            "KAFKA_BOOTSTRAP": secured_kafka.sasl,
            "KAFKA_CLIENT": json.dumps(secured_kafka.over_sasl("SCRAM-SHA-512", USER)),
        }
        nowhere = {"KAFKA_BOOTSTRAP": NOWHERE}
    if name == "java":
        if not JAR.exists():
            raise ServerNotReady(f"the Java client is not at {JAR}: run `make clients`")
        (tmp_path / "client.properties").write_text(java_properties(secured_kafka))
        environment["KAFKA_CLIENT"] = str(tmp_path / "client.properties")
    environment["WAIT_SECONDS"] = f"{EVENT_S:.0f}"
    return Client(PROGRAMS[name], tmp_path, source_of(town, name), environment, nowhere)


def java_properties(broker: SecuredKafka) -> str:
    module = "org.apache.kafka.common.security.scram.ScramLoginModule"
    return (
        "security.protocol=SASL_SSL\n"
        "ssl.truststore.type=PEM\n"
        f"ssl.truststore.location={broker.authority.certificate}\n"
        "sasl.mechanism=SCRAM-SHA-512\n"
        f'sasl.jaas.config={module} required username="{USER}" password="{PASSWORD}";\n'
    )


def complaint(client: Client, event_id: str, **data: Any) -> dict[str, Any]:
    return envelope(client.source, event_id, **data)


async def test_a_complaint_is_filed_again_safely_and_signed_for(town: Town, client: Client) -> None:
    event = complaint(client, "noise-1")
    number = case_id_of(TENANT, client.source, "noise-1")

    first = await client.file(event)
    again = await client.file(event)
    acting = {"TOKEN_FILE": str(client.directory / "acting")}
    await town.until(town.cases, lambda cases: number in cases)
    signed = [await client.run("sign", number, TENANT, PERSON, UNIT, **acting) for _ in range(2)]

    assert first == again == Said(TAKEN, number, "")
    assert signed == [Said(TAKEN, number, "")] * 2

    async def facts() -> list[str]:
        rows = await PostgresJournal(town.database).read(number)
        return [event_of(row.body).fact.kind for row in rows]

    known = await town.until(facts, lambda kinds: "signed" in kinds)
    assert known == ["received", "triaged", "dispatched", "signed"]


async def test_what_is_rejected_is_said_with_its_reason(client: Client) -> None:
    event = complaint(client, "unsaid-1")
    del event["data"]["text"]

    said = await client.file(event)

    assert said.code == REJECTED
    assert said.output == ""
    assert "schema_violation: data.text: " in said.errors


async def test_another_complaint_under_the_same_id_is_a_conflict(client: Client) -> None:
    await client.file(complaint(client, "twice-1"))

    said = await client.file(complaint(client, "twice-1", text="另一件事"))

    assert said.code == REJECTED
    assert said.output == ""
    assert said.errors.startswith("conflict: identity_conflict: ")


async def test_no_answer_asks_for_the_same_again(town: Town, client: Client) -> None:
    event = complaint(client, "late-1")

    away = await client.file(event, **client.nowhere, WAIT_SECONDS="1")
    town.intake.freeze()
    try:
        silent = await client.file(event, WAIT_SECONDS="2")
    finally:
        town.intake.thaw()
    told = await client.file(event)

    for said in (away, silent):
        assert said.code == UNKNOWN
        assert said.output == ""
        assert said.errors.rstrip().endswith("run the same again")
    assert told.code == TAKEN
    assert told.output == case_id_of(TENANT, client.source, "late-1")


@pytest.mark.parametrize("name", ["python", "java"])
async def test_a_first_try_may_be_with_the_embedded_broker(
    embedded_broker: EmbeddedBroker, tmp_path: Path, name: str
) -> None:
    """That of `sanban up`, which cannot read everything that clients of Kafka ask."""
    topics = {
        key: f"{uuid.uuid4().hex}.{key.lower()}" for key in ("COMPLAINTS_TOPIC", "RECEIPTS_TOPIC")
    }
    await ensure_topics(embedded_broker.bootstrap, [TopicSpec(each, 4) for each in topics.values()])
    environment = {"KAFKA_BOOTSTRAP": embedded_broker.bootstrap, "WAIT_SECONDS": "20", **topics}
    client = Client(PROGRAMS[name], tmp_path, "https://hotline.example", environment)

    said = await client.file(complaint(client, "1"))

    assert said.code == UNKNOWN
    assert said.errors == "sent, and no receipt yet; run the same again\n"


@pytest.mark.parametrize("name", ["python", "shell"])
async def test_wrong_words_are_answered_with_the_right_ones(name: str) -> None:
    client = Client(PROGRAMS[name], ROOT, "", {})

    said = await client.run("nonsense")

    assert said.code == 2
    assert "complaint event.json" in said.errors
    assert "set -eu" not in said.errors
