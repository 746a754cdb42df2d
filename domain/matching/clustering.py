"""Link a new case to similar earlier ones, and cluster many of one matter behind one leader.

A policy calls such a cluster a surge (domain/policy/similar_rules.py).
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from domain.matching.similarity import ReportFeatures, Resemblance, resemblance
from domain.planning.plans import MOST_LINKED, CasePlan, Similar
from domain.policy.model import Policy
from domain.policy.similar_rules import SurgeRule
from domain.vocabulary import Urgency


class CaseState(StrEnum):
    """What a cluster needs to know of a case: handled on its own, following another, or ended."""

    OWN = "own"
    FOLLOWS = "follows"  # merged into its leader
    OVER = "over"


@dataclass(frozen=True, slots=True)
class ClusterLeader:
    """The case that others follow. `order` is its place in the order of arrival.

    `begun`: its workflow is known to run, or to have run. `urgency`: None where it is not known.
    """

    case_id: str
    order: int
    state: CaseState
    begun: bool
    urgency: Urgency | None = None


@dataclass(frozen=True, slots=True)
class Candidate:
    """An earlier complaint that may be about the same matter.

    `begun`: its workflow is known to run, or to have run. `leader`: the case that a rule made it
    follow, when it came or later. `apart`: it came when people had just dissolved such a cluster.
    `decided` is False while another chunk of intake is still judging it.
    """

    case_id: str
    order: int
    report: ReportFeatures
    state: CaseState
    begun: bool = True
    leader: ClusterLeader | None = None
    apart: bool = False
    decided: bool = True
    urgency: Urgency | None = None

    @property
    def undone(self) -> bool:
        """A person separated it from a leader that is still open, so no rule clusters it again."""
        led = self.leader is not None and self.leader.state is CaseState.OWN
        return self.apart or (led and self.state is CaseState.OWN)


@dataclass(frozen=True, slots=True)
class Cluster:
    """The new case follows `leader`, and so do `others`, which came before there were enough."""

    leader: ClusterLeader
    reason: str
    others: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Judgement:
    """What follows for a new case: links, perhaps a cluster.

    `apart`: there are enough for a cluster, but people have dissolved this one, so none is made.
    """

    similar: tuple[Similar, ...] = ()
    cluster: Cluster | None = None
    apart: bool = False

    def applied_to(self, plan: CasePlan) -> CasePlan:
        """Return the plan with links, best first; a case linked twice keeps its best score."""
        links: dict[str, Similar] = {}
        for each in sorted((*self.similar, *plan.similar), key=lambda it: -it.score):
            links.setdefault(each.case, each)
        plan = replace(plan, similar=tuple(links.values())[:MOST_LINKED])
        if self.cluster is None:
            return plan
        return replace(plan, into=self.cluster.leader.case_id, into_reason=self.cluster.reason)


def judge(
    policy: Policy,
    report: ReportFeatures,
    candidates: Sequence[Candidate],
    urgency: Urgency | None = None,
) -> Judgement:
    """Judge a report against earlier ones, given in any order; `urgency` is that of its case.

    Candidates whose case has ended are linked and counted, and never lead or follow. No case
    follows one that is less urgent.
    """
    rule = policy.similar
    if rule is None:
        return Judgement()
    scored = [(each, resemblance(rule, report, each.report)) for each in candidates]
    # With equal scores the earliest comes first, so all reports of a matter name the same case.
    scored.sort(key=lambda pair: (-pair[1].score, pair[0].order))
    links = tuple(_links(rule.link, scored))[:MOST_LINKED]
    if policy.surge is None:
        return Judgement(links)
    soon = [
        (each, found)
        for each, found in scored
        if _soon(policy.surge, report, each) and not found.by_grid
    ]
    near = [each for each, found in soon if found.score >= rule.link]
    alike = [each for each, found in soon if found.score >= policy.surge.score]
    if 1 + len(near) < policy.surge.at_least or not alike:
        return Judgement(links)
    # People know better than the rule: if they separated more of these cases than still follow, the
    # reports are not one matter, and the rule makes no cluster of them.
    undone = sum(each.undone for each in near)
    if undone > sum(each.state is CaseState.FOLLOWS for each in near):
        return Judgement(links, apart=True)
    if not report.may_follow:
        return Judgement(links)
    return Judgement(links, _cluster(policy.surge, near, alike, urgency))


def _links(least: int, scored: Sequence[tuple[Candidate, Resemblance]]) -> Iterator[Similar]:
    for each, found in scored:
        if found.score >= least:
            yield Similar(each.case_id, found.score, found.reason)


def _soon(rule: SurgeRule, report: ReportFeatures, each: Candidate) -> bool:
    return abs(report.at - each.report.at) <= rule.within


def _cluster(
    rule: SurgeRule,
    near: Sequence[Candidate],
    alike: Sequence[Candidate],
    urgency: Urgency | None,
) -> Cluster | None:
    """Follow the leader of a cluster that is near already; else the earliest of enough alike.

    People describe one matter in many words, so a report joins a cluster by resembling any of its
    members, even if it resembles the leader less.
    """
    following = (each for each in near if each.state is CaseState.FOLLOWS)
    leaders = [*_leaders(following, urgency)]
    if not leaders and 1 + len(alike) >= rule.at_least:
        leaders = [*_leaders(alike, urgency)]
    if not leaders:
        return None
    leader = min(leaders, key=lambda each: each.order)
    others = tuple(
        each.case_id
        for each in alike
        if each.state is CaseState.OWN and each.report.may_follow and each.leader is None
        if not each.apart and each.case_id != leader.case_id
        if not _more_urgent(each.urgency, leader.urgency)
    )
    return Cluster(leader, f"surge: {1 + len(near)} reports of one matter or more", others)


def _leaders(candidates: Iterable[Candidate], urgency: Urgency | None) -> Iterator[ClusterLeader]:
    for each in candidates:
        leader = _leader(each)
        if leader is not None and not _more_urgent(urgency, leader.urgency):
            yield leader


def _more_urgent(one: Urgency | None, other: Urgency | None) -> bool:
    return one is not None and other is not None and one.rank < other.rank


def _leader(each: Candidate) -> ClusterLeader | None:
    match each.state:
        case CaseState.FOLLOWS:
            followed = each.leader
            return followed if followed is not None and followed.state is CaseState.OWN else None
        case CaseState.OWN if not each.undone:
            return ClusterLeader(each.case_id, each.order, each.state, each.begun, each.urgency)
        case _:
            return None
