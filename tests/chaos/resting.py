"""After the kills: wait until everything has come to rest, then ask our own commands."""

import asyncio
import json
import time
from collections.abc import Awaitable, Callable, Collection
from contextlib import suppress
from dataclasses import dataclass
from typing import TypeVar

from temporalio.api.enums.v1 import EventType

from domain.complaints import workflow_id_of
from runtime.cli.commands.audit.verify import PARTLY_PROVED
from schemas.intake import Unavailable
from tests.chaos import told
from tests.chaos.evidence import journal_of, resting
from tests.chaos.keeping import Say
from tests.chaos.lives import DROP
from tests.chaos.load import Load
from tests.chaos.stand import OURS, Stand, checkpoints_of
from tests.integration.promises import broker
from tests.integration.promises.events import TENANT
from tests.integration.promises.people import AGREED
from tests.limits import LOAD_S
from tests.smoke.commands import sanban

T = TypeVar("T")

OPEN = "SELECT case_id, stage FROM sanban.cases WHERE closed_at IS NULL"
PARKED = "SELECT wait, queue, parked_at, next_at, until FROM sanban.parked"
UNTOLD = """SELECT count(*) FROM sanban.journal kept, sanban.outbox told
    WHERE (kept.xid, kept.position) > (told.xid, told.position)
        AND NOT starts_with(kept.case_id, 'operations/')"""
NOTICES = """SELECT (SELECT count(*) FROM sanban.notices)
    + (SELECT count(*) FROM sanban.notice_reports)"""
AT_ONCE = 16
_GLANCE_S = 0.2


@dataclass
class Rest:
    """The steps after the load. Each adds to `faults` what did not come to rest or agree."""

    stand: Stand
    load: Load
    say: Say
    faults: list[str]

    async def until_taken_in(self) -> None:
        """Wait until every record has an outcome, nothing is parked, and every case is open."""
        town = self.stand.town
        self.say("until everything is taken in")
        await self._until("complaints are not taken in", town.lag, lambda lag: lag == 0)
        await self._until("acts are not taken in", self._commands_lag, lambda lag: lag == 0)
        await self._until("records are parked", self._parked, lambda rows: not rows)
        await self._until("complaints have no case", self._caseless, lambda cases: not cases)

    async def until_every_case_is_over(self) -> None:
        """Check that `reconcile` agrees while cases are open, then end each of them by an act."""
        await self._agrees("reconcile", "--grace", "0", "--patience", "0")
        self.say("until every case is over")
        if not await self._until("cases do not end", self._end_all, lambda cases: not cases):
            for case_id in dict(await self.stand.town.database.fetch(OPEN)):
                await self._describe(case_id)

    async def until_everybody_is_told(self) -> None:
        """Wait until notices are sent, cases have heard of them, and all rows are on the topic."""
        self.say("until everybody is told")
        await self._until("notices wait", self._notices, lambda number: number == 0)
        await self._until("cases have not heard", self._unheard, lambda ids: not ids)
        await self._until("rows are not told", self._untold, lambda number: number == 0)

    async def stop_and_ask(self) -> None:
        """Stop our processes, so that nothing changes any more, and run our own checks."""
        for kind in OURS:
            await self._stop(kind)
        self.say("until our own commands have looked at it")
        await self._agrees("reconcile", "--grace", "0", "--patience", "0")
        await self._agrees("audit", "verify")
        await self._checkpoints_hold()
        rebuilt = await self._agrees("rebuild", "readmodel", "--dry-run", "--json")
        counts = json.loads(rebuilt or "{}").get("counts")
        if counts != {"as_it_should_be": len(self.load.filed)}:
            self.faults.append(f"the read model rebuilt is not what is there: {counts}")
        await self._until("workflows are not those of the cases", self._odd, lambda ids: not ids)

    async def _checkpoints_hold(self) -> None:
        """Check that the checkpoints in the directory fit the journal as it is."""
        directory = checkpoints_of(self.stand.town)
        if not [*directory.iterdir()]:
            self.faults.append("there is no checkpoint")
        export = str(directory.with_suffix(".export"))
        await self._agrees("audit", "export", export)
        trusted = ("--key", self.stand.public_key, "--checkpoint", str(directory))
        # The last rows may wait for a checkpoint: then they are proved only in part.
        await self._agrees("audit", "verify", export, *trusted, good=(0, PARTLY_PROVED))

    async def _until(
        self, what: str, ask: Callable[[], Awaitable[T]], holds: Callable[[T], bool]
    ) -> bool:
        deadline = time.monotonic() + LOAD_S
        last: object = "no answer"
        while time.monotonic() < deadline:
            with suppress(Unavailable):
                last = answer = await ask()
                if holds(answer):
                    return True
            await asyncio.sleep(_GLANCE_S)
        self.faults.append(f"after {LOAD_S:.0f} s {what}: {last}")
        return False

    async def _commands_lag(self) -> int:
        town = self.stand.town
        bootstrap = town.servers.kafka.bootstrap
        return await broker.lag(bootstrap, town.commands_topic, f"{town.name}-commands")

    async def _parked(self) -> list[tuple[object, ...]]:
        return await self.stand.town.database.fetch(PARKED)

    async def _untold(self) -> int:
        return await self._count(UNTOLD)

    async def _notices(self) -> int:
        return await self._count(NOTICES) - len(await resting(self.stand))

    async def _unheard(self) -> list[str]:
        return told.unheard(await journal_of(self.stand), await resting(self.stand))

    async def _count(self, query: str) -> int:
        [(number,)] = await self.stand.town.database.fetch(query)
        return int(number)

    async def _caseless(self) -> set[str]:
        return self.load.filed.keys() - await self.stand.town.cases()

    async def _end_all(self) -> dict[str, str]:
        """Withdraw open cases, by two people; a merged case ends with the case that it follows.

        Return those still open.
        """
        left = dict(await self.stand.town.database.fetch(OPEN))
        slots = asyncio.Semaphore(AT_ONCE)

        async def end(case_id: str, stage: str) -> None:
            async with slots:
                for step in (DROP, AGREED):
                    await self.load.insist(case_id, step, f"end-{step[1]}:{case_id}:{stage}")

        with suppress(TimeoutError):
            async with asyncio.timeout(LOAD_S / 2):
                await asyncio.gather(*(end(*each) for each in left.items() if each[1] != "merged"))
        return left

    async def _describe(self, case_id: str) -> None:
        """Add to `faults` what Temporal knows about a case that does not end."""
        client = self.stand.town.people.cases.client
        handle = client.get_workflow_handle(workflow_id_of(TENANT, case_id))
        raw = (await handle.describe()).raw_description
        events = [each async for each in handle.fetch_history_events()]
        last = ", ".join(
            f"{each.event_id} {EventType.Name(each.event_type).removeprefix('EVENT_TYPE_')} "
            f"{each.event_time.ToDatetime():%H:%M:%S}"
            for each in events[-6:]
        )
        pending = f"{raw.pending_workflow_task} {raw.pending_activities}".replace("\n", " ")
        self.faults.append(f"{case_id}: its workflow waits for {pending}; its last events: {last}")

    async def _odd(self) -> set[str]:
        """Return workflows without a case and cases without a workflow."""
        town = self.stand.town
        query = f"TaskQueue = '{town.name}'"
        found = {each.id async for each in town.people.cases.client.list_workflows(query)}
        return found ^ {workflow_id_of(TENANT, case_id) for case_id in self.load.filed}

    async def _stop(self, kind: str) -> None:
        for service in self.stand.of(kind):
            code = await service.terminate()
            if code != 0:
                self.faults.append(f"{kind} ended with {code}: {service.log_tail()}")

    async def _agrees(self, *words: str, good: Collection[int] = (0,)) -> str:
        """Run a command that should end well, and return its output."""
        said = await sanban(*words, **self.stand.town.environment)
        if said.code not in good:
            self.faults.append(f"sanban {' '.join(words)} left with {said.code}: {said}")
        return said.output
