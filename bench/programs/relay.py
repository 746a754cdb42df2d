"""The relay beside plain reads, and beside plain sends, of the same rows.

Stages: `fill` lives cases in the journal; `read` reads the new rows in the relay's order and does
nothing with them; `relay` tells the rows; `send` sends the same records to a topic of its own;
`follow` lives cases one after the other while a relay runs, and times each step from its commit to
the broker's acknowledgement.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field

from bench.programs.parts import database_of
from bench.spec import Spec, Staged
from bench.town import complaints, messages, plan_of
from domain.case.commands import ENGINE, Command, Lookup
from domain.case.decide import Decision, decide
from domain.case.registration.acts import Open
from domain.case.summaries import summarize
from domain.complaints import Complaint
from gateways.kafka.admin import TopicSpec, ensure_topics
from gateways.kafka.producer import Delivery, Headers, Producer, ProducerOptions
from runtime.clock import utc_now
from runtime.services.relay.relay import BATCH, HEADERS, Relay
from schemas.events.case_events import id_of
from schemas.journal import batch_of
from store.connection import Database
from store.journal.journal_feed import Cursor
from store.journal.outbox import Outbox
from store.journal.rows import PostgresJournal

PARTITIONS = 4
AT_ONCE = 16
PAUSE_S = 0.02
"""Between two steps of `follow`: nearly the rate at which two cores run cases."""
_GLANCE_S = 0.005


@dataclass
class Acknowledged(Producer):
    """`at`: when each event was first acknowledged, by key and order of its case; what was sent."""

    options: ProducerOptions
    at: dict[str, float] = field(default_factory=dict)
    sent: list[tuple[bytes | None, bytes | None]] = field(default_factory=list)

    def __post_init__(self) -> None:
        Producer.__init__(self, self.options)

    async def send(
        self, topic: str, *, key: bytes | None, value: bytes | None, headers: Headers = ()
    ) -> Delivery:
        delivery = await Producer.send(self, topic, key=key, value=value, headers=headers)
        # The id stands at a known place: to read the JSON would be measured too.
        id_ = (value or b"").split(b'"id":"', 1)[1].split(b'"', 1)[0]
        self.at.setdefault(id_.decode(), time.perf_counter())
        self.sent.append((key, value))
        return delivery


@dataclass
class Telling:
    spec: Spec
    database: Database
    producer: Acknowledged
    filled: int = 0

    async def stage(self, name: str) -> Mapping[str, object]:
        match name:
            case "fill":
                return await self._fill()
            case "read":
                return await self._read()
            case "relay":
                return await self._relay()
            case "send":
                return await self._send()
            case "follow":
                return await self._follow()
        raise ValueError(name)

    @property
    def _topic(self) -> str:
        return f"bench-{self.spec.run}"

    async def _fill(self) -> Mapping[str, object]:
        """As production writes them: many cases side by side."""
        self.filled += 1
        busy = asyncio.Semaphore(AT_ONCE)

        async def one(complaint: Complaint) -> None:
            async with busy:
                async for _ in self._live(complaint):
                    pass

        made = complaints(f"{self.spec.run}-{self.filled}", self.spec.count)
        await asyncio.gather(*map(one, made))
        return {}

    async def _live(self, complaint: Complaint) -> AsyncIterator[str]:
        """The id of the last row of each step, once it is committed."""
        journal = PostgresJournal(self.database)
        opening = Command("open", ENGINE, Open(plan=plan_of(complaint)))
        decision = decide(None, opening, utc_now())
        yield await _keep(journal, decision)
        for message in messages(complaint.case_id):
            decision = decide(decision.case, message.to_domain(Lookup()), utc_now())
            yield await _keep(journal, decision)

    async def _read(self) -> Mapping[str, object]:
        outbox = Outbox(self.database)
        cursor = await outbox.cursor()
        begun, rows = time.perf_counter(), 0
        while found := await outbox.after(cursor, BATCH):
            rows += len(found)
            cursor = found[-1].cursor
        return {"seconds": time.perf_counter() - begun, "rows": rows}

    async def _relay(self) -> Mapping[str, object]:
        rows = await self._left()
        self.producer.sent.clear()
        stop = asyncio.Event()
        relay = Relay(Outbox(self.database), self.producer, self._topic)
        begun = time.perf_counter()
        running = asyncio.create_task(relay.run(stop))
        await self._until_told()
        seconds = time.perf_counter() - begun
        stop.set()
        await running
        return {"seconds": seconds, "rows": rows, "told": len(self.producer.sent)}

    async def _send(self) -> Mapping[str, object]:
        """What the relay sent last, all at once and without any order."""
        sent = [*self.producer.sent]
        begun = time.perf_counter()
        for first in range(0, len(sent), BATCH):
            some = sent[first : first + BATCH]
            await asyncio.gather(
                *(
                    self.producer.send(f"{self._topic}-plain", key=k, value=v, headers=HEADERS)
                    for k, v in some
                )
            )
        return {"seconds": time.perf_counter() - begun, "rows": len(sent)}

    async def _follow(self) -> Mapping[str, object]:
        stop = asyncio.Event()
        relay = Relay(Outbox(self.database), self.producer, self._topic)
        running = asyncio.create_task(relay.run(stop))
        committed: dict[str, float] = {}
        self.filled += 1
        for complaint in complaints(f"{self.spec.run}-{self.filled}", self.spec.few):
            async for id_ in self._live(complaint):
                committed[id_] = time.perf_counter()
                await asyncio.sleep(PAUSE_S)
        await self._until_told()
        stop.set()
        await running
        return {"delays": [self.producer.at[id_] - at for id_, at in committed.items()]}

    async def _left(self) -> int:
        rows = """SELECT count(*) FROM sanban.journal kept, sanban.outbox told
            WHERE (kept.xid, kept.position) > (told.xid, told.position)"""
        return int((await self.database.fetch(rows))[0][0])

    async def _until_told(self) -> None:
        last = """SELECT kept.xid::text, kept.position FROM sanban.journal kept
            ORDER BY kept.xid DESC, kept.position DESC LIMIT 1"""
        wanted = Cursor(*(await self.database.fetch(last))[0])
        now = "SELECT xid::text, position FROM sanban.outbox"
        while Cursor(*(await self.database.fetch(now))[0]) != wanted:  # noqa: ASYNC110
            await asyncio.sleep(_GLANCE_S)


async def _keep(journal: PostgresJournal, decision: Decision) -> str:
    case = decision.case
    await journal.append(batch_of(case, decision.events, summarize(case)))
    return id_of(case.case_id, case.seq)


@asynccontextmanager
async def relay(spec: Spec) -> AsyncIterator[Staged]:
    async with AsyncExitStack() as stack:
        database = await stack.enter_async_context(database_of(spec))
        producer = await stack.enter_async_context(Acknowledged(ProducerOptions(spec.kafka)))
        names = (f"bench-{spec.run}", f"bench-{spec.run}-plain")
        await ensure_topics(spec.kafka, [TopicSpec(name, PARTITIONS) for name in names])
        yield Telling(spec, database, producer)
