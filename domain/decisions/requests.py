"""Bounded acts. In this version: suspension by a supervisor, once a case, with an end date."""

from datetime import timedelta

from domain.commands import Resume, Suspend
from domain.decisions.draft import Draft, Refused
from domain.events import Refusal, Resumed, Suspended

LONGEST_SUSPENSION = timedelta(days=366)


def suspend(draft: Draft, act: Suspend) -> None:
    if draft.case.suspensions:
        raise Refused(Refusal.SUSPENDED, "suspended once already; a second time is not possible")
    if act.until.tzinfo is None:
        raise Refused(Refusal.BAD_DATE, "say in which time zone, as in 2026-12-01T08:00:00+08:00")
    if not draft.now < act.until <= draft.now + LONGEST_SUSPENSION:
        raise Refused(Refusal.BAD_DATE, "a suspension ends in the future, within a year")
    draft.add(Suspended(reason=act.reason, until=act.until))


def resume(draft: Draft, act: Resume) -> None:
    if draft.case.suspended_until is None:
        raise Refused(Refusal.WRONG_STAGE, "the case is not suspended")
    draft.add(Resumed(at=draft.now, reason=act.reason))
