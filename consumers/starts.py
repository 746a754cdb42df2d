"""Cases that follow another begin after it, whichever chunk it is in."""

import asyncio
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field, replace

from consumers.filing import Filing
from consumers.ports import SimilarReports

HERE_S = 60.0
"""Longer no start takes: whoever waits longer goes its own way rather than hold up a partition."""
ELSEWHERE_S = 5.0
"""So long a leader is waited for that another chunk is about to start."""
LOOK_S = 0.1


@dataclass
class Starts:
    """The starts of a chunk. Whoever waits holds nothing that its leader could need."""

    similar: SimilarReports
    ended: dict[str, asyncio.Event]
    begun: set[str] = field(default_factory=set)
    looks: dict[str, "asyncio.Task[bool]"] = field(default_factory=dict)

    @classmethod
    def of(cls, similar: SimilarReports, filings: Iterable[Filing]) -> "Starts":
        return cls(similar, {filing.plan.case_id: asyncio.Event() for filing in filings})

    async def after_its_leader(self, filing: Filing) -> Filing:
        """The filing once its leader's start has ended; on its own where the leader has none.

        Raises Unavailable.
        """
        name, leader = filing.plan.into, filing.leader
        if name is None:
            return filing
        if name in self.ended:
            with suppress(TimeoutError):
                async with asyncio.timeout(HERE_S):
                    await self.ended[name].wait()
            found = name in self.begun
        elif leader is None or leader.begun:
            return filing
        else:
            if name not in self.looks:
                self.looks[name] = asyncio.create_task(self._look(name))
            # Shielded: one follower that is cancelled must not end the poller of the others.
            found = await asyncio.shield(self.looks[name])
        if found:
            return filing
        plan = replace(filing.plan, into=None, into_reason="")
        return replace(filing, plan=plan, leader=None, others=())

    def end(self, case_id: str, *, begun: bool) -> None:
        """Its start has ended, or will not be tried. Saying it again changes nothing."""
        if case_id in self.ended and not self.ended[case_id].is_set():
            if begun:
                self.begun.add(case_id)
            self.ended[case_id].set()

    async def _look(self, case_id: str) -> bool:
        try:
            async with asyncio.timeout(ELSEWHERE_S):
                # Another process starts it.
                while not await self.similar.begun([case_id]):  # noqa: ASYNC110
                    await asyncio.sleep(LOOK_S)
        except TimeoutError:
            return False
        return True
