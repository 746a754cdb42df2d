"""The console without servers: the shipped town, cases in memory, and a browser without script."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import cast

from starlette.applications import Starlette
from typing_extensions import override

from activities.lookups import LookupActivities
from console.desk.app import desk_app
from console.desk.audit_ports import Audit
from console.desk.context import DeskContext
from console.desk.outside import OutsideTasks
from console.desk.ports import Export
from console.desk.sign_in_ports import WaysIn
from console.gateway.limits import Buckets
from domain.case.agenda import next_item
from domain.case.commands import ENGINE, Actor, Command, HumanAct, Lookup, OtherCase, SeenFile
from domain.case.decide import decide
from domain.case.escalation.acts import Ring
from domain.case.events import CommandRefused, Event
from domain.case.registration.acts import Open
from domain.case.state import Case
from domain.complaints import Arrival, Complaint, Evidence, Place, SuperiorOrder
from domain.planning.planner import plan
from domain.policy.model import Policy
from domain.vocabulary import Channel
from runtime.wiring.policy_registry import PolicyRegistry, with_absences
from schemas.case import Question
from schemas.commands import CommandAnswer, CommandMessage, SaidNo
from schemas.console import Session
from schemas.intake import Reporter, Spot
from schemas.records import CaseRow
from store.packs.published import PostgresPolicies
from store.privacy.erasure import ErasedBy
from store.privacy.readings import PersonalReading
from tests.fakes.browser import Browser
from tests.fakes.desk_reader import FakeReader
from tests.fakes.desk_stores import FakeBulkActs, FakeSavedViews, FakeScreens
from tests.fakes.gateway import POLICIES, TOWN
from tests.fakes.gateway_ports import FakeMedia
from tests.fakes.oversight import FakeAbsences, FakeAudit, FakeOversight
from tests.fakes.patrols import FakePatrols
from tests.fakes.sign_in import KeptFormsInMemory, SessionsInMemory
from workflows.questions import question

__all__ = ["HOST", "NOW", "Browser", "Desk", "FakeReader", "Life", "Registry"]

NOW = datetime(2026, 11, 24, 2, 30, tzinfo=UTC)
"""A Tuesday, 10:30 in the town."""
HOST = "gateway.example"
"""What `ask` sends as the host."""


class Registry(PolicyRegistry):
    """The policies of the shipped packs; no other case is known."""

    @override
    async def repeats(self, spot: Spot) -> int:
        return 0

    @override
    async def other(self, tenant: str, case_id: str) -> OtherCase | None:
        return None

    @override
    async def erased(self, tenant: str, case_id: str) -> bool:
        return False

    @override
    async def seen(self, tenant: str, files: tuple[str, ...], case_id: str) -> tuple[SeenFile, ...]:
        return ()


@dataclass
class Life:
    """A case with its rows."""

    case: Case
    events: list[Event]


@dataclass(frozen=True)
class FakeReadings:
    """Journals nothing twice under one id."""

    rows: list[PersonalReading]

    async def note(self, reading: PersonalReading) -> bool:
        if any(each.id == reading.id for each in self.rows):
            return False
        self.rows.append(reading)
        return True


@dataclass
class Desk:
    """Everything behind the ports. `away`: what is raised in place of an answer to an act. `hosts`:
    where the roster is a way in."""

    now: datetime = NOW
    lives: dict[str, Life] = field(default_factory=dict)
    media: FakeMedia = field(default_factory=FakeMedia)
    away: Exception | None = None
    given: list[CommandMessage] = field(default_factory=list)
    roster_sign_in: bool = True
    hosts: frozenset[str] = frozenset({HOST})
    tries: Buckets = field(default_factory=lambda: Buckets(lambda: 0.0))
    policies: dict[str, Policy] = field(default_factory=lambda: dict(POLICIES))
    exports: list[Export] = field(default_factory=list)
    reporters: dict[str, Reporter] = field(default_factory=dict)
    readings: list[PersonalReading] = field(default_factory=list)
    erased: dict[str, ErasedBy] = field(default_factory=dict)
    secure: bool = False
    training: bool = False
    ways: WaysIn = field(default_factory=WaysIn)
    kept: SessionsInMemory = field(default_factory=SessionsInMemory)
    oversight: FakeOversight = field(default_factory=FakeOversight)
    kept_forms: KeptFormsInMemory = field(default_factory=KeptFormsInMemory)
    audit: Audit | None = None
    absences: FakeAbsences = field(default_factory=FakeAbsences)
    patrols: FakePatrols = field(default_factory=FakePatrols)
    bulk: FakeBulkActs = field(default_factory=FakeBulkActs)
    screens: FakeScreens = field(default_factory=FakeScreens)
    views: FakeSavedViews = field(default_factory=FakeSavedViews)
    listed: dict[str, tuple[Case, CaseRow]] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        registry = Registry(dict(self.policies), cast("PostgresPolicies", None))
        self.look_up = LookupActivities(registry).look_up

    async def refresh(self) -> None:
        """Lay what was set over the rosters, as the registry does."""
        for tenant, policy in [*self.policies.items()]:
            packed = POLICIES.get(tenant, policy).roster if self.absences.rows else policy.roster
            if self.absences.rows:
                self.policies[tenant] = with_absences(policy, packed, self.absences.rows)

    def app(self) -> Starlette:
        return desk_app(self.context())

    def context(self) -> DeskContext:
        async def look_up(asked: Question) -> Lookup:
            return await self.look_up(asked)

        listed = self.hosts if self.roster_sign_in else frozenset[str]()
        return DeskContext(
            policies=self.policies,
            sessions=self.kept,
            kept_forms=self.kept_forms,
            readers=lambda reach: FakeReader(self, reach),
            readings=FakeReadings(self.readings),
            commands=self,
            exports=self,
            bulk_acts=self.bulk,
            views=self.views,
            screens=self.screens,
            oversight=self.oversight.ports(),
            audit=self.audit or FakeAudit(),
            absences=self.absences,
            patrols=self.patrols,
            refresh=self.refresh,
            look_up=look_up,
            media=self.media,
            tasks=OutsideTasks(self.rows, self.tries),
            now=lambda: self.now,
            new_id=lambda: str(uuid.uuid4()),
            ways=replace(self.ways, roster_hosts=listed),
            secure=self.secure,
            training=self.training,
        )

    async def rows(self, case_id: str) -> Sequence[Event]:
        """Return the rows of a case, as the page of a link reads them."""
        return self.lives[case_id].events if case_id in self.lives else ()

    def file(
        self,
        category: str | None,
        *,
        text: str = "井盖丢了，请尽快处理",
        ago: timedelta = timedelta(0),
        tenant: str = TOWN,
        grid: str | None = "G01",
        channel: Channel = Channel.HOTLINE,
        superior: SuperiorOrder | None = None,
        evidence: tuple[Evidence, ...] = (),
    ) -> Case:
        """Open a case as intake does, filed so long ago; its clocks have not rung since."""
        number = str(len(self.lives) + 1)
        at = self.now - ago
        told = Complaint(
            tenant=tenant,
            source="/tests/desk",
            event_id=number,
            complaint_id=f"W{number}",
            channel=channel,
            superior=superior,
            evidence=evidence,
            reported_at=at,
            text=text,
            category=category,
            place=Place(grid=grid, address="兴业路 18 号"),
            standing=Arrival(),
        )
        opened = decide(
            None, Command("open", ENGINE, Open(plan=plan(self.policies[tenant], told))), at
        )
        self.lives[opened.case.case_id] = Life(opened.case, list(opened.events))
        return opened.case

    @property
    def policy(self) -> Policy:
        return POLICIES[TOWN]

    def act(self, case_id: str, act: HumanAct, actor: Actor) -> None:
        """Give an act of a person who is elsewhere; fail if it is refused."""
        life = self.lives[case_id]
        decision = decide(life.case, Command(f"act:{life.case.seq}", actor, act), self.now)
        facts = [event.fact for event in decision.events]
        refused = [fact.detail for fact in facts if isinstance(fact, CommandRefused)]
        assert not refused, refused
        life.case, life.events = decision.case, [*life.events, *decision.events]

    def ring(self, case_id: str) -> None:
        """Let the engine do everything whose moment is past."""
        life = self.lives[case_id]
        while (item := next_item(life.case)) is not None and item.at < self.now:
            lookup = Lookup(roster=self.policy.roster)
            decision = decide(
                life.case, Command(f"ring:{life.case.seq}", ENGINE, Ring(), lookup), self.now
            )
            life.case, life.events = decision.case, [*life.events, *decision.events]

    @property
    def sessions(self) -> dict[str, Session]:
        """Those that last."""
        return self.kept.lasting

    # The port of commands.

    async def note(self, export: Export) -> None:
        self.exports.append(export)

    async def give(self, tenant: str, case_id: str, message: CommandMessage) -> CommandAnswer:
        if self.away is not None:
            raise self.away
        self.given.append(message)
        life = self.lives[case_id]
        command = message.to_domain(Lookup())
        asked = question(life.case, command, self.now)
        lookup = await self.look_up(asked) if asked else Lookup()
        decision = decide(life.case, message.to_domain(lookup), self.now)
        life.case = decision.case
        life.events += decision.events
        for event in decision.events:
            if isinstance(event.fact, CommandRefused):
                raise SaidNo(event.fact.refusal, event.fact.detail, event.seq)
        answer = life.case.answer(message.id)
        return CommandAnswer(
            case_id=case_id,
            command_id=message.id,
            seq=answer.seq if answer else life.case.seq,
            stage=life.case.stage,
        )
