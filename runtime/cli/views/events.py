"""Formats an event as one line: a headline and a detail."""

from collections.abc import Callable, Mapping
from typing import Any
from zoneinfo import ZoneInfo

from domain.case.citizen.facts import Rated, Supplemented
from domain.case.closing.facts import Closed, Resolved, Reworked, Verified, Withdrawn
from domain.case.dispatch.facts import Dispatched, Returned
from domain.case.escalation.facts import DeadlineMissed, DeadlineMoved, RungReached
from domain.case.events import FACTS, CommandRefused, Event, Fact
from domain.case.handling.facts import Commented, Progressed, Signed
from domain.case.notices.acts import Failure
from domain.case.notices.facts import Notified, Undelivered
from domain.case.parts.facts import PartMoved, PartOpened
from domain.case.registration.facts import Received, Triaged
from domain.case.suspension.facts import Resumed, Suspended
from domain.case.tiers.facts import TierLowered, TierRaised
from domain.sla.explanations import local
from domain.sla.ladders import Late
from runtime.cli.views.parts import PART_DETAILS, Moment, moved, opened, said


def headline(event: Event) -> str:
    return FACTS[type(event.fact)].name


def detail(event: Event, moment: Moment, *, inquires: bool = False) -> str:
    """Return the text after the headline; it can name officials, never citizens.

    `moment` writes the moments that the fact names. `inquires`: for the leading group, which reads
    what is inquired into the duty of officials.
    """
    actor = event.actor
    stands_in = f"{actor.id} for {actor.for_person}" if actor.for_person else ""
    return _join(_said(event, moment, inquires=inquires), stands_in)


def _said(event: Event, moment: Moment, *, inquires: bool) -> str:
    match event.fact:
        case PartOpened():
            return opened(event.fact, moment, inquires=inquires)
        case PartMoved():
            return moved(event, event.fact, moment, inquires=inquires)
        case DeadlineMoved():
            return _deadline(event.fact, moment)
        case Suspended():
            return f"until {moment(event.fact.until)}: {event.fact.reason}"
    write = _DETAILS.get(type(event.fact))
    return write(event, event.fact) if write else said(event.fact, moment)


def in_zone(zone: ZoneInfo) -> Moment:
    """Return what writes a moment in the town's time."""
    return lambda instant: local(instant, zone)


def _deadline(moved: DeadlineMoved, moment: Moment) -> str:
    return _join(
        f"{moved.clock} clock is now due {moment(moved.due_at)}",
        "the deadline missed before is overtaken" * moved.missed,
        f"armed again: {', '.join(moved.rungs)}" if moved.rungs else "",
    )


def _rung(rung: RungReached) -> str:
    what = f"L{rung.level} {rung.action} ({rung.clock} clock, {rung.rung})"
    if rung.outcome is Late.COLLAPSE:
        return f"{what}: late, gave way to {rung.collapsed_into}"
    if rung.outcome is Late.RECORD:
        return f"{what}: late, recorded only"
    people = "、".join(f"{each.name} ({each.role})" for each in rung.told)
    return _join(f"{what}: notifies {people}", rung.note, *rung.gaps)


def _supplement(fact: Supplemented) -> str:
    return _join(
        "催办 reminder" * fact.reminder,
        fact.text,
        _evidence(len(fact.evidence)),
        f"from {fact.of}" if fact.of else "",
    )


def _who(event: Event) -> str:
    unit = f" of {event.actor.unit}" if event.actor.unit else ""
    return f"{event.actor.id}{unit}"


def _evidence(number: int) -> str:
    """Return the number of files, or "" if there are none."""
    return f"{number} piece{'s' * (number != 1)} of evidence" if number else ""


def _attempts(number: int) -> str:
    return f"{number} attempt{'s' * (number != 1)}"


def _join(*parts: str) -> str:
    return "; ".join(part for part in parts if part)


_SOLVED = {None: "", True: "solved", False: "not solved"}
"""Closed is not solved: if a person was asked, the line says both."""
_EARLY = "before the work was done"
_UNDELIVERED = {
    Failure.NO_ADDRESS: "no address is known",
    Failure.NOT_TAKEN: "no address took it",
    Failure.NO_ANSWER: "no answer in time",
    Failure.BAD_ADDRESS: "the address is not valid",
    Failure.CASE_ENDED: "not sent, because the case has ended",
}

_DETAILS: Mapping[type[Fact], Callable[[Event, Any], str]] = {
    Received: lambda _, f: (
        f"{f.plan.complaint.channel}, {f.plan.category_name or 'no category yet'}"
    ),
    Triaged: lambda _, f: f"tier {f.tier}",
    Dispatched: lambda _, f: _join(f"to {f.unit}", "designated" * f.designated, f.reason),
    Signed: lambda event, _: _who(event),
    Progressed: lambda event, f: _join(f.note, _who(event)),
    Returned: lambda _, f: _join(
        f"by {f.unit}: {f.reason}", f"suggests {f.suggested_unit}" if f.suggested_unit else ""
    ),
    Resolved: lambda _, f: _join(f.result, _evidence(len(f.evidence))),
    Verified: lambda event, f: _join(f.note, _who(event)),
    Reworked: lambda _, f: f.reason,
    Closed: lambda _, f: _join(f.callback or "", _SOLVED[f.solved], f.note),
    TierRaised: lambda _, f: f"to {f.to}: {f.reason}",
    TierLowered: lambda _, f: f"to {f.to}: {f.reason}",
    Withdrawn: lambda _, f: f.reason,
    Commented: lambda event, f: _join(f.text, _who(event)),
    Resumed: lambda _, f: f.reason,
    DeadlineMissed: lambda _, f: f"{f.clock} clock",
    RungReached: lambda _, f: _rung(f),
    CommandRefused: lambda event, f: (
        f"{event.command} by {event.actor.id}: {f.refusal}, {f.detail}"
    ),
    Supplemented: lambda _, f: _supplement(f),
    Rated: lambda _, f: _join(f.callback, _SOLVED[f.solved], f.note, "" if f.final else _EARLY),
    Notified: lambda _, f: f"{f.person} of row {f.row}, by {f.channel}, {_attempts(f.attempts)}",
    Undelivered: lambda _, f: _join(
        f"{f.person} of row {f.row}: {_UNDELIVERED[f.because]}",
        _attempts(f.attempts) if f.attempts else "",
        "given up" if f.final else "will be tried again",
    ),
    **PART_DETAILS,
}
