"""The patrols of a day as they are now: with the grids of today, and what the town knew when."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime

from domain.patrols.routes import NEVER, Cancellation, Patrol, scheduled
from domain.patrols.stops import KeptStop
from domain.planning.grids import living_grids
from domain.policy.model import Policy


def patrols_of(
    policy: Policy,
    day: date,
    planned: Iterable[Patrol] = (),
    kept: Iterable[KeptStop] = (),
    *,
    known: Mapping[str, datetime] | None = None,
    cancelled: Iterable[Cancellation] = (),
) -> tuple[Patrol, ...]:
    """Return the patrols of a day: by schedule, then those that people have `planned`.

    `known`: since when the town knows each version of a schedule; None: it always did.
    """
    rows = [*kept]
    by_schedule = (
        each if known is None else replace(each, counts_from=known.get(each.version, NEVER))
        for each in scheduled(policy, day)
    )
    by_people = (each for each in planned if each.day == day)
    gone = {each.patrol: each for each in cancelled}
    return tuple(
        replace(_as_it_is(policy, each, rows), cancelled=gone.get(each.id))
        for each in (*by_schedule, *by_people)
    )


def _as_it_is(policy: Policy, patrol: Patrol, kept: Iterable[KeptStop]) -> Patrol:
    """Return the patrol with the grids that there are now, and those that have a row.

    A grid that was split or merged is its living parts. If it was passed before that, it stays as
    it was: what was passed in the morning need not be passed again.
    """
    rows = [each.grid for each in kept if each.patrol == patrol.id]
    grids = list[str]()
    for grid in patrol.grids:
        grids += [grid] if grid in rows else living_grids(policy, grid) or [grid]
    return replace(patrol, grids=tuple(dict.fromkeys((*grids, *rows))))
