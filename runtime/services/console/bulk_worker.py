"""Gives an act to many cases: any console process goes on with what another one left."""

import asyncio
from asyncio import Event
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import structlog

from schemas.bulk_acts import BulkAct, BulkItem, BulkState, command_id_of
from schemas.commands import CommandAnswer, CommandMessage, NotTaken
from schemas.intake import CaseSilent, Unavailable

log = structlog.stdlib.get_logger()

AT_ONCE = 8
"""Cases that are given the act at the same time."""
LEASE_S = 30.0
"""Longer than one case may take to answer: until then no other process takes the act over."""
_PAUSE_S, _REST_S = 1.0, 5.0

GiveCommand = Callable[[str, str, CommandMessage], Awaitable[CommandAnswer]]


class LentBulkActs(Protocol):
    """Raises StoreUnavailable."""

    async def take(self, holder: str, lease_s: float) -> BulkAct | None: ...

    async def waiting(self, id_: str, limit: int) -> Sequence[str]: ...

    async def settle(
        self, id_: str, holder: str, items: Sequence[BulkItem], lease_s: float
    ) -> bool: ...

    async def finish(self, id_: str) -> None: ...


@dataclass
class BulkWorker:
    """`holder` names this process. A command has one id for each case, so it has one effect,
    whichever process gives it, and however often.
    """

    acts: LentBulkActs
    give: GiveCommand
    holder: str
    pause_s: float = _PAUSE_S
    rest_s: float = _REST_S
    _woken: Event = field(default_factory=Event, init=False)

    def wake(self) -> None:
        """Look for work at once."""
        self._woken.set()

    async def run(self, stop: Event) -> None:
        """Work until asked to stop; then finish what was begun with the cases in hand."""
        while not stop.is_set():
            try:
                worked = await self.turn(stop)
            except Unavailable as error:
                log.warning("console.bulk_waiting", detail=str(error))
                worked = False
            except Exception:
                log.exception("console.bulk_failed")
                worked = False
            if not worked:
                self._woken.clear()
                await self._rest(stop)

    async def _rest(self, stop: Event) -> None:
        """Wait for a while, until woken, or until asked to stop."""
        ends = [asyncio.create_task(each.wait()) for each in (stop, self._woken)]
        await asyncio.wait(ends, timeout=self.pause_s, return_when=asyncio.FIRST_COMPLETED)
        for each in ends:
            each.cancel()

    async def turn(self, stop: Event) -> bool:
        """Work on one act; return whether there was one. Raises StoreUnavailable."""
        act = await self.acts.take(self.holder, LEASE_S)
        if act is None:
            return False
        message = CommandMessage.model_validate_json(act.command)
        while not stop.is_set():
            cases = await self.acts.waiting(act.id, AT_ONCE)
            if not cases:
                await self.acts.finish(act.id)
                return True
            found = await asyncio.gather(*(self._given(act, case, message) for case in cases))
            # Not all of them: one case that does not answer holds up no other.
            silent = all(item.state is BulkState.WAITING for item in found)
            lease = self.rest_s if silent else LEASE_S
            if not await self.acts.settle(act.id, self.holder, found, lease) or silent:
                return True
        await self.acts.settle(act.id, self.holder, (), 0)
        return True

    async def _given(self, act: BulkAct, case: str, message: CommandMessage) -> BulkItem:
        named = message.model_copy(update={"id": command_id_of(act.id, case)})
        try:
            await self.give(act.tenant, case, named)
        except NotTaken as error:
            return BulkItem(case, BulkState.REFUSED, error.code, str(error))
        except (CaseSilent, Unavailable) as error:
            log.warning("console.bulk_unanswered", case_id=case, detail=str(error))
            return BulkItem(case)
        return BulkItem(case, BulkState.DONE)
