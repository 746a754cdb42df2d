"""What a case says of its own promises whose clocks stood still while others had the turn."""

from dataclasses import replace
from datetime import datetime

from domain.case.clocks import provisionally
from domain.case.draft import Draft
from domain.case.escalation.facts import DeadlineMissed
from domain.case.participants import late
from domain.sla.case_clocks import CITIZEN, HOLDER, HOLDER_STEPS
from domain.sla.clocks import Cause, Clock, due


def own_lateness(draft: Draft, done_at: datetime | None) -> None:
    """Record which promises of the case were broken while it was merged, before it ends.

    A broken promise belongs to the case in which it was made. The leader is pressed by the earlier
    deadline (domain/case/followers.py), and blamed for its own alone: so the holder of this case
    has missed that of this case if the work of the leader was done later (`done_at`; None: not
    known, so now). No clock of this case fires for it before.
    """
    case = draft.case
    _missed(draft, CITIZEN, case.clock(CITIZEN), draft.now)
    holder = case.clock(HOLDER)
    if case.plan.follows(3) and case.timed is not None and holder is not None:
        _missed(draft, HOLDER, holder.without(Cause.MERGED), min(done_at or draft.now, draft.now))


def missed_meanwhile(draft: Draft, cause: Cause) -> None:
    """Record, from rules 3 on, which deadlines a unit would have missed if its clocks had not stood
    still for a cause: another unit is about to get the case because no one answered.
    """
    for id_ in (*HOLDER_STEPS, HOLDER) if draft.case.plan.follows(3) else ():
        if (clock := draft.case.clock(id_)) is not None:
            _missed(draft, id_, clock.without(cause), draft.now)


def _missed(draft: Draft, id_: str, clock: Clock | None, end: datetime) -> None:
    case = draft.case
    counts = clock is not None and not clock.missed and (id_ == CITIZEN or clock.is_running)
    deadline = due(clock, case.plan.calendar) if counts and clock is not None else None
    if deadline is not None and deadline.at < end:
        provisional = provisionally(case, id_, deadline.at)
        missed = DeadlineMissed(clock=id_, due_at=deadline.at, provisional=provisional)
        draft.add(replace(missed, units=late(case, id_, deadline.at)))
