"""Requests: bounded, each with a decider and a default. A return is one, too (dispatch)."""

from dataclasses import dataclass
from typing import Literal

from domain.case.suspension.acts import AskSuspension
from domain.case.tiers.acts import AskTier
from domain.complaints import Evidence
from domain.vocabulary import NoFiling


@dataclass(frozen=True, slots=True, kw_only=True)
class AskExtension:
    """More time, asked for before the deadline. `hours` are of the holder's own measure."""

    kind: Literal["ask_extension"] = "ask_extension"
    hours: int
    reason: str
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AskReopening:
    """New facts, within the window after the case was closed."""

    kind: Literal["ask_reopening"] = "ask_reopening"
    reason: str
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AskExemption:
    """That a missed deadline be left out of the statistic; the fact stays."""

    kind: Literal["ask_exemption"] = "ask_exemption"
    reason: str
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclineFiling:
    """No enforcement case is filed, for a reason of the closed list; somebody reviews it."""

    kind: Literal["decline_filing"] = "decline_filing"
    because: NoFiling
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """Grant or refuse a request. `unit`: to whom a returned case goes, or who is designated."""

    kind: Literal["answer"] = "answer"
    part: str
    granted: bool
    reason: str
    unit: str | None = None


Asking = AskExtension | AskSuspension | AskReopening | AskTier | AskExemption | DeclineFiling
