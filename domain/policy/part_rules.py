"""The kinds of parts a case can have, and what a policy says about each.

A part is a piece of a case with its own clock: a request, a task, a conference, a rectification.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum
from functools import lru_cache
from typing import Literal

from typing_extensions import override

from domain.sla.clocks import Measure
from domain.vocabulary import Role, Tier, Urgency


class PartKind(StrEnum):
    # Requests: somebody asks, a decider answers, and a default holds when nobody does.
    RETURN = "return"  # 退单
    RULING = "ruling"  # 裁定: who handles it, after a second return
    EXTENSION = "extension"  # 延期
    SUSPENSION = "suspension"  # 挂账
    REOPENING = "reopening"  # 重办
    TIER_CHANGE = "tier_change"  # 调级
    DISSATISFACTION = "dissatisfaction"  # 不满意: is it justified?
    EXEMPTION = "exemption"  # 超时豁免: the fact stays, the statistic does not count it
    REFUSAL = "refusal"  # 不予受理的复核
    NO_FILING = "no_filing"  # 不予立案的复核
    # Work.
    CHECK = "check"  # 核实: somebody nearby looks before the case is taken on
    TASK = "task"  # 任务
    CONFERENCE = "conference"  # 联席会商
    INVESTIGATION = "investigation"  # 联合调查
    INTERVIEW = "interview"  # 约谈
    COMMITMENT = "commitment"  # 承诺书
    RECTIFICATION = "rectification"  # 限期整改
    INQUIRY = "inquiry"  # 一案双查, one part a track
    PENALTY = "penalty"  # 行政处罚
    LETTER = "letter"  # 督办单: answered in writing
    URGE = "urge"  # 催办 by a person: acknowledged
    JOINT_ACTION = "joint_action"  # 联合行动
    RECHECK = "recheck"  # 自动提醒, 自行整改: does the camera still see it after a while?
    WITHDRAWAL = "withdrawal"  # 撤诉 that takes two: a second person agrees
    SEPARATION = "separation"  # 并单异议: a merged citizen says that it is another matter


class Default(StrEnum):
    """What holds when nobody answers a request in time."""

    GRANT = "grant"
    REFUSE = "refuse"


@dataclass(frozen=True, slots=True)
class PartRule:
    """How many parts of a kind a case may have, and how long whoever has the turn may take.

    The first rule of a kind that fits tier and urgency holds. `decider` and `default` belong to
    requests. `then` is the time of the second turn: the re-inspection of a rectification or a
    commitment, the serving of a penalty; and, where it is given, the time to hold and report what
    was appointed for an hour (a conference, an interview, a joint action). `longest` bounds what
    may be asked for: an extension, a suspension, the days of a rectification. `by_head`: the head
    of the unit asks, which is the first of two approvals; the decider gives the second. `second`:
    who answers after the decider has granted it, within `then`; only if both grant it, it is.
    `ahead`: so much time before the hour that a person appoints, in `measure` (working hours for
    one in days), so that those who are asked can come; None: any hour to come.
    """

    kind: PartKind
    limit: int
    budget: timedelta
    measure: Measure
    ladder: str
    decider: Role | None = None
    default: Default | None = None
    then: timedelta | None = None
    longest: timedelta | None = None
    by_head: Literal[True] | None = None
    tiers: tuple[Tier, ...] = tuple(Tier)
    urgencies: tuple[Urgency, ...] = tuple(Urgency)
    second: Role | None = None
    ahead: timedelta | None = None


def rules_from(parts: tuple[PartRule, ...], tier: Tier, urgency: Urgency) -> tuple[PartRule, ...]:
    """The rules that hold at this urgency, each with its tiers from this one up.

    Those that allow no more of a kind as well: a case that is pinned again keeps what it has open.
    """
    return _rules_from(_Rules(parts), tier, urgency)


@dataclass(frozen=True, slots=True, eq=False)
class _Rules:
    """A policy's rules, told apart by which tuple they are: to hash them all costs more."""

    parts: tuple[PartRule, ...]

    @override
    def __hash__(self) -> int:
        return id(self.parts)

    @override
    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Rules) and self.parts is other.parts


@lru_cache(maxsize=1000)  # all cases of a policy share a dozen answers
def _rules_from(rules: _Rules, tier: Tier, urgency: Urgency) -> tuple[PartRule, ...]:
    return tuple(_held(rules.parts, tier, urgency))


def _held(parts: tuple[PartRule, ...], tier: Tier, urgency: Urgency) -> Iterator[PartRule]:
    above = [each for each in Tier if each.depth >= tier.depth]
    fitting = [rule for rule in parts if urgency in rule.urgencies]
    for kind in PartKind:
        holds: dict[PartRule, list[Tier]] = {}
        for each in above:
            rules = (rule for rule in fitting if rule.kind is kind and each in rule.tiers)
            rule = next(rules, None)
            if rule is not None:
                holds.setdefault(rule, []).append(each)
        for rule, tiers in holds.items():
            yield replace(rule, tiers=tuple(tiers), urgencies=())
