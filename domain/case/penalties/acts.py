"""The way to a penalty, which an enforcement case of its own decides (行政处罚)."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from domain.complaints import Evidence


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
class FilePenalty:
    """Refer to enforcement under its number. `officers`: at least two regular ones, by id."""

    kind: Literal["file_penalty"] = "file_penalty"
    number: str
    officers: tuple[str, ...]
    basis: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AdvancePenalty:
    """What became of the enforcement case, with the document of the step as evidence.

    `amount_yuan` goes with the decision. `officers`: the head of the unit names those who carry it
    on from now, at least two; else it is one of those named before who says this.
    A leader rules on a dismissal: agrees with step `dismissed`, or with step `investigated` has it
    investigated once more.
    """

    kind: Literal["advance_penalty"] = "advance_penalty"
    part: str
    step: PenaltyStep
    note: str = ""
    amount_yuan: int | None = None
    evidence: tuple[Evidence, ...] = ()
    officers: tuple[str, ...] = ()
