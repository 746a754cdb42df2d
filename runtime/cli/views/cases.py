"""Prints one case, and the explanation of its deadlines."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime
from itertools import groupby
from zoneinfo import ZoneInfo

from domain.case.events import Event
from domain.case.evolve import evolve, fold
from domain.case.followers import capped_by
from domain.case.notices.facts import Undelivered
from domain.case.state import Case
from domain.complaints import Complaint
from domain.reporting.indicators import is_backlog
from domain.sla.explanations import explain, local
from domain.vocabulary import Stage
from runtime.cli.output import Output, Table
from runtime.cli.views.case_evidence import evidence_of
from runtime.cli.views.case_list import PROVISIONAL, due
from runtime.cli.views.effects import SHOWN, until_when_told
from runtime.cli.views.events import UNDELIVERED, detail, headline, in_zone
from runtime.cli.views.parts import parts_of
from runtime.cli.views.standards import filed_as
from runtime.cli.views.steps import steps_left
from schemas.intake import Reporter
from store.patrols.patrols import PatrolFinding
from store.privacy.erasure import ErasedBy


def print_case(
    events: Sequence[Event],
    now: datetime,
    reporter: Reporter | None = None,
    *,
    inquires: bool = False,
    units: Collection[str] | None = None,
    erased: ErasedBy | None = None,
    patrol: PatrolFinding | None = None,
) -> None:
    """Print a case and its history. `reporter` and `inquires`: only if the person may see it.

    `units`: those of a person who reads what is for them alone; None: everything. `patrol`: it
    found the case.
    """
    case = fold(events)
    plan, zone = case.plan, ZoneInfo(case.plan.calendar.zone)
    out = Output()
    out.print((case.case_id, "bold"), f"  {case.tier}  {case.stage}  L{case.level}")
    out.lines(plan.complaint.text)
    table = Table(show_header=False, padding=(0, 2), collapse_padding=True)
    table.add_row("unit", case.holder or _no_unit(case))
    for name, how in (
        *_place(case),
        *_order(case),
        *_standing(case, now),
        *_reserved(case, now),
        *_files(plan.complaint, zone),
        *evidence_of(events, inquires=inquires, units=units),
        *filed_as(plan),
    ):
        table.add_row(name, how)
    if erased is not None:
        table.add_row("erased", _erased(erased, zone))
    table.add_row("from", f"{plan.complaint.channel} {plan.complaint.complaint_id}")
    if reporter is not None:
        words = (reporter.name, reporter.phone, "in confidence" if reporter.confidential else "")
        table.add_row("reported by", "  ".join(word for word in words if word))
    for name, how in (*_found(patrol), *_reasons(case)):
        table.add_row(name, how)
    for clock in case.clocks:
        if clock.is_running:
            found = explain(clock, plan.calendar)
            moment = local(found.due_at, zone) if found.due_at else "paused"
            left = due(found.due_at, now) + PROVISIONAL * found.provisional
            table.add_row(f"{clock.id} clock", f"{moment}  {left}".strip())
    for name, how in (*parts_of(case), *_meetings(case, zone)):
        table.add_row(name, how)
    for other, _ in case.joined:
        table.add_row("followed by", other)
    for other, score in case.links:
        table.add_row("similar to", f"{other} ({score} %)")
    out.table(table)
    out.print()
    out.table(_history(events, zone, inquires=inquires, units=units))


def _found(patrol: PatrolFinding | None) -> Iterator[tuple[str, str]]:
    if patrol is not None:
        yield "found on patrol", f"{patrol.patrol} in {patrol.grid}, by {patrol.person}"


def _erased(by: ErasedBy, zone: ZoneInfo) -> str:
    who = f"{by.person} for {by.for_person}" if by.for_person else by.person
    return f"by {who}, {local(by.at, zone)}: {by.why} ({by.row})"


def _history(
    events: Sequence[Event], zone: ZoneInfo, *, inquires: bool, units: Collection[str] | None
) -> Table:
    """Return the rows, with notices that reached no one in one line."""
    history = Table(show_header=False)
    before: Case | None = None
    for together in _undelivered_together(events):
        event = together[0]
        when, seq = local(event.at, zone), str(event.seq)
        what = detail(event, in_zone(zone), before, inquires=inquires, units=units)
        if len(together) > 1:
            seq, what = f"{seq}-{together[-1].seq}", f"{len(together)} notices: {_missed(together)}"
        history.add_row(seq, when, headline(event), what)
        for each in together:
            before = evolve(before, each)
    return history


def _undelivered_together(events: Sequence[Event]) -> Iterator[list[Event]]:
    """Yield the rows one by one, but notices that reached no one, one after the other, together."""
    for failed, rows in groupby(events, lambda event: isinstance(event.fact, Undelivered)):
        if failed:
            yield [*rows]
        else:
            yield from ([row] for row in rows)


def _missed(rows: Sequence[Event]) -> str:
    """Say which people were not reached, and where the reason is."""
    facts = [row.fact for row in rows if isinstance(row.fact, Undelivered)]
    people = ", ".join(dict.fromkeys(fact.person for fact in facts))
    why = "; ".join(dict.fromkeys(UNDELIVERED[fact.because] for fact in facts))
    return f"{people}: {why}"


def _no_unit(case: Case) -> str:
    if case.closed_at is not None:
        return "none had it"
    return f"none yet; at {case.plan.platform}"


def _reasons(case: Case) -> Iterator[tuple[str, str]]:
    """Yield which rule answered which question; "at first" if it is answered otherwise now."""
    now_is = {"tier": str(case.tier), "holder": case.holder}
    for choice in case.plan.choices:
        since = now_is.get(choice.question, choice.answer)
        first = " at first" * (since not in {None, choice.answer})
        yield f"why {choice.question}{first}", f"{choice.answer}: {choice.rule}"


def _place(case: Case) -> Iterator[tuple[str, str]]:
    """Yield where it is, as far as the report or a person said."""
    place = case.plan.complaint.place
    said = "  ".join(text for text in (case.plan.grid or place.grid, place.address) if text)
    if said:
        yield "place", said


def _order(case: Case) -> Iterator[tuple[str, str]]:
    """Yield the order of a superior: number, issuer, level, and the date that it sets."""
    order = case.plan.complaint.superior
    if order is None:
        return
    level = case.supervision or order.level
    zone = ZoneInfo(case.plan.calendar.zone)
    until = f"due {local(order.due_at, zone)}" if order.due_at is not None else ""
    supervised = "supervised" if order.supervised else ""
    yield "order", "  ".join(t for t in (order.number, order.issuer, level, supervised, until) if t)


def _standing(case: Case, now: datetime) -> Iterator[tuple[str, str]]:
    """Yield (name, text) for what is unusual about the case."""
    # A case that a member took over still has it in the list of the category.
    if members := [unit for unit in case.members if unit != case.holder]:
        yield "with", ", ".join(members)
    if case.steps_done:
        yield "steps done", ", ".join(case.steps_done)
    if case.done_by is not None:
        yield "done by", local(case.done_by, ZoneInfo(case.plan.calendar.zone))
    if case.suspended_until is not None:
        until = local(case.suspended_until, ZoneInfo(case.plan.calendar.zone))
        backlog = "  积存 backlog: for more than 60 days" if is_backlog(case, now) else ""
        yield "suspended", f"until {until}{backlog}"
    for campaign, amount in case.counted:
        yield "counted", f"{amount} for {campaign}"
    if case.reminders:
        yield "reminded", f"{case.reminders} x by citizens"
    if case.plan.origin is not None:
        yield "follows", case.plan.origin
    if case.follow_on is not None:
        yield "leads to", f"{case.follow_on[0]} ({case.follow_on[1]})"
    if case.merged_into is not None and case.stage is Stage.MERGED:
        yield "merged into", case.merged_into


def _reserved(case: Case, now: datetime) -> Iterator[tuple[str, str]]:
    """Yield (name, text) for each resource that the case has, or will have."""
    zone = ZoneInfo(case.plan.calendar.zone)
    for each in case.reservations or ():
        if each.is_ahead(now):
            what = f" for {each.part}" if each.part else ""
            span = f"{local(each.start, zone)} until {local(each.until, zone)}"
            yield "reserved", f"{each.resource}{what}, {span}, by {each.by}"


def _files(complaint: Complaint, zone: ZoneInfo) -> Iterator[tuple[str, str]]:
    """Yield (name, text) for the files that came with the complaint."""
    for file in complaint.evidence:
        taken = f"  taken {local(file.taken_at, zone)}" if file.taken_at else ""
        yield "file", f"{file.uri}  {file.media_type}, sha256 {file.sha256}{taken}"
    for link in complaint.unverified or ():
        yield "unverified", f"{link.uri}  no digest is known: may be another file by now"


def _meetings(case: Case, zone: ZoneInfo) -> Iterable[tuple[str, str]]:
    """Yield the special meetings of other cases that have this one on their agenda."""
    for meeting in case.meetings or ():
        when = f" at {local(meeting.at, zone)}" if meeting.at else ""
        yield "special meeting", f"{meeting.part} of {meeting.case}, {meeting.state}{when}"


def print_explanation(case: Case, coming: Sequence[Event], now: datetime) -> None:
    """Print the sentence of each running clock, and the forecast `coming`."""
    zone = ZoneInfo(case.plan.calendar.zone)
    out = Output()
    out.print((case.case_id, "bold"), f"  {case.tier}  {case.stage}")
    running = [clock for clock in case.clocks if clock.is_running]
    if not running:
        out.print("no clock runs: the case is over")
        return
    for clock in running:
        found = explain(clock, case.plan.calendar, capped_by(case, clock))
        state = "missed" if clock.missed else due(found.due_at, now)
        state += PROVISIONAL * found.provisional
        out.print((clock.id, "bold"), f" {state}")
        out.print(f"  {found.sentence}")
        for line in steps_left(case, clock):
            out.print(f"  {line}")
    out.print()
    out.print(("if no one acts", "bold"))
    table = Table(show_header=False)
    for event in coming[:SHOWN]:
        when = local(event.at, zone)
        table.add_row(when, headline(event), detail(event, in_zone(zone)))
    out.table(table)
    if len(coming) > SHOWN:
        out.print(f"and {len(coming) - SHOWN} more rows")
    out.print(until_when_told(coming, now, zone))
