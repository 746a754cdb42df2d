"""The plain life: triage, hand-offs, work, tiers, suspension, clocks that ran out."""

from dataclasses import replace
from datetime import datetime

from domain.case.events import (
    DeadlineMissed,
    Dispatched,
    Event,
    Progressed,
    Resolved,
    Resumed,
    Returned,
    RungReached,
    Signed,
    Suspended,
    TierLowered,
    TierRaised,
    Triaged,
)
from domain.case.evolution.clocks import change, change_all, pin_anew, rest, start, stop
from domain.case.evolution.parts import overdue
from domain.case.facts.merging import Repinned
from domain.case.facts.parts import Appointed, Extended
from domain.case.state import Case
from domain.planning.plans import CasePlan
from domain.privacy.sealed import cut
from domain.sla.case_clocks import ACCEPT, CALLBACK, CITIZEN, FIRST, HOLDER, SIGN, VERIFY
from domain.sla.clocks import Cause, Extension
from domain.vocabulary import Stage

RESULT_LENGTH = 500
"""Enough for those who follow the case; all of it is in the journal."""


def begin(plan: CasePlan, at: datetime) -> Case:
    case = Case(plan=plan, opened_at=at, tier=plan.tier, members=plan.helpers)
    # The promise to the citizen runs from the report, however long the event was on its way.
    case = start(case, CITIZEN, min(plan.complaint.reported_at, at))
    return start(case, ACCEPT, at)


def triaged(case: Case, fact: Triaged, event: Event) -> Case:
    case = replace(case, stage=Stage.TRIAGED, tier=fact.tier)
    return case if fact.plan is None else _pinned(case, fact.plan, event.at)


def repinned(case: Case, fact: Repinned, event: Event) -> Case:
    return _pinned(case, fact.plan, event.at)


def _pinned(case: Case, plan: CasePlan, at: datetime) -> Case:
    case = replace(case, plan=plan, members=case.members or plan.helpers)
    return change_all(case, lambda clock: pin_anew(case, clock, at))


def dispatched(case: Case, fact: Dispatched, event: Event) -> Case:
    at = event.at
    comes_back = case.returned_by == fact.unit
    case = replace(
        case,
        stage=Stage.DISPATCHED,
        holder=fact.unit,
        had=tuple(dict.fromkeys((*case.had, fact.unit))),
        # A unit that gets its own return back has been ruled to keep it.
        designated=fact.designated or comes_back,
        rehandled=False,
        returned_by=None,
        signed_at=None,
        resolved_by=None,
    )
    case = stop(case, ACCEPT, at=at)
    case = start(start(case, SIGN, at), FIRST, at)
    if comes_back:
        return change(case, HOLDER, lambda clock: clock.resumed(Cause.RETURNED, at))
    return start(case, HOLDER, at)


def appointed(case: Case, fact: Appointed, event: Event) -> Case:
    designated = case.designated or fact.lead == case.holder
    return replace(case, members=fact.members, supervision=fact.level, designated=designated)


def signed(case: Case, fact: Signed, event: Event) -> Case:
    return stop(replace(case, stage=Stage.SIGNED, signed_at=event.at), SIGN, at=event.at)


def progressed(case: Case, fact: Progressed, event: Event) -> Case:
    return stop(replace(case, stage=Stage.IN_PROGRESS), FIRST, at=event.at)


def returned(case: Case, fact: Returned, event: Event) -> Case:
    case = replace(case, stage=Stage.TRIAGED, holder=None, returned_by=fact.unit, signed_at=None)
    case = stop(case, SIGN, FIRST, at=event.at)
    case = change(case, HOLDER, lambda clock: clock.paused(Cause.RETURNED, event.at))
    return start(case, ACCEPT, event.at)


def resolved(case: Case, fact: Resolved, event: Event) -> Case:
    case = replace(
        case,
        stage=Stage.RESOLVED,
        resolved_by=event.actor.id,
        signatures=(),
        result=cut(fact.result, RESULT_LENGTH),
    )
    case = stop(case, FIRST, at=event.at)
    # The holder does not pay for the time others take to look.
    case = change(case, HOLDER, lambda clock: clock.paused(Cause.VERIFYING, event.at))
    return start(case, VERIFY, event.at)


def tier_changed(case: Case, fact: TierRaised | TierLowered, event: Event) -> Case:
    case = replace(case, tier=fact.to, stage=Stage.TRIAGED, returned_by=None)
    if isinstance(fact, TierLowered) and fact.plan is not None:
        case = _pinned(case, fact.plan, event.at)
    case = stop(case, SIGN, FIRST, HOLDER, VERIFY, CALLBACK, at=event.at)
    return start(case, ACCEPT, event.at)


def suspended(case: Case, fact: Suspended, event: Event) -> Case:
    case = rest(case, Cause.SUSPENDED, event.at)
    return replace(case, suspended_until=fact.until, suspensions=case.suspensions + 1)


def resumed(case: Case, fact: Resumed, event: Event) -> Case:
    case = change_all(case, lambda clock: clock.resumed(Cause.SUSPENDED, fact.at))
    return replace(case, suspended_until=None)


def extended(case: Case, fact: Extended, event: Event) -> Case:
    """More time for the holder is more time until the citizen hears; a superior's cap stays."""
    extension = Extension(fact.amount, event.at, fact.reason)
    for id_ in (HOLDER, CITIZEN):
        case = change(
            case, id_, lambda clock: replace(clock, extensions=(*clock.extensions, extension))
        )
    return case


def deadline_missed(case: Case, fact: DeadlineMissed, event: Event) -> Case:
    part = case.part(fact.clock)
    case = change(case, fact.clock, lambda clock: replace(clock, missed=True))
    return case if part is None else overdue(case, part, fact.due_at)


def rung_reached(case: Case, fact: RungReached, event: Event) -> Case:
    case = change(case, fact.clock, lambda clock: replace(clock, fired=(*clock.fired, fact.rung)))
    return replace(case, level=max(case.level, fact.level))
