"""A town with a worker of its own, and the cases that are open in it."""

import asyncio
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from temporalio.api.enums.v1 import EventType
from temporalio.api.sdk.v1 import WorkflowMetadata
from temporalio.client import Client, WorkflowExecutionStatus, WorkflowHandle

from domain.case.commands import ENGINE, Actor, Command, HumanAct, Lookup
from domain.case.decide import decide
from domain.case.escalation.acts import Ring
from domain.case.events import Event
from domain.case.evolve import fold
from domain.case.notices.acts import KeepNotice
from domain.case.registration.acts import Open
from domain.case.state import Case
from domain.case.summaries import summarize
from domain.complaints import workflow_id_of
from domain.planning.plans import CasePlan
from runtime.services.worker import WorkerOptions, build_worker
from runtime.wiring.temporal_cases import TemporalCases
from schemas.case import CaseEnd, CaseInput
from schemas.commands import CaseMessage, CommandAnswer, CommandMessage
from schemas.journal import batch_of, event_of, row_of
from schemas.records import CaseRow
from tests.builders import ACTORS, USUAL
from tests.town import OPENED
from tests.workflow.again import looked_up, rederived, undefined
from tests.workflow.fakes import MemoryJournal, TownDesk
from workflows.actor import CaseActor
from workflows.follow_ons import WORKFLOW_TYPES

DEFAULT_WINDOW = timedelta(days=30)
METADATA = "__temporal_workflow_metadata"
ENGINES_OWN = {"open", "ring"}


@dataclass
class OpenCase:
    """A running case, and the commands that it was given so far."""

    handle: WorkflowHandle[Any, CaseEnd]
    plan: CasePlan
    town: "Town"
    said: dict[tuple[str, str], CommandMessage | CaseMessage] = field(default_factory=dict)

    async def give(
        self,
        act: HumanAct | str,
        *,
        by: Actor | None = None,
        id_: str | None = None,
        update_id: str | None = None,
    ) -> CommandAnswer:
        """Give an act, or the usual one of a kind, by the person who usually gives it; wait for the
        answer.
        """
        message = self.say(act, by=by, id_=id_)
        return await self.handle.execute_update(CaseActor.act, message, id=update_id or message.id)

    def say(
        self, act: HumanAct | str, *, by: Actor | None = None, id_: str | None = None
    ) -> CommandMessage:
        """Return the command without sending it. The first command of an id counts, as the case
        receives it: what says nothing is left out on the way.
        """
        usual = USUAL[act if isinstance(act, str) else act.kind]
        given = usual[0] if isinstance(act, str) else act
        name = id_ or f"{given.kind}-{len(self.said) + 1}"
        message = CommandMessage.model_validate(
            {"id": name, "actor": by or ACTORS[usual[1]], "act": given}
        )
        received = CommandMessage.model_validate_json(message.model_dump_json())
        self.said.setdefault((name, given.kind), received)
        return message

    async def tell(self, act: KeepNotice, id_: str) -> None:
        """Send a message without waiting for an answer, as the notifier does."""
        message = CaseMessage(id=id_, actor=ENGINE, act=act)
        self.said.setdefault((id_, act.kind), message)
        await self.handle.signal(CaseActor.hear, message)

    async def state(self) -> Case:
        await self._is_in_its_tier()
        case = await self.handle.query(CaseActor.state)
        assert case is not None
        return case

    async def details(self) -> str:
        """Return what an operator reads in the Temporal UI."""
        await self._is_in_its_tier()
        metadata: WorkflowMetadata = await self.handle.query(METADATA)
        return metadata.current_details

    async def _is_in_its_tier(self) -> None:
        """Return when the run of the tier that the journal names has begun, or the case has ended.

        The row of a raised tier is there before its run ends. The server that skips time never
        answers a query that such a run took last, and its time stands still from then on.
        """
        while self.rows:
            described = await self.handle.describe()
            running = described.status is WorkflowExecutionStatus.RUNNING
            if not running or described.workflow_type == WORKFLOW_TYPES[fold(self.events()).tier]:
                return
            await asyncio.sleep(0.01)

    async def is_running(self) -> bool:
        described = await self.handle.describe()
        return described.status is WorkflowExecutionStatus.RUNNING

    async def give_up(self) -> None:
        if await self.is_running():
            await self.handle.terminate("the test is over")

    async def has_history(self, kind: EventType.ValueType, number: int = 1) -> None:
        """Return when there are that many events of the kind."""
        while await self.history(kind) < number:  # noqa: ASYNC110
            await asyncio.sleep(0.01)

    async def history(self, kind: EventType.ValueType) -> int:
        """Return how many events of that kind there are."""
        history = await self.handle.fetch_history()
        return sum(event.event_type == kind for event in history.events)

    async def has_happened(self, kind: str) -> None:
        """Return when the journal has a row of that kind."""
        while kind not in self.kinds():  # noqa: ASYNC110
            await asyncio.sleep(0.01)

    async def has_rows(self, number: int) -> None:
        """Return when the journal has that many rows of the case."""
        while len(self.rows) < number:  # noqa: ASYNC110
            await asyncio.sleep(0.01)

    async def write_as_before(self, act: HumanAct | str, at: datetime, *, id_: str = "") -> None:
        """Journal a command without the workflow, as a worker does that dies right after."""
        case = fold(self.events()) if self.rows else None
        if act in ENGINES_OWN:
            own = Open(plan=self.plan) if act == "open" else Ring()
            command = Command(id_ or f"{own.kind}:before", ENGINE, own)
        else:
            command = self.say(act, id_=id_).to_domain(Lookup())
        decision = decide(case, await looked_up(self, case, command, at), at)
        batch = batch_of(decision.case, decision.events, summarize(decision.case))
        await self.town.journal.append(batch)

    @property
    def rows(self) -> list[str]:
        return self.town.journal.rows.get(self.plan.case_id, [])

    def events(self, after: int = 0) -> list[Event]:
        return [event_of(row.encode()) for row in self.rows[after:]]

    def kinds(self, after: int = 0) -> list[str]:
        """Return the kinds of what was journaled after that many rows."""
        return [event.fact.kind for event in self.events(after)]

    def shown(self) -> CaseRow:
        """Return the case as lists show it."""
        return self.town.journal.batches_of(self.plan.case_id)[-1].row

    def read_model(self) -> CaseRow:
        """Return the same, computed again from the journal."""
        return row_of(fold(self.events()))


@dataclass
class Town:
    """A town. `now` asks the server; `until` lets its time pass, by skipping it where possible."""

    client: Client
    now: Callable[[], Awaitable[datetime]]
    until: Callable[[datetime], Awaitable[None]]
    journal: MemoryJournal = field(default_factory=MemoryJournal)
    desk: TownDesk = field(init=False)
    task_queue: str = field(default_factory=lambda: f"town-{uuid.uuid4().hex[:12]}")
    cases: list[OpenCase] = field(default_factory=list)
    _working: AsyncExitStack = field(default_factory=AsyncExitStack)

    def __post_init__(self) -> None:
        self.desk = TownDesk(self.journal)

    async def start_worker(self) -> None:
        """Start a worker in the sandbox, with an empty cache."""
        options = WorkerOptions(task_queue=self.task_queue, sandboxed=True)
        worker = build_worker(self.client, self.journal, self.desk, options)
        await self._working.enter_async_context(worker)

    async def stop_worker(self) -> None:
        await self._working.aclose()

    async def restart_worker(self) -> None:
        await self.stop_worker()
        await self.start_worker()

    async def open(self, pinned: CasePlan) -> OpenCase:
        """Begin a case as intake does, reported now, or as long before as the plan's is before
        OPENED.
        """
        case = await self.submit(pinned)
        await case.has_rows(1)
        return case

    async def submit(self, pinned: CasePlan) -> OpenCase:
        """Begin a case and return at once."""
        now = await self.now()
        pinned = _new(pinned, reported_at=now + (pinned.complaint.reported_at - OPENED))
        await TemporalCases(self.client, self.task_queue, lambda: now).start(pinned)
        return self._case(pinned)

    async def begin_again(
        self,
        pinned: CasePlan,
        opened_at: datetime,
        *,
        then: Iterable[HumanAct | str] = (),
        rang_at: datetime | None = None,
    ) -> OpenCase:
        """Begin a case from its journal, opened a while ago and not touched since.

        `then`: what people did at once after it was opened. `rang_at`: when another worker rang its
        clocks, which this run does not know.
        """
        case = self._case(_new(pinned, reported_at=opened_at))
        for act in ("open", *then):
            await case.write_as_before(act, opened_at)
        known = fold(case.events())
        if rang_at is not None:
            await case.write_as_before("ring", rang_at)
        await self.client.start_workflow(
            WORKFLOW_TYPES[pinned.tier],
            CaseInput(case=known),
            id=case.handle.id,
            task_queue=self.task_queue,
        )
        return case

    async def go_on(self, case: OpenCase) -> None:
        """Begin a workflow of the case again, from the end of its journal."""
        known = fold(case.events())
        starter = TemporalCases(self.client, self.task_queue, lambda: known.opened_at)
        await starter.go_on(known)

    async def led_to(self, case: OpenCase) -> OpenCase:
        """Return the case that this one leads to, once it has begun."""
        await case.has_happened("follow_on_opened")
        state = await case.state()
        assert state.follow_on is not None
        while not (rows := self.journal.rows.get(state.follow_on[0], [])):  # noqa: ASYNC110
            await asyncio.sleep(0.01)
        return self._case(fold([event_of(rows[0].encode())]).plan)

    def _case(self, pinned: CasePlan) -> OpenCase:
        id_ = workflow_id_of(pinned.complaint.tenant, pinned.case_id)
        handle = self.client.get_workflow_handle(id_, result_type=CaseEnd)
        self.cases.append(OpenCase(handle, pinned, self))
        return self.cases[-1]


def _new(pinned: CasePlan, reported_at: datetime) -> CasePlan:
    """Return the plan for a case of its own, archived when it is closed unless the plan differs."""
    about = replace(pinned.complaint, event_id=uuid.uuid4().hex, reported_at=reported_at)
    usual = pinned.reopen_window == DEFAULT_WINDOW
    window = timedelta(0) if usual else pinned.reopen_window
    return replace(pinned, complaint=about, reopen_window=window)


def real(client: Client) -> Town:
    async def now() -> datetime:
        return datetime.now(UTC)

    async def until(instant: datetime) -> None:
        await asyncio.sleep((instant - datetime.now(UTC)).total_seconds())

    return Town(client, now, until)


@asynccontextmanager
async def at_work(town: Town) -> AsyncIterator[Town]:
    """Run a worker; in the end the journal must hold what the pure rules give, byte for byte."""
    await town.start_worker()
    try:
        yield town
        await town.stop_worker()
        for case in town.cases:
            assert await rederived(case) == case.rows
            assert case.read_model() == case.shown()
            assert [] == undefined(case.events())
    finally:
        await town.stop_worker()
        for case in town.cases:
            await case.give_up()
