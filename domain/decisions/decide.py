"""`decide`: from a case, a command and a moment to the events that follow."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from domain.case import Case
from domain.commands import (
    Close,
    Command,
    Comment,
    Dispatch,
    Open,
    Progress,
    RaiseTier,
    Resolve,
    Resume,
    Return,
    Ring,
    Sign,
    Suspend,
    Triage,
    Verify,
    Withdraw,
)
from domain.decisions import closing, dispatch, escalation, handling, intake, requests
from domain.decisions.draft import Draft, Refused
from domain.events import CommandRefused, Event, Refusal
from domain.permissions import forbidden

_STAGES: Mapping[type, Callable[[Draft, Any], None]] = {
    Open: intake.open_case,
    Triage: intake.triage,
    Withdraw: intake.withdraw,
    Dispatch: dispatch.dispatch,
    Return: dispatch.return_case,
    Sign: handling.sign,
    Progress: handling.progress,
    Comment: handling.comment,
    Resolve: closing.resolve,
    Verify: closing.verify,
    Close: closing.close,
    Suspend: requests.suspend,
    Resume: requests.resume,
    RaiseTier: escalation.raise_tier,
    Ring: escalation.ring,
}


@dataclass(frozen=True, slots=True)
class Decision:
    """`case` is the fold of `events` on the case before; no events: it was all done before."""

    case: Case
    events: tuple[Event, ...]


def decide(case: Case | None, command: Command, now: datetime) -> Decision:
    """What follows from a command. A refusal is an event too; nothing is skipped silently.

    A command id that the case has answered before has no second effect.
    """
    of_the_engine = isinstance(command.act, Open | Ring)  # nobody's id may stand in its way
    if case is not None and not of_the_engine and case.answer(command.id) is not None:
        return Decision(case, ())
    if case is not None and (no := forbidden(case, command)) is not None:
        return _refuse(case, command, now, *no)
    draft = Draft(case, command, now)
    try:
        _STAGES[type(command.act)](draft, command.act)
    except Refused as refused:
        return _refuse(draft.case, command, now, refused.refusal, refused.detail)
    return Decision(draft.case, tuple(draft.events))


def _refuse(case: Case, command: Command, now: datetime, refusal: Refusal, detail: str) -> Decision:
    draft = Draft(case, command, now)
    draft.add(CommandRefused(refusal=refusal, detail=detail))
    return Decision(draft.case, tuple(draft.events))
