"""Plays the day: publishes its complaints, lets its people act, and sums up the result."""

import asyncio
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from gateways.kafka.producer import Producer, ProducerOptions
from runtime.cli.demo.follow import LOOK_EVERY_S, Follower, TownTime
from runtime.cli.demo.people import DemoPeople
from runtime.cli.demo.story import Scene, Story, event_of, line_of
from runtime.cli.output import Output
from runtime.clock import utc_now
from runtime.embedded.servers import System
from runtime.jobs.publish import send
from runtime.services.intake import LoopState
from runtime.services.resources import Resources
from runtime.wiring.temporal_cases import TemporalCases
from store.intake.ledger_entries import PostgresLedgerEntries
from store.journal.audit import JournalAudit, verify
from store.journal.journal_feed import JournalFeed
from store.privacy.keys import PostgresKeys
from store.privacy.unseal import Unsealer

LONGEST_WAIT_S = 60.0


@dataclass
class Day:
    system: System
    on: Resources
    intake: LoopState
    story: Story
    speed: int
    out: Output
    _playing: set[asyncio.Task[None]] = field(default_factory=set)
    _sent: int = 0
    _waited: float = 0.0
    """Seconds for which complaints waited for the engine; the day ends so much later."""

    async def play(self, *, to_the_end: bool) -> "DaySummary":
        """Play until the story is over, then verify the journal; return the figures.

        `to_the_end`: go on after the first step that fails.
        """
        await self._until_ready()
        began = utc_now()
        policy = self.on.policies.current(self.story.tenant)
        keys = PostgresKeys(self.on.database)
        client = await self.on.connected()
        cases = TemporalCases(client, self.on.settings.task_queue, utc_now, keys)
        evidence = self.system.directory / "evidence"
        people = DemoPeople(cases, policy, self.speed, evidence, utc_now)
        scenes = {
            self._complaint_id(began, number): scene
            for number, scene in enumerate(self.story.scenes)
        }

        def opened(case_id: str, complaint_id: str) -> None:
            task = asyncio.create_task(people.play(case_id, scenes[complaint_id]))
            self._playing.add(task)

        # Follow before the first complaint is sent: `opened` must see every new case.
        hours = TownTime(began, self.story.opens_at, self.speed)
        feed, opening = JournalFeed(self.on.database), Unsealer(keys)
        follower = Follower(feed, opening, self.story.tenant, hours, opened, self.out)
        following = asyncio.create_task(follower.follow())
        try:
            await self._through(began, people, following, to_the_end=to_the_end)
        finally:
            following.cancel()
            if people.failed and not to_the_end:
                for playing in self._playing:
                    playing.cancel()
            # Wait for the scenes that still run, so that `failed` and the journal are complete.
            ended = await asyncio.gather(following, *self._playing, return_exceptions=True)
        # A step that failed is in `people.failed`; anything else would go unseen.
        defects = [each for each in ended if isinstance(each, Exception)]
        if defects:
            raise defects[0]
        return DaySummary(
            speed=self.speed,
            sent=self._sent,
            outcomes={
                outcome.value: number
                for outcome, number in (
                    await PostgresLedgerEntries(self.on.database).counts()
                ).items()
            },
            tiers=Counter(follower.tiers.values()),
            deepest=max(follower.tiers, key=lambda case: follower.tiers[case].depth, default=""),
            counts=follower.counts,
            failed=tuple(people.failed),
            audit=await verify(self.on.database),
        )

    async def _through(
        self,
        began: datetime,
        people: DemoPeople,
        following: asyncio.Task[None],
        *,
        to_the_end: bool,
    ) -> None:
        story = asyncio.create_task(self._tell(began, people))
        failing = asyncio.create_task(people.failing.wait())
        try:
            ends = [story, following] if to_the_end else [story, following, failing]
            await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
            if story.done():
                await story  # raises what ended it
        finally:
            story.cancel()
            failing.cancel()
            await asyncio.gather(story, failing, return_exceptions=True)

    async def _tell(self, began: datetime, people: DemoPeople) -> None:
        await self._publish(began, people)
        await self._wait_until(began, self.story.lasts)

    async def _publish(self, began: datetime, people: DemoPeople) -> None:
        options = ProducerOptions(self.on.settings.kafka_bootstrap)
        async with Producer(options) as producer:
            for number, scene in enumerate(self.story.scenes):
                await self._wait_until(began, self.story.hour(scene))
                await self._until_caught_up(people, number)
                await self._send(producer, number, scene, began)

    async def _send(self, producer: Producer, number: int, scene: Scene, began: datetime) -> None:
        name = self._complaint_id(began, number)
        lines = [line_of(event_of(self.story, name, scene, utc_now()), scene)]
        lines *= 2 if scene.again else 1
        await send(producer, self.on.settings.complaints_topic, lines)
        self._sent += len(lines)

    async def _until_ready(self) -> None:
        """Wait until intake has joined its consumer group, so that no complaint waits for it."""
        await self.on.connected()
        while not self.intake.is_at_work:  # noqa: ASYNC110 - the thread of Kafka sets it
            await asyncio.sleep(LOOK_EVERY_S)

    async def _until_caught_up(self, people: DemoPeople, number: int) -> None:
        """Wait until a busy engine has opened the earlier complaints and answered all people.

        Most complaints come in the morning. All at once they would make each other late.
        """
        expected = sum(not scene.broken for scene in self.story.scenes[:number])
        began = time.monotonic()
        while len(self._playing) < expected or people.waiting:
            if time.monotonic() - began > LONGEST_WAIT_S:
                break  # whatever does not come is in the figures
            await asyncio.sleep(LOOK_EVERY_S)
        self._waited += time.monotonic() - began

    async def _wait_until(self, began: datetime, town: timedelta) -> None:
        left = began + town / self.speed - utc_now()
        await asyncio.sleep(max(left.total_seconds() + self._waited, 0))

    @staticmethod
    def _complaint_id(began: datetime, number: int) -> str:
        return f"D{began:%m%d%H%M%S}-{number:03}"


@dataclass(frozen=True)
class DaySummary:
    speed: int
    sent: int
    outcomes: Mapping[str, int]
    tiers: Mapping[str, int]
    deepest: str
    """The number of a case in the highest tier that a case reached; "" if there is no case."""
    counts: Mapping[str, int]
    failed: tuple[str, ...]
    audit: JournalAudit

    @property
    def is_final(self) -> bool:
        """Return False if a slower day would show more; no speed mends a chain that is broken."""
        return not self.wrong or bool(self.audit.breaks)

    @property
    def wrong(self) -> tuple[str, ...]:
        """What did not go as the story says: steps that failed, and records without an outcome."""
        undecided = self.sent - sum(self.outcomes.values())
        if undecided <= 0:
            return self.failed
        return *self.failed, f"{undecided} records have no outcome: intake did not come to them"

    def lines(self) -> list[str]:
        levels = {f"L{level}": self.counts[f"L{level}"] for level in range(7)}
        verdict = "every chain verified" if not self.audit.breaks else "CHAIN BROKEN"
        closed, raised = self.counts["closed"], self.counts["tier_raised"]
        fired, missed = sum(levels.values()), self.counts["missed"]
        late = self.counts["rung_reached"] - fired
        rungs = f"{fired} rungs fired: {_list(levels)}"
        rungs += f"; {late} more reached too late to fire" if late else ""
        return [
            f"received      {self.sent} records: {_list(self.outcomes)}",
            f"cases         {_list(self.tiers)}; {closed} closed, {raised} raised",
            f"escalations   {rungs}; {missed} deadlines missed",
            f"journal       {self.audit.rows} rows of {self.audit.cases} cases, {verdict}",
            *(f"failed        {each}" for each in self.wrong),
        ]


def _list(numbers: Mapping[str, int]) -> str:
    return ", ".join(f"{number} {name}" for name, number in numbers.items() if number)
