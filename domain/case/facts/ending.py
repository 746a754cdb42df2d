"""Facts about how a case ends, and begins again."""

from dataclasses import dataclass
from typing import Literal

from domain.vocabulary import Callback, OutsideMandate


@dataclass(frozen=True, slots=True, kw_only=True)
class Countersigned:
    """The first of the two signatures that a supervised case needs to be verified."""

    kind: Literal["countersigned"] = "countersigned"
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CalledBack:
    """The citizen was asked, and that did not settle it: not reached, or not satisfied."""

    kind: Literal["called_back"] = "called_back"
    callback: Callback
    note: str = ""
    solved: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportedUp:
    """Reported to the superior: the one that issued the case, or the one above the town (L6).

    `callback` and `solved` are what the citizen said before, None where nobody was asked.
    """

    kind: Literal["reported_up"] = "reported_up"
    to: str
    note: str = ""
    awaits: bool = False
    """Whether the case now waits for the superior to write it off."""
    callback: Callback | None = None
    solved: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SentBack:
    kind: Literal["sent_back"] = "sent_back"
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NotAccepted:
    kind: Literal["not_accepted"] = "not_accepted"
    because: OutsideMandate
    advice: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reopened:
    """Back to the platform. The citizen clock goes on where it stood when the case was closed."""

    kind: Literal["reopened"] = "reopened"
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Archived:
    kind: Literal["archived"] = "archived"
