"""Similar reports in memory, and cases that begin, follow and answer as they are told to."""

import asyncio
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from typing_extensions import override

from domain.nearness import kept_under, looked_for
from domain.plans import CasePlan
from domain.surges import Candidate, Leader, Way
from domain.words import Stage
from schemas.commands import CommandAnswer, CommandMessage
from schemas.intake import Comparison
from tests.fakes.intake import FakeStarter, MemoryLedger


@dataclass
class MemorySimilar:
    """Keeps the promises of consumers.ports.SimilarReports without a database."""

    ledger: MemoryLedger
    starter: "KeepingStarter"
    led: dict[str, str | None] = field(default_factory=dict)
    apart: set[str] = field(default_factory=set)

    async def before(self, comparisons: Sequence[Comparison]) -> list[tuple[Candidate, ...]]:
        return [tuple(self._before(each)) for each in comparisons]

    def _before(self, asked: Comparison) -> list[Candidate]:
        found = list[Candidate]()
        numbers = set(looked_for(asked.tenant, asked.report, asked.rule))
        for order, claim in enumerate(self.ledger.holders.values()):
            if claim.case_id == asked.case_id:
                break
            if claim.report and not numbers.isdisjoint(kept_under(claim.tenant, claim.report)):
                leader = self.led.get(claim.case_id)
                known = None if leader is None else Leader(leader, 0, Way.OWN, self._begun(leader))
                way = Way.OWN if leader is None else Way.FOLLOWS
                begun = self._begun(claim.case_id)
                found.append(Candidate(claim.case_id, order, claim.report, way, begun, known))
        return found[-50:]

    async def lead(self, led: Mapping[str, str | None], apart: Collection[str]) -> None:
        self.led |= led
        self.apart |= {*apart}

    async def begun(self, case_ids: Collection[str]) -> frozenset[str]:
        return frozenset(each for each in case_ids if self._begun(each))

    def _begun(self, case_id: str) -> bool:
        return case_id in self.starter.running


@dataclass
class KeepingStarter(FakeStarter):
    """Takes its time, and knows whom each followed."""

    into: dict[str, str | None] = field(default_factory=dict)
    pause: float = 0.0

    @override
    async def start(self, plan: CasePlan) -> bool:
        await asyncio.sleep(self.pause)
        if plan.into is not None:
            assert plan.into in self.running, "begun before its leader"
        self.into[plan.case_id] = plan.into
        return await super().start(plan)


@dataclass
class KeptCommands:
    given: list[tuple[str, CommandMessage]] = field(default_factory=list)
    error: Exception | None = None
    pause: float = 0.0

    async def give(self, tenant: str, case_id: str, message: CommandMessage) -> CommandAnswer:
        await asyncio.sleep(self.pause)
        self.given.append((case_id, message))
        if self.error is not None:
            raise self.error
        return CommandAnswer(case_id=case_id, command_id=message.id, seq=9, stage=Stage.MERGED)

    async def find(self, tenant: str, case_id: str) -> None:
        return None
