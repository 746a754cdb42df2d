"""The load: publishers and people who repeat until there is an answer, whatever is killed."""

import asyncio
import itertools
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field

from gateways.kafka.producer import Delivery
from runtime.problems import Problem, RefusalProblem
from schemas.intake import Unavailable
from tests.chaos.lives import Act, Life, Lives
from tests.integration.promises.events import Event
from tests.integration.promises.people import Step
from tests.integration.promises.test_case_commands import command
from tests.integration.promises.town import Town

SEEN = "SELECT case_id FROM sanban.cases WHERE case_id = ANY(%s)"
_GLANCE_S = 0.2

Place = tuple[str, int, int]
"""Topic, partition and offset."""


@dataclass
class Load:
    """The load. `acknowledged`: events by the place that the broker gave them. `unsure`: how often
    it gave none, so that the event was sent again.
    """

    town: Town
    lives: Lives
    acknowledged: dict[Place, Event] = field(default_factory=dict)
    unsure: int = 0
    filed: dict[str, Event] = field(default_factory=dict)
    """The first sound record of each case, by its number."""
    told: dict[str, str] = field(default_factory=dict)
    """The case of each act that was sent as an event, by the event's id."""
    busy: dict[int, str] = field(default_factory=dict)
    """What each life that has not ended waits for."""
    begun: Counter[str] = field(default_factory=Counter)
    _wanted: dict[str, asyncio.Event] = field(default_factory=dict)

    async def run(self, seconds: float, at_once: int, within: float) -> list[str]:
        """Begin new lives for `seconds`, wait until all have ended, return those that have not."""
        numbers = itertools.count()
        until = time.monotonic() + seconds
        looking = asyncio.create_task(self._look())
        try:
            async with asyncio.timeout(seconds + within), asyncio.TaskGroup() as group:
                for _ in range(at_once):
                    group.create_task(self._lead(numbers, until))
        except TimeoutError:
            return [f"L-{number:05} still waits for {what}" for number, what in self.busy.items()]
        finally:
            looking.cancel()
        return []

    async def _lead(self, numbers: Iterator[int], until: float) -> None:
        while time.monotonic() < until:
            number = next(numbers)
            await self._live(number, self.lives.life(number))
            del self.busy[number]

    async def _live(self, number: int, life: Life) -> None:
        self.filed[life.filed.case_id] = life.filed
        for place, (pause, turn) in enumerate(life.turns):
            self.busy[number] = "its next turn"
            await asyncio.sleep(pause)
            if isinstance(turn, Event):
                self.busy[number] = f"the broker to take {turn.event_id}"
                await self.publish(self.town.topic, turn)
            else:
                await self._act(number, life.filed.case_id, turn, f"{life.filed.event_id}-{place}")

    async def _act(self, number: int, case_id: str, act: Act, name: str) -> None:
        if act.by_event:
            self.busy[number] = f"the broker to take {name}"
            self.told[name] = case_id
            said = command(self.town, case_id, act.step, name)
            for _ in range(1 + act.twice):
                await self.publish(self.town.commands_topic, said)
            return
        self.busy[number] = f"the case {case_id}"
        await self._wanted.setdefault(case_id, asyncio.Event()).wait()
        self.busy[number] = f"an answer of {case_id} to {name} {act.step[1]}"
        await asyncio.gather(*(self.insist(case_id, act.step, name) for _ in range(1 + act.twice)))

    async def publish(self, topic: str, event: Event) -> None:
        """Send it until it is acknowledged; it may then be there several times."""
        while True:
            try:
                delivery = await self._sent(topic, event)
            except Unavailable:
                self.unsure += 1
                await asyncio.sleep(_GLANCE_S)
            else:
                self.acknowledged[topic, delivery.partition, delivery.offset] = event
                return

    async def _sent(self, topic: str, event: Event) -> Delivery:
        return await self.town.producer.send(
            topic, key=event.key, value=event.value, headers=event.headers
        )

    async def insist(self, case_id: str, step: Step, command_id: str) -> None:
        """Give the command until the answer is yes or no."""
        people = self.town.people
        while command_id not in people.answers and command_id not in people.refusals:
            try:
                await people.act(case_id, step, command_id)
            except RefusalProblem as refused:
                people.refusals[command_id] = refused
            except Problem:
                await asyncio.sleep(_GLANCE_S)

    async def _look(self) -> None:
        """Find out again and again which of the cases that people wait for can be seen."""
        while True:
            unseen = [case_id for case_id, seen in self._wanted.items() if not seen.is_set()]
            with suppress(Unavailable):
                for (case_id,) in await self.town.database.fetch(SEEN, (unseen,)):
                    self._wanted[case_id].set()
            await asyncio.sleep(_GLANCE_S)
