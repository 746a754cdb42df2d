"""Cases whose clocks run in seconds, and notifiers for them: one in the test, which sets its time,
or `sanban notify` as a child.
"""

import asyncio
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import TypeVar

import yaml
from temporalio.envconfig import ClientConnectConfig

from consumers.backoff import Backoff
from domain.case.escalation.facts import RungReached
from domain.case.notices.facts import Notified, Undelivered
from domain.complaints import Complaint
from domain.people.rosters import Recipient
from domain.planning.planner import plan
from domain.planning.plans import CasePlan
from domain.sla.case_clocks import SIGN
from domain.sla.clocks import Measure
from domain.sla.ladders import Action, Ladder, Late, Rung
from domain.vocabulary import Channel, Role, Urgency
from gateways.notices import Senders
from packs import pack_of
from runtime.clock import utc_now
from runtime.services.notifier.contact_book import ContactBook
from runtime.services.notifier.notifier import Notifier
from runtime.services.notifier.outcome_reporter import OutcomeReporter
from runtime.services.notifier.person_notifier import PersonNotifier
from runtime.services.worker import WorkerOptions, build_worker
from runtime.wiring.packs import load_one
from runtime.wiring.policy_registry import PolicyRegistry
from runtime.wiring.temporal import connect
from runtime.wiring.temporal_cases import TemporalCases
from schemas.journal import event_of
from store.connection import Database
from store.journal.rows import PostgresJournal
from store.notifications.deliveries import Deliveries
from store.packs.published import PostgresPolicies
from tests.fakes.waiting import until
from tests.integration.promises.people import People
from tests.integration.promises.services import Service
from tests.limits import EVENT_S

T = TypeVar("T")
Heard = dict[tuple[int, str], list[Notified | Undelivered]]
"""By row and person: whom a rung told, and what its case has heard of that."""
HANDLER = (Recipient("@holder", Role.HANDLER),)
_GLANCE_S = 0.05


class NotifyProcess(Service):
    title = "sanban notify"
    name = "notify"


@dataclass
class Hands:
    """A clock whose hands a test moves."""

    now: datetime

    def move(self, by: timedelta) -> None:
        self.now += by


@dataclass(frozen=True)
class Office:
    """A worker on real servers, without an intake."""

    queue: str
    database: Database
    people: People

    async def begin(self, *plans: CasePlan) -> None:
        """Begin cases and return once the first rung of each has fired."""
        for each in plans:
            await self.people.cases.start(each)
        for each in plans:
            await self.rungs(each, 1)

    async def rungs(self, of: CasePlan, number: int) -> None:
        await eventually(lambda: self.told(of), lambda rows: len(rows) >= number)

    async def heard(self, of: CasePlan, kind: type[Notified | Undelivered]) -> Heard:
        """Return what the case has heard about each rung, once the last of it is of that kind."""
        return await eventually(
            lambda: self.told(of),
            lambda rows: all(heard and isinstance(heard[-1], kind) for heard in rows.values()),
        )

    async def told(self, of: CasePlan) -> Heard:
        """Return what the case has heard, in order, by row and person."""
        rows = await PostgresJournal(self.database).read(of.case_id)
        events = [event_of(row.body) for row in rows]
        found: Heard = {
            (each.seq, person.person): []
            for each in events
            if isinstance(each.fact, RungReached)
            for person in each.fact.told
        }
        for each in events:
            if isinstance(each.fact, Notified | Undelivered):
                found[each.fact.row, each.fact.person].append(each.fact)
        return found

    async def tried(self, number: int, *, open_: bool = False) -> None:
        """Wait until what waits was tried so often and has ended; with `open_`, not ended yet."""
        query = """SELECT count(*) FROM sanban.notices
            WHERE (message IS NOT NULL) = %s AND attempts >= %s"""
        await eventually(
            lambda: self.database.fetch(query, (open_, number)), lambda found: found[0][0]
        )

    async def settled(self) -> None:
        """Wait until no notice waits and no case has to hear about one."""
        query = """SELECT (SELECT count(*) FROM sanban.notices)
            + (SELECT count(*) FROM sanban.notice_reports)"""
        await eventually(lambda: self.database.fetch(query), lambda found: not found[0][0])


@asynccontextmanager
async def open_office(database: Database, temporal: str) -> AsyncIterator[Office]:
    """Start a worker that runs cases until the end."""
    queue = f"notices-{uuid.uuid4().hex[:10]}"
    policy = load_one(pack_of("youchegang"))
    client = await connect(ClientConnectConfig(target_host=temporal))
    lookups = PolicyRegistry({policy.tenant: policy}, PostgresPolicies(database))
    options = WorkerOptions(task_queue=queue)
    async with build_worker(client, PostgresJournal(database), lookups, options):
        cases = TemporalCases(client, queue, utc_now)
        yield Office(queue, database, People(cases, policy, database))


async def eventually(ask: Callable[[], Awaitable[T]], holds: Callable[[T], object]) -> T:
    """Return the first answer for which it holds."""
    async with asyncio.timeout(EVENT_S):
        while not holds(answer := await ask()):  # noqa: ASYNC110  # nobody tells
            await asyncio.sleep(_GLANCE_S)
    return answer


def contacts(office: Office, path: Path, address: Callable[[str], str], **others: object) -> Path:
    """Write a file with an address for each person of the roster; `others` have entries of their
    own.
    """
    policy = office.people.policy
    people = {each.id: {"addresses": [address(each.id)]} for each in policy.roster.people}
    document = {"people": {policy.tenant: people | others}}
    path.write_text(yaml.safe_dump(document, allow_unicode=True))
    return path


def hurried(
    office: Office,
    event_id: str,
    *seconds: int,
    urgency: Urgency = Urgency.NORMAL,
    tell: tuple[Recipient, ...] = HANDLER,
    channel: Channel = Channel.DEPARTMENT,
) -> CasePlan:
    """Return a plan that waits for a signature; its rungs come after so many seconds."""
    policy = office.people.policy
    about = Complaint(
        tenant=policy.tenant,
        source=f"/{office.queue}",
        event_id=event_id,
        complaint_id=event_id,
        channel=channel,
        reported_at=utc_now(),
        text="音响声音过大",
        category="noise-neighbourhood",
        urgency=urgency,
    )
    whole = plan(policy, about)
    first = timedelta(seconds=seconds[0])
    rungs = tuple(
        Rung(f"r{each}", 2, Action.URGE, tell, Late.FIRE, after=timedelta(seconds=each) - first)
        for each in seconds[1:]
    )
    due = Rung("due", 1, Action.WARN, tell, Late.FIRE, share=100)
    level = whole.levels[0]
    clocks = tuple(
        replace(each, budget=first, ladder="hurried", measure=Measure.CONTINUOUS)
        if each.clock == SIGN
        else each
        for each in level.clocks
    )
    return replace(
        whole,
        levels=(replace(level, clocks=clocks), *whole.levels[1:]),
        ladders=(*whole.ladders, Ladder("hurried", (due, *rungs))),
    )


@asynccontextmanager
async def notifying(office: Office, file: Path, hands: Hands) -> AsyncIterator[Notifier]:
    """Run a notifier that uses the test's clock and looks often."""
    senders = Senders(seconds_to_send=EVENT_S, at_once=8)
    deliveries = Deliveries(office.database)
    policies = {office.people.policy.tenant: office.people.policy}
    people = ContactBook(str(file), senders.knows)
    notifier = Notifier(
        deliveries,
        PersonNotifier(deliveries, policies, people, senders, lambda: hands.now),
        OutcomeReporter(deliveries, office.people.cases),
        poll_s=_GLANCE_S,
        backoff=Backoff(_GLANCE_S),
    )
    stop = asyncio.Event()
    task = asyncio.create_task(notifier.run(stop))
    try:
        await until(lambda: notifier.status().startswith("tells people"))
        yield notifier
    finally:
        stop.set()
        await task
        senders.close()
