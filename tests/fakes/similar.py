"""Similar reports in memory, and cases that begin, follow and answer as a test says."""

import asyncio
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

from typing_extensions import override

from domain.complaints import case_id_of
from domain.matching.blocking import blocking_keys, candidate_keys
from domain.matching.clustering import Candidate, CaseState, ClusterLeader
from domain.planning.plans import CasePlan
from domain.vocabulary import Stage
from schemas.commands import CommandAnswer, CommandMessage
from schemas.intake import Comparison, Record
from tests.fakes.intake import FakeStarter
from tests.fakes.ledger import MemoryLedger
from tests.fakes.records import SOURCE, complaint

PLACE = {"address": "人民路12号"}
TOLD = (
    "自来水管爆了，水喷得很高",
    "人民路水管破裂，路面积水严重",
    "路边水管爆了，水漫到马路上",
    "自来水管爆裂，大量水涌到马路上",
)


def pipe(offset: int, key: str | None = None) -> Record:
    return complaint(
        offset, key=key or f"k{offset}", text=TOLD[offset % 4], category="water", place=PLACE
    )


def replace_text(record: Record, text: str) -> Record:
    offset = record.position.offset
    return complaint(offset, key=f"k{offset}", text=text, category="water", place=PLACE)


def lamp(offset: int) -> Record:
    return complaint(
        offset,
        key=f"k{offset}",
        text="路灯不亮",
        category="lamp",
        place={"address": f"中山路{offset}号"},
    )


def case(offset: int) -> str:
    return case_id_of("youchegang", SOURCE, f"event-{offset}")


@dataclass
class MemorySimilar:
    """Keeps the promises of consumers.ports.SimilarReports without a database."""

    ledger: MemoryLedger
    starter: "KeepingStarter"
    led: dict[str, str | None] = field(default_factory=dict)
    apart: set[str] = field(default_factory=set)
    decided: set[str] = field(default_factory=set)

    async def before(self, comparisons: Sequence[Comparison]) -> list[tuple[Candidate, ...]]:
        return [tuple(self._before(each)) for each in comparisons]

    def _before(self, asked: Comparison) -> list[Candidate]:
        found = list[Candidate]()
        numbers = set(candidate_keys(asked.tenant, asked.report, asked.rule))
        for order, claim in enumerate(self.ledger.holders.values()):
            if claim.case_id == asked.case_id:
                break
            if claim.report and not numbers.isdisjoint(blocking_keys(claim.tenant, claim.report)):
                leader = self.led.get(claim.case_id)
                known = (
                    None
                    if leader is None
                    else ClusterLeader(leader, 0, CaseState.OWN, self._begun(leader))
                )
                state = CaseState.OWN if leader is None else CaseState.FOLLOWS
                begun = self._begun(claim.case_id)
                candidate = Candidate(claim.case_id, order, claim.report, state, begun, known)
                decided = claim.case_id in self.decided
                found.append(replace(candidate, decided=decided))
        return found[-50:]

    async def lead(
        self,
        led: Mapping[str, str | None],
        apart: Collection[str] = (),
        decided: Collection[str] = (),
    ) -> None:
        self.decided |= {*decided}
        self.led |= led
        self.apart |= {*apart}

    async def begun(self, case_ids: Collection[str]) -> frozenset[str]:
        return frozenset(each for each in case_ids if self._begun(each))

    def _begun(self, case_id: str) -> bool:
        return case_id in self.starter.running


@dataclass
class KeepingStarter(FakeStarter):
    """Starts cases slowly, and keeps which case each was to follow. `asked`: all, in order."""

    into: dict[str, str | None] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    pause: float = 0.0

    @override
    async def start(self, plan: CasePlan) -> bool:
        self.asked.append(plan.case_id)
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
