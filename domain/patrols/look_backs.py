"""Which closed cases are due to be looked back at (回头看), by the rules of today."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from domain.policy.model import Policy
from domain.sla.clocks import after


@dataclass(frozen=True, slots=True)
class ClosedCase:
    """A case that is closed, and that no person has looked back at."""

    case_id: str
    category: str | None
    closed_at: datetime
    holder: str | None = None
    grid: str | None = None


@dataclass(frozen=True, slots=True)
class DueLookBack:
    """`due_at`: from when on it is due. `reopens_until`: after that no case is opened again."""

    case: ClosedCase
    due_at: datetime
    reopens_until: datetime


def look_back_of(policy: Policy, case: ClosedCase) -> DueLookBack | None:
    """Return when a case is due to be looked back at; None if no rule takes it."""
    rule = policy.patrols.look_back(case.category) if policy.patrols else None
    if rule is None or not is_sampled(case.case_id, rule.share):
        return None
    due_at = after(rule.measure, policy.calendar, case.closed_at, rule.after)
    return DueLookBack(case, due_at, case.closed_at + policy.reopen_window)


def due_look_backs(
    policy: Policy, closed: Iterable[ClosedCase], now: datetime
) -> list[DueLookBack]:
    """Return those that are due now, the longest due first."""
    found = [due for case in closed if (due := look_back_of(policy, case)) and due.due_at <= now]
    return sorted(found, key=lambda each: (each.due_at, each.case.case_id))


def is_sampled(case_id: str, percent: int) -> bool:
    """Return whether a case is among so many percent of all: always the same answer.

    By its number, so that no person chooses, and who handles it cannot tell at a glance.
    """
    return int.from_bytes(sha256(case_id.encode()).digest()[:4]) % 100 < percent
