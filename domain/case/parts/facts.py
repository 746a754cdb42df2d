"""A part of a case was opened, or moved on."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Literal

from domain.case.commands import Moving, Opening
from domain.policy.part_rules import PartKind


class PartState(StrEnum):
    """Where a part stands. The last six end it."""

    OPEN = "open"
    SERVED = "served"  # handed over; time runs for whoever has to put it right
    REPORTED = "reported"  # the unit says it is done
    INSPECTION = "inspection"  # time is up: somebody must look (复查)
    DECIDED = "decided"  # the penalty is decided and must be served
    UNDER_WAY = "under_way"  # the appointed hour has come; what came of it is reported now
    AGREED = "agreed"  # the first of two deciders grants it; the second one decides
    DONE = "done"
    FAILED = "failed"
    GRANTED = "granted"
    REFUSED = "refused"
    WAIVED = "waived"
    LAPSED = "lapsed"  # overtaken by what happened to the case

    @property
    def is_final(self) -> bool:
        return self in _FINAL


_FINAL = frozenset(
    {
        PartState.DONE,
        PartState.FAILED,
        PartState.GRANTED,
        PartState.REFUSED,
        PartState.WAIVED,
        PartState.LAPSED,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PartOpened:
    """`part` names it in the case ("task-2"); `units` are asked to do something; `terms` say what.

    `starts` is the state it begins in. `within`: its own time, where it differs from the policy's.
    `until`: its own deadline. `cap`: it is due no later than this.
    """

    kind: Literal["part_opened"] = "part_opened"
    part: str
    what: PartKind
    terms: Opening
    units: tuple[str, ...] = ()
    starts: PartState = PartState.OPEN
    within: timedelta | None = None
    until: datetime | None = None
    cap: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PartMoved:
    """`by` is the act that moved it; None where time did, and then `note` says which rule.

    `until`: the hour that is appointed now, where the step sets another one. `spares`: the units of
    who agrees to an exemption: what these have missed stays in the figures.
    """

    kind: Literal["part_moved"] = "part_moved"
    part: str
    to: PartState
    by: Moving | None = None
    note: str = ""
    until: datetime | None = None
    spares: tuple[str, ...] | None = None
