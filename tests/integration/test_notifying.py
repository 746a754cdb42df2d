"""The notifier over a real store: what goes to whom, by which way, and what holds up nobody."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr

from consumers.backoff import Backoff
from domain.case.notices.acts import Failure
from domain.notifications.rendering import RenderedNotice
from domain.policy.model import Policy
from domain.sla.ladders import Action
from domain.vocabulary import Urgency
from runtime.services.notifier.notifier import AT_ONCE, Notifier
from runtime.services.notifier.outcome_reporter import OutcomeReporter
from runtime.services.notifier.person_notifier import PersonNotifier
from schemas.commands import CaseMessage, NotOpen
from schemas.contacts_file import ContactEntry
from schemas.intake import Unavailable
from store.connection import Database, DatabaseOptions, open_database
from store.notifications.deliveries import Deliveries, NoticeRecipient
from store.packs.loader import load_pack
from tests.fakes.packs import HOLIDAYS, written
from tests.fakes.waiting import until
from tests.integration.notices import LI, NOW, acts, keep, leading, notice, waiting
from tests.limits import EVENT_S

MAIL, HOOK, SMS = "mailto://a", "json://b", "sms+json://c"


@dataclass
class World:
    """The addresses of people, and what each does to what is sent to it; the rest takes it."""

    policy: Policy
    addresses: dict[str, tuple[str, ...]] = field(default_factory=lambda: {"li": (MAIL,)})
    fates: dict[str, Failure] = field(default_factory=dict)
    silent: set[str] = field(default_factory=set)
    now: datetime = NOW
    sent: list[tuple[str, RenderedNotice, str]] = field(default_factory=list)
    temporal: str = "there"
    heard: list[CaseMessage] = field(default_factory=list)

    def contact(self, person: NoticeRecipient) -> ContactEntry | None:
        found = self.addresses.get(person.id)
        return ContactEntry(addresses=tuple(map(SecretStr, found))) if found else None

    async def send(self, address: str, said: RenderedNotice, id_: str) -> Failure | None:
        self.sent.append((address, said, id_))
        if address in self.silent:
            await asyncio.Event().wait()
        return self.fates.get(address)

    async def tell(self, tenant: str, case_id: str, message: CaseMessage) -> None:
        if self.temporal == "away":
            raise Unavailable("temporal", "no answer")
        if case_id == "case-9":
            raise NotOpen("closed", "over")
        self.heard.append(message)

    def person_notifier(self, deliveries: Deliveries) -> PersonNotifier:
        policies = {self.policy.tenant: self.policy}
        return PersonNotifier(deliveries, policies, self, self, lambda: self.now)

    async def notify(self, deliveries: Deliveries) -> None:
        async with leading(deliveries) as lease:
            await self.person_notifier(deliveries).notify(lease, LI)

    def notifier(self, deliveries: Deliveries) -> Notifier:
        reporter = OutcomeReporter(deliveries, self)
        return Notifier(deliveries, self.person_notifier(deliveries), reporter, 0.01, Backoff(0.01))


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(load_pack(written(tmp_path), HOLIDAYS))


@pytest.fixture
def deliveries(database: Database) -> Deliveries:
    return Deliveries(database)


@asynccontextmanager
async def running(notifier: Notifier) -> AsyncIterator[None]:
    stop = asyncio.Event()
    task = asyncio.create_task(notifier.run(stop))
    try:
        yield
    finally:
        stop.set()
        await task


async def eventually(holds: Callable[[], object]) -> None:
    await until(holds)


# --- One person.


async def test_the_first_address_that_takes_a_message_has_it_in_the_words_of_its_way(
    world: World, deliveries: Deliveries
) -> None:
    world.addresses["li"] = (HOOK, SMS, MAIL)
    world.fates[HOOK] = Failure.NO_ANSWER
    await keep(deliveries, replace(notice(1), action=Action.WARN))

    await world.notify(deliveries)

    assert [(address, said.title) for address, said, _ in world.sent] == [
        (HOOK, "提醒 case-1"),
        ("json://c", "短 case-1"),
    ]
    [act] = await acts(deliveries)
    assert act.channel == "sms"
    assert act.attempts == 1
    assert act.failure is None


@pytest.mark.parametrize(
    ("first", "second", "said"),
    [
        (Failure.BAD_ADDRESS, Failure.NOT_TAKEN, Failure.NOT_TAKEN),
        (Failure.NO_ANSWER, Failure.BAD_ADDRESS, Failure.NO_ANSWER),
        (Failure.BAD_ADDRESS, Failure.BAD_ADDRESS, Failure.BAD_ADDRESS),
    ],
)
async def test_where_no_address_takes_it_the_case_hears_why_after_some_attempts(
    world: World, deliveries: Deliveries, first: Failure, second: Failure, said: Failure
) -> None:
    world.addresses["li"] = (HOOK, MAIL)
    world.fates = {HOOK: first, MAIL: second}
    await keep(deliveries, notice(1))
    heard = []
    for _ in range(4):
        await world.notify(deliveries)
        heard.append([act.failure for act in await acts(deliveries)])
        world.now += timedelta(minutes=10)

    assert heard == [[], [], [said], [said]]


async def test_after_a_failure_only_what_is_critical_is_tried_and_the_rest_comes_as_a_digest(
    world: World, deliveries: Deliveries
) -> None:
    critical = notice(3, urgency=Urgency.CRITICAL)
    world.fates[MAIL] = Failure.NOT_TAKEN
    await keep(deliveries, notice(1), notice(2))
    await world.notify(deliveries)
    await keep(deliveries, critical)
    await world.notify(deliveries)
    tried = [id_ for _, _, id_ in world.sent]
    world.fates.clear()
    world.now += timedelta(minutes=10)
    await world.notify(deliveries)

    assert tried == [notice(1).id, critical.id]
    assert [said.title for _, said, _ in world.sent[2:]] == ["提醒 case-3", "2 件"]
    assert await waiting(deliveries) == []


async def test_it_is_given_up_after_a_day_and_not_before_it_was_tried_again(
    world: World, deliveries: Deliveries
) -> None:
    world.fates[MAIL] = Failure.NOT_TAKEN
    await keep(deliveries, notice(1))
    await world.notify(deliveries)
    world.now += timedelta(days=2)

    await world.notify(deliveries)

    assert len(world.sent) == 2
    [act] = await acts(deliveries)
    assert act.final is True
    assert act.attempts == 2
    assert await waiting(deliveries) == []


async def test_who_was_told_enough_in_an_hour_waits_for_the_next(
    world: World, deliveries: Deliveries
) -> None:
    for number in range(8):
        await keep(deliveries, notice(number))
        await world.notify(deliveries)
    by_then = len(world.sent)
    world.now += timedelta(hours=1)
    await world.notify(deliveries)

    assert world.policy.notices is not None
    assert by_then == world.policy.notices.an_hour
    assert len(world.sent) == by_then + 1
    assert await waiting(deliveries) == []


async def test_a_town_without_notices_tells_nobody_and_no_case_hears_of_it(
    world: World, deliveries: Deliveries
) -> None:
    world.policy = replace(world.policy, notices=None)
    await keep(deliveries, notice(1))

    await world.notify(deliveries)

    assert world.sent == []
    assert await waiting(deliveries) == []
    assert await acts(deliveries) == []


# --- Many.


async def test_addresses_that_say_nothing_keep_nobody_else_waiting(
    world: World, deliveries: Deliveries
) -> None:
    slow = [f"slow-{number}" for number in range(AT_ONCE - 2)]
    world.addresses |= {name: (f"json://{name}",) for name in slow}
    world.silent = {f"json://{name}" for name in slow}
    await keep(deliveries, *(notice(1, name) for name in slow), notice(2), notice(3))
    async with running(world.notifier(deliveries)):
        await eventually(lambda: len(world.heard) == 2)

    assert len(world.sent) == len(slow) + 2
    assert [message.id for message in world.heard] == [
        "notice:2:li:notified",
        "notice:3:li:notified",
    ]


async def test_while_temporal_is_away_people_are_told_and_cases_hear_of_it_later(
    world: World, deliveries: Deliveries
) -> None:
    world.temporal = "away"
    notifier = world.notifier(deliveries)
    await keep(deliveries, notice(1), notice(9), notice(2))
    async with running(notifier):
        await eventually(lambda: len(world.sent) == 3)
        await eventually(lambda: notifier._cases_wait)
        away = await notifier.why_not_ready()
        world.temporal = "there"
        await eventually(lambda: len(world.heard) == 2)
        # A message has arrived before that is recorded: its report may come after the others.
        async with asyncio.timeout(EVENT_S):
            while await waiting(deliveries) or await acts(deliveries):  # noqa: ASYNC110
                await asyncio.sleep(0.01)
        # The leader says how it is once a turn, so after the report that reached its case.
        async with asyncio.timeout(EVENT_S):
            while await notifier.why_not_ready():  # noqa: ASYNC110
                await asyncio.sleep(0.01)

    assert away == "temporal is unavailable: no answer"
    assert {message.id for message in world.heard} == {
        "notice:1:li:notified",
        "notice:2:li:notified",
    }
    assert await acts(deliveries) == []


async def test_of_two_one_sends_and_the_other_is_ready(
    world: World, deliveries: Deliveries
) -> None:
    first, second = (world.notifier(deliveries) for _ in range(2))
    async with running(first):
        await eventually(lambda: first.status().startswith("tells people; leads since"))
        async with running(second):
            await eventually(lambda: second.status().startswith("stands by"))
            assert await second.why_not_ready() is None


async def test_while_the_database_is_away_it_is_not_ready_and_says_why(world: World) -> None:
    nowhere = DatabaseOptions("postgresql://127.0.0.1:1/x", wait_s=0.1, patience_s=1)
    async with open_database(nowhere) as database:
        notifier = world.notifier(Deliveries(database))
        async with running(notifier):
            await eventually(lambda: notifier.status() == "waits")

            assert "postgresql is unavailable" in (await notifier.why_not_ready() or "")
