"""Supervision (督办): appoint, press, summon, inquire."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from domain.vocabulary import Supervision


@dataclass(frozen=True, slots=True, kw_only=True)
class Appoint:
    """The leading group names the lead and the members, and says at which level it watches.

    Helpers that the responsibility list names are members in any case. `level`: None leaves it as
    it is, at first the town's; a lower one needs a `reason`, and no deadline that is over. Another
    lead than the list names needs a `reason` as well.
    """

    kind: Literal["appoint"] = "appoint"
    lead: str
    members: tuple[str, ...] = ()
    instruction: str
    level: Supervision | None = None
    reason: str = ""


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
class Inquire:
    """Investigate twice: the matter, and the duty of those responsible (一案双查).

    The leading group and its office alone read the subject of the second track: `duty`, or else
    `subject`, and then the first track is into the matter as it was reported.
    """

    kind: Literal["inquire"] = "inquire"
    subject: str
    duty: str | None = None
