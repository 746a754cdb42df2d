"""Reports of one matter: linked to what they resemble, and many of them behind one case."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import structlog

from consumers import metrics
from consumers.filing import Filing
from consumers.ports import Commands, SimilarReports
from domain.case.commands import ENGINE
from domain.case.merging.acts import Merge
from domain.matching.similarity import Report
from domain.matching.surges import Candidate, Leader, Surge, Way, judged
from schemas.commands import CommandMessage, NotTaken
from schemas.intake import Comparison, Position, Unavailable

log = structlog.stdlib.get_logger()

PATIENCE_S = 3.0
"""For a case that came before its surge was one and is to follow. Where no worker is, none answers;
it stays linked, and the next report of the matter asks again."""

DECIDED_S = 5.0
"""So long another chunk may take to decide about reports of the same place."""
LOOK_S = 0.05


@dataclass(frozen=True, slots=True)
class Gatherer:
    similar: SimilarReports
    commands: Commands

    async def gathered(self, filings: Mapping[Position, Filing]) -> dict[Position, Filing]:
        """The filings of a chunk, in order, with links and with whom they follow.

        Raises Unavailable.
        """
        asked = {
            position: comparison
            for position, filing in filings.items()
            if (comparison := _comparison(filing)) is not None
        }
        found = await self._before([*asked.values()]) if asked else []
        gathering = _Gathering(dict(filings))
        for (position, comparison), candidates in zip(asked.items(), found, strict=True):
            gathering.judge(position, comparison.report, candidates)
        if filings:
            here = [filing.plan.case_id for filing in filings.values()]
            await self.similar.lead(gathering.led, gathering.apart, here)
        return gathering.filings

    async def _before(self, asked: Sequence[Comparison]) -> list[tuple[Candidate, ...]]:
        """Once it is decided of all of them whom they follow, or whoever decides is away.

        Chunks get their numbers one after the other, so the first of them waits for nobody.
        """
        here = {comparison.case_id for comparison in asked}
        until = asyncio.get_running_loop().time() + DECIDED_S
        while True:
            found = await self.similar.before(asked)
            waits = any(
                not each.decided and each.case_id not in here for near in found for each in near
            )
            if not waits or asyncio.get_running_loop().time() > until:
                return found
            await asyncio.sleep(LOOK_S)

    async def bring(self, filing: Filing) -> None:
        """Let those follow that came before the surge was one. Repeating it is safe."""
        if filing.leader is not None:
            metrics.GATHERED.labels("opened").inc()
        if filing.leader is not None and filing.others:
            tenant, leader = filing.plan.complaint.tenant, filing.leader.case_id
            # Named by the report that found them: what was refused then may be possible now.
            message = CommandMessage(
                id=f"surge:{filing.plan.case_id}",
                actor=ENGINE,
                act=Merge(into=leader, reason=filing.plan.into_reason),
            )
            asked = (self._merge(tenant, other, message) for other in filing.others)
            done = [case_id for case_id in await asyncio.gather(*asked) if case_id is not None]
            if done:
                await self.similar.lead(dict.fromkeys(done, leader))

    async def _merge(self, tenant: str, case_id: str, message: CommandMessage) -> str | None:
        try:
            async with asyncio.timeout(PATIENCE_S):
                await self.commands.give(tenant, case_id, message)
        except (NotTaken, Unavailable, TimeoutError) as error:
            metrics.GATHERED.labels("left").inc()
            log.info("intake.case_left_apart", case_id=case_id, why=str(error) or "no answer")
            return None
        metrics.GATHERED.labels("merged").inc()
        return case_id


class _Gathering:
    """What is decided of a chunk, report by report: the store does not know it yet."""

    def __init__(self, filings: dict[Position, Filing]) -> None:
        self.filings = filings
        self.led: dict[str, str | None] = {}
        self.apart: set[str] = set()
        self._leaders: dict[str, Leader | None] = {}
        self._brought: set[str] = set()
        self._here = {filing.plan.case_id: position for position, filing in filings.items()}

    def judge(self, position: Position, report: Report, candidates: Iterable[Candidate]) -> None:
        filing = self.filings[position]
        known = [self._as_decided(each) for each in candidates]
        judgement = judged(filing.read.policy, report, known)
        if filing.plan.into is not None:  # by another rule: this one only links
            judgement = replace(judgement, surge=None)
            self._follow(filing.plan.case_id, filing.plan.into, None)
        filing = replace(filing, plan=judgement.on(filing.plan))
        if judgement.apart:
            self.apart.add(filing.plan.case_id)
        if judgement.surge is not None:
            filing = self._led(filing, judgement.surge)
        self.filings[position] = filing

    def _led(self, filing: Filing, surge: Surge) -> Filing:
        self._follow(filing.plan.case_id, surge.leader.case_id, surge.leader)
        for other in surge.others:
            if (place := self._here.get(other)) is not None:
                # It came before the surge was one, yet is not started: it follows as it begins.
                plan = replace(
                    self.filings[place].plan, into=surge.leader.case_id, into_reason=surge.reason
                )
                self.filings[place] = replace(self.filings[place], plan=plan, leader=surge.leader)
                self._follow(other, surge.leader.case_id, surge.leader)
        elsewhere = [each for each in surge.others if each not in {*self._here, *self._brought}]
        self._brought.update(elsewhere)
        return replace(filing, leader=surge.leader, others=tuple(elsewhere))

    def _follow(self, case_id: str, into: str, leader: Leader | None) -> None:
        self.led[case_id] = into
        self._leaders[case_id] = leader

    def _as_decided(self, candidate: Candidate) -> Candidate:
        """What an earlier delivery of this chunk decided about it is decided anew."""
        if candidate.case_id in self._here:
            if candidate.leader is not None:
                self.led.setdefault(candidate.case_id, None)
            candidate = replace(candidate, way=Way.OWN, leader=None)
        if candidate.case_id in self._leaders:
            leader = self._leaders[candidate.case_id]
            return replace(candidate, way=Way.FOLLOWS, leader=leader)
        return replace(candidate, apart=True) if candidate.case_id in self.apart else candidate


def _comparison(filing: Filing) -> Comparison | None:
    claim, rule = filing.read.claim, filing.read.policy.similar
    if rule is None or claim.report is None:
        return None
    report = replace(claim.report, category=filing.plan.complaint.category)
    return Comparison(claim.tenant, claim.case_id, report, rule)
