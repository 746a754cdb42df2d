"""Cases that live in the journal, and a check of what a topic says about them."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Protocol

from domain.case.decide import Decision
from domain.case.registration.acts import Open
from domain.case.state import Case
from domain.case.summaries import summarize
from domain.complaints import SuperiorOrder
from schemas.journal import batch_of
from store.connection import Database
from store.journal.rows import PostgresJournal
from tests.builders import complaint, give, plan
from tests.town import OPENED

STEPS = ("sign", "progress", "comment", "progress", "resolve", "verify", "close")
"""What happens to each case; a comment is for nobody outside."""
KINDS = (
    "received",
    "triaged",
    "dispatched",
    "signed",
    "progressed",
    None,
    "progressed",
    "resolved",
    "verified",
    "closed",
)
"""What outsiders are told of each row."""


class Sent(Protocol):
    """A record of a topic."""

    @property
    def key(self) -> bytes | None: ...
    @property
    def value(self) -> bytes | None: ...


async def live(
    journal: PostgresJournal,
    name: str,
    steps: Sequence[str] = STEPS,
    order: SuperiorOrder | None = None,
) -> str:
    """Open a case and take it through the steps, a transaction each; return its number."""
    about = replace(complaint(event_id=name), superior=order)
    decision = give(None, Open(plan=plan(about)), OPENED)
    await _keep(journal, decision)
    for step in steps:
        decision = give(decision.case, step, OPENED)
        await _keep(journal, decision)
    return decision.case.case_id


async def _keep(journal: PostgresJournal, decision: Decision) -> None:
    case: Case = decision.case
    await journal.append(batch_of(case, decision.events, summarize(case)))


async def faults(database: Database, records: Iterable[Sent]) -> list[str]:
    """Return what is missing, out of order or repeated in other words; nothing when all is well.

    A record that repeats an earlier one byte for byte is no fault.
    """
    found: list[str] = []
    seen: dict[bytes, bytes] = {}
    told: dict[str, list[int]] = {}
    for record in records:
        value = record.value or b""
        event = json.loads(value)
        id_, data = event["id"].encode(), event["data"]
        if record.key != data["case"].encode():
            found.append(f"{id_.decode()} has the key {record.key!r}")
        if id_ in seen:
            if seen[id_] != value:
                found.append(f"{id_.decode()} was told twice, in other words")
            continue
        seen[id_] = value
        told.setdefault(data["case"], []).append(data["seq"])
    rows = await database.fetch("SELECT case_id, count(*) FROM sanban.journal GROUP BY case_id")
    for case_id, number in rows:
        wanted = [seq for seq, kind in enumerate(KINDS[:number], 1) if kind is not None]
        if told.get(case_id, []) != wanted:
            found.append(f"{case_id}: told {told.get(case_id)}, wanted {wanted}")
    return found
