"""Stand-ins for what intake needs: remember, count, and fail when told to."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from types import SimpleNamespace

from consumers.complaints.intake import Intake
from consumers.outcomes.outcome_sink import OutcomeSink
from consumers.outcomes.reject_rate_breaker import RejectRateBreaker
from consumers.ports import (
    Commands,
    JournaledCases,
    Planner,
    Sealing,
    SimilarReports,
)
from consumers.record_intake import IntakeContext
from domain.case.state import Case
from domain.complaints import Complaint
from domain.matching.clustering import Candidate
from domain.matching.dedupe import DedupeKey, DedupeQuery, UnsolvedCase
from domain.people.rosters import Roster
from domain.planning.plans import CasePlan
from domain.policy.model import Policy
from domain.policy.sources import SourceRule
from domain.sla.calendars import Calendar
from domain.vocabulary import Tier, Urgency
from schemas.commands import CommandAnswer, CommandMessage, NotOpen
from schemas.intake import (
    Comparison,
    Letter,
    Record,
    RecordDecision,
    RejectReason,
    Spot,
    Unavailable,
    UnknownTenant,
    Unstartable,
)
from tests.fakes.ledger import MemoryLedger
from tests.fakes.records import NOW
from tests.fakes.sealing import Unsealed
from tests.town import roster

PEOPLE = roster()
OFFICE_HOURS = Calendar("office", "Asia/Shanghai", (((480, 1080),),) * 7, (), date(2026, 12, 31))


class ProcessDied(BaseException):
    """A crash at a chosen moment; no code may catch it."""


@dataclass
class FakeStarter:
    """Starts cases: `running` has them in order, `into` the case that each was to follow."""

    running: list[str] = field(default_factory=list)
    into: dict[str, str | None] = field(default_factory=dict)
    away: bool = False
    poison: set[str] = field(default_factory=set)  # event ids
    calls: int = 0

    async def start(self, plan: CasePlan) -> bool:
        self.calls += 1
        if self.away:
            raise Unavailable("temporal", "connection refused")
        if plan.complaint.event_id in self.poison:
            raise Unstartable("the input is larger than 2 MB")
        if plan.case_id in self.running:
            return False
        self.running.append(plan.case_id)
        self.into[plan.case_id] = plan.into
        return True


@dataclass
class FakeDeadLetters:
    kept: list[tuple[Record, RejectReason, str]] = field(default_factory=list)
    away: bool = False

    async def put(self, record: Record, reason: RejectReason, detail: str) -> Letter:
        if self.away:
            raise Unavailable("kafka", "no broker answers")
        self.kept.append((record, reason, detail))
        return Letter("sanban.dead-letters", 0, len(self.kept) - 1)

    @property
    def reasons(self) -> list[RejectReason]:
        return [reason for _, reason, _ in self.kept]


@dataclass
class FakeReceipts:
    told: list[RecordDecision] = field(default_factory=list)
    away: bool = False

    async def put(self, record: Record, decision: RecordDecision) -> None:
        if self.away:
            raise Unavailable("kafka", "no broker answers")
        self.told.append(decision)

    def outcomes(self) -> list[tuple[int, str]]:
        return [(each.position.offset, each.outcome.value) for each in self.told]


@dataclass
class OneTenant:
    policy: Policy

    def current(self, tenant: str) -> Policy:
        if tenant != "youchegang":
            raise UnknownTenant(tenant)
        return self.policy

    def served(self) -> dict[str, Policy]:
        return {"youchegang": self.policy}


class NothingSimilar:
    """Finds no two reports about the same matter."""

    async def before(self, comparisons: Sequence[Comparison]) -> list[tuple[Candidate, ...]]:
        return [() for _ in comparisons]

    async def lead(
        self,
        led: Mapping[str, str | None],
        apart: Collection[str] = (),
        decided: Collection[str] = (),
    ) -> None:
        assert not led

    async def begun(self, case_ids: Collection[str]) -> frozenset[str]:
        return frozenset()


@dataclass
class FakeRepeats:
    """So many cases before, wherever it is; `asked` has every chunk's question.

    `open`: the unsolved case of a sighting.
    """

    number: int = 0
    asked: list[list[Spot]] = field(default_factory=list)
    open: dict[DedupeKey, UnsolvedCase] = field(default_factory=dict)

    async def before(self, spots: Sequence[Spot]) -> list[tuple[str, ...]]:
        self.asked.append([*spots])
        return [tuple(f"before-{number}" for number in range(self.number)) for _ in spots]

    async def unsolved(self, questions: Sequence[DedupeQuery]) -> list[UnsolvedCase | None]:
        return [self.open.get(question.key) for question in questions]


def listing(*rules: SourceRule, people: Roster = PEOPLE) -> Policy:
    """Return a policy that says only who may send what, and which people there are."""
    said = {
        "tier_rules": (),
        "categories": (),
        "sources": rules,
        "similar": None,
        "channel": lambda _: None,
        "inventory": None,
    }
    return SimpleNamespace(**said, roster=people)  # type: ignore[return-value]


NO_POLICY: Policy = listing()


def plan_of(policy: Policy, complaint: Complaint, before: Sequence[str] = ()) -> CasePlan:
    return CasePlan(
        complaint=complaint,
        policy="p1",
        tier=Tier.ASSIGN,
        urgency=Urgency.NORMAL,
        calendar=OFFICE_HOURS,
        levels=(),
        ladders=(),
        choices=(),
        platform="platform",
        office="office",
    )


class NoCases:
    """No case runs, and none ever did."""

    async def give(self, tenant: str, case_id: str, message: CommandMessage) -> CommandAnswer:
        raise NotOpen("closed", "not open")

    async def find(self, tenant: str, case_id: str) -> Case | None:
        return None


@dataclass
class Town:
    """An intake with all its ports in memory; `restart` keeps what a crash would keep."""

    ledger: MemoryLedger = field(default_factory=MemoryLedger)
    starter: FakeStarter = field(default_factory=FakeStarter)
    dead_letters: FakeDeadLetters = field(default_factory=FakeDeadLetters)
    receipts: FakeReceipts = field(default_factory=FakeReceipts)
    commands: Commands = field(default_factory=NoCases)
    cases: JournaledCases = field(default_factory=NoCases)
    repeats: FakeRepeats = field(default_factory=FakeRepeats)
    similar: SimilarReports = field(default_factory=NothingSimilar)
    sealing: Sealing = field(default_factory=Unsealed)
    policy: Policy = field(default_factory=lambda: NO_POLICY)
    plan: Planner = field(default_factory=lambda: plan_of)

    def intake(self, breaker: RejectRateBreaker | None = None) -> Intake:
        context = IntakeContext(
            policies=OneTenant(self.policy),
            ledger=self.ledger,
            commands=self.commands,
            cases=self.cases,
            outcomes=OutcomeSink(self.dead_letters, self.receipts),
            now=lambda: NOW,
            breaker=breaker or RejectRateBreaker(),
        )
        return Intake(
            context,
            plan=self.plan,
            repeats=self.repeats,
            similar=self.similar,
            starter=self.starter,
            sealing=self.sealing,
        )
