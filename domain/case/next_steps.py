"""What would be possible now in a case, and by whom: the end of a refusal by the table.

A person who is refused learns what the case waits for. Citizens and other systems do not need it.
"""

from collections.abc import Mapping

from domain.case.approval import who_signs
from domain.case.commands import Command
from domain.case.deciders import answered_by
from domain.case.state import Case
from domain.vocabulary import Callback, Role, Stage, Tier

_OUTSIDERS = frozenset({Role.REPORTER, Role.OUTSIDE, Role.ENGINE})
_OFFICE = "the leading group or its office"


def with_next_step(case: Case, command: Command, detail: str) -> str:
    """Return the sentence of a refusal, from rules 3 on with what is possible now."""
    # Refusals are journaled: cases of earlier rules keep the sentence that their rows have.
    if not case.plan.follows(3) or command.actor.role in _OUTSIDERS:
        return detail
    step = next_step(case)
    return f"{detail}; now: {step}" if step else detail


def next_step(case: Case) -> str:
    """Return the act that brings the case on, and who gives it; empty where there is none."""
    return _first(case) or _of_stage(case).get(case.stage, "")


def _first(case: Case) -> str:
    """Return what comes before the acts of the stage: the case rests, or waits for an answer."""
    if case.suspended_until is not None:
        return f"resume, by {'a leader' if case.suspended_by is Role.LEADER else _OFFICE}"
    waits = (
        part
        for part in case.open_parts()
        if part.type.contests or (part.type.ruled_on and case.stage is Stage.VERIFIED)
    )
    part = next(waits, None)
    return f"answer {part.id}, by {answered_by(case, part)}" if part else ""


def _of_stage(case: Case) -> Mapping[Stage, str]:
    platform, holder = case.plan.platform, case.holder or "the unit that has it"
    superior = case.plan.complaint.superior
    dispatcher = f"by a dispatcher of {platform}, or a supervisor"
    asks = "ask the citizen with what he is not satisfied, and " * (
        case.own_word is Callback.UNSATISFIED
    )
    appoint = f"appoint, by {_OFFICE}"
    resolve = f"resolve, by a person of {holder}"
    return {
        Stage.RECEIVED: f"triage, {dispatcher}",
        Stage.TRIAGED: appoint if case.tier is Tier.SUPERVISE else f"dispatch, {dispatcher}",
        Stage.DISPATCHED: f"sign, by a person of {holder}",
        Stage.SIGNED: resolve,
        Stage.IN_PROGRESS: resolve,
        Stage.RESOLVED: f"verify, {_verifier(case)}",
        Stage.VERIFIED: f"{asks}close, by the hotline, or {_OFFICE}",
        Stage.REPORTED: f"write_off or send_back, by {superior.issuer if superior else 'it'}",
        Stage.CLOSED: f"ask_reopening, by the citizen, the hotline or {platform}",
        Stage.MERGED: f"unmerge, {dispatcher}",
    }


def _verifier(case: Case) -> str:
    if case.tier is Tier.SUPERVISE and case.signatures:
        return f"the second signature, by {who_signs(case)}"
    if case.holder == case.plan.platform:
        return f"by {_OFFICE}"
    return f"by a verifier or dispatcher of {case.plan.platform}, not by {case.holder}"
