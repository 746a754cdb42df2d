"""Complaints in, cases out: decides a chunk of records of one partition, in order."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from typing_extensions import override

from consumers.commands.command_client import CommandClient
from consumers.complaints.clustering import Clusterer
from consumers.complaints.filing import Filer, Filing
from consumers.complaints.follow_ups import FollowUpHandler, reference_of
from consumers.complaints.starts import Starts
from consumers.decoding.readings import ComplaintReader, ReadRecord
from consumers.outcomes.outcome_sink import all_or_worst
from consumers.outcomes.queues import Queues, queue_of
from consumers.outcomes.reject_rate_breaker import RejectRateBreaker
from consumers.ports import CaseStarter, Planner, Reference, Repeats, Sealing, SimilarReports
from consumers.record_intake import RecordIntake
from schemas.events.complaint import ComplaintFiled
from schemas.events.follow_ups import FollowUp
from schemas.intake import (
    Outcome,
    Position,
    Record,
    RecordDecision,
    RejectReason,
    Standing,
    Unavailable,
)

CONFLICTING = (
    "an event with this source and id came before with other content; "
    "give a changed event an id of its own"
)

Identity = tuple[str | None, str | None, str | None]
"""Tenant, source and event id."""


@dataclass
class _Chunk:
    """What is known while a chunk is decided; `ended` fills up as records get their decision."""

    filings: dict[Position, Filing]
    standings: Mapping[Position, Standing]
    cases: Mapping[Reference, str]
    queues: Queues
    ended: dict[Position, RecordDecision]
    starts: Starts
    away: asyncio.Event = field(default_factory=asyncio.Event)


@dataclass(frozen=True)
class Intake(RecordIntake):
    """Decides complaints and what is said about them later.

    An exception of `handle` means that no record is decided. Calling it again is safe: every step
    has the same effect twice as once.
    """

    plan: Planner
    repeats: Repeats
    similar: SimilarReports
    starter: CaseStarter
    sealing: Sealing

    async def start_again(self, record: Record, case_id: str) -> RecordDecision | None:
        """Start a case that exists nowhere any more, from the record that once became it.

        Returns ACCEPTED when the case is there, another decision when it cannot be started today,
        None when the record makes no such case. The record's own outcome and identity stay as they
        are. Repeating it is safe. Raises Unavailable.
        """
        read = self._reader().read(record, Queues({}, self.context.now()))
        if isinstance(read, RecordDecision):
            return read
        if not isinstance(read.event.said, ComplaintFiled) or read.claim.case_id != case_id:
            return None
        filings = await self._clusterer().clustered(await self._filer().planned([read]))
        return await self._filer().start(filings[record.position])

    @override
    async def _decide(
        self, records: Sequence[Record], expired: frozenset[Position], breaker: RejectRateBreaker
    ) -> Mapping[Position, RecordDecision]:
        context = self.context
        queues, reader = context.queues(expired), self._reader()
        read, ended = list[ReadRecord](), dict[Position, RecordDecision]()
        for record in records:
            item = reader.read(record, queues)
            if isinstance(item, ReadRecord):
                read.append(item)
            else:
                ended[record.position] = item
        chunk = await self._looked_up(read, queues, ended)
        await self._decide_readable(read, chunk)
        # Only when every record has its decision. After an exception above nothing is recorded, and
        # the whole chunk is decided again.
        decided = [(record, ended[record.position]) for record in records]
        return await context.outcomes.record(decided, context.ledger, breaker)

    async def _looked_up(
        self, read: Sequence[ReadRecord], queues: Queues, ended: dict[Position, RecordDecision]
    ) -> _Chunk:
        """Ask the stores once for the whole chunk, whatever its size."""
        ledger = self.context.ledger
        claims = [item.claim for item in read]
        # Identities first: only who holds one is planned, so no case comes of a duplicate.
        standings = await ledger.reserve(claims) if claims else []
        standing = dict(zip((claim.position for claim in claims), standings, strict=True))
        ours = [item for item in read if standing[item.claim.position] is Standing.MINE]
        filings = await self._clusterer().clustered(await self._filer().planned(ours))
        later = (item for item in read if not item.claim.is_filed)
        references = sorted({reference_of(item) for item in later})
        # After the reservation, so that complaints of this very chunk are found.
        cases = await ledger.cases_of(references)
        names = [queue_of(*reference) for reference in references]
        queues.parked.update(await ledger.waiting(names))
        starts = Starts.of(self.similar, filings.values())
        return _Chunk(filings, standing, cases, queues, ended, starts)

    async def _decide_readable(self, read: Sequence[ReadRecord], chunk: _Chunk) -> None:
        """Decide what is ours, in order within a key and side by side across keys; then the rest.

        The rest comes last because a duplicate repeats what became of the record that holds the
        identity, which may be in this chunk.
        """
        lanes: dict[bytes | None, list[ReadRecord]] = {}
        for item in read:
            if chunk.standings[item.claim.position] is Standing.MINE:
                lanes.setdefault(item.record.key, []).append(item)
        await all_or_worst(self._lane(lane, chunk) for lane in lanes.values())
        # Only rejected records that held their identity. A record without it decides nothing about
        # others: a source could otherwise spoil the events of another one.
        held = (chunk.ended[item.claim.position] for lane in lanes.values() for item in lane)
        useless: dict[Identity, RecordDecision] = {
            (each.tenant, each.source, each.event_id): each
            for each in held
            if each.outcome is Outcome.REJECTED
        }
        for item in read:
            place = item.claim.position
            if place not in chunk.ended:
                chunk.ended[place] = _not_ours(item, chunk, useless)

    async def _lane(self, lane: Sequence[ReadRecord], chunk: _Chunk) -> None:
        """Decide the records of one key, one after the other."""
        try:
            for item in lane:
                place = item.claim.position
                if place in chunk.filings:
                    # Outside the semaphore: who waits for a leader takes no slot that the leader
                    # needs.
                    filing = await chunk.starts.after_its_leader(chunk.filings[place])
                    chunk.filings[place] = filing
                async with self.context.at_once:
                    # One call without an answer is enough: the others would only wait as long.
                    if chunk.away.is_set():
                        return
                    with self.context.around(item.record):
                        done = chunk.ended[place] = await self._take(item, chunk)
                chunk.starts.end(item.claim.case_id, begun=done.outcome is Outcome.ACCEPTED)
        except Unavailable:
            chunk.away.set()
            raise
        finally:
            # Cases of this lane that were not tried will not start now: followers must not wait.
            for item in lane:
                chunk.starts.end(item.claim.case_id, begun=False)

    async def _take(self, item: ReadRecord, chunk: _Chunk) -> RecordDecision:
        said = item.event.said
        if isinstance(said, FollowUp):
            client = CommandClient(self.context.commands, self.context.cases)
            return await FollowUpHandler(client).handle(item, said, chunk.cases, chunk.queues)
        filing = chunk.filings[item.claim.position]
        decision = await self._filer().start(filing)
        if decision.outcome is Outcome.ACCEPTED:
            await self._clusterer().merge_earlier(filing)
        return decision

    def _reader(self) -> ComplaintReader:
        return ComplaintReader(self.context.policies, self.context.now, self.context.max_bytes)

    def _filer(self) -> Filer:
        return Filer(self.plan, self.repeats, self.starter, self.sealing, self.context.now)

    def _clusterer(self) -> Clusterer:
        return Clusterer(self.similar, self.context.commands)


def _not_ours(
    item: ReadRecord, chunk: _Chunk, useless: Mapping[Identity, RecordDecision]
) -> RecordDecision:
    claim = item.claim
    filed = claim.is_filed
    case_id = claim.case_id if filed else chunk.cases.get(reference_of(item))
    first = useless.get((claim.tenant, claim.source, claim.event_id))
    match chunk.standings[claim.position]:
        case Standing.CONFLICT:
            return item.ended(Outcome.CONFLICT, RejectReason.IDENTITY_CONFLICT, CONFLICTING)
        case Standing.DUPLICATE if first is not None:
            # The same content as a rejected record: there is no case to point to.
            return item.ended(Outcome.REJECTED, first.reason, first.detail)
        case Standing.DUPLICATE:
            return item.ended(Outcome.DUPLICATE, case_id=case_id)
        case _:
            return item.ended(item.event.row.done, case_id=case_id)
