"""What happened to a case. Facts, in the past tense; a case is the fold of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from domain.case.campaigns.facts import Counted
from domain.case.citizen.facts import Rated, Supplemented
from domain.case.closing.facts import (
    Archived,
    CalledBack,
    Closed,
    Countersigned,
    FollowOnOpened,
    Resolved,
    Reworked,
    SentBack,
    Verified,
    Withdrawn,
)
from domain.case.commands import Actor
from domain.case.dispatch.facts import Dispatched, Returned
from domain.case.escalation.facts import DeadlineMissed, DeadlineMoved, RungReached
from domain.case.folders.facts import PieceAdded, PieceRecognised
from domain.case.handling.facts import Commented, Progressed, SeenBefore, Signed
from domain.case.look_backs.facts import LookedBack
from domain.case.merging.facts import (
    Joined,
    Left,
    Linked,
    Merged,
    Scattered,
    StaysMerged,
    Unlinked,
    Unmerged,
)
from domain.case.notices.facts import Notified, Undelivered
from domain.case.orders.facts import DeadlineChanged
from domain.case.parts.facts import PartMoved, PartOpened
from domain.case.refusals import Refusal
from domain.case.registration.facts import NotAccepted, Received, StandardChosen, Triaged
from domain.case.repinning.facts import Repinned
from domain.case.requests.facts import Extended, Reopened
from domain.case.resources.facts import (
    FileDoubted,
    ReservationConfirmed,
    Reserved,
    ResourceFreed,
)
from domain.case.special_meetings.facts import OnAgenda
from domain.case.supervision.facts import Appointed, Circulated, ReportedUp
from domain.case.suspension.facts import Resumed, Suspended
from domain.case.task_links.facts import LinkEnded, LinkGiven, LinkTried
from domain.case.tiers.facts import TierLowered, TierRaised


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandRefused:
    kind: Literal["command_refused"] = "command_refused"
    refusal: Refusal
    detail: str


Fact = (
    Received
    | Triaged
    | Dispatched
    | Signed
    | Progressed
    | Returned
    | Resolved
    | Verified
    | Reworked
    | Closed
    | TierRaised
    | TierLowered
    | Withdrawn
    | Commented
    | Suspended
    | Resumed
    | DeadlineMissed
    | RungReached
    | CommandRefused
    | PartOpened
    | PartMoved
    | Extended
    | Appointed
    | Circulated
    | Counted
    | Countersigned
    | CalledBack
    | Reopened
    | ReportedUp
    | SentBack
    | NotAccepted
    | Archived
    | Merged
    | Unmerged
    | Joined
    | Left
    | Linked
    | Unlinked
    | Repinned
    | Supplemented
    | Rated
    | Notified
    | Undelivered
    | Scattered
    | DeadlineMoved
    | StandardChosen
    | FollowOnOpened
    | DeadlineChanged
    | LinkGiven
    | LinkEnded
    | LinkTried
    | PieceAdded
    | PieceRecognised
    | OnAgenda
    | SeenBefore
    | StaysMerged
    | Reserved
    | ReservationConfirmed
    | ResourceFreed
    | FileDoubted
    | LookedBack
)


@dataclass(frozen=True, slots=True)
class Event:
    """A fact with its place in the journal: who, when, and by which command (id and kind)."""

    seq: int
    at: datetime
    actor: Actor
    command_id: str
    command: str
    fact: Fact


@dataclass(frozen=True, slots=True)
class FactType:
    """What a fact is called, in Chinese and English, and what outsiders get to know.

    `told` has the fields that go out, under their own names; None where the fact stays inside, for
    the reason in `withheld`.
    """

    name: str
    told: tuple[str, ...] | None = None
    withheld: str = ""


FACTS: Mapping[type[Fact], FactType] = {
    Received: FactType("登记 received", told=()),
    Triaged: FactType("受理 triaged", told=()),
    Dispatched: FactType("派遣 dispatched", told=("unit",)),
    Signed: FactType("签收 signed", told=()),
    Progressed: FactType("办理 progress", told=()),
    Returned: FactType("退单 returned", told=("unit",)),
    Resolved: FactType("办结 resolved", told=("close",)),
    Verified: FactType("核查 verified", told=()),
    Reworked: FactType("返工 reworked", told=("dissatisfied",)),
    Closed: FactType("结案 closed", told=("callback", "solved")),
    TierRaised: FactType("升级 tier raised", told=()),
    TierLowered: FactType("降级 tier lowered", told=()),
    Withdrawn: FactType("撤诉 withdrawn", told=()),
    Suspended: FactType("挂账 suspended", told=("until",)),
    Resumed: FactType("恢复 resumed", told=()),
    DeadlineMissed: FactType("超期 deadline missed", told=("clock", "due_at", "provisional")),
    RungReached: FactType("催办 escalated", told=("clock", "level")),
    PartOpened: FactType("开始 opened", told=("part", "what", "units")),
    PartMoved: FactType("进展 moved", told=("part", "to")),
    Extended: FactType("延期 extended", told=("amount",)),
    CalledBack: FactType("回访 called back", told=("callback",)),
    ReportedUp: FactType("上报 reported up", told=("awaits",)),
    SentBack: FactType("退回 sent back", told=()),
    NotAccepted: FactType("不予受理 not accepted", told=("because",)),
    Reopened: FactType("重办 reopened", told=()),
    Archived: FactType("归档 archived", told=()),
    Merged: FactType("并单 merged", told=("into",)),
    Unmerged: FactType("撤销并单 unmerged", told=("into",)),
    Commented: FactType("备注 comment", withheld="a note among those who work on the case"),
    CommandRefused: FactType(
        "拒绝 refused", withheld="nothing happened to the case; who asked was answered"
    ),
    Appointed: FactType("指定牵头 appointed", withheld="how the case is supervised"),
    Circulated: FactType("通报 circulated", withheld="how units are pressed"),
    Counted: FactType("计入专项 counted", withheld="for the statistics of a campaign"),
    Countersigned: FactType("会签 countersigned", withheld="half of a verification, which is told"),
    Supplemented: FactType(
        "补充 supplemented", withheld="what a citizen said; its source said it to us"
    ),
    Rated: FactType("评价 rated", withheld="what a citizen said; its source said it to us"),
    Joined: FactType("并入 joined", withheld="the case that merged tells it"),
    Left: FactType("离开 left", withheld="the case that merged tells it"),
    Linked: FactType("关联 linked", withheld="a guess that cases resemble each other"),
    Unlinked: FactType("取消关联 unlinked", withheld="a guess that cases resemble each other"),
    Repinned: FactType("换用政策 repinned", withheld="how the office keeps its rules"),
    Notified: FactType("送达 notified", withheld="who of the office was reached"),
    Undelivered: FactType("未送达 undelivered", withheld="who of the office was not reached"),
    Scattered: FactType("分散 scattered", withheld="each of the cases tells that it is unmerged"),
    DeadlineMoved: FactType(
        "期限顺延 deadline moved", told=("clock", "due_at", "missed", "provisional")
    ),
    StandardChosen: FactType("适用标准 standard chosen", told=("standard",)),
    FollowOnOpened: FactType("后续立案 follow-on opened", told=("follow_on", "category")),
    DeadlineChanged: FactType("上级改期 deadline changed", told=("due_at",)),
    LinkGiven: FactType("发放链接 link given", withheld="how a party without an account is let in"),
    LinkEnded: FactType("链接失效 link ended", withheld="how a party without an account is let in"),
    LinkTried: FactType("链接误试 link tried", withheld="how a party without an account is let in"),
    PieceAdded: FactType("入卷 piece added", withheld="evidence, of which each unit reads its own"),
    PieceRecognised: FactType(
        "互认 piece recognised", withheld="evidence, of which each unit reads its own"
    ),
    OnAgenda: FactType("专题会议 on agenda", withheld="the meeting is a part of another case"),
    SeenBefore: FactType(
        "材料重复 seen before", withheld="evidence, and the numbers of other cases"
    ),
    StaysMerged: FactType("维持并单 stays merged", told=("into",)),
    Reserved: FactType("调用装备 reserved", withheld="where the town's vehicles and recorders are"),
    ReservationConfirmed: FactType(
        "装备确认 reservation confirmed", withheld="where the town's vehicles and recorders are"
    ),
    ResourceFreed: FactType(
        "装备归还 resource freed", withheld="where the town's vehicles and recorders are"
    ),
    FileDoubted: FactType("存疑证据 file doubted", withheld="evidence is weighed inside"),
    LookedBack: FactType("回头看 looked back", withheld="how results are looked at again"),
}
"""One row for each fact, in the order of the published kinds.

No free text goes out (it may name people), no person, nothing that was said by or about a citizen,
and nothing of how those responsible are supervised, inquired into or weighed: the topic has many
readers. schemas/events/case_events.py also holds back facts about withheld parts and clocks.
"""
