"""Complaints in, cases out: decides a chunk of records of one partition, in order."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from consumers.answers import Giver
from consumers.clustering import Gatherer
from consumers.decoding.envelopes import MAX_BYTES
from consumers.decoding.readings import Read, Reader
from consumers.filing import Filer, Filing
from consumers.follow_ups import Bearer, reference_of
from consumers.outcomes import Books, all_or_worst
from consumers.ports import (
    CaseStarter,
    Commands,
    JournaledCases,
    Ledger,
    Planner,
    Policies,
    Reference,
    Repeats,
    Sealing,
    SimilarReports,
)
from consumers.queues import PARKED_FOR, Queues, queue_of
from consumers.reject_rate_breaker import RejectCeiling
from consumers.starts import Starts
from schemas.events.complaint import ComplaintFiled
from schemas.events.follow_ups import FollowUp
from schemas.intake import (
    Decision,
    Outcome,
    Position,
    Record,
    RejectReason,
    Standing,
    Unavailable,
    Waiting,
)

CONFLICTING = (
    "an event with this source and id came before with other content; "
    "give a changed event an id of its own"
)


Identity = tuple[str | None, str | None, str | None]
"""Tenant, source and event id."""


@dataclass
class _Chunk:
    """What is known while a chunk is decided."""

    filings: dict[Position, Filing]
    standings: Mapping[Position, Standing]
    cases: Mapping[Reference, str]
    queues: Queues
    ended: dict[Position, Decision]
    starts: Starts
    away: asyncio.Event = field(default_factory=asyncio.Event)


@dataclass(frozen=True)
class Intake:
    """`handle` again after any exception: whatever it does, doing it twice is doing it once."""

    policies: Policies
    plan: Planner
    repeats: Repeats
    similar: SimilarReports
    ledger: Ledger
    starter: CaseStarter
    commands: Commands
    cases: JournaledCases
    books: Books
    sealing: Sealing
    now: Callable[[], datetime]
    ceiling: RejectCeiling = field(default_factory=RejectCeiling)
    at_once: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(32))
    max_bytes: int = MAX_BYTES
    parked_for: timedelta = PARKED_FOR

    async def handle(self, records: Sequence[Record]) -> list[Outcome]:
        """Decide each record. An exception means «nothing decided»: commit no offset.

        Raises Unavailable when waiting will help; anything else is a defect.
        """
        return await self._decide(records, frozenset(), self.ceiling)

    async def take_up(self, waiting: Sequence[Waiting]) -> list[Outcome]:
        """Decide records that were parked, whose time has come. Raises as `handle` does."""
        expired = frozenset(each.record.position for each in waiting if each.expired)
        # What was parked says nothing about what comes in now.
        return await self._decide([each.record for each in waiting], expired, RejectCeiling(1))

    async def start_again(self, record: Record, case_id: str) -> Decision | None:
        """Start this case, which is nowhere to be found, from the record that became it.

        The record's outcome and identity stay as they are. ACCEPTED: the case is there; else why
        it cannot be started today, None when the record makes no such case. Repeating it is safe.
        Raises Unavailable.
        """
        read = Reader(self.policies, self.now, self.max_bytes).read(record, Queues({}, self.now()))
        if isinstance(read, Decision):
            return read
        if not isinstance(read.event.said, ComplaintFiled) or read.claim.case_id != case_id:
            return None
        filings = await self._gatherer().gathered(await self._filer().planned([read]))
        return await self._filer().start(filings[record.position])

    async def _decide(
        self, records: Sequence[Record], expired: frozenset[Position], ceiling: RejectCeiling
    ) -> list[Outcome]:
        queues = Queues({}, self.now(), self.parked_for, expired)
        reader = Reader(self.policies, self.now, self.max_bytes)
        read, ended = list[Read](), dict[Position, Decision]()
        for record in records:
            item = reader.read(record, queues)
            if isinstance(item, Read):
                read.append(item)
            else:
                ended[record.position] = item
        chunk = await self._looked_up(read, queues, ended)
        await self._go(read, chunk)
        decided = [(record, ended[record.position]) for record in records]
        await self.books.keep(decided, self.ledger, ceiling)
        return [decision.outcome for _, decision in decided]

    async def _looked_up(
        self, read: Sequence[Read], queues: Queues, ended: dict[Position, Decision]
    ) -> _Chunk:
        claims = [item.claim for item in read]
        standings = await self.ledger.reserve(claims) if claims else []
        standing = dict(zip((claim.position for claim in claims), standings, strict=True))
        ours = [item for item in read if standing[item.claim.position] is Standing.MINE]
        filings = await self._gatherer().gathered(await self._filer().planned(ours))
        later = (item for item in read if not item.claim.is_filed)
        references = sorted({reference_of(item) for item in later})
        cases = await self.ledger.cases_of(references)
        names = [queue_of(*reference) for reference in references]
        queues.parked.update(await self.ledger.waiting(names))
        starts = Starts.of(self.similar, filings.values())
        return _Chunk(filings, standing, cases, queues, ended, starts)

    async def _go(self, read: Sequence[Read], chunk: _Chunk) -> None:
        """What is ours in order within a key, side by side across keys; then the rest."""
        lanes: dict[bytes | None, list[Read]] = {}
        for item in read:
            if chunk.standings[item.claim.position] is Standing.MINE:
                lanes.setdefault(item.record.key, []).append(item)
        await all_or_worst(self._lane(lane, chunk) for lane in lanes.values())
        # Of what held an identity, and lost it: who may not say a thing says nothing about others.
        held = (chunk.ended[item.claim.position] for lane in lanes.values() for item in lane)
        useless: dict[Identity, Decision] = {
            (each.tenant, each.source, each.event_id): each
            for each in held
            if each.outcome is Outcome.REJECTED
        }
        for item in read:
            place = item.claim.position
            if place not in chunk.ended:
                chunk.ended[place] = _not_ours(item, chunk, useless)

    async def _lane(self, lane: Sequence[Read], chunk: _Chunk) -> None:
        try:
            for item in lane:
                place = item.claim.position
                if place in chunk.filings:  # waiting for its leader, it keeps nobody else waiting
                    filing = await chunk.starts.after_its_leader(chunk.filings[place])
                    chunk.filings[place] = filing
                async with self.at_once:
                    if chunk.away.is_set():  # one failed start is enough to know
                        return
                    done = chunk.ended[place] = await self._take(item, chunk)
                chunk.starts.end(item.claim.case_id, begun=done.outcome is Outcome.ACCEPTED)
        except Unavailable:
            chunk.away.set()
            raise
        finally:  # nobody waits for what is not tried any more
            for item in lane:
                chunk.starts.end(item.claim.case_id, begun=False)

    async def _take(self, item: Read, chunk: _Chunk) -> Decision:
        said = item.event.said
        if isinstance(said, FollowUp):
            bearer = Bearer(Giver(self.commands, self.cases))
            return await bearer.bear(item, said, chunk.cases, chunk.queues)
        filing = chunk.filings[item.claim.position]
        decision = await self._filer().start(filing)
        if decision.outcome is Outcome.ACCEPTED:
            await self._gatherer().bring(filing)
        return decision

    def _filer(self) -> Filer:
        return Filer(self.plan, self.repeats, self.starter, self.sealing, self.now)

    def _gatherer(self) -> Gatherer:
        return Gatherer(self.similar, self.commands)


def _not_ours(item: Read, chunk: _Chunk, useless: Mapping[Identity, Decision]) -> Decision:
    claim = item.claim
    filed = claim.is_filed
    case_id = claim.case_id if filed else chunk.cases.get(reference_of(item))
    first = useless.get((claim.tenant, claim.source, claim.event_id))
    match chunk.standings[claim.position]:
        case Standing.CONFLICT:
            return item.ended(Outcome.CONFLICT, RejectReason.IDENTITY_CONFLICT, CONFLICTING)
        case Standing.DUPLICATE if first is not None:
            # It says the same, and there is no case that it could point to.
            return item.ended(Outcome.REJECTED, first.reason, first.detail)
        case Standing.DUPLICATE:
            return item.ended(Outcome.DUPLICATE, case_id=case_id)
        case _:
            return item.ended(item.event.row.done, case_id=case_id)
