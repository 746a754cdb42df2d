"""The service level of a case in a tier, by category and standard, and the calendar it runs by."""

from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from domain.planning.plans import Choice, ClockSpec, ServiceLevel
from domain.policy.model import Category, Level, Limit
from domain.policy.standards import Standard
from domain.sla.calendars import Calendar
from domain.sla.case_clocks import (
    ACCEPT,
    CALLBACK,
    CITIZEN,
    DISPATCH,
    HOLDER,
    HOLDER_STEPS,
    STEP,
    STEP_LADDER,
    VERIFY,
)
from domain.sla.comparison import in_measure, is_as_strict
from domain.sla.explanations import said

_AROUND = ((ACCEPT, DISPATCH), (VERIFY,), (CALLBACK,))
"""What the platform does before and after the holder's work, which the promise covers as well."""


def level_of(
    level: Level, category: Category | None, standard: Standard | None, *, apart: frozenset[str]
) -> ServiceLevel:
    """Return the limits of a tier, without those of the clocks `apart`.

    The limits of category and standard replace that of the holder clock if they are stricter. No
    step of its work is then longer than the whole.

    The category's hours are in the measure of the holder clock: 16h are two working days on a
    working clock, and 16 hours of day and night on a continuous one.
    """
    limits = tuple(each for each in level.limits if each.clock not in apart)
    limits = _with_step(limits, standard)
    whole = next((each for each in limits if each.clock == HOLDER), None)
    if whole is not None:
        held = holders_limit(whole, category, standard)
        limits = tuple(_within(each, held, standard, limits) for each in limits)
    specs = (ClockSpec(each.clock, each.budget, each.measure, each.ladder) for each in limits)
    return ServiceLevel(level.tier, tuple(specs))


def holders_limit(whole: Limit, category: Category | None, standard: Standard | None) -> Limit:
    """Return the strictest limit of the holder: of the level, the category or the standard."""
    if category is not None and category.resolve is not None:
        whole = replace(whole, budget=min(whole.budget, category.resolve))
    if standard is None or standard.within is None or standard.measure is None:
        return whole
    stricter = is_as_strict(standard.within, standard.measure, whole.budget, whole.measure)
    return replace(whole, budget=standard.within, measure=standard.measure) if stricter else whole


def limit_choice(
    level: Level | None, category: Category | None, standard: Standard | None
) -> tuple[Choice, ...]:
    """Return what decided the holder's limit, where a standard has one."""
    limits = level.limits if level else ()
    whole = next((each for each in limits if each.clock == HOLDER), None)
    if whole is None or standard is None or standard.within is None or standard.measure is None:
        return ()
    held = holders_limit(whole, category, standard)
    limit = said(held.budget, held.measure)
    why = f"standard {standard.id}"
    if not _is_of(held, standard):
        why = f"stricter than {said(standard.within, standard.measure)} of {why}"
    return (Choice("limit", limit, why),)


def _is_of(limit: Limit, standard: Standard | None) -> bool:
    """Return whether the standard has just this limit."""
    return standard is not None and (limit.budget, limit.measure) == (
        standard.within,
        standard.measure,
    )


def _within(
    limit: Limit, held: Limit, standard: Standard | None, limits: tuple[Limit, ...]
) -> Limit:
    """Return the limit of a clock of a case whose holder has `held`."""
    if limit.clock == HOLDER:
        return held
    if limit.clock == CITIZEN and _is_of(held, standard):
        return _promise(limit, _last(limits, held, standard), limits)
    longer = in_measure(limit.budget, limit.measure, held.measure) > held.budget
    if limit.clock in HOLDER_STEPS and longer:
        # As many hours as before, if there are so many: a hurry by night is one from the beginning.
        return replace(limit, budget=min(limit.budget, held.budget), measure=held.measure)
    return limit


def _with_step(limits: tuple[Limit, ...], standard: Standard | None) -> tuple[Limit, ...]:
    """Return the limits with that of the first step of a standard; without one if it has none."""
    given = next((each for each in limits if each.clock == STEP), None)
    others = tuple(each for each in limits if each.clock != STEP)
    ladder = given or next((each for each in limits if each.clock == STEP_LADDER), None)
    if standard is None or not standard.steps or ladder is None:
        return others
    step = standard.steps[0]
    limit = Limit(STEP, step.within, ladder.ladder, step.measure)
    if given is not None and not is_as_strict(
        step.within, step.measure, given.budget, given.measure
    ):
        limit = replace(limit, budget=given.budget, measure=given.measure)
    return (*others, limit)


def with_bounded_date(
    level: Level | None, category: Category | None, standard: Standard | None
) -> Standard | None:
    """Return the standard whose latest date is no later than the holder's limit in the level."""
    limits = level.limits if level else ()
    whole = next((each for each in limits if each.clock == HOLDER), None)
    if standard is None or standard.dated is None or whole is None:
        return standard
    last = _latest(whole, category, standard)
    return replace(standard, dated=last.budget, dated_measure=last.measure)


def _latest(whole: Limit, category: Category | None, standard: Standard) -> Limit:
    by_date = replace(standard, within=standard.dated, measure=standard.dated_measure)
    return holders_limit(whole, category, by_date)


def _last(limits: tuple[Limit, ...], held: Limit, standard: Standard | None) -> Limit:
    """Return the limit that the promise follows: the latest date, where one may be named."""
    whole = next((each for each in limits if each.clock == HOLDER), None)
    if standard is None or standard.dated is None or whole is None:
        return held
    return _latest(whole, None, standard)


def _promise(citizen: Limit, held: Limit, limits: tuple[Limit, ...]) -> Limit:
    """Return the promise that follows the limit of a standard, never more than the level's.

    It is the limit, and the time to take the case on, to verify and to call back, each of which
    counts at most as long as the limit: so it is never more than four times the limit.
    """
    budget = held.budget
    for clocks in _AROUND:
        more = (
            in_measure(each.budget, each.measure, held.measure)
            for each in limits
            if each.clock in clocks
        )
        budget += min(sum(more, timedelta(0)), held.budget)
    if in_measure(citizen.budget, citizen.measure, held.measure) <= budget:
        return citizen
    return replace(citizen, budget=budget, measure=held.measure)


def calendar_from(calendar: Calendar, start: datetime) -> Calendar:
    """Return the calendar without past exceptions.

    A plan stays small, and no clock counts backwards.
    """
    # A day of margin: a report may come from a clock that is ahead of ours
    # (schemas/events/complaint.py).
    first = start.astimezone(ZoneInfo(calendar.zone)).date() - timedelta(days=1)
    kept = tuple(exception for exception in calendar.exceptions if exception[0] >= first)
    return replace(calendar, exceptions=kept)
