"""Complaints in, cases out: decides a chunk of records of one partition, in order."""

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import assert_never

from consumers import events, metrics
from consumers.ceiling import RejectCeiling
from consumers.envelopes import MAX_BYTES, Unreadable
from consumers.outcomes import all_or_worst, keep
from consumers.ports import CaseStarter, DeadLetters, Ledger, Planner, Policies, Repeats
from domain.complaints import Complaint
from domain.planning import repeat_window
from domain.plans import CasePlan
from domain.policies import Policy
from domain.spots import spot_of
from schemas.complaint import ReporterData
from schemas.intake import (
    Claim,
    Decision,
    Outcome,
    Position,
    Record,
    RejectReason,
    Reporter,
    Spot,
    Standing,
    Unavailable,
    UnknownTenant,
    Unstartable,
)

Identity = tuple[str, str, str]
"""Tenant, source and event id."""

CONFLICTING = (
    "an event with this source and id came before with other content; "
    "give a changed event an id of its own"
)


@dataclass(frozen=True, slots=True)
class Read:
    """A record that says something, under the policy that decides about it."""

    record: Record
    claim: Claim
    policy: Policy
    complaint: Complaint


@dataclass(frozen=True, slots=True)
class Filing:
    """A record that can become a case."""

    record: Record
    claim: Claim
    plan: CasePlan

    @property
    def identity(self) -> Identity:
        return (self.claim.tenant, self.claim.source, self.claim.event_id)


@dataclass(frozen=True, slots=True)
class Refusal:
    """A record that cannot."""

    record: Record
    reason: RejectReason
    detail: str


@dataclass(frozen=True)
class Intake:
    """`handle` again after any exception: reserving, starting and settling twice is once."""

    policies: Policies
    plan: Planner
    repeats: Repeats
    ledger: Ledger
    starter: CaseStarter
    dead_letters: DeadLetters
    now: Callable[[], datetime]
    ceiling: RejectCeiling = field(default_factory=RejectCeiling)
    starts: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(32))
    max_bytes: int = MAX_BYTES

    async def handle(self, records: Sequence[Record]) -> list[Outcome]:
        """Decide each record. An exception means «nothing decided»: commit no offset.

        Raises Unavailable when waiting will help; anything else is a defect.
        """
        read = await self._planned([self._read(record) for record in records])
        filings = [item for item in read if isinstance(item, Filing)]
        claims = [filing.claim for filing in filings]
        standings = await self.ledger.reserve(claims) if claims else []
        standing = dict(zip((claim.position for claim in claims), standings, strict=True))
        mine = [f for f in filings if standing[f.claim.position] is Standing.MINE]
        unstartable = await self._start_all(mine)
        decisions = [_decide(item, standing, unstartable) for item in read]
        decided = [*zip(records, decisions, strict=True)]
        await keep(decided, self.ledger, self.dead_letters, self.ceiling)
        return [decision.outcome for decision in decisions]

    async def _planned(self, read: Sequence[Read | Refusal]) -> list[Filing | Refusal]:
        """Each complaint with its plan. Repeats are looked for only where a rule asks for them."""
        spots = {
            item.claim.position: spot
            for item in read
            if isinstance(item, Read) and (spot := self._spot(item)) is not None
        }
        found = await self.repeats.before([*spots.values()]) if spots else []
        before = dict(zip(spots, found, strict=True))
        return [
            Filing(
                item.record,
                item.claim,
                self.plan(item.policy, item.complaint, before.get(item.claim.position, ())),
            )
            if isinstance(item, Read)
            else item
            for item in read
        ]

    def _spot(self, item: Read) -> Spot | None:
        complaint, window = item.complaint, repeat_window(item.policy)
        spot = spot_of(complaint.place)
        if window is None or complaint.category is None or spot is None:
            return None
        since = self.now() - window
        return Spot(complaint.tenant, complaint.category, spot, since, complaint.case_id)

    def _read(self, record: Record) -> Read | Refusal:
        try:
            event = events.read(record, now=self.now(), max_bytes=self.max_bytes)
        except Unreadable as error:
            return Refusal(record, error.reason, error.detail)
        try:
            policy = self.policies.current(event.filed.tenant)
        except UnknownTenant:
            detail = f"data.tenant: nobody here serves {event.filed.tenant}; check its spelling"
            return Refusal(record, RejectReason.UNKNOWN_TENANT, detail)
        complaint = event.filed.to_domain(event.source, event.event_id)
        claim = Claim(
            position=record.position,
            tenant=complaint.tenant,
            source=complaint.source,
            event_id=complaint.event_id,
            digest=event.digest,
            case_id=complaint.case_id,
            reporter=_reporter(event.filed.reporter),
        )
        return Read(record, claim, policy, complaint)

    async def _start_all(self, mine: Iterable[Filing]) -> dict[Identity, str]:
        """Start what is ours: in order within a key, side by side across keys.

        Returns why, for those that never will start.
        """
        lanes: dict[bytes | None, list[Filing]] = {}
        for filing in mine:
            lanes.setdefault(filing.record.key, []).append(filing)
        unstartable: dict[Identity, str] = {}
        away = asyncio.Event()
        await all_or_worst(self._lane(lane, unstartable, away) for lane in lanes.values())
        return unstartable

    async def _lane(
        self,
        filings: Sequence[Filing],
        unstartable: dict[Identity, str],
        away: asyncio.Event,
    ) -> None:
        for filing in filings:
            async with self.starts:
                if away.is_set():  # one failed start is enough to know
                    return
                try:
                    started = await self.starter.start(filing.plan)
                except Unavailable:
                    away.set()
                    raise
                except Unstartable as error:
                    unstartable[filing.identity] = str(error)
                else:
                    metrics.STARTS.labels("new" if started else "existing").inc()


def _reporter(given: ReporterData | None) -> Reporter | None:
    if given is None:
        return None
    return Reporter(given.name, given.phone, confidential=given.confidential)


def _decide(
    item: Filing | Refusal,
    standing: Mapping[Position, Standing],
    unstartable: Mapping[Identity, str],
) -> Decision:
    if isinstance(item, Refusal):
        return Decision(item.record.position, Outcome.REJECTED, item.reason, item.detail)
    claim = item.claim
    outcome, reason, detail = _outcome(standing[claim.position], unstartable.get(item.identity))
    return Decision(
        position=claim.position,
        outcome=outcome,
        reason=reason,
        detail=detail,
        tenant=claim.tenant,
        source=claim.source,
        event_id=claim.event_id,
        case_id=claim.case_id if reason is None else None,
    )


def _outcome(
    standing: Standing, unstartable: str | None
) -> tuple[Outcome, RejectReason | None, str]:
    match standing:
        case Standing.MINE | Standing.DUPLICATE if unstartable is not None:
            # A duplicate in the same chunk says the same, and there is no case it could point to.
            return Outcome.REJECTED, RejectReason.UNSTARTABLE, unstartable
        case Standing.MINE | Standing.ACCEPTED:
            return Outcome.ACCEPTED, None, ""
        case Standing.DUPLICATE:
            return Outcome.DUPLICATE, None, ""
        case Standing.CONFLICT:
            return Outcome.CONFLICT, RejectReason.IDENTITY_CONFLICT, CONFLICTING
        case _:
            assert_never(standing)
