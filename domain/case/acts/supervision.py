"""Supervision (督办), rectification (整改), and the way to a penalty."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Literal

from domain.complaints import Evidence
from domain.vocabulary import Supervision


class PenaltyStep(StrEnum):
    """How far an enforcement case has come, in order; the last three end it."""

    INVESTIGATED = "investigated"  # 调查终结
    REVIEWED = "reviewed"  # 法制审核
    NOTIFIED = "notified"  # 告知
    HEARD = "heard"  # 陈述申辩或听证
    DECIDED = "decided"  # 处罚决定
    SERVED = "served"  # 送达
    EXECUTED = "executed"  # 执行完毕
    TO_COURT = "to_court"  # 申请强制执行
    DISMISSED = "dismissed"  # 不予处罚


@dataclass(frozen=True, slots=True, kw_only=True)
class Appoint:
    """The leading group names the lead and the members, and says at which level it watches."""

    kind: Literal["appoint"] = "appoint"
    lead: str
    members: tuple[str, ...] = ()
    instruction: str
    level: Supervision = Supervision.TOWN


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueLetter:
    """A supervision letter to the holder, to be answered in writing."""

    kind: Literal["issue_letter"] = "issue_letter"
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Urge:
    """A reminder by a person, to be acknowledged; it changes nothing else."""

    kind: Literal["urge"] = "urge"
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Circulate:
    """Name the unit before all others (通报)."""

    kind: Literal["circulate"] = "circulate"
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Summon:
    """To an interview. `whom`: a unit's leader or the party concerned, by function, not by name."""

    kind: Literal["summon"] = "summon"
    whom: str
    at: datetime
    about: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NoShow:
    """Whoever was summoned did not come."""

    kind: Literal["no_show"] = "no_show"
    part: str
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Commit:
    """A signed commitment (the file is the evidence) to do something until a moment."""

    kind: Literal["commit"] = "commit"
    whom: str
    measures: str
    until: datetime
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderRectification:
    """What has to be put right, item by item, within `days` natural days of the serving."""

    kind: Literal["order_rectification"] = "order_rectification"
    whom: str
    items: tuple[str, ...]
    days: int = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Serve:
    """An order, or the notice of an interview, was handed over; the evidence is the proof."""

    kind: Literal["serve"] = "serve"
    part: str
    note: str = ""
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Inquire:
    """Investigate twice: the matter, and the duty of those responsible (一案双查)."""

    kind: Literal["inquire"] = "inquire"
    subject: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FilePenalty:
    """Refer to enforcement under its number. `officers`: at least two regular ones, by id."""

    kind: Literal["file_penalty"] = "file_penalty"
    number: str
    officers: tuple[str, ...]
    basis: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AdvancePenalty:
    """What became of the enforcement case. `amount_yuan` goes with the decision."""

    kind: Literal["advance_penalty"] = "advance_penalty"
    part: str
    step: PenaltyStep
    note: str = ""
    amount_yuan: int | None = None
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class WriteOff:
    """The superior that issued the case writes it off (销号)."""

    kind: Literal["write_off"] = "write_off"
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SendBack:
    """The superior is not content with what was reported."""

    kind: Literal["send_back"] = "send_back"
    reason: str
