"""What a case adds to an indicator: so much of so much, whose it is, and the row that shows it."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from domain.insight.case_facts import CaseFacts
from domain.insight.clock_runs import ClockRun
from domain.reporting.periods import Period


@dataclass(frozen=True, slots=True)
class Share:
    """`part` of `whole`. `unit` and `person` are whose it is; None: of no unit, of no person.

    `row` is the row of the case's journal that shows it.
    """

    part: int
    whole: int
    unit: str | None
    person: str | None
    row: int


Count = Callable[[CaseFacts, Period], Iterable[Share]]
"""What one case adds in a period; facts are as they were known when the period ended."""


def begins(facts: CaseFacts, period: Period) -> datetime:
    """Return the first instant of the period, in the time zone of the case's town."""
    return period.begins(facts.zone)


def has(facts: CaseFacts, period: Period, at: datetime | None) -> bool:
    return at is not None and period.has(at, facts.zone)


def of_case(facts: CaseFacts, *, part: bool | int, whole: bool | int = 1, row: int = 1) -> Share:
    """A share of the case as a whole; it belongs to the unit that has it, or had it last."""
    return Share(int(part), int(whole), facts.unit, facts.person, row)


def came(part: Callable[[CaseFacts], bool]) -> Count:
    """Count the cases that came in the period, and those of them for which `part` holds."""

    def count(facts: CaseFacts, period: Period) -> Iterator[Share]:
        if has(facts, period, facts.came_at):
            yield of_case(facts, part=part(facts))

    return count


def in_time(*kinds: str) -> Count:
    """Count the runs of these clocks, or kinds of parts, that were due in the period, and those of
    them that were done by then.

    A run belongs to each unit that answers for it, once.
    """
    wanted = frozenset(kinds)

    def count(facts: CaseFacts, period: Period) -> Iterator[Share]:
        for run in facts.runs:
            if run.kind in wanted and is_due(facts, run, period):
                for unit in run.units or (None,):
                    row = run.missed_row or run.done_row or run.row
                    yield Share(int(run.kept), 1, unit, _person(facts, run, unit), row)

    return count


def is_due(facts: CaseFacts, run: ClockRun, period: Period) -> bool:
    """Return whether a run counts in the rates of a period: its deadline fell in it, the case did
    not go another way before, and no exemption was granted.
    """
    return not run.dropped and not run.exempt and has(facts, period, run.due_at)


def _person(facts: CaseFacts, run: ClockRun, unit: str | None) -> str | None:
    """Return who signed for the case in the unit while the run lasted; None if no person had."""
    at = run.due_at if run.missed else run.done_at
    for spell in reversed(facts.spells):
        if spell.unit == unit and (at is None or spell.since <= at):
            return spell.person
    return None
