"""Who may give which command in which stage: one table, for every role, stage and command."""

from collections.abc import Mapping
from dataclasses import dataclass

from domain.case import Case
from domain.commands import Command
from domain.events import Refusal
from domain.words import FINAL_STAGES, Role, Stage

OPEN_STAGES = frozenset(Stage) - FINAL_STAGES
_HANDLING = frozenset({Stage.SIGNED, Stage.IN_PROGRESS})
_HELD = _HANDLING | {Stage.DISPATCHED}
_HOLDERS = frozenset({Role.HANDLER, Role.UNIT_HEAD})
_PLATFORM = frozenset({Role.DISPATCHER, Role.SUPERVISOR})
_SUPERVISORS = frozenset({Role.SUPERVISOR, Role.LEADER})
_EVERYBODY = frozenset(Role) - {Role.ENGINE}
_ENGINE = frozenset({Role.ENGINE})


@dataclass(frozen=True, slots=True)
class Permission:
    roles: frozenset[Role]
    stages: frozenset[Stage]
    while_suspended: bool = False


PERMISSIONS: Mapping[str, Permission] = {
    "triage": Permission(_PLATFORM, frozenset({Stage.RECEIVED, Stage.TRIAGED})),
    "dispatch": Permission(_PLATFORM, frozenset({Stage.TRIAGED})),
    "sign": Permission(_HOLDERS, frozenset({Stage.DISPATCHED})),
    "progress": Permission(_HOLDERS, _HANDLING),
    "return": Permission(_HOLDERS, _HELD),
    "resolve": Permission(_HOLDERS, _HANDLING),
    "verify": Permission(_PLATFORM | {Role.VERIFIER}, frozenset({Stage.RESOLVED})),
    "close": Permission(frozenset({Role.HOTLINE, Role.SUPERVISOR}), frozenset({Stage.VERIFIED})),
    "raise_tier": Permission(_PLATFORM | {Role.LEADER}, _HELD | {Stage.TRIAGED}),
    "withdraw": Permission(
        frozenset({Role.REPORTER, Role.HOTLINE, Role.DISPATCHER}), OPEN_STAGES, while_suspended=True
    ),
    "comment": Permission(_EVERYBODY, OPEN_STAGES, while_suspended=True),
    "suspend": Permission(_SUPERVISORS, _HELD),
    "resume": Permission(_SUPERVISORS, _HELD, while_suspended=True),
    "ring": Permission(_ENGINE, OPEN_STAGES, while_suspended=True),
}
"""`open` is not here: it begins a case, so there is no stage to be in."""


def forbidden(case: Case, command: Command) -> tuple[Refusal, str] | None:
    """Why the table refuses the command, with a sentence for the person; None when it allows it."""
    actor, kind = command.actor, command.act.kind
    permission = PERMISSIONS.get(kind)
    if permission is None:
        return Refusal.ALREADY_OPEN, "the case is open already"
    if case.stage not in permission.stages:
        allowed = ", ".join(sorted(permission.stages))
        return Refusal.WRONG_STAGE, f"{kind} is possible in {allowed}; the case is {case.stage}"
    if actor.role not in permission.roles:
        allowed = ", ".join(sorted(permission.roles))
        return Refusal.WRONG_ROLE, f"{kind} is for {allowed}, not for {actor.role}"
    if actor.role in _HOLDERS and kind != "comment" and actor.unit != case.holder:
        return Refusal.NOT_THE_HOLDER, f"the case is with {case.holder}, not with {actor.unit}"
    if case.suspended_until is not None and not permission.while_suspended:
        until = case.suspended_until.isoformat()
        return Refusal.SUSPENDED, f"suspended until {until}; resume it first"
    return None
