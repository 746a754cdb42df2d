"""`sanban intake` before a broker that refuses it: it waits, says why, and loses nothing."""

import json
from collections.abc import AsyncIterator

import pytest

from runtime.embedded.postgres import EmbeddedPostgres
from runtime.embedded.temporal import EmbeddedTemporal
from tests.integration.promises.events import event
from tests.integration.promises.town import Servers, Town, open_town
from tests.servers.secured_kafka import PASSWORD, SecuredKafka

USER = "sanban-intake"


@pytest.fixture
async def town(
    postgres_server: EmbeddedPostgres,
    secured_kafka: SecuredKafka,
    temporal_server: EmbeddedTemporal,
) -> AsyncIterator[Town]:
    """Its tests come in by the plain door of the broker, and its intake as USER."""
    servers = Servers(postgres_server, secured_kafka, temporal_server)
    async with open_town(servers, partitions=1) as opened:
        yield opened


async def says(town: Town, reason: str) -> None:
    await town.until(lambda: town.intake.ask("/readyz"), lambda told: reason in told[1])


async def ready(town: Town) -> None:
    await town.until(lambda: town.intake.ask("/readyz"), lambda told: told[0] == 200)


async def test_intake_waits_for_password_and_permissions_and_touches_no_record(
    secured_kafka: SecuredKafka, town: Town
) -> None:
    broker = secured_kafka
    for topic in (town.topic, town.commands_topic):
        await broker.allow(USER, "READ", topic=topic)
    for group in (town.name, f"{town.name}-commands"):
        await broker.allow(USER, "READ", group=group)
    await broker.allow(USER, "WRITE", topic=f"{town.name}.receipts")
    await broker.set_password(USER, "another one")
    password = town.directory / "password"
    password.write_text(f"{PASSWORD}\n")
    security = broker.over_sasl("SCRAM-SHA-512", USER, sasl_plain_password_file=str(password))
    del security["sasl_plain_password"]

    await town.publish(event(town.source, "first"))
    await town.intake.launch(
        SANBAN_KAFKA_BOOTSTRAP=broker.sasl, SANBAN_KAFKA_SECURITY=json.dumps(security)
    )
    await says(town, f"the broker does not know the user {USER!r}, or not with this password")
    assert await town.outcomes() == {}

    async def log() -> str:
        return town.intake.log.read_text()

    await town.until(log, lambda said: "intake.refused_by_broker" in said)
    await broker.set_password(USER)
    missing = f"{USER!r} may not do this: grant it WRITE on topic {town.dead_letters_topic}"
    await says(town, missing)  # before any record needs it
    assert await town.until_decided(1) == {"accepted": 1}

    await town.publish(event(town.source, "broken").but(value=b"{"), event(town.source, "last"))
    await says(town, missing)
    assert "rejected" not in await town.outcomes()
    assert await town.dead_letters() == []

    await broker.allow(USER, "WRITE", topic=town.dead_letters_topic)
    assert await town.until_decided(3) == {"accepted": 2, "rejected": 1}
    await ready(town)
    assert [letter.value for letter in await town.dead_letters()] == [b"{"]

    said = town.intake.log.read_text()
    assert "intake.refused_by_broker" in said
    assert PASSWORD not in said
