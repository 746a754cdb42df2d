"""What a town plans to look at by itself: patrols by grid (网格巡查), and closed cases (回头看).

Like the roster it belongs to no version of the policy: routes change from week to week, and the
newest schedules hold. What was passed and missed is journaled, so an old figure stays.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from domain.people.rosters import Recipient
from domain.sla.clocks import Measure

END_OF_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class PatrolSchedule:
    """A route that a unit patrols again and again.

    It goes through the grids `route`, or through those of `zone`. `weekdays` (0 is Monday): on
    these days, with `days_off` also when no one works. `every`: each so many working days, counted
    from `first_day`. What has no pass at `until` (after midnight) is missed. `look_at`: the
    categories to look for.
    """

    id: str
    name: str
    name_en: str
    unit: str
    first_day: date
    route: tuple[str, ...] = ()
    zone: str | None = None
    weekdays: tuple[int, ...] = ()
    every: int | None = None
    days_off: bool = False
    last_day: date | None = None
    until: timedelta = END_OF_DAY
    look_at: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LookBackRule:
    """Which closed cases are looked back at, and how long after: `share` percent of `categories`.

    Without categories it holds for all that no rule before it names.
    """

    after: timedelta
    measure: Measure
    categories: tuple[str, ...] = ()
    share: int = 100


@dataclass(frozen=True, slots=True)
class PatrolRules:
    """`source`: as which source findings are filed; None: a finding is filed by other means.

    `missed`: who is told of a patrol that was missed; its unit is the holder. None: no person.
    """

    schedules: tuple[PatrolSchedule, ...] = ()
    look_backs: tuple[LookBackRule, ...] = ()
    source: str | None = None
    missed: tuple[Recipient, ...] = ()

    def look_back(self, category: str | None) -> LookBackRule | None:
        """Return the first rule that holds for a category."""
        fitting = (each for each in self.look_backs if not each.categories)
        named = (each for each in self.look_backs if category in each.categories)
        return next(named, next(fitting, None))


def patrol_changes(before: PatrolRules | None, after: PatrolRules | None) -> Iterator[str]:
    """Yield what is new, gone or changed in patrols.yaml, one sentence for each."""
    old, new = before or PatrolRules(), after or PatrolRules()
    was, will = ({each.id: each for each in rules.schedules} for rules in (old, new))
    for id_, each in will.items():
        if id_ not in was:
            yield f"schedule {id_} added: {_said(each)}"
        elif was[id_] != each:
            yield f"schedule {id_}: {_said(was[id_])} -> {_said(each)}"
    for id_, each in was.items():
        if id_ not in will:
            yield f"schedule {id_} removed: {_said(each)}"
    if old.look_backs != new.look_backs:
        yield f"look_backs: {_rules(old)} -> {_rules(new)}"
    if old.source != new.source:
        yield f"source: {old.source or 'none'} -> {new.source or 'none'}"
    if old.missed != new.missed:
        yield f"missed: tells {_told(old.missed)} -> {_told(new.missed)}"


def _told(recipients: tuple[Recipient, ...]) -> str:
    return ", ".join(f"{each.role} of {each.unit}" for each in recipients) or "no person"


def _said(each: PatrolSchedule) -> str:
    days = f"weekdays {','.join(str(day + 1) for day in each.weekdays)}" if each.weekdays else ""
    often = f"every {each.every} working days" if each.every else ""
    where = f"zone {each.zone}" if each.zone else " ".join(each.route)
    off = "also on days off" if each.days_off else ""
    last = f"to {each.last_day}" if each.last_day else ""
    looks = f"looks at {' '.join(each.look_at)}" if each.look_at else ""
    ends = f"until {each.until}"
    said = (each.name, each.unit, where, days, often, off, f"from {each.first_day}", last, ends)
    return ", ".join(filter(None, (*said, looks)))


def _rules(rules: PatrolRules) -> str:
    said = (
        f"{each.share} % of {' '.join(each.categories) or 'the others'} after {each.after} "
        f"({each.measure})"
        for each in rules.look_backs
    )
    return "; ".join(said) or "none"
