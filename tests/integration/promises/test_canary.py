"""The canary flies through the real system, and no figure or list of a town has it."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
import yaml

from gateways.kafka.admin import TopicSpec, ensure_topics
from runtime.clock import utc_now
from schemas.canary import TENANT as CANARY
from store.canary import PostgresCanary
from tests.integration.promises.events import TENANT, event
from tests.integration.promises.notifiers import NotifyProcess
from tests.integration.promises.relays import RelayProcess
from tests.integration.promises.services import IntakeProcess, WorkerProcess
from tests.integration.promises.town import Town
from tests.servers.webhook import webhook
from tests.smoke.commands import sanban

WEEK = 2016
"""Rounds of a week, one every five minutes."""
# The round that was flown, over and over. The relay has passed a row of an early transaction.
FLOWN = (
    (
        "INSERT INTO sanban.journal (case_id, seq, at, body, prev, hash, xid)"
        " SELECT j.case_id || '-' || n, j.seq, j.at, j.body, j.prev, j.hash, '3'::xid8 FROM"
        " sanban.journal j JOIN sanban.cases c USING (case_id), generate_series(2, %(week)s) n"
        " WHERE c.tenant = %(canary)s"
    ),
    (
        "INSERT INTO sanban.journal_heads SELECT h.case_id || '-' || n, h.seq, h.hash FROM"
        " sanban.journal_heads h JOIN sanban.cases c USING (case_id), generate_series(2, %(week)s)"
        " n WHERE c.tenant = %(canary)s"
    ),
    (
        "INSERT INTO sanban.intake_ledger (cluster, topic, topic_id, partition, at_offset, outcome,"
        " detail, tenant, source, event_id, case_id)"
        " SELECT cluster, topic, topic_id, partition, at_offset + 1000 * n, outcome, detail,"
        " tenant, source, event_id || '-' || n, case_id || '-' || n FROM sanban.intake_ledger,"
        " generate_series(2, %(week)s) n WHERE tenant = %(canary)s"
    ),
    (
        "INSERT INTO sanban.cases SELECT (jsonb_populate_record(c, jsonb_build_object('case_id',"
        " c.case_id || '-' || n))).* FROM ONLY sanban.cases c, generate_series(2, %(week)s) n"
        " WHERE c.tenant = %(canary)s"
    ),
)
COUNT = "SELECT count(*) FROM ONLY sanban.cases WHERE tenant = %s"


@pytest.fixture
async def flying(town: Town, tmp_path: Path) -> AsyncIterator[dict[str, str]]:
    """The environment of a town whose processes all serve the canary, its notices taken here."""
    topic = f"{town.name}.case-events"
    await ensure_topics(town.servers.kafka.bootstrap, [TopicSpec(topic, 1)])
    async with AsyncExitStack() as stack:
        hook = await stack.enter_async_context(webhook())
        contacts = tmp_path / "contacts.yaml"
        sink = {"addresses": [hook.address()]}
        contacts.write_text(yaml.safe_dump({"people": {CANARY: {"sink": sink}}}))
        environment = {
            **town.environment,
            "SANBAN_CANARY": "true",
            "SANBAN_CASE_EVENTS_TOPIC": topic,
            "SANBAN_CONTACTS": str(contacts),
        }
        for kind in (IntakeProcess, WorkerProcess, RelayProcess, NotifyProcess):
            process = kind(town.directory / f"flying-{kind.name}", environment)
            stack.push_async_callback(process.stop)
            await process.start()
        yield environment


async def report(environment: dict[str, str], *words: str) -> Any:
    today = utc_now().date()
    first, last = (str(today + timedelta(days=days)) for days in (-1, 1))
    told = await sanban("report", "--from", first, "--to", last, "--json", *words, **environment)
    assert told.code == 0, told.complaint
    return json.loads(told.output)


async def ledger(environment: dict[str, str], *words: str) -> Any:
    told = await sanban("intake", "ledger", "--counts", "--json", *words, **environment)
    assert told.code == 0, told.complaint
    return json.loads(told.output)


def fly_a_week(town: Town) -> None:
    dsn = town.servers.postgres.dsn(dbname=town.name)
    with psycopg.connect(dsn, autocommit=True) as superuser:
        for statement in FLOWN:
            superuser.execute(statement.encode(), {"week": WEEK, "canary": CANARY})


async def test_a_round_goes_the_whole_way_and_a_week_of_them_is_in_no_figure_of_the_town(
    town: Town, flying: dict[str, str]
) -> None:
    await town.publish(event(town.source, "1"))
    await town.until_cases(1)
    before, records = await report(flying), await ledger(flying)

    told = await sanban("canary", "run", "--once", **flying)

    assert told.code == 0, f"{told.output}\n{told.complaint}\n{town.log_tail()}"
    assert "MISSING" not in told.output
    assert {line.split()[0] for line in told.output.splitlines() if " after " in line} >= {
        "sent",
        "rung",
        "notified",
        "told",
        "closed",
    }
    await asyncio.to_thread(fly_a_week, town)
    assert await report(flying) == before
    assert await report(flying, "--tenant", TENANT) == before
    assert await ledger(flying) == records
    assert (await ledger(flying, "--tenant", CANARY))["accepted"] == WEEK
    listed = await sanban("cases", "list", "--all", "--json", **flying)
    assert {each["tenant"] for each in json.loads(listed.output)["cases"]} == {TENANT}
    # It is there for those who ask for it, and is put away after a day.
    own = PostgresCanary(town.database)
    assert await own.left_open() == []
    [(kept,)] = await town.database.fetch(COUNT, (CANARY,))
    assert kept == WEEK
    moved = [await own.archive(utc_now() + timedelta(seconds=1)) for _ in range(WEEK // 100 + 1)]
    assert sum(moved) == WEEK
    [(kept,)] = await town.database.fetch(COUNT, (CANARY,))
    [(of_town,)] = await town.database.fetch(COUNT, (TENANT,))
    assert kept == 0
    assert of_town == 1
