"""Suspension, ordered by those who would also decide a request for it."""

from datetime import timedelta

from domain.case.draft import Decisions, Draft, Refused
from domain.case.parts.decide import move
from domain.case.parts.facts import PartState
from domain.case.refusals import Refusal
from domain.case.suspension.acts import Resume, Suspend
from domain.case.suspension.facts import Resumed, Suspended
from domain.case.validation import moment
from domain.policy.part_rules import PartKind

LONGEST_SUSPENSION = timedelta(days=366)


def suspend(draft: Draft, act: Suspend) -> None:
    may_suspend(draft)
    moment(draft, act.until, LONGEST_SUSPENSION)
    for part in draft.case.open_parts(PartKind.SUSPENSION):
        move(draft, part, PartState.LAPSED, note="suspended without waiting for the answer")
    draft.add(Suspended(reason=act.reason, until=act.until))


def resume(draft: Draft, act: Resume) -> None:
    if draft.case.suspended_until is None:
        raise Refused(Refusal.WRONG_STAGE, "the case is not suspended")
    draft.add(Resumed(at=draft.now, reason=act.reason))


def may_suspend(draft: Draft) -> None:
    if draft.case.suspensions:
        raise Refused(Refusal.SUSPENDED, "suspended once already; a second time is not possible")


DECISIONS: Decisions = {
    Suspend: suspend,
    Resume: resume,
}
