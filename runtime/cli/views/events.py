"""Formats an event as one line: a headline and a detail."""

from collections.abc import Callable, Mapping
from typing import Any

from domain.case.citizen.facts import Rated, Supplemented
from domain.case.closing.facts import Closed, Resolved, Reworked, Verified, Withdrawn
from domain.case.dispatch.facts import Dispatched, Returned
from domain.case.escalation.facts import DeadlineMissed, RungReached
from domain.case.events import CommandRefused, Event, Fact
from domain.case.handling.facts import Commented, Progressed, Signed
from domain.case.notices.acts import Failure
from domain.case.notices.facts import Notified, Undelivered
from domain.case.registration.facts import Received, Triaged
from domain.case.suspension.facts import Resumed, Suspended
from domain.case.tiers.facts import TierLowered, TierRaised
from domain.sla.ladders import Late
from runtime.cli.views.parts import PART_DETAILS, PART_WORDS

HEADLINES = {
    "received": "登记 received",
    "triaged": "受理 triaged",
    "dispatched": "派遣 dispatched",
    "signed": "签收 signed",
    "progressed": "办理 progress",
    "returned": "退单 returned",
    "resolved": "办结 resolved",
    "verified": "核查 verified",
    "reworked": "返工 reworked",
    "closed": "结案 closed",
    "tier_raised": "升级 tier raised",
    "withdrawn": "撤诉 withdrawn",
    "commented": "备注 comment",
    "suspended": "挂账 suspended",
    "resumed": "恢复 resumed",
    "deadline_missed": "超期 deadline missed",
    "rung_reached": "催办 escalated",
    "command_refused": "拒绝 refused",
    "tier_lowered": "降级 tier lowered",
    "supplemented": "补充 supplemented",
    "rated": "评价 rated",
    "notified": "送达 notified",
    "undelivered": "未送达 undelivered",
    **PART_WORDS,
}


def headline(event: Event) -> str:
    return HEADLINES[event.fact.kind]


def detail(event: Event) -> str:
    """Return the text after the headline; it can name officials, never citizens."""
    return _DETAILS[type(event.fact)](event, event.fact)


def _rung(rung: RungReached) -> str:
    what = f"L{rung.level} {rung.action} ({rung.clock} clock, {rung.rung})"
    if rung.outcome is Late.COLLAPSE:
        return f"{what}: late, gave way to {rung.collapsed_into}"
    if rung.outcome is Late.RECORD:
        return f"{what}: late, recorded only"
    told = "、".join(f"{each.name} ({each.role})" for each in rung.told)
    return _join(f"{what}: told {told}", rung.note, *rung.gaps)


def _supplement(fact: Supplemented) -> str:
    return _join(
        "催办 reminder" * fact.reminder,
        fact.text,
        f"{len(fact.evidence)} pieces of evidence" if fact.evidence else "",
        f"from {fact.of}" if fact.of else "",
    )


def _who(event: Event) -> str:
    unit = f" of {event.actor.unit}" if event.actor.unit else ""
    return f"{event.actor.id}{unit}"


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
    Resolved: lambda _, f: _join(
        f.result, f"{len(f.evidence)} pieces of evidence" if f.evidence else ""
    ),
    Verified: lambda event, f: _join(f.note, _who(event)),
    Reworked: lambda _, f: f.reason,
    Closed: lambda _, f: _join(f.callback or "", _SOLVED[f.solved], f.note),
    TierRaised: lambda _, f: f"to {f.to}: {f.reason}",
    TierLowered: lambda _, f: f"to {f.to}: {f.reason}",
    Withdrawn: lambda _, f: f.reason,
    Commented: lambda event, f: _join(f.text, _who(event)),
    Suspended: lambda _, f: f"until {f.until:%Y-%m-%d}: {f.reason}",
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
