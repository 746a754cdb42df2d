"""Demands on what an act names: units that exist, moments and numbers within their bounds."""

from dataclasses import MISSING, fields
from datetime import datetime, timedelta

from domain.case.deciders import answered_by
from domain.case.draft import Draft, Refused
from domain.case.followers import own_promise
from domain.case.part_types import CONTESTING
from domain.case.parts.facts import PartState
from domain.case.powers import demand, demand_lead, demand_signer
from domain.case.refusals import Refusal
from domain.case.state import Case
from domain.case.town_time import town_time
from domain.policy.powers import Power
from domain.privacy.sealed import says_nothing
from domain.sla.case_clocks import HOLDER, PROMISES
from domain.sla.clocks import Cause, due, reach
from domain.vocabulary import OFFICE, Role

_TO_APPEAL = timedelta(hours=40)  # where a policy says nothing


def holders_deadline(draft: Draft) -> datetime | None:
    """Return when the holder's clock is due; None while it does not run or is paused."""
    clock = draft.case.clock(HOLDER)
    deadline = due(clock, draft.case.plan.calendar) if clock and clock.is_running else None
    return deadline.at if deadline else None


def is_late(draft: Draft, *, but_exempt: bool = False) -> bool:
    """Return True if a promise is broken, in any turn, whether a row says so already or not.

    `but_exempt`: leave out what a granted exemption leaves out of the figures.
    """
    case = draft.case
    if any(not (but_exempt and miss.exempt) for miss in case.misses):
        return True
    promises = [clock for clock in case.clocks if clock.id in PROMISES]
    # What a state of an earlier release knows of its misses.
    missed = (clock for clock in (*promises, *(each for _, each in case.earlier_clocks)))
    known = {miss.clock for miss in case.misses}
    if any(clock.missed and clock.id not in known for clock in missed):
        return True
    ahead = (clock for clock in promises if clock.is_running and not clock.missed)
    if case.plan.follows(3):
        # Going the way of another case kept no promise of this one.
        ahead = (clock.without(Cause.MERGED) for clock in ahead)
    deadlines = (due(clock, case.plan.calendar) for clock in ahead)
    return any(deadline is not None and deadline.at < draft.now for deadline in deadlines)


def before_the_deadline(draft: Draft) -> None:
    """Raises Refused once it is too late to ask for more time."""
    deadline = holders_deadline(draft)
    if deadline is None:
        raise Refused(Refusal.WRONG_STEP, "the holder's clock does not run; nothing to extend")
    if deadline < draft.now:
        raise Refused(Refusal.TOO_LATE, "the deadline has passed; an extension is asked for before")


def gives_time(draft: Draft, longest: timedelta | None) -> None:
    """Raises Refused, from rules 3 on, where the policy gives no extension of an hour."""
    plan = draft.case.plan
    if plan.follows(3) and longest is not None and longest < timedelta(hours=1):
        where = f"{plan.urgency} cases in {draft.case.tier}"
        detail = f"the policy gives no extension of an hour to {where}; resolve it in its time"
        raise Refused(Refusal.NOT_PROVIDED, detail)


def may_exempt(draft: Draft) -> None:
    """Raises Refused too long after the end, and from rules 3 on where no miss is left that an
    exemption would leave out.
    """
    if draft.case.plan.follows(3) and all(miss.exempt for miss in draft.case.misses):
        detail = "an exemption leaves out promises: to the citizen, and the unit's own time. None"
        detail = f"{detail} that counts was missed, so nothing is left to exempt"
        raise Refused(Refusal.WRONG_STEP, detail)
    window, closed_at = draft.case.plan.appeal_window or _TO_APPEAL, draft.case.closed_at
    if draft.case.plan.calendar.elapsed(closed_at or draft.now, draft.now) > window:
        amount = f"{window / timedelta(hours=1):g} working hours"
        raise Refused(Refusal.TOO_LATE, f"an exemption is asked for within {amount}")


def broken_before(draft: Draft, asked_at: datetime | None) -> bool:
    """Return True if the promise to the citizen was broken before the holder asked for time."""
    promise = own_promise(draft.case) if draft.case.plan.follows(2) else None
    return promise is not None and promise.at < (asked_at or draft.now)


def uncontested(draft: Draft) -> None:
    """Raises Refused while the holder waits for the answer to its return: that decides."""
    if waiting := draft.case.open_parts(*CONTESTING):
        detail = f"{waiting[0].id} is still waiting for its answer"
        if draft.case.plan.follows(3):
            detail += f", by {answered_by(draft.case, waiting[0])} (answer); or retract it"
        raise Refused(Refusal.ALREADY_ASKED, detail)


def may_extend(draft: Draft, amount: timedelta, asked_at: datetime | None = None) -> None:
    """Raises Refused for more time than there was at first, where none would be gained, and where
    it was asked for (`asked_at`) before the holder's clock began.
    """
    case, clock = draft.case, draft.case.clock(HOLDER)
    if clock is None or not clock.is_running:
        raise Refused(Refusal.WRONG_STEP, "the holder's clock does not run; nothing to extend")
    if asked_at is not None and asked_at < clock.started_at:
        detail = "asked for in an earlier turn; who has the case now asks for its own time"
        raise Refused(Refusal.WRONG_STEP, detail)
    if amount > clock.budget:
        first = f"{clock.budget / timedelta(hours=1):g}"
        detail = f"an extension is at most as long as the original limit, {first} hours"
        raise Refused(Refusal.TOO_MUCH, detail)
    _not_again(draft, clock.budget, amount)
    uncapped = reach(clock, case.plan.calendar, clock.granted)
    if clock.cap is not None and uncapped is not None and uncapped >= clock.cap:
        until = town_time(case, clock.cap)
        detail = f"no extension: whatever is granted, the case is due at {until}; ask who set that"
        raise Refused(Refusal.OUTSIDE_OUR_POWER, detail)


def _not_again(draft: Draft, first: timedelta, amount: timedelta) -> None:
    """Raises Refused for more time than all extensions together may give: as often as the policy
    allows, the original limit. What was granted in another tier, or to another unit, counts.
    """
    case = draft.case
    given = [part for part in case.parts if part.type.extends and part.state is PartState.GRANTED]
    rule = case.plan.part(case.tier, given[0].kind) if given else None
    if rule is None:
        return
    had = sum((part.amount for part in given if part.amount), timedelta(0))
    most = rule.limit * first
    if had + amount > most:
        hour = timedelta(hours=1)
        detail = (
            f"{had / hour:g} hours were granted already, of {most / hour:g} that all extensions"
        )
        raise Refused(Refusal.TOO_MUCH, f"{detail} of the case may have in {case.tier} together")


_WORDS = frozenset(
    {"reason", "result", "note", "advice", "finding", "minutes", "text", "instruction"}
)
_WORDS |= {"about", "agenda", "basis", "goal", "items", "measures", "subject", "what", "whom"}


def wordless(draft: Draft, text: str | None) -> bool:
    """Return whether a text that a rule asks for is missing, or, from rules 2 on, says nothing."""
    return not text or (draft.case.plan.follows(2) and says_nothing(text))


def in_words(draft: Draft) -> None:
    """Raises Refused where a person says nothing in a text that the command requires.

    What a citizen adds is recorded as it comes, and the engine's own words are its own.
    """
    act, role = draft.command.act, draft.command.actor.role
    if role in {Role.ENGINE, Role.REPORTER} or not draft.case.plan.follows(2):
        return
    for field in fields(act):
        if field.name not in _WORDS or field.default is not MISSING:
            continue
        said = getattr(act, field.name)
        if any(says_nothing(each) for each in (said if isinstance(said, tuple) else (said,))):
            detail = f"{act.kind} needs `{field.name}` in words; it says nothing"
            raise Refused(Refusal.REASON_NEEDED, detail)


def known(draft: Draft, *units: str) -> None:
    """Raises Refused for a unit that the policy does not have (or no longer)."""
    known_units = draft.command.lookup.units
    for unit in units:
        if unit not in known_units:
            choices = ", ".join(known_units) or "none is known"
            raise Refused(Refusal.UNKNOWN_UNIT, f"no unit {unit}; units are: {choices}")


def may_lead(draft: Draft, unit: str) -> None:
    """Raises Refused for an unknown unit, and for one that may not lead the case in its tier."""
    known(draft, unit)
    if draft.case.plan.follows(2):
        demand_lead(draft, unit, draft.case.tier)
        demand_signer(draft, unit)
    elif unit in draft.command.lookup.assistants and unit != draft.case.plan.holder:
        detail = f"{unit} helps but does not lead; give it a task instead"
        raise Refused(Refusal.ASSISTS_ONLY, detail)


def may_get(draft: Draft, unit: str, reason: str) -> None:
    """Raises Refused for a unit that may not lead the case, and for one that is none of those of
    which the platform chooses one.

    The leading group's office may name another one, with a reason.
    """
    may_lead(draft, unit)
    units = draft.case.plan.candidates
    ordered = draft.command.actor.role in OFFICE and reason
    if units is None or unit in units or ordered:
        return
    detail = (
        f"{draft.case.plan.category} is for one of {', '.join(units)}; name one of them, or let "
        "the leading group's office name another unit, with `reason`"
    )
    raise Refused(Refusal.NOT_A_CANDIDATE, detail)


def working(draft: Draft, power: Power, *units: str) -> None:
    """Raises Refused for an unknown unit, and for one whose kind does not have the power."""
    known(draft, *units)
    demand(draft, power, *units)


def moment(draft: Draft, at: datetime, latest: timedelta) -> None:
    """Raises Refused for a moment without time zone, in the past or too far ahead."""
    if at.tzinfo is None:
        raise Refused(Refusal.BAD_DATE, "say in which time zone, as in 2026-12-01T08:00:00+08:00")
    if at <= draft.now and draft.case.plan.follows(3):
        passed, now = (town_time(draft.case, each) for each in (at, draft.now))
        detail = f"{passed} has passed, it is {now}; name a moment in the next {latest.days} days"
        raise Refused(Refusal.BAD_DATE, detail)
    if not draft.now < at <= draft.now + latest:
        raise Refused(Refusal.BAD_DATE, f"a moment in the next {latest.days} days is needed")


def between(number: int, least: int, most: int, what: str) -> None:
    if not least <= number <= most:
        raise Refused(Refusal.TOO_MUCH, f"between {least} and {most} {what}, not {number}")


MOST = 1_000_000_000
"""So that sums over many cases stay exact in every program that reads them."""

MOST_NAMED = 50
"""Other cases that one command may name: each is looked up."""


def is_contested(case: Case) -> bool:
    """Return whether the citizen has pressed, a clock was missed, another person has decided that
    the matter is there and ours, or, from rules 3 on, a unit waits for the answer whose it is.
    """
    if case.plan.follows(3) and case.open_parts(*CONTESTING):
        return True
    decided = (
        part.type.presses or part.found or part.state is part.type.takes_up for part in case.parts
    )
    return bool(case.dissatisfied) or any(c.missed for c in case.clocks) or any(decided)
