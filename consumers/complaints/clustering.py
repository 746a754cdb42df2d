"""Clusters reports of one matter: links them, and lets many of them follow one case."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import structlog

from consumers import metrics
from consumers.complaints.filing import Filing
from consumers.ports import Commands, SimilarReports
from domain.case.commands import ENGINE
from domain.case.merging.acts import Merge
from domain.matching.clustering import Candidate, CaseState, Cluster, ClusterLeader, judge
from domain.matching.similarity import ReportFeatures
from schemas.commands import CommandMessage, NotTaken
from schemas.intake import Comparison, Position, Unavailable

log = structlog.stdlib.get_logger()

PATIENCE_S = 3.0
"""How long an earlier case may take to follow. It does not answer where no worker runs; then it
stays linked, and the next report of the matter asks it again."""

DECIDED_S = 5.0
"""How long to wait for another chunk that decides about reports of the same place."""
LOOK_S = 0.05
"""The pause between two looks at what that chunk has decided."""


@dataclass(frozen=True, slots=True)
class Clusterer:
    """Decides which cases the complaints of a chunk are linked to, and which they follow."""

    similar: SimilarReports
    commands: Commands

    async def clustered(self, filings: Mapping[Position, Filing]) -> dict[Position, Filing]:
        """Return the filings, in order, with their links and the case that each follows.

        Raises Unavailable.
        """
        asked = {
            position: comparison
            for position, filing in filings.items()
            if (comparison := _comparison(filing)) is not None
        }
        found = await self._before([*asked.values()]) if asked else []
        clusters = _ChunkClusters(dict(filings))
        for (position, comparison), candidates in zip(asked.items(), found, strict=True):
            clusters.judge(position, comparison.report, candidates)
        # Also when nothing was compared: other chunks wait until these cases are decided.
        if filings:
            here = [filing.plan.case_id for filing in filings.values()]
            await self.similar.lead(clusters.led, clusters.apart, here)
        return clusters.filings

    async def _before(self, asked: Sequence[Comparison]) -> list[tuple[Candidate, ...]]:
        """Return the earlier reports near each, once other chunks have decided about these.

        Gives up after DECIDED_S: the process that decides may have died. Chunks get their numbers
        one after the other and wait only for lower ones, so they never wait for each other.
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

    async def merge_earlier(self, filing: Filing) -> None:
        """Merge cases that came before there were enough for a cluster. Repeating it is safe."""
        if filing.leader is not None:
            metrics.GATHERED.labels("opened").inc()
        if filing.leader is not None and filing.others:
            tenant, leader = filing.plan.complaint.tenant, filing.leader.case_id
            # The id names the report that found them, not the cluster: a merge that was refused
            # then may be possible for the next report.
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


class _ChunkClusters:
    """What is decided about a chunk, report by report, before the store knows it."""

    def __init__(self, filings: dict[Position, Filing]) -> None:
        self.filings = filings
        self.led: dict[str, str | None] = {}
        self.apart: set[str] = set()
        self._leaders: dict[str, ClusterLeader | None] = {}
        self._brought: set[str] = set()
        self._here = {filing.plan.case_id: position for position, filing in filings.items()}

    def judge(
        self, position: Position, report: ReportFeatures, candidates: Iterable[Candidate]
    ) -> None:
        filing = self.filings[position]
        known = [self._as_decided(each) for each in candidates]
        judgement = judge(filing.read.policy, report, known, filing.plan.urgency)
        if filing.plan.into is not None:
            # Another rule has chosen the case to follow; this one only links.
            judgement = replace(judgement, cluster=None)
            self._follow(filing.plan.case_id, filing.plan.into, None)
        filing = replace(filing, plan=judgement.applied_to(filing.plan))
        if judgement.apart:
            self.apart.add(filing.plan.case_id)
        if judgement.cluster is not None:
            filing = self._led(filing, judgement.cluster)
        self.filings[position] = filing

    def _led(self, filing: Filing, cluster: Cluster) -> Filing:
        self._follow(filing.plan.case_id, cluster.leader.case_id, cluster.leader)
        for other in cluster.others:
            if (place := self._here.get(other)) is not None:
                # In this chunk and not started yet: it can follow from its first row.
                plan = replace(
                    self.filings[place].plan,
                    into=cluster.leader.case_id,
                    into_reason=cluster.reason,
                )
                self.filings[place] = replace(self.filings[place], plan=plan, leader=cluster.leader)
                self._follow(other, cluster.leader.case_id, cluster.leader)
        elsewhere = [each for each in cluster.others if each not in {*self._here, *self._brought}]
        self._brought.update(elsewhere)
        return replace(filing, leader=cluster.leader, others=tuple(elsewhere))

    def _follow(self, case_id: str, into: str, leader: ClusterLeader | None) -> None:
        self.led[case_id] = into
        self._leaders[case_id] = leader

    def _as_decided(self, candidate: Candidate) -> Candidate:
        """Return the candidate as this chunk has decided about it.

        What an earlier delivery of this chunk decided about its own reports is decided again.
        """
        if candidate.case_id in self._here:
            if candidate.leader is not None:
                self.led.setdefault(candidate.case_id, None)
            urgency = self.filings[self._here[candidate.case_id]].plan.urgency
            candidate = replace(candidate, state=CaseState.OWN, leader=None, urgency=urgency)
        if candidate.case_id in self._leaders:
            leader = self._leaders[candidate.case_id]
            return replace(candidate, state=CaseState.FOLLOWS, leader=leader)
        return replace(candidate, apart=True) if candidate.case_id in self.apart else candidate


def _comparison(filing: Filing) -> Comparison | None:
    claim, rule = filing.read.claim, filing.read.policy.similar
    if rule is None or claim.report is None:
        return None
    report = replace(claim.report, category=filing.plan.complaint.category)
    return Comparison(claim.tenant, claim.case_id, report, rule)
