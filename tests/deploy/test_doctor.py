"""`sanban doctor` names each of these mistakes in one line, and finds no fault without them."""

import base64
from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from runtime.embedded.ports import LOOPBACK, free_port
from runtime.preflight.access import MachineUser
from runtime.preflight.diagnosis import Severity
from runtime.preflight.prepare import Preparation
from runtime.services.checkpoints.keys import make_key, signing_of
from runtime.services.checkpoints.once import take_once
from store.journal.rows import PostgresJournal
from store.privacy.keys import PostgresKeys
from tests.deploy.production import MASTER, OTHER_MASTER, PARTITIONS, Production
from tests.integration.stages import stage
from workflows.search_attributes import REGISTRY

Spoil = Callable[[Production], Awaitable[str]]
"""Spoils one thing, and returns words that the one line must have."""


@pytest.fixture
async def production(sound: Production) -> Production:
    await Preparation(sound.settings, create=True).run()
    return sound


async def test_a_sound_production_has_no_fault(production: Production) -> None:
    found = await production.examined()
    remarks = [each.what for each in found if each.level is Severity.REMARK]

    assert [each.sentence for each in found if each.level is Severity.FAULT] == []
    assert "offsets of groups: are kept for 7 days" in [each.sentence for each in found]
    # No worker was started, no person has an address or an account, and no program a token.
    others = {"task queue sanban", "contacts", "clients of the gateway", "accounts"}
    assert {each for each in remarks if not each.startswith("calendar of ")} == others


async def too_short(on: Production) -> str:
    name = await on.topic("receipts_topic", retention_ms="3600000")
    return f"topic {name}: keeps records for 1 hours; wanted: 7 days at least"


async def one_partition_missing(on: Production) -> str:
    name = await on.topic("complaints_topic", PARTITIONS - 1)
    return f"topic {name}: has 1 partitions; wanted: 2"


async def no_topic(on: Production) -> str:
    on.changed["case_events_topic"] = "nowhere"
    return "topic nowhere: is not there"


async def checkpoints_out_of_order(on: Production) -> str:
    name = await on.topic("checkpoints_topic", 3, retention_ms="-1")
    return f"topic {name}: has 3 partitions: their order is lost"


async def compacted(on: Production) -> str:
    name = await on.topic("complaints_topic", cleanup_policy="compact")
    return f"topic {name}: cleanup.policy is compact"


async def kept_for_ever(on: Production) -> str:
    name = await on.topic("case_commands_topic", retention_ms="-1")
    return f"topic {name}: keeps what citizens wrote for ever"


async def too_narrow(on: Production) -> str:
    name = await on.topic("dead_letters_topic", max_message_bytes="65536")
    return f"topic {name}: max.message.bytes is 65536"


async def parked_longer_than_kept(on: Production) -> str:
    on.changed["parked_hours"] = 500
    await on.topic("case_commands_topic", retention_ms=str(600 * 3_600_000))
    return "complaints_topic: keeps records for 14 days; wanted: 500 hours at least"


async def two_in_one(on: Production) -> str:
    on.changed["receipts_topic"] = on.settings.case_events_topic
    return "SANBAN_RECEIPTS_TOPIC and SANBAN_CASE_EVENTS_TOPIC name the same topic"


async def too_few_copies(on: Production) -> str:
    on.changed["topic_replicas"] = 3
    await on.topic("receipts_topic")
    on.processes = ("checkpoints",)
    return "checkpoints_topic: has 1 copies; wanted: 3"


async def attribute_missing(on: Production) -> str:
    kept = {name: kind for name, kind in REGISTRY.items() if name != "SanbanUnit"}
    await on.another_namespace(timedelta(days=90), kept)
    return "search attributes: SanbanUnit not registered"


async def attribute_of_another_type(on: Production) -> str:
    await on.another_namespace(timedelta(days=90), {**REGISTRY, "SanbanLevel": "Keyword"})
    return "search attributes: SanbanLevel is Keyword; wanted: Int"


async def forgotten_after_a_day(on: Production) -> str:
    await on.another_namespace(timedelta(days=1), REGISTRY)
    return f"namespace {on.namespace}: keeps closed workflows for 1 days; wanted: 90 days"


async def no_namespace(on: Production) -> str:
    on.namespace = "nowhere"
    return "namespace nowhere: is not there"


async def a_superuser(on: Production) -> str:
    on.changed["database_url"] = on.owner
    return "role postgres: is a superuser"


async def a_right_missing(on: Production) -> str:
    on.as_superuser("REVOKE UPDATE (until), UPDATE (ended_by) ON sanban.absences FROM sanban_app")
    return "rights: sanban_app lacks UPDATE on sanban.absences, and 1 more"


async def a_function_withheld(on: Production) -> str:
    on.as_superuser("REVOKE EXECUTE ON FUNCTION sanban.outbox_begin(text) FROM sanban_app")
    return "rights: sanban_app lacks EXECUTE on sanban.outbox_begin(text)"


async def an_older_schema(on: Production) -> str:
    on.as_superuser("DELETE FROM sanban.migrations WHERE version > 30")
    return "postgresql: the database is at migration 30, this program needs"


async def a_journal_that_may_change(on: Production) -> str:
    on.as_superuser("GRANT UPDATE ON sanban.journal TO sanban_app")
    return "role sanban_app: may change the journal"


async def lost_in_a_power_cut(on: Production) -> str:
    on.as_superuser(f"ALTER ROLE sanban_app IN DATABASE {on.dbname} SET synchronous_commit = off")
    return "postgresql: synchronous_commit is off"


async def read_only(on: Production) -> str:
    on.as_superuser(
        f"ALTER ROLE sanban_app IN DATABASE {on.dbname} SET default_transaction_read_only = on"
    )
    return "postgresql: takes no writes"


async def a_clock_ahead(on: Production) -> str:
    on.ahead = timedelta(minutes=5)
    return "clock: 300 s apart"


async def a_clock_behind(on: Production) -> str:
    on.ahead = timedelta(minutes=-5)
    return "clock: 300 s apart"


async def _sealed(on: Production) -> None:
    async with on.database(base64.b64decode(MASTER)) as database:
        await PostgresKeys(database).of([("youchegang", "c1")])


async def another_sealing_key(on: Production) -> str:
    await _sealed(on)
    on.write("sealing.key", OTHER_MASTER)
    return "SANBAN_SEALING_KEY: its keys are wrapped with another master key"


async def no_sealing_key(on: Production) -> str:
    await _sealed(on)
    on.changed["sealing_key"] = ""
    return "SANBAN_SEALING_KEY: its keys are wrapped, and no master key is set"


async def half_a_sealing_key(on: Production) -> str:
    on.write("sealing.key", MASTER[:20])
    return "wanted: a master key -- write one with `openssl rand -base64 32`"


async def a_sealing_key_lost(on: Production) -> str:
    await _sealed(on)
    (on.directory / "sealing.key").unlink()
    return "the keys of cases are wrapped with it; wanted: the key that wrapped them -- restore"


async def a_sealing_key_for_all(on: Production) -> str:
    on.write("sealing.key", MASTER, mode=0o644)
    return "SANBAN_SEALING_KEY: every user may open"


async def contacts_for_all(on: Production) -> str:
    path = on.write("contacts.yaml", "people: {}\n", mode=0o644)
    return f"-- chgrp sanban-notify {path}; chmod 640 {path}"


async def checkpoints_of_root(on: Production) -> str:
    stranger = MachineUser("sanban-checkpoints", 64001, frozenset({64001}))
    on.accounts = {stranger.name: stranger}.get
    return f"sanban-checkpoints may not write into {on.directory / 'outside'}: "


async def two_checkpoint_keys(on: Production) -> str:
    async with on.database() as database:
        await PostgresJournal(database).append(stage("c1", 1))
        settings = on.settings.model_copy(update={"kafka_bootstrap": ""})
        await take_once(settings, database, signing_of(settings))
    make_key(on.directory / "second.key", "town.example/journal")
    on.changed["checkpoint_key"] = str(on.directory / "second.key")
    return "checkpoints: checkpoints so far are signed by town.example/journal"


async def contacts_not_there(on: Production) -> str:
    on.changed["contacts"] = str(on.directory / "none.yaml")
    return "contacts: wrong contacts: cannot read"


async def contacts_with_a_mistake(on: Production) -> str:
    on.write("contacts.yaml", "people: {youchegang: {tang-ke: {addresses: [nonsense]}}}\n")
    return "contacts: wrong contacts: "


async def clients_with_a_mistake(on: Production) -> str:
    on.write("clients.yaml", "clients: [{name: app}]\n")
    return "clients of the gateway: "


async def a_client_of_no_town(on: Production) -> str:
    client = "{name: app, tenant: youchegan, source: 'https://a.example', channel: citizen, "
    on.write("clients.yaml", f"clients: [{client}sha256: {'0' * 64}}}]\n")
    return "client app: no tenant 'youchegan'; did you mean 'youchegang'?"


async def no_pack(on: Production) -> str:
    on.changed["packs"] = (on.directory / "pack",)
    return "packs: no policy pack in"


async def no_way_in(on: Production) -> str:
    on.changed["console_accounts"] = False
    return "sign-in: no person can sign in to the console"


async def nothing_set(on: Production) -> str:
    on.changed["checkpoint_dir"] = ""
    return "SANBAN_CHECKPOINT_DIR: is not set; wanted: for checkpoints"


async def no_room_for_photos(on: Production) -> str:
    on.changed["media_dir"] = str(on.directory / "none")
    return "SANBAN_MEDIA_DIR: "


async def no_broker(on: Production) -> str:
    on.changed["kafka_bootstrap"] = f"{LOOPBACK}:{free_port()}"
    return "kafka: kafka is unavailable"


async def no_database(on: Production) -> str:
    on.changed["database_url"] = f"postgresql://sanban_app@{LOOPBACK}:{free_port()}/none"
    return "postgresql: postgresql is unavailable"


async def no_temporal(on: Production) -> str:
    on.address = f"{LOOPBACK}:{free_port()}"
    return "temporal: no Temporal server at"


MISTAKES: tuple[Spoil, ...] = (
    *(too_short, one_partition_missing, no_topic, checkpoints_out_of_order, compacted),
    *(kept_for_ever, too_narrow, parked_longer_than_kept, two_in_one, too_few_copies),
    *(attribute_missing, attribute_of_another_type, forgotten_after_a_day, no_namespace),
    *(a_superuser, a_right_missing, a_function_withheld, an_older_schema),
    *(a_journal_that_may_change, lost_in_a_power_cut, read_only, a_clock_ahead, a_clock_behind),
    *(another_sealing_key, no_sealing_key, half_a_sealing_key, a_sealing_key_for_all),
    *(a_sealing_key_lost, a_client_of_no_town),
    *(contacts_for_all, checkpoints_of_root),
    *(two_checkpoint_keys, contacts_not_there, contacts_with_a_mistake, clients_with_a_mistake),
    *(no_pack, no_way_in, nothing_set, no_room_for_photos, no_broker, no_database, no_temporal),
)


@pytest.mark.parametrize("spoil", MISTAKES, ids=lambda spoil: spoil.__name__)
async def test_a_mistake_is_named_in_one_line(production: Production, spoil: Spoil) -> None:
    said = await spoil(production)
    [fault] = await production.faults()

    assert said in fault
    assert " -- " in fault
