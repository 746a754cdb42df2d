"""Read once everything that was kept in the end: ledger, journal, read model and topics."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kafka.consumer.fetcher import ConsumerRecord

from domain.case.events import Event
from gateways.notices import FIELD
from schemas.commands import CommandAnswer
from schemas.intake import RecordDecision
from schemas.journal import event_of
from store.intake.ledger_entries import PostgresLedgerEntries
from store.journal.rows import PostgresJournal
from tests.chaos.load import Load, Place
from tests.chaos.stand import Stand
from tests.integration.promises import broker

MANY = 1_000_000
STAGES = "SELECT case_id, stage FROM sanban.cases"
RESTING = (
    "SELECT id FROM sanban.notices WHERE message IS NULL AND next_at > now() + interval '1 min'"
)


@dataclass(frozen=True)
class Evidence:
    """Everything that was kept, as the checks in kept.py and told.py need it.

    `records`: complaints and acts that came in. `letters`: dead letters. `stages`: of cases, from
    the read model. `answers`, `refusals`: what people got for their commands; a refusal has the
    number of its row. `messages`: ids of the messages that arrived somewhere; `resting`: notices
    that wait until an hour is over.
    """

    decisions: Mapping[Place, RecordDecision]
    records: Mapping[Place, ConsumerRecord]
    letters: Mapping[Place, ConsumerRecord]
    receipts: Sequence[ConsumerRecord]
    told: Sequence[ConsumerRecord]
    journal: Mapping[str, Sequence[Event]]
    stages: Mapping[str, str]
    answers: Mapping[str, CommandAnswer]
    refusals: Mapping[str, int | None]
    messages: Sequence[str]
    resting: frozenset[str]


def place_of(decision: RecordDecision) -> Place:
    position = decision.position
    return (position.topic, position.partition, position.offset)


async def gathered(stand: Stand, load: Load) -> Evidence:
    town = stand.town
    entries = await PostgresLedgerEntries(town.database).newest(limit=MANY)
    complaints, commands, letters, receipts, told = [
        await broker.read(town.servers.kafka.bootstrap, topic)
        for topic in (
            town.topic,
            town.commands_topic,
            town.dead_letters_topic,
            town.receipts_topic,
            stand.case_events_topic,
        )
    ]
    return Evidence(
        decisions={place_of(entry.decision): entry.decision for entry in entries},
        records=_by_place([*complaints, *commands]),
        letters=_by_place(letters),
        receipts=receipts,
        told=told,
        journal=await journal_of(stand),
        stages=dict(await town.database.fetch(STAGES)),
        answers=town.people.answers,
        refusals={id_: refused.seq for id_, refused in town.people.refusals.items()},
        messages=[message[FIELD] for message in stand.hook.taken],
        resting=await resting(stand),
    )


async def journal_of(stand: Stand) -> dict[str, list[Event]]:
    journal: dict[str, list[Event]] = {}
    async for row in PostgresJournal(stand.town.database).stream_rows():
        journal.setdefault(row.case_id, []).append(event_of(row.body))
    return journal


async def resting(stand: Stand) -> frozenset[str]:
    return frozenset(id_ for (id_,) in await stand.town.database.fetch(RESTING))


def _by_place(records: Sequence[ConsumerRecord]) -> dict[Place, ConsumerRecord]:
    return {(each.topic, each.partition, each.offset): each for each in records}


def numbers(evidence: Evidence, load: Load) -> dict[str, object]:
    """Return how much of everything the soak had."""
    facts = Counter(event.fact.kind for events in evidence.journal.values() for event in events)
    ids = [json.loads(record.value)["id"] for record in evidence.told]
    outcomes = Counter(decision.outcome.value for decision in evidence.decisions.values())
    return {
        "lives": len(load.filed),
        "records": len(evidence.records),
        "sent again in doubt": load.unsure,
        "outcomes": dict(outcomes),
        "acts answered, refused": (len(evidence.answers), len(evidence.refusals)),
        "cases": len(evidence.journal),
        "rows": facts.total(),
        "rungs, deadlines missed": (facts["rung_reached"], facts["deadline_missed"]),
        "tiers raised, cases merged": (facts["tier_raised"], facts["merged"]),
        "told outside, of it again": (len(ids), len(ids) - len(set(ids))),
        "receipts": len(evidence.receipts),
        "messages to people, resting": (len(evidence.messages), len(evidence.resting)),
        "dead letters": len(evidence.letters),
    }
