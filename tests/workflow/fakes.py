"""Substitutes for what a case asks of the world: a journal and a desk, both in memory."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from temporalio import activity

from domain.case.commands import OtherCase, SeenFile
from domain.case.events import Event
from domain.case.evolve import fold
from domain.case.reservations import OtherReservation
from domain.matching.spots import spot_of
from domain.people.rosters import Roster
from domain.policy.campaigns import Campaign
from domain.policy.model import Policy
from domain.policy.resources import ResourceLedger
from domain.policy.sources import SourceRule
from schemas.intake import Spot
from schemas.journal import event_of, row_of
from schemas.records import Batch
from store.errors import ConflictingRow, GapInJournal, StoreUnavailable, Unstorable
from tests.fakes.gateway import POLICIES
from tests.resources import LEDGER
from tests.town import UNITS, roster


@dataclass
class MemoryJournal:
    """Keeps the promises of activities.journal.Journal, or fails as a test says.

    `failures`: how many appends fail before anything is written; `away`: all of them do; `full`:
    nothing more can ever be stored; `silent`: how many give no answer at all. `lost_answers`: how
    many are written and then fail. `tries` says where each append ran.
    """

    rows: dict[str, list[str]] = field(default_factory=dict)
    batches: list[Batch] = field(default_factory=list)
    tries: list[str] = field(default_factory=list)
    failures: int = 0
    lost_answers: int = 0
    silent: int = 0
    away: bool = False
    full: bool = False

    async def append(self, batch: Batch) -> None:
        if activity.in_activity():
            self.tries.append("locally" if activity.info().is_local else "normally")
        if self.silent:
            self.silent -= 1
            await asyncio.Event().wait()  # until whoever asked gives up
        if self.full:
            raise Unstorable("no space left")
        if self.away or self.failures:
            self.failures -= min(self.failures, 1)
            raise StoreUnavailable("connection refused")
        self._keep(batch)
        if self.lost_answers:
            self.lost_answers -= 1
            raise StoreUnavailable("connection reset after the commit")

    async def bodies_from(self, case_id: str, first_seq: int) -> tuple[str, ...]:
        return tuple(self.rows.get(case_id, [])[first_seq - 1 :])

    def batches_of(self, case_id: str) -> list[Batch]:
        return [batch for batch in self.batches if batch.case_id == case_id]

    def _keep(self, batch: Batch) -> None:
        held = self.rows.get(batch.case_id, [])
        if batch.first_seq > len(held) + 1:
            raise GapInJournal(batch.case_id, len(held), batch.first_seq)
        known = held[batch.first_seq - 1 :]
        for seq, (body, row) in enumerate(zip(batch.bodies, known, strict=False), batch.first_seq):
            if body != row:
                raise ConflictingRow(batch.case_id, seq)
        self.rows[batch.case_id] = [*held, *batch.bodies[len(known) :]]
        self.batches.append(batch)


@dataclass
class TownDesk:
    """The town's people and units, and the policies by hash that triage asks for.

    `away`: the desk gives no answer. Some units of `known` only assist. `journal` knows the cases,
    also as they were earlier (`as_of`). `earlier`: cases of any spot.
    """

    journal: MemoryJournal = field(default_factory=MemoryJournal)
    people: Roster = field(default_factory=roster)
    policies: Mapping[str, Policy] = field(default_factory=dict)
    known: tuple[str, ...] = UNITS
    helping: tuple[str, ...] = ()
    as_of: datetime | None = None
    away: bool = False
    earlier: int = 0
    acting: tuple[SourceRule, ...] = ()
    erased_cases: tuple[str, ...] = ()

    async def pinned(self, tenant: str, policy_hash: str) -> Policy:
        return self.policies[policy_hash]

    def current(self, tenant: str) -> Policy:
        """Return the last one that the desk has, or the shipped town's."""
        return [*self.policies.values()][-1] if self.policies else POLICIES["youchegang"]

    def roster(self, tenant: str) -> Roster:
        if self.away:
            raise StoreUnavailable("connection refused")
        return self.people

    def units(self, tenant: str) -> tuple[str, ...]:
        return self.known

    def assistants(self, tenant: str) -> tuple[str, ...]:
        return self.helping

    def campaigns(self, tenant: str) -> tuple[Campaign, ...]:
        first, last = date(2026, 1, 1), date(2026, 12, 31)
        of = ("street-stalls",)
        return (Campaign("demolition", "拆违", "Demolition", 233_913, "m²", first, last, of),)

    async def seen(self, tenant: str, files: tuple[str, ...], case_id: str) -> tuple[SeenFile, ...]:
        """Return the first use of each file in each case of the tenant; `as_of` hides what came
        later.
        """
        first = dict[tuple[str, str], SeenFile]()
        for case, bodies in self.journal.rows.items():
            events = [event_of(body) for body in bodies]
            about = fold(events).plan.complaint
            if about.tenant != tenant:
                continue
            spot = spot_of(about.place)
            for event, body in zip(events, bodies, strict=True):
                hidden = self.as_of is not None and event.at > self.as_of
                for digest in () if hidden else files:
                    if f'"sha256":"{digest}","' in body:
                        use = SeenFile(digest, case, event.at, spot)
                        first.setdefault((digest, case), use)
        return tuple(sorted(first.values(), key=lambda use: (use.at, use.case_id)))

    def sources(self, tenant: str) -> tuple[SourceRule, ...]:
        return self.acting

    async def erased(self, tenant: str, case_id: str) -> bool:
        return case_id in self.erased_cases

    async def repeats(self, spot: Spot) -> int:
        return self.earlier

    def resources(self, tenant: str) -> ResourceLedger:
        return LEDGER

    async def reserved(
        self, tenant: str, resources: tuple[str, ...], start: datetime, until: datetime
    ) -> tuple[OtherReservation, ...]:
        """Return what the tenant's journaled cases have, as their rows of the read model say."""
        return tuple(
            OtherReservation(id_, r.resource, r.start, r.until, r.by, r.at, r.confirmed)
            for id_ in self.journal.rows
            if (events := self._until_then(id_)) and (row := row_of(fold(events))).tenant == tenant
            for r in row.reservations or ()
            if r.resource in resources and r.start < until and start < r.until
        )

    def _until_then(self, case_id: str) -> list[Event]:
        events = [event_of(body) for body in self.journal.rows.get(case_id, [])]
        return [event for event in events if self.as_of is None or event.at <= self.as_of]

    async def other(self, tenant: str, case_id: str) -> OtherCase | None:
        then = self._until_then(case_id)
        if not then:
            return None
        case = fold(then)
        plan = case.plan
        spot = spot_of(plan.complaint.place)
        return OtherCase(
            case_id, case.stage, case.tier, plan.urgency, plan.category, plan.grid, spot
        )
