"""Erasing a person: what is found, what goes, what stays and is said to stay."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg

from consumers.outcomes.queues import queue_of
from domain.case.closing.acts import Withdraw
from domain.case.registration.acts import Open
from domain.case.state import Case
from domain.case.summaries import summarize
from domain.complaints import Complaint, Place
from domain.matching.similarity import ReportFeatures
from domain.privacy.personal import has_unsealed_words, sealed_complaint
from domain.privacy.sealed import ERASED as SEALED_ERASED
from domain.vocabulary import Role
from gateways.kafka.admin import TopicSpec, ensure_topics
from gateways.kafka.retention import kept_for
from runtime.embedded.postgres import EmbeddedPostgres
from runtime.services.gateway.questions import JournaledRequests
from schemas.intake import (
    Claim,
    Letter,
    Outcome,
    ParkingTerms,
    Record,
    RecordDecision,
    Reporter,
    Wait,
)
from schemas.journal import batch_of
from store.connection import Database
from store.intake.ledger import PostgresLedger
from store.journal.operations import Operation
from store.journal.rows import PostgresJournal
from store.privacy.erasure import PostgresErasure, RecordPlace
from store.privacy.keys import ERASED, PostgresKeys
from tests.builders import ACTORS, complaint, give, plan
from tests.integration.test_store_ledger import decision, position
from tests.servers.apache_kafka import ApacheKafka
from tests.smoke.commands import sanban
from tests.town import OPENED

PACK = Path(__file__).parents[2] / "packs" / "youchegang"
WANG = Reporter("王女士", "0573-80000001", confidential=False)
SAID = replace(complaint(), text="水管爆裂", place=Place("人民路12号"))
BESIDE = """
SELECT (SELECT count(*) FROM sanban.reporters) + (SELECT count(*) FROM sanban.reports)
    + (SELECT count(*) FROM sanban.case_words) + (SELECT count(*) FROM sanban.undecided_reports)
"""
LATER = datetime.now(UTC) + timedelta(days=1)


async def opened(journal: PostgresJournal, said: Complaint, holder: str = "sanitation") -> Case:
    done = give(None, Open(plan=plan(said, holder=holder)), OPENED)
    await journal.append(batch_of(done.case, done.events, summarize(done.case)))
    return done.case


async def ended(journal: PostgresJournal, case: Case) -> Case:
    """Withdraw it, so that it may be erased; the reason is none that would have to be sealed."""
    act = Withdraw(reason=SEALED_ERASED)
    done = give(case, act, OPENED, by=ACTORS[Role.REPORTER])
    await journal.append(batch_of(done.case, done.events, summarize(done.case)))
    return done.case


def claim_of(said: Complaint, reporter: Reporter = WANG) -> Claim:
    return Claim(
        position(1),
        said.tenant,
        said.source,
        said.event_id,
        "digest",
        said.case_id,
        reporter,
        complaint_id=said.complaint_id,
        report=ReportFeatures("water", OPENED, said.text, said.place),
    )


async def sealed_case(
    database: Database, journal: PostgresJournal, holder: str = "sanitation"
) -> Case:
    await PostgresLedger(database).reserve([claim_of(SAID)])
    keys = await PostgresKeys(database).of([(SAID.tenant, SAID.case_id)])
    said = sealed_complaint(SAID, lambda text: keys.seal(SAID.tenant, SAID.case_id, text))
    return await ended(journal, await opened(journal, said, holder))


def operation(case: Case) -> Operation:
    tenant = case.plan.complaint.tenant
    return Operation("c-1", "person_erased", OPENED, tenant, "ruan-fang", "asked", case.case_id)


async def test_a_person_is_found_by_number_and_erased_once(
    database: Database, journal: PostgresJournal, superuser: psycopg.Connection
) -> None:
    case, erasure = await sealed_case(database, journal), PostgresErasure(database)
    assert await erasure.cases_of(SAID.tenant, "+86 573 80000001") == [case.case_id]
    assert await erasure.cases_of("city", WANG.phone) == []
    before = await erasure.found(SAID.tenant, case.case_id)

    assert await erasure.erase(operation(case), case.case_id)
    assert not await erasure.erase(operation(case), case.case_id)

    after = await erasure.found(SAID.tenant, case.case_id)
    assert before.erased_at is None
    assert before.plain == 0
    assert after.plain == 0
    assert after.erased_at is not None
    assert await erasure.cases_of(SAID.tenant, WANG.phone) == []
    assert superuser.execute(BESIDE).fetchone() == (0,)
    chain = superuser.execute(
        "SELECT body FROM sanban.journal WHERE case_id = %s", (f"operations/{SAID.tenant}",)
    ).fetchall()
    assert [json.loads(body)["about"] for (body,) in chain] == [case.case_id]


async def test_a_source_that_asks_for_its_case_is_told_in_words_until_these_are_erased(
    database: Database, journal: PostgresJournal
) -> None:
    case, requests = await sealed_case(database, journal), JournaledRequests(database)
    told = await requests.find(SAID.tenant, case.case_id)
    await PostgresErasure(database).erase(operation(case), case.case_id)
    after = await requests.find(SAID.tenant, case.case_id)

    assert await requests.find("city", case.case_id) is None
    assert told is not None
    assert told.case.plan.complaint.text == SAID.text
    assert told.case.plan.complaint.place.address == SAID.place.address
    assert after is not None
    assert after.case.plan.complaint.text == after.case.plan.complaint.place.address == ERASED


async def test_a_destroyed_key_is_in_no_page_once_its_table_is_written_anew(
    database: Database,
    journal: PostgresJournal,
    superuser: psycopg.Connection,
    postgres_server: EmbeddedPostgres,
) -> None:
    """As the runbook says; the write-ahead log and backups are another matter."""
    case, erasure = await sealed_case(database, journal), PostgresErasure(database)
    [(key,)] = superuser.execute(
        "SELECT key FROM sanban.keys WHERE case_id = %s", (case.case_id,)
    ).fetchall()
    pages = postgres_server.directory / "data" / "base"

    def found() -> bool:
        superuser.execute("CHECKPOINT")
        return any(key in file.read_bytes() for file in pages.rglob("*") if file.is_file())

    before = found()
    await erasure.erase(operation(case), case.case_id)
    superuser.execute("VACUUM FULL sanban.keys")

    assert before
    assert not found()


async def test_what_was_journaled_before_words_were_sealed_is_counted_and_said_to_stay(
    database: Database, journal: PostgresJournal, app_dsn: str
) -> None:
    case = await ended(journal, await opened(journal, SAID))
    settings = {"SANBAN_DATABASE_URL": app_dsn, "SANBAN_PACKS": json.dumps([str(PACK)])}
    who = ("--as", "ruan-fang", "--reason", "asked")

    shown = await sanban("erase", case.case_id, *who[:2], **settings)
    told = await sanban("erase", case.case_id, *who, "--yes", **settings)
    nobody = await sanban("erase", case.case_id, "--yes", **settings)
    unsaid = await sanban("erase", **settings)
    strangers = [
        await sanban("erase", case.case_id, *strange, **settings)
        for strange in ((), ("--as", "lu-fang"), ("--as", "nobody-else"))
    ]
    seen = await sanban("cases", "show", case.case_id, **settings)

    assert [each.code for each in strangers] == [2, 2, 2]
    assert not [each for each in strangers if case.case_id in each.output]
    assert (await PostgresErasure(database).found(SAID.tenant, case.case_id)).plain == 1
    assert shown.code == 1
    assert told.code == 1
    assert nobody.code == 2
    assert unsaid.code == 2
    assert "older than sealing, and stay: 1" in shown.output
    assert "nothing was erased: give --yes" in shown.output
    assert f"{case.case_id}  erased\n" in told.output
    assert "水管爆裂" in seen.output


async def test_what_is_said_of_a_unit_its_own_people_erase_by_no_door(
    database: Database, journal: PostgresJournal, app_dsn: str
) -> None:
    case = await sealed_case(database, journal, holder="platform")
    settings = {"SANBAN_DATABASE_URL": app_dsn, "SANBAN_PACKS": json.dumps([str(PACK)])}
    doors = ((case.case_id,), ("--phone", WANG.phone, "--tenant", SAID.tenant))
    words = ("--reason", "asked", "--yes", "--as")
    own = [await sanban("erase", *door, *words, "ruan-fang", **settings) for door in doors]
    kept = await PostgresErasure(database).found(SAID.tenant, case.case_id)
    told = await sanban("erase", *doors[1], *words, "shen-haifeng", **settings)

    assert [each.code for each in own] == [2, 2]
    for each in own:
        assert f"has a part in {case.case_id} (platform)" in each.complaint
    assert kept.erased_at is None
    assert told.code == 0
    assert f"{case.case_id}  erased\n" in told.output


async def test_who_reported_before_words_were_sealed_is_found_by_number_as_well(
    database: Database, superuser: psycopg.Connection
) -> None:
    superuser.execute(
        "INSERT INTO sanban.reporters VALUES ('old-1', %s, 'Wang', '(0573) 80000001', false),"
        " ('old-2', 'city', 'Wang', '0573-80000001', false), ('old-3', %s, 'Li', '', false)",
        [SAID.tenant, SAID.tenant],
    )

    assert await PostgresErasure(database).cases_of(SAID.tenant, "+86 573 80000001") == ["old-1"]
    assert await PostgresErasure(database).cases_of(SAID.tenant, "-") == []


async def test_only_words_that_no_key_seals_are_plain() -> None:
    done = give(None, Open(plan=plan(SAID, holder="sanitation")), OPENED)
    sealed = give(
        None, Open(plan=plan(sealed_complaint(SAID, lambda _: "sealed.v1.erased"))), OPENED
    )
    batches = (batch_of(each.case, each.events, summarize(each.case)) for each in (done, sealed))
    plain = [[has_unsealed_words(body.encode()) for body in batch.bodies] for batch in batches]

    assert plain[0][0]
    assert not any(plain[0][1:] + plain[1])


async def test_what_waits_for_the_case_is_emptied_and_where_its_records_lie_is_said(
    database: Database, journal: PostgresJournal
) -> None:
    case, ledger = await sealed_case(database, journal), PostgresLedger(database)
    waits = Record(position(2), b"key", b"from Wang", (("x", b"Wang"),))
    other = Record(position(3), b"key", b"from Li")
    queues = (
        queue_of(SAID.tenant, SAID.source, SAID.complaint_id),
        queue_of(SAID.tenant, SAID.source, "another"),
    )
    await ledger.settle(
        [
            replace(decision(1, Outcome.ACCEPTED), tenant=SAID.tenant, case_id=case.case_id),
            *(
                RecordDecision(
                    each.position,
                    Outcome.PARKED,
                    hold=ParkingTerms(Wait.SILENT, queue, LATER),
                    record=each,
                )
                for each, queue in zip((waits, other), queues, strict=True)
            ),
            replace(
                decision(4, Outcome.CONFLICT),
                tenant=SAID.tenant,
                source=SAID.source,
                event_id=SAID.event_id,
                letter=Letter("letters", 0, 7),
            ),
        ]
    )
    erasure = PostgresErasure(database)
    found = await erasure.found(SAID.tenant, case.case_id)
    await erasure.erase(operation(case), case.case_id)
    await database.fetch("UPDATE sanban.parked SET next_at = now() RETURNING 1")
    [emptied, kept] = [each.record for each in await ledger.ready(waits.position.topic, 9)]

    assert found.waiting == 1
    assert {(each.topic, each.offset) for each in found.records} == {
        (position(1).topic, 1),
        (position(4).topic, 4),
        ("letters", 7),
    }
    assert all(isinstance(each, RecordPlace) for each in found.records)
    assert emptied.value is None
    assert emptied.headers == ()
    assert kept == other


async def test_how_long_a_topic_keeps_records_is_asked_of_its_broker(
    apache_kafka: ApacheKafka, fresh_database: str
) -> None:
    topic = f"{fresh_database}.kept"
    await ensure_topics(apache_kafka.bootstrap, [TopicSpec(topic, 1)])

    # Kafka's own defaults: a week, and a segment of another.
    assert await kept_for(apache_kafka.bootstrap, [topic]) == {topic: timedelta(days=14)}
