"""The people of the town: each case has a story, and a person for each of its steps."""

import asyncio
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field

from domain.policy.model import Policy
from runtime.cli.act_arguments import actor_for, message_for
from runtime.clock import utc_now
from runtime.problems import Problem, RefusalProblem
from runtime.wiring.temporal_cases import TemporalCases
from schemas.commands import CommandAnswer, CommandMessage
from schemas.intake import Unavailable
from store.connection import Database
from tests.limits import EVENT_S

Step = tuple[str, str, *tuple[str, ...]]
"""Who, what, and the fields of the command."""

HANDLED: tuple[Step, ...] = (
    ("tang-ke", "sign"),
    ("tang-ke", "resolve", "result=劝导后已安静"),
    ("xie-bin", "verify", "passed=true", "note=现场已看"),
)
"""Ends closed: the verification of what a patrol reported needs no callback."""
AGREED: Step = ("shen-haifeng", "answer", "part=withdrawal-1", "granted=true", "reason=回电属实")
"""The second person, without whom the town withdraws only what a citizen reported and no unit has
signed.
"""
WITHDRAWN: tuple[Step, ...] = (("ruan-fang", "withdraw", "reason=重复来电"), AGREED)
WORKED_AT: tuple[Step, ...] = (
    ("tang-ke", "sign"),
    ("tang-ke", "progress", "note=已联系当事人"),
    *WITHDRAWN,
)

CASES = "SELECT case_id FROM sanban.cases"
_GLANCE_S = 0.2


@dataclass
class People:
    """Give commands. `answers` and `refusals` have what came back, by command id."""

    cases: TemporalCases
    policy: Policy
    database: Database
    busy: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(16))
    answers: dict[str, CommandAnswer] = field(default_factory=dict)
    refusals: dict[str, RefusalProblem] = field(default_factory=dict)

    async def play(self, stories: Mapping[str, tuple[Step, ...]]) -> None:
        """Take up each case as soon as it is seen; return when every story is told."""
        waiting = dict(stories)
        async with asyncio.TaskGroup() as playing:
            while waiting:
                for case_id in await self._seen():
                    if story := waiting.pop(case_id, ()):
                        playing.create_task(self._tell(case_id, story))
                await asyncio.sleep(_GLANCE_S)

    async def act(self, case_id: str, step: Step, command_id: str) -> CommandAnswer:
        """Give a command until there is an answer: repeated with its id it has effect once.

        Raises RefusalProblem when the answer is no, Problem when there is none for too long.
        """
        message = self.message(step, command_id)
        deadline = time.monotonic() + EVENT_S
        while True:
            try:
                answer = await self.cases.act(self.policy.tenant, case_id, message)
            except RefusalProblem:
                raise
            except Problem:
                if time.monotonic() > deadline:
                    raise
                await asyncio.sleep(_GLANCE_S)
            else:
                self.answers[command_id] = answer
                return answer

    def message(self, step: Step, command_id: str) -> CommandMessage:
        person, kind, *fields = step
        actor = actor_for(self.policy, person, kind, utc_now())
        return message_for(kind, fields, actor, command_id)

    async def _tell(self, case_id: str, story: tuple[Step, ...]) -> None:
        for number, step in enumerate(story):
            async with self.busy:
                command_id = f"{case_id}:{number}:{step[1]}"
                try:
                    await self.act(case_id, step, command_id)
                except RefusalProblem as refused:
                    self.refusals[command_id] = refused

    async def _seen(self) -> list[str]:
        with suppress(Unavailable):
            return [case_id for (case_id,) in await self.database.fetch(CASES)]
        return []
