"""The beginning of a case: open, triage, settle at the desk, refuse, look again."""

from dataclasses import dataclass
from typing import Literal

from domain.complaints import Evidence
from domain.planning.plans import CasePlan
from domain.vocabulary import OutsideMandate, Tier, Urgency


@dataclass(frozen=True, slots=True, kw_only=True)
class Open:
    """Begin the case: the engine's own command."""

    kind: Literal["open"] = "open"
    plan: CasePlan


@dataclass(frozen=True, slots=True, kw_only=True)
class Triage:
    """Say what it is: category, and where the rules are to be overruled, urgency and tier.

    A triage that lowers the urgency or the tier, or chooses a longer limit than was chosen before,
    needs a `reason`. `grid`: in which grid it is, where the source named none, or a wrong one.
    `standard`: which of those of the category it meets. `part_number`: that of the city part (部件)
    which it is about.
    """

    kind: Literal["triage"] = "triage"
    category: str
    urgency: Urgency | None = None
    tier: Tier | None = None
    reason: str | None = None
    grid: str | None = None
    standard: str | None = None
    part_number: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChooseStandard:
    """Say which standard of its category a case meets that a unit has already.

    If the limit becomes longer than one that was chosen before, a `reason` is needed.
    """

    kind: Literal["choose_standard"] = "choose_standard"
    standard: str
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Settle:
    """Close at the desk: a question was answered, or a pre-check found nothing there.

    `category`: which question it is, of a complaint that came without one. Its text has to read as
    that question.
    """

    kind: Literal["settle"] = "settle"
    result: str
    evidence: tuple[Evidence, ...] = ()
    category: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Refuse:
    """Not taken on, for a reason of the closed list; `advice` says where to go instead."""

    kind: Literal["refuse"] = "refuse"
    because: OutsideMandate
    advice: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Recheck:
    """Is what a camera gave notice of still there? Clear needs a picture, and closes the case."""

    kind: Literal["recheck"] = "recheck"
    part: str
    clear: bool
    note: str
    evidence: tuple[Evidence, ...] = ()
