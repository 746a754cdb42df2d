"""Formats an event as one line: a headline and a detail."""

from collections.abc import Callable, Collection, Mapping
from typing import Any
from zoneinfo import ZoneInfo

from domain.case.access import is_withheld
from domain.case.citizen.facts import Rated, Supplemented
from domain.case.closing.facts import Resolved, Reworked, Verified, Withdrawn
from domain.case.commands import Actor
from domain.case.dispatch.facts import Returned
from domain.case.escalation.facts import DeadlineMissed, DeadlineMoved, RungReached
from domain.case.events import FACTS, CommandRefused, Event, Fact
from domain.case.folders.facts import PieceAdded
from domain.case.handling.facts import Commented, Progressed, Relation, SeenBefore, Signed
from domain.case.merging.facts import Joined
from domain.case.notices.acts import Failure
from domain.case.notices.facts import Notified, Undelivered
from domain.case.parts.facts import PartMoved, PartOpened
from domain.case.registration.facts import Received
from domain.case.state import Case
from domain.case.suspension.facts import Resumed, Suspended
from domain.sla.explanations import local
from domain.sla.ladders import Late
from domain.vocabulary import Response, Role
from runtime.cli.views.changes import SOLVED, changed
from runtime.cli.views.parts import PART_DETAILS, Moment, moved, opened, said
from runtime.cli.views.resources import RESOURCE_DETAILS, RESOURCE_MOMENTS


def headline(event: Event) -> str:
    return FACTS[type(event.fact)].name


def detail(
    event: Event,
    moment: Moment,
    before: Case | None = None,
    *,
    inquires: bool = False,
    units: Collection[str] | None = None,
) -> str:
    """Return the text after the headline, and who did it; it can name officials, never citizens.

    `moment` writes the moments that the fact names. `before`: the case as it was, so that the text
    says what changed. `inquires`: for the leading group, which reads what is inquired into the duty
    of officials. `units`: those of the reader, who reads what is for them alone; None: all.
    """
    fact = event.fact
    hidden = is_withheld(fact, inquires=inquires, units=units)
    if isinstance(fact, PieceAdded) and hidden:
        return _join(f"{fact.piece} of {fact.unit}; restricted", _who(event.actor, before))
    return _join(_said(event, moment, before, hidden=hidden), _who(event.actor, before))


def _said(event: Event, moment: Moment, before: Case | None, *, hidden: bool) -> str:
    match event.fact:
        case PartOpened():
            return opened(event.fact, moment, hidden=hidden)
        case PartMoved():
            return moved(event.fact, moment, hidden=hidden)
    kind = type(event.fact)
    if (write_moment := _WITH_MOMENTS.get(kind)) is not None:
        return write_moment(event.fact, moment)
    if (write := _DETAILS.get(kind)) is not None:
        return write(event, event.fact)
    return changed(event.fact, before) or said(event.fact, moment)


def _who(actor: Actor, before: Case | None) -> str:
    """Return who acted, by id and unit, and in whose place; "" for Sanban itself. The reporter
    speaks by the source of the complaint, which is named; what another system names so is not.
    """
    if actor.role is Role.ENGINE:
        return ""
    if actor.role is Role.REPORTER:
        source = before.plan.complaint.source if before is not None else None
        return f"the reporter, by {source}" if actor.id == source else "the reporter"
    person = f"{actor.id} for {actor.for_person}" if actor.for_person else actor.id
    if actor.set_by is not None:
        person = f"{person} (set by {actor.set_by})"
    return f"{person} of {actor.unit}" if actor.unit else person


def in_zone(zone: ZoneInfo) -> Moment:
    """Return what writes a moment in the town's time."""
    return lambda instant: local(instant, zone)


def _deadline(moved: DeadlineMoved, moment: Moment) -> str:
    return _join(
        f"{moved.clock} clock is now due {moment(moved.due_at)}"
        + " (provisional)" * bool(moved.provisional),
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


def _suspension(fact: Suspended, moment: Moment) -> str:
    measures = f"measures {fact.measures}" if fact.measures else ""
    return _join(f"until {moment(fact.until)}: {fact.reason}", measures)


def _joined(fact: Joined, moment: Moment) -> str:
    promised = moment(fact.due_at) if fact.due_at else ""
    promised += " (provisional)" * bool(fact.provisional)
    return _join(
        f"{fact.case} follows",
        "merged by a rule" if fact.by_rule else "",
        f"its citizen was promised {promised}" if promised else "",
        *(f"{clock} no later than its {moment(due_at)}" for clock, due_at in fact.dues or ()),
    )


def _seen(fact: SeenBefore, moment: Moment) -> str:
    uses = (
        f"{_file(use.sha256)} was evidence in {use.case} on {moment(use.at)}{_SAME[use.same]}"
        for use in fact.files
    )
    return _join(*uses)


def _file(sha256: str) -> str:
    """Return enough of a digest to find the file by."""
    return f"file {sha256[:12]}"


def _evidence(number: int) -> str:
    """Return the number of files, or "" if there are none."""
    return f"{number} piece{'s' * (number != 1)} of evidence" if number else ""


def _attempts(number: int) -> str:
    return f"{number} attempt{'s' * (number != 1)}"


def _join(*parts: str) -> str:
    return "; ".join(part for part in parts if part)


_EARLY = "before the work was done"
_LATER = "the citizen has said it himself before, and that stays"
UNDELIVERED = {
    Failure.NO_ADDRESS: "no address is known",
    Failure.NOT_TAKEN: "no address took it",
    Failure.NO_ANSWER: "no answer in time",
    Failure.BAD_ADDRESS: "the address is not valid",
    Failure.CASE_ENDED: "not sent, because the case has ended",
}
"""Why a notice did not reach a person, in words."""

RESPONSES = {
    Response.REACHED: "talked to who reported",
    Response.NOT_REACHED: "called in vain",
    Response.ON_SITE: "on the spot",
}
"""What a first response was, in words."""

_SAME = {
    None: "",
    Relation.MATTER: ", of the same matter",
    Relation.PLACE: ", at the same place",
}

_WITH_MOMENTS: Mapping[type[Fact], Callable[[Any, Moment], str]] = {
    DeadlineMoved: _deadline,
    Suspended: _suspension,
    Joined: _joined,
    SeenBefore: _seen,
    **RESOURCE_MOMENTS,
}


def _when_rated(fact: Rated) -> str:
    if fact.later:
        return _LATER
    return "" if fact.final else _EARLY


_DETAILS: Mapping[type[Fact], Callable[[Event, Any], str]] = {
    Received: lambda _, f: (
        f"{f.plan.complaint.channel}, {f.plan.category_name or 'no category yet'}"
    ),
    Signed: lambda _, _fact: "",
    Progressed: lambda _, f: _join(
        f"step {f.step} done" if f.step else "",
        RESPONSES[f.response] if f.response else "",
        f"done by {f.done_by:%Y-%m-%d %H:%M %z}" if f.done_by else "",
        f.note,
        _evidence(len(f.evidence)),
    ),
    Returned: lambda _, f: _join(
        f"by {f.unit}: {f.reason}", f"suggests {f.suggested_unit}" if f.suggested_unit else ""
    ),
    Resolved: lambda _, f: _join(
        f.close or "", f.result, _evidence(len(f.evidence) + len(f.before or ()))
    ),
    Verified: lambda _, f: f.note,
    Reworked: lambda _, f: f.reason,
    Withdrawn: lambda _, f: _join(f.reason, "a promise was broken by then" if f.late else ""),
    Commented: lambda _, f: f.text,
    Resumed: lambda _, f: f.reason,
    DeadlineMissed: lambda _, f: (
        f"{f.clock} clock"
        + (f", of {f.of}" if f.of else "")
        + (f", by {', '.join(f.units)}" if f.units else "")
        + " (provisional)" * bool(f.provisional)
    ),
    RungReached: lambda _, f: _rung(f),
    CommandRefused: lambda event, f: f"{event.command}: {f.refusal}, {f.detail}",
    Supplemented: lambda _, f: _supplement(f),
    Rated: lambda _, f: _join(f.callback, SOLVED[f.solved], f.note, _when_rated(f)),
    Notified: lambda _, f: f"{f.person} of row {f.row}, by {f.channel}, {_attempts(f.attempts)}",
    Undelivered: lambda _, f: _join(
        f"{f.person} of row {f.row}: {UNDELIVERED[f.because]}",
        _attempts(f.attempts) if f.attempts else "",
        "given up" if f.final else "will be tried again",
    ),
    **PART_DETAILS,
    **RESOURCE_DETAILS,
}
