"""Counts over cases as a whole: how they came, were taken on, went round, and ended."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from domain.case.closing.facts import Reworked
from domain.case.dispatch.facts import Dispatched, Returned
from domain.case.requests.facts import Extended
from domain.insight.case_facts import CaseFacts
from domain.insight.shares import Share, begins, has, of_case
from domain.reporting.citizens_answers import CONTENT, RATED, last_said
from domain.reporting.indicators import is_backlog, plan_of, suspended_since
from domain.reporting.periods import Period
from domain.sla.case_clocks import BEFORE_UNIT, CITIZEN, HOLDER
from domain.vocabulary import Channel, Tier

PROACTIVE = frozenset({Channel.PATROL, Channel.CAMERA})
"""By these channels the town finds a matter itself, before a citizen reports it (主动发现)."""
_SECOND = timedelta(seconds=1)


def filed(facts: CaseFacts) -> bool:
    return facts.filed_at is not None


def accepted(facts: CaseFacts) -> bool:
    """Taken on (受理): not refused, and triaged or answered at the desk."""
    refused = facts.end is not None and facts.end.kind == "not_accepted"
    return not refused and (facts.filed_at is not None or facts.is_closed)


def handled(facts: CaseFacts) -> bool:
    return facts.is_closed or _handled_at(facts) is not None


def _handled_at(facts: CaseFacts) -> datetime | None:
    """Return when the result was reported that still stands; None while there is none."""
    runs = [run for run in facts.runs if run.kind == HOLDER]
    return max(runs, key=lambda run: run.began_at).done_at if runs else None


def proactive(facts: CaseFacts) -> bool:
    return facts.case.plan.complaint.channel in PROACTIVE


def supervised(facts: CaseFacts) -> bool:
    return facts.case.tier is Tier.SUPERVISE


def repeated(facts: CaseFacts) -> bool:
    """Like a case of before (重复件), and not the work that follows from it."""
    plan = plan_of(facts.events)
    return plan.origin is None and (bool(plan.similar) or plan.into is not None)


def correctly_filed(facts: CaseFacts, period: Period) -> Iterator[Share]:
    """Of the cases filed in the period, those whose category was not changed after that."""
    if has(facts, period, facts.filed_at):
        named = [each for each in facts.categories if each is not None]
        yield of_case(facts, part=len({*named}) <= 1, row=facts.filed_row or 1)


def filed_in_time(facts: CaseFacts, period: Period) -> Iterator[Share]:
    """Of the cases filed in the period, those for which the platform missed no deadline before."""
    if has(facts, period, facts.filed_at) and facts.filed_at is not None:
        missed = [
            run.missed_row
            for run in facts.runs
            if run.missed_row and run.kind in BEFORE_UNIT and run.began_at <= facts.filed_at
        ]
        yield of_case(facts, part=not missed, row=(missed or [facts.filed_row or 1])[0])


def rightly_dispatched(facts: CaseFacts, period: Period) -> Iterator[Share]:
    """Of the cases first dispatched in the period, those whose first unit has it to the end."""
    first = next((e for e in facts.events if isinstance(e.fact, Dispatched)), None)
    if first is not None and has(facts, period, first.at):
        yield of_case(facts, part=facts.units[0] == facts.unit, row=first.seq)


def to_be_handled(facts: CaseFacts, period: Period) -> bool:
    """A unit had it in the period, and it had not been handled when the period began."""
    start, done = begins(facts, period), _handled_at(facts)
    if not facts.spells or (done is not None and done < start):
        return False
    return any(each.until is None or each.until > start for each in facts.spells)


def handling(facts: CaseFacts, period: Period) -> Iterator[Share]:
    if to_be_handled(facts, period):
        yield of_case(facts, part=handled(facts))


def overdue(facts: CaseFacts, period: Period) -> Iterator[Share]:
    """Of what was to be handled: what is late and has not been handled when the period ends."""
    if to_be_handled(facts, period):
        late = [run.missed_row for run in facts.runs if run.kind == HOLDER and run.missed_row]
        yield of_case(facts, part=bool(late) and not handled(facts), row=(late or [1])[-1] or 1)


def extended(facts: CaseFacts, period: Period) -> Iterator[Share]:
    if to_be_handled(facts, period):
        rows = [
            event.seq
            for event in facts.events
            if isinstance(event.fact, Extended) and has(facts, period, event.at)
        ]
        yield of_case(facts, part=bool(rows), row=(rows or [1])[-1])


def to_be_closed(facts: CaseFacts, period: Period) -> bool:
    """Filed and on its own way, and not closed when the period began."""
    if facts.filed_at is None or facts.went_elsewhere:
        return False
    return facts.end is None or facts.end.at >= begins(facts, period)


def closing(facts: CaseFacts, period: Period) -> Iterator[Share]:
    if to_be_closed(facts, period):
        yield of_case(facts, part=facts.is_closed, row=facts.end.row if facts.end else 1)


def closed_of_accepted(facts: CaseFacts, period: Period) -> Iterator[Share]:
    """Of the cases that came in the period and were accepted, those closed at its end (办结率)."""
    if has(facts, period, facts.came_at) and accepted(facts) and not facts.went_elsewhere:
        yield of_case(facts, part=facts.is_closed, row=facts.end.row if facts.end else 1)


def reworked(facts: CaseFacts, period: Period) -> Iterator[Share]:
    if to_be_closed(facts, period):
        rows = _reworks(facts, period)
        yield of_case(facts, part=bool(rows), row=(rows or [1])[-1])


def rework_times(facts: CaseFacts, period: Period) -> Iterator[Share]:
    rows = _reworks(facts, period)
    if rows:
        yield of_case(facts, part=len(rows), row=rows[-1])


def _reworks(facts: CaseFacts, period: Period) -> list[int]:
    return [
        event.seq
        for event in facts.events
        if isinstance(event.fact, Reworked) and has(facts, period, event.at)
    ]


def overrun(facts: CaseFacts, period: Period) -> Iterator[Share]:
    """How much longer than its limit a case took that was closed late in the period, in seconds."""
    if not facts.is_closed or facts.end is None or not has(facts, period, facts.end.at):
        return
    for run in facts.runs:
        if run.kind == HOLDER and run.missed and run.used > run.limit:
            over, limit = (run.used - run.limit) // _SECOND, run.limit // _SECOND
            yield Share(over, limit, *_whose(run.units, facts), run.missed_row or 1)


def _whose(units: tuple[str, ...], facts: CaseFacts) -> tuple[str | None, str | None]:
    unit = units[0] if units else None
    return unit, facts.person if unit == facts.unit else None


def returns(facts: CaseFacts, period: Period) -> Iterator[Share]:
    """Of what units received in the period, what they asked to be rid of in it."""
    for event in facts.events:
        if not has(facts, period, event.at):
            continue
        match event.fact:
            case Dispatched(unit=unit):
                yield Share(0, 1, unit, None, event.seq)
            case Returned(unit=unit):
                yield Share(1, 0, unit, event.actor.id, event.seq)
            case _:
                pass


def rests(facts: CaseFacts, _period: Period) -> Iterator[Share]:
    """Suspended when the period ends (挂账数)."""
    if facts.case.suspended_until is not None:
        yield of_case(facts, part=1, row=_suspended_row(facts))


def rested(facts: CaseFacts, _period: Period) -> Iterator[Share]:
    """Ever suspended until the period ends (历史挂账)."""
    if row := _suspended_row(facts):
        yield of_case(facts, part=1, row=row)


def backlog(facts: CaseFacts, _period: Period) -> Iterator[Share]:
    """Suspended for more than 60 days when the period ends (积存)."""
    if suspended_since(facts.case) is not None and is_backlog(facts.case, facts.until):
        yield of_case(facts, part=1, row=_suspended_row(facts))


def _suspended_row(facts: CaseFacts) -> int:
    rows = [event.seq for event in facts.events if event.fact.kind == "suspended"]
    return rows[-1] if rows else 0


def solved(facts: CaseFacts, period: Period) -> Iterator[Share]:
    """Of the citizens who said in a case closed in the period whether it is solved: it is."""
    if facts.is_closed and facts.end is not None and has(facts, period, facts.end.at):
        said = last_said(facts.events)[1]
        if said is not None:
            yield of_case(facts, part=said, row=facts.end.row)


def satisfied(facts: CaseFacts, period: Period) -> Iterator[Share]:
    if facts.is_closed and facts.end is not None and has(facts, period, facts.end.at):
        said = last_said(facts.events)[0]
        if said in RATED:
            yield of_case(facts, part=said in CONTENT, row=facts.end.row)


def exempted(facts: CaseFacts, period: Period) -> Iterator[Share]:
    """Missed promises of the period that a granted exemption leaves out of the rates; the fact
    stays (超时豁免数).
    """
    for run in facts.runs:
        if run.exempt and run.kind in {HOLDER, CITIZEN} and has(facts, period, run.due_at):
            yield Share(1, 1, *_whose(run.units, facts), run.missed_row or 1)
