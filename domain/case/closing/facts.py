"""How a case ends: resolved, verified, closed, withdrawn, archived; or goes back to work."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from domain.complaints import Evidence
from domain.vocabulary import Callback


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolved:
    kind: Literal["resolved"] = "resolved"
    result: str
    evidence: tuple[Evidence, ...] = ()
    cap_waits: Literal[True] | None = None
    """A superior's date waits with the holder's clock while others look. None in earlier rows."""
    close: str | None = None
    before: tuple[Evidence, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    kind: Literal["verified"] = "verified"
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowOnOpened:
    """The work is done, and leads to the case `follow_on`, of this category (后续案件)."""

    kind: Literal["follow_on_opened"] = "follow_on_opened"
    follow_on: str
    category: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Countersigned:
    """The first of the two signatures that a supervised case needs to be verified.

    `by_group`: it is the one of the leading group, so another person gives the second.
    """

    kind: Literal["countersigned"] = "countersigned"
    note: str = ""
    by_group: Literal[True] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reworked:
    """Back to the holder: verification failed, or the citizen is not satisfied (返工)."""

    kind: Literal["reworked"] = "reworked"
    reason: str
    dissatisfied: bool = False
    counts: Literal[True] | None = None
    """An earlier result of the unit did not hold either: the time of this look is the unit's own,
    as if it had not given the result. None in earlier rows, and the first time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CalledBack:
    """The citizen was asked, and that did not settle it: not reached, or not satisfied; or wants
    no reply, by the word of one person, and another one has to say so as well.

    `more`: so much more time to call, because the first call did not reach the citizen.
    """

    kind: Literal["called_back"] = "called_back"
    callback: Callback
    note: str = ""
    solved: bool | None = None
    more: timedelta | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Closed:
    """`callback` and `solved` are None where nobody was asked."""

    kind: Literal["closed"] = "closed"
    callback: Callback | None = None
    note: str = ""
    solved: bool | None = None
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SentBack:
    """`goes_on`: no unit has it, and the platform has no more time than when it was reported up."""

    kind: Literal["sent_back"] = "sent_back"
    reason: str
    goes_on: Literal[True] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdrawn:
    """`late`: a promise was broken by then, also where no row says so, as in a merged case."""

    kind: Literal["withdrawn"] = "withdrawn"
    reason: str
    late: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Archived:
    kind: Literal["archived"] = "archived"
