"""Starts a case that follows another after that one, whichever chunk it is in."""

import asyncio
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field, replace

from consumers.complaints.filing import Filing
from consumers.ports import SimilarReports

HERE_S = 60.0
"""How long to wait for a leader of this chunk. No start takes longer; after it the follower starts
as a case of its own, so that its partition goes on."""
ELSEWHERE_S = 5.0
"""How long to wait for a leader that another chunk is about to start."""
LOOK_S = 0.1
"""The pause between two looks for such a leader."""


@dataclass
class Starts:
    """The starts of a chunk: a follower waits here, holding nothing that its leader needs.

    `ended` has an event for each case of the chunk, set when its start has ended or will not be
    tried; `begun` are those that did start; `looks` are the pollers for leaders elsewhere.
    """

    similar: SimilarReports
    ended: dict[str, asyncio.Event]
    begun: set[str] = field(default_factory=set)
    looks: dict[str, "asyncio.Task[bool]"] = field(default_factory=dict)

    @classmethod
    def of(cls, similar: SimilarReports, filings: Iterable[Filing]) -> "Starts":
        return cls(similar, {filing.plan.case_id: asyncio.Event() for filing in filings})

    async def after_its_leader(self, filing: Filing) -> Filing:
        """Wait for the leader's start; return the filing, without a leader when that did not start.

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
        """Note that a start has ended or will not be tried. The first call counts."""
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
