"""`sanban after-restore`: name what a restored database has lost, and bring its rows back."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from gateways.kafka.record_reader import KafkaReader
from runtime.jobs.reconcile.report import ReconciliationReport
from runtime.jobs.restored.lost_rows import LostCase, LostRows, LostRowsFinder, batch_of_lost
from runtime.jobs.restored.outside_checkpoints import CheckpointAhead, OutsideCheckpoints
from runtime.jobs.restored.told_outside import (
    EventsPassed,
    ToldIds,
    ids_since,
    notice_told_in,
)
from runtime.problems import Problem
from schemas.events.case_events import id_of
from schemas.journal import event_of
from store.cases.rebuilding import PostgresRebuilding
from store.connection import Database
from store.errors import ConflictingRow, GapInJournal
from store.journal.leases import Lease
from store.journal.outbox import Outbox
from store.journal.rows import PostgresJournal
from store.notifications.deliveries import Deliveries
from store.privacy.keys import PostgresKeys


@dataclass(frozen=True, slots=True)
class ToldRow:
    """A lost row. `told`: where the topic has its event, or None."""

    case_id: str
    seq: int
    at: datetime
    kind: str
    told: str | None


@dataclass(frozen=True, slots=True)
class BroughtBack:
    """What `--apply` did: rows appended, cases left out and why, and what is not told again."""

    rows: int
    left_out: tuple[str, ...]
    events: EventsPassed
    notices: int


@dataclass
class RestoreReport:
    """What the database lost. `unknown`: where events are told of rows that no one has any more.

    `keyless`: cases that were opened after the restored moment, so that the key of their texts is
    lost. `records`: records that were decided, and have no outcome any more. `compared`: the
    checkpoints outside were looked at; without their key none is.
    """

    lost: LostRows
    rows: list[ToldRow]
    unknown: dict[str, str]
    notices: list[str]
    keyless: list[str]
    checkpoints: list[CheckpointAhead]
    journal_rows: int
    records: ReconciliationReport = field(default_factory=ReconciliationReport)
    returned: BroughtBack | None = None
    compared: bool = True

    @property
    def unnamed(self) -> int:
        """At least so many rows were signed that neither the database nor a workflow has."""
        signed = max((each.checkpoint.size for each in self.checkpoints), default=0)
        return max(0, signed - self.journal_rows - self.lost.number)

    @property
    def is_whole(self) -> bool:
        """Nothing was lost, or all of it was brought back."""
        left = self.returned.left_out if self.returned else self.rows
        others = (self.lost.broken, self.unknown, self.checkpoints, self.records.left)
        return not left and not any(others)

    def as_json(self) -> dict[str, Any]:
        """Return the report for `--json`; its keys are read by programs."""
        restored_to, returned = self.lost.restored_to, self.returned
        return {
            "restored_to": restored_to.isoformat() if restored_to else None,
            "replayed": self.lost.replayed,
            "rows": [
                {
                    "case": each.case_id,
                    "seq": each.seq,
                    "at": each.at.isoformat(),
                    "kind": each.kind,
                    "told": each.told,
                }
                for each in self.rows
            ],
            "gaps": {each.case_id: each.gap for each in self.lost.cases if each.gap},
            "broken": {each.case_id: each.detail for each in self.lost.broken},
            "told_of_unknown_rows": self.unknown,
            "notices_told": self.notices,
            "without_key": self.keyless,
            "checkpoints": {each.where: each.detail for each in self.checkpoints},
            "rows_without_name": self.unnamed,
            "records": self.records.as_json(),
            "returned": None
            if returned is None
            else {
                "rows": returned.rows,
                "left_out": list(returned.left_out),
                "events_not_told_again": returned.events.passed,
                "events_told_again": list(returned.events.again),
                "notices_not_told_again": returned.notices,
            },
        }


@dataclass(frozen=True)
class AfterRestore:
    """Raises Unavailable, Problem. `find` changes nothing; `bring_back` can be repeated.

    `pass_events` moves the relay over what was told, `take_notices` returns how many notices were.
    """

    finder: LostRowsFinder
    database: Database
    kafka: KafkaReader
    events_topic: str
    replies_topic: str
    checkpoints: OutsideCheckpoints | None
    pass_events: Callable[[Lease, ToldIds], Awaitable[EventsPassed]]
    take_notices: Callable[[Lease], Awaitable[int]]

    async def find(self, moved: Callable[[int], None]) -> tuple[RestoreReport, ToldIds]:
        lost = await self.finder.find(moved)
        told = await self._told(lost.restored_to)
        rows = [each for case in lost.cases for each in _rows_of(case, told)]
        outside = await self.checkpoints.contradictions() if self.checkpoints else []
        report = RestoreReport(
            lost=lost,
            rows=rows,
            unknown=await self._unknown(lost, told),
            notices=[id_ for case in lost.cases for id_ in _notices_of(case)],
            keyless=await self._keyless(lost.cases),
            checkpoints=outside,
            compared=self.checkpoints is not None,
            journal_rows=await self.checkpoints.rows() if self.checkpoints else 0,
        )
        return report, told

    async def bring_back(self, report: RestoreReport, told: ToldIds) -> None:
        """Append the lost rows again, then pass over what was told. Relay and notifier must rest.

        Rows that were told come first: the relay's cursor can move over them at once.
        """
        outbox, deliveries = Outbox(self.database), Deliveries(self.database)
        async with outbox.lead() as relaying, deliveries.lead() as notifying:
            if relaying is None or notifying is None:
                who = "relay" if relaying is None else "notify"
                raise Problem(f"a `sanban {who}` leads", do=f"stop every `sanban {who}`, run again")
            parts = [_split(case, told) for case in report.lost.cases]
            left_out, rows = dict[str, str](), 0
            for case in (*(first for first, _ in parts), *(second for _, second in parts)):
                if case is None or case.case_id in left_out:
                    continue
                if (why := await self._append(case)) is not None:
                    left_out[case.case_id] = why
                else:
                    rows += len(case.bodies)
            await self._until_visible()
            events = await self.pass_events(relaying, told)
            notices = await self.take_notices(notifying)
        named = tuple(f"{case_id}: {why}" for case_id, why in sorted(left_out.items()))
        report.returned = BroughtBack(rows, named, events, notices)

    async def _append(self, case: LostCase) -> str | None:
        """Append the rows; return why the case was left out, or None."""
        journal = PostgresJournal(self.database)
        if case.gap:
            return f"rows {case.head + 1} to {case.first_seq - 1} are in no history"
        before = await journal.bodies_from(case.case_id, 1)
        try:
            await journal.append(batch_of_lost(case, before[: case.first_seq - 1]))
        except (ConflictingRow, GapInJournal) as error:
            return str(error)
        return None

    async def _until_visible(self) -> None:
        """Raise Problem if an open transaction hides the rows that were just appended."""
        if await Outbox(self.database).hidden():
            raise Problem(
                "the rows are back, and a long transaction still hides them from the relay",
                do="end it (docs/RUNBOOK.md, «The relay»), then run this again: nothing is doubled",
            )

    async def _told(self, restored_to: datetime | None) -> ToldIds:
        if restored_to is None:
            return ToldIds({}, {})
        since = restored_to - self.finder.margin
        return ToldIds(
            await ids_since(self.kafka, self.events_topic, since),
            await ids_since(self.kafka, self.replies_topic, since),
        )

    async def _unknown(self, lost: LostRows, told: ToldIds) -> dict[str, str]:
        """Return the told events of rows that neither the database nor a history has."""
        found = {id_of(case.case_id, seq) for case in lost.cases for seq in case.seqs}
        cases = {id_.rpartition("/")[0] for id_ in told.events}
        heads = await PostgresRebuilding(self.database).heads(cases)
        return {
            id_: where
            for id_, where in sorted(told.events.items())
            if id_ not in found and not _is_kept(id_, heads)
        }

    async def _keyless(self, cases: Sequence[LostCase]) -> list[str]:
        refs = [(each.tenant, each.case_id) for each in cases if not each.head]
        known = await PostgresKeys(self.database).known(refs)
        return [case_id for tenant, case_id in refs if (tenant, case_id) not in known]


def _rows_of(case: LostCase, told: ToldIds) -> list[ToldRow]:
    events = [event_of(body.encode()) for body in case.bodies]
    return [
        ToldRow(
            case.case_id,
            each.seq,
            each.at,
            each.fact.kind,
            told.events.get(id_of(case.case_id, each.seq)),
        )
        for each in events
    ]


def _notices_of(case: LostCase) -> list[str]:
    return [id_ for body in case.bodies for id_ in notice_told_in(case.case_id, body.encode())]


def _is_kept(id_: str, heads: dict[str, int]) -> bool:
    case_id, _, seq = id_.rpartition("/")
    return seq.isdecimal() and int(seq) <= heads.get(case_id, 0)


def _split(case: LostCase, told: ToldIds) -> tuple[LostCase | None, LostCase | None]:
    """Return the rows up to the last one that was told, and the rows after it."""
    last = max(
        (seq for seq in case.seqs if id_of(case.case_id, seq) in told.events),
        default=case.first_seq - 1,
    )
    number = last - case.first_seq + 1
    first, second = case.bodies[:number], case.bodies[number:]
    return (
        LostCase(case.case_id, case.tenant, case.head, case.first_seq, first) if first else None,
        # Of a case with a gap neither part can be appended.
        LostCase(case.case_id, case.tenant, case.head if case.gap else last, last + 1, second)
        if second
        else None,
    )
