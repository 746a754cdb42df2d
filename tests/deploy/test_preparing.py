"""`sanban prepare` makes what is missing, and leaves the rest; both commands as they are typed."""

import json
import re
import uuid
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import psycopg
import pytest
from pydantic import SecretStr
from temporalio.client import Client

from gateways.kafka.topic_facts import cluster_facts
from runtime.embedded.postgres import EmbeddedPostgres
from runtime.needs import wanted_topics
from runtime.preflight.diagnosis import Severity
from runtime.preflight.prepare import Preparation
from runtime.wiring.temporal import why_not_ready
from store import roles
from store.migrate import migrate
from tests.deploy.production import Production
from tests.deploy.programs import DEPLOY
from tests.servers.secured_kafka import SecuredKafka
from tests.smoke.commands import Told, sanban


@pytest.fixture
def production(sound: Production) -> Production:
    """Nothing of it is prepared but the database."""
    sound.namespace = sound.prefix = f"p-{uuid.uuid4().hex[:8]}"
    return sound


@pytest.fixture(scope="module")
async def bare_postgres(servers_directory: Path) -> AsyncIterator[EmbeddedPostgres]:
    """Yield a server that no migration has touched: roles belong to a whole server."""
    async with EmbeddedPostgres(servers_directory / "bare-postgres") as server:
        yield server


def faults(told: Told) -> list[str]:
    return [line for line in told.output.splitlines() if line.startswith("FAULT")]


async def test_prepare_makes_everything_once(production: Production) -> None:
    environment = production.environment()
    before = await sanban("prepare", "--check", **environment)
    made = await sanban("prepare", "--create", **environment)
    again = await sanban("prepare", "--create", "--json", **environment)
    doctor = await sanban("doctor", **environment)

    topics = wanted_topics(production.settings)
    assert before.code == 1
    assert len(faults(before)) == len(topics) + 1  # and the namespace
    assert made.code == 0, made.output
    assert made.output.count(": made") == len(topics) + 1 + 7  # and each search attribute
    assert again.code == 0
    assert {each["level"] for each in json.loads(again.output)} == {"ok"}
    assert doctor.code == 0, doctor.output
    assert faults(doctor) == []


async def test_prepared_topics_have_the_settings_of_the_table(production: Production) -> None:
    await sanban("prepare", "--create", **production.environment())
    topics = wanted_topics(production.settings)
    facts = await cluster_facts(
        production.servers.kafka.bootstrap, [topic.name for topic in topics]
    )

    for topic in topics:
        found = facts.topics[topic.name]
        asked = topic.spec(1).settings
        assert {name: found.settings[name] for name in asked} == asked, topic.name
        assert found.partitions == topic.partitions, topic.name
        assert found.settings["max.message.bytes"] == str(topic.need.largest_record), topic.name


async def test_a_prepared_namespace_is_ready_for_a_process(production: Production) -> None:
    await sanban("prepare", "--create", **production.environment())
    client = await Client.connect(production.address, namespace=production.namespace)

    assert await why_not_ready(client) is None


@pytest.mark.parametrize("options", [(), ("--check", "--create")])
async def test_prepare_does_one_of_two_things(options: tuple[str, ...]) -> None:
    told = await sanban("prepare", *options)

    assert told.code == 2
    assert "choose one of --check and --create" in told.complaint


async def test_roles_are_made_with_what_they_may_become(
    production: Production, bare_postgres: EmbeddedPostgres
) -> None:
    owner = bare_postgres.dsn()
    environment = production.environment() | {"SANBAN_DATABASE_OWNER_URL": owner}
    before = await sanban("prepare", "--check", **environment)
    made = await sanban("prepare", "--create", **environment)
    with psycopg.connect(owner, autocommit=True) as connection:
        connection.execute("CREATE ROLE clerk LOGIN; GRANT CREATE ON DATABASE postgres TO clerk")
        refused = await sanban(
            "prepare",
            "--create",
            **environment | {"SANBAN_DATABASE_OWNER_URL": bare_postgres.dsn("clerk")},
        )
        connection.execute("GRANT sanban_owner TO clerk WITH SET TRUE")
    migrate(bare_postgres.dsn("clerk"))

    assert "there is no role sanban_unit_reader" in before.output
    assert made.code == 0, made.output
    assert "roles: made: there is no role sanban_app" in made.output
    assert refused.code == 1
    assert "as a superuser: CREATE ROLE sanban_owner NOLOGIN" in faults(refused)[0]


async def test_an_old_server_is_named_and_nothing_is_tried(
    production: Production, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No server of before 16 is here: so what we need is newer than this one."""
    newest = roles.OLDEST_SERVER + 100
    monkeypatch.setattr(roles, "OLDEST_SERVER", newest)
    for create in (True, False):
        found = await Preparation(production.settings, create=create).run()
        [old] = [each for each in found if each.what == "roles"]

        assert re.fullmatch(
            rf"roles: PostgreSQL \d+ is too old: {newest} or newer is needed -- upgrade the server",
            old.sentence,
        )


async def test_roles_that_were_not_looked_at_have_a_line(production: Production) -> None:
    production.changed["database_owner_url"] = SecretStr("")
    found = await Preparation(production.settings, create=False).run()
    [skipped] = [each for each in found if each.what == "roles"]

    assert skipped.level is Severity.REMARK
    assert "were not looked at: SANBAN_DATABASE_OWNER_URL is not set" in skipped.sentence


@pytest.fixture
def without_set(production: Production) -> Iterator[Production]:
    """Roles belong to the whole server, so the right comes back at the end."""
    production.as_superuser("REVOKE sanban_unit_reader FROM sanban_app")
    yield production
    production.as_superuser("GRANT sanban_unit_reader TO sanban_app WITH INHERIT FALSE, SET TRUE")


async def test_a_role_without_set_is_named_and_mended(without_set: Production) -> None:
    environment = without_set.environment()
    [fault] = [line for line in await without_set.faults() if "SET ROLE" in line]
    made = await sanban("prepare", "--create", **environment)
    mended = [line for line in await without_set.faults() if "SET ROLE" in line]

    assert "role sanban_app: may not SET ROLE sanban_unit_reader" in fault
    assert "sanban_app may not SET ROLE sanban_unit_reader" in made.output
    assert made.code == 0
    assert mended == []


async def test_an_administrator_makes_the_roles_by_the_file(without_set: Production) -> None:
    without_set.as_superuser((DEPLOY / "postgres/roles.sql").read_text(encoding="utf-8"))

    assert [line for line in await without_set.faults() if "SET ROLE" in line] == []


async def test_for_one_process_doctor_looks_at_the_rights_of_its_user(
    production: Production, kafka: SecuredKafka
) -> None:
    await sanban("prepare", "--create", **production.environment())
    settings = production.settings
    user = f"relay-{production.prefix}"
    await kafka.set_password(user)
    names = (settings.case_events_topic, settings.replies_topic)
    for name in names:
        await kafka.allow(user, "DESCRIBE", "DESCRIBE_CONFIGS", topic=name)
    await kafka.allow(user, "WRITE", topic=names[1])
    production.processes = ("relay",)
    production.changed |= {
        "kafka_bootstrap": kafka.sasl,
        "kafka_security": kafka.over_sasl("SCRAM-SHA-512", user),
    }
    [fault] = await production.faults()

    assert f"topic {names[0]}: this user may not WRITE" in fault


async def test_a_wrong_setting_is_a_line_and_no_process_is_guessed(
    production: Production,
) -> None:
    environment = production.environment()
    wrong = await sanban("doctor", **environment | {"SANBAN_PARKED_HOURS": "many"})
    unknown = await sanban("doctor", "worker", "printer")

    assert wrong.code == 1
    assert "settings: wrong configuration: SANBAN_PARKED_HOURS" in faults(wrong)[0]
    assert unknown.code == 2
    assert "no process printer -- choose from: worker, intake" in unknown.complaint
