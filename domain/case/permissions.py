"""Who may give which command in which stage: one table, for every role, stage and command."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from domain.case.commands import Command
from domain.case.refusals import Refusal
from domain.case.state import Case
from domain.case.town_time import town_time
from domain.vocabulary import (
    CREW,
    FINAL_STAGES,
    HELD_STAGES,
    OFFICE,
    OVERSEERS,
    REGULAR,
    Role,
    Stage,
    Tier,
)

OPEN_STAGES = frozenset(Stage) - FINAL_STAGES
_BEFORE = frozenset({Stage.RECEIVED, Stage.TRIAGED})
_HANDLING = frozenset({Stage.SIGNED, Stage.IN_PROGRESS})
_HELD = HELD_STAGES
_DONE = frozenset({Stage.RESOLVED, Stage.VERIFIED, Stage.REPORTED})
_ACTIVE = _BEFORE | _HELD | _DONE
_CLOSED = frozenset({Stage.CLOSED})

_HOLDERS = REGULAR
_CREW = CREW
_PLATFORM = frozenset({Role.DISPATCHER, Role.SUPERVISOR})
_SUPERVISORS = OFFICE
_OUTSIDE = frozenset({Role.OUTSIDE})
_EVERYBODY = frozenset(Role) - {Role.ENGINE} - _OUTSIDE - OVERSEERS
_ENGINE = frozenset({Role.ENGINE})
_ABOVE_DIRECT = frozenset({Tier.ASSIGN, Tier.SUPERVISE})


_ALSO_FROM_ABOVE = frozenset({"comment", "urge"})
"""What a leader from above the town may say in every case."""


class Whose(StrEnum):
    """Which units' people may give a command in the role of one who handles."""

    HOLDER = "holder"
    ASKED = "asked"  # the units that a part asks; the decision knows the part
    ANY = "any"


@dataclass(frozen=True, slots=True)
class Permission:
    roles: frozenset[Role]
    stages: frozenset[Stage]
    while_suspended: bool = False
    whose: Whose = Whose.HOLDER
    tiers: frozenset[Tier] = frozenset(Tier)


PERMISSIONS: Mapping[str, Permission] = {
    # Before a unit has it.
    "triage": Permission(_PLATFORM, _BEFORE),
    "settle": Permission(_PLATFORM, _BEFORE),
    "refuse": Permission(_PLATFORM, _BEFORE),
    "send_check": Permission(_PLATFORM, _BEFORE),
    "dispatch": Permission(_PLATFORM, frozenset({Stage.TRIAGED})),
    # Once a unit has it; before that, triage says it.
    "choose_standard": Permission(_PLATFORM, _HELD),
    # The camera itself, or a person who will not handle the case.
    "recheck": Permission(
        _PLATFORM | {Role.REPORTER, Role.VERIFIER, Role.LEADER}, frozenset({Stage.RECEIVED})
    ),
    # The holder's work.
    "sign": Permission(_CREW, frozenset({Stage.DISPATCHED})),
    "progress": Permission(_CREW, _HANDLING),
    "return": Permission(_HOLDERS, _HELD),
    "resolve": Permission(_CREW, _HANDLING),
    # Requests.
    "ask_extension": Permission(_HOLDERS, _HELD),
    "ask_suspension": Permission(_HOLDERS, _HELD),
    "ask_tier": Permission(_HOLDERS, _HELD),
    "decline_filing": Permission(_HOLDERS, _HANDLING, tiers=_ABOVE_DIRECT),
    "ask_reopening": Permission(_PLATFORM | {Role.REPORTER, Role.HOTLINE}, _CLOSED),
    "ask_exemption": Permission(_HOLDERS, _CLOSED),
    # Of a merged case, what was asked waits as its clocks do.
    "answer": Permission(
        _PLATFORM | _SUPERVISORS, OPEN_STAGES - {Stage.MERGED}, while_suspended=True
    ),
    "retract": Permission(
        _HOLDERS | _PLATFORM | {Role.HOTLINE},
        _ACTIVE | _CLOSED | {Stage.REFUSED},
        while_suspended=True,
    ),
    # Joint work.
    "give_task": Permission(_HOLDERS | _PLATFORM | _SUPERVISORS, _HELD, tiers=_ABOVE_DIRECT),
    "convene": Permission(_HOLDERS | _PLATFORM | _SUPERVISORS, _HELD, tiers=_ABOVE_DIRECT),
    "investigate": Permission(_HOLDERS | _PLATFORM | _SUPERVISORS, _HELD, tiers=_ABOVE_DIRECT),
    "plan_action": Permission(_HOLDERS | _SUPERVISORS, _HELD, tiers=_ABOVE_DIRECT),
    "report_action": Permission(_HOLDERS | _SUPERVISORS, _HELD),
    "count": Permission(
        _HOLDERS | _PLATFORM | _SUPERVISORS, _HELD | _DONE | _CLOSED, while_suspended=True
    ),
    "hold": Permission(_HOLDERS | _PLATFORM | _SUPERVISORS, _HELD),
    "report": Permission(_CREW, _ACTIVE, whose=Whose.ASKED),
    "check": Permission(
        _HOLDERS | _PLATFORM | _SUPERVISORS | {Role.VERIFIER}, _ACTIVE, whose=Whose.ANY
    ),
    "conclude": Permission(_HOLDERS | _SUPERVISORS, _HELD),
    "waive": Permission(_SUPERVISORS, _ACTIVE),
    # The folder of an investigation.
    "add_piece": Permission(_CREW, _HELD, whose=Whose.ASKED, tiers=_ABOVE_DIRECT),
    "recognise_piece": Permission(_HOLDERS, _HELD, whose=Whose.ASKED, tiers=_ABOVE_DIRECT),
    # Vehicles, recorders: the decision knows which unit holds what.
    "reserve": Permission(_HOLDERS | _SUPERVISORS, _HELD, whose=Whose.ANY),
    "release": Permission(_HOLDERS | _SUPERVISORS, _ACTIVE, while_suspended=True, whose=Whose.ANY),
    # One-time links of outside parties.
    "give_link": Permission(_HOLDERS, _HELD, tiers=_ABOVE_DIRECT),
    "revoke_link": Permission(_HOLDERS | _SUPERVISORS, _HELD, while_suspended=True),
    "report_by_link": Permission(_OUTSIDE, _HELD),
    # Supervision and rectification.
    # A superior in what it issued: domain/case/supervision/decide.py.
    "appoint": Permission(
        _SUPERVISORS | {Role.SUPERIOR}, _HELD | {Stage.TRIAGED}, tiers=frozenset({Tier.SUPERVISE})
    ),
    "issue_letter": Permission(_SUPERVISORS, _HELD, tiers=_ABOVE_DIRECT),
    "urge": Permission(_PLATFORM | _SUPERVISORS | {Role.HOTLINE, Role.REPORTER}, _HELD),
    "circulate": Permission(_SUPERVISORS, _HELD | _DONE),
    "summon": Permission(_HOLDERS | _SUPERVISORS, _HELD, tiers=_ABOVE_DIRECT),
    "no_show": Permission(_HOLDERS | _SUPERVISORS, _HELD),
    "commit": Permission(_HOLDERS | _SUPERVISORS, _HELD, tiers=_ABOVE_DIRECT),
    "order_rectification": Permission(_HOLDERS | _SUPERVISORS, _HELD, tiers=_ABOVE_DIRECT),
    "serve": Permission(_CREW | _SUPERVISORS, _HELD),
    "inquire": Permission(_SUPERVISORS, _HELD, tiers=frozenset({Tier.SUPERVISE})),
    "file_penalty": Permission(_HOLDERS, _HANDLING, tiers=_ABOVE_DIRECT),
    # The law's days run on while the case rests, so the steps may be taken, too. A leader rules on
    # a dismissal.
    "advance_penalty": Permission(
        _HOLDERS | {Role.LEADER},
        _HELD | _DONE | _CLOSED | {Stage.MERGED},
        while_suspended=True,
        whose=Whose.ASKED,
    ),
    # The end.
    "verify": Permission(_PLATFORM | _SUPERVISORS | {Role.VERIFIER}, frozenset({Stage.RESOLVED})),
    "close": Permission(_SUPERVISORS | {Role.HOTLINE}, frozenset({Stage.VERIFIED})),
    "look_back": Permission(_PLATFORM | _SUPERVISORS | {Role.VERIFIER}, _CLOSED),
    "write_off": Permission(frozenset({Role.SUPERIOR}), frozenset({Stage.REPORTED})),
    "change_deadline": Permission(frozenset({Role.SUPERIOR}), _ACTIVE, while_suspended=True),
    "send_back": Permission(frozenset({Role.SUPERIOR}), frozenset({Stage.REPORTED})),
    "withdraw": Permission(
        frozenset({Role.REPORTER, Role.HOTLINE, Role.DISPATCHER}),
        (_ACTIVE - {Stage.REPORTED}) | {Stage.MERGED},
        while_suspended=True,
    ),
    # At any time.
    "supplement": Permission(
        frozenset({Role.REPORTER, Role.HOTLINE, Role.DISPATCHER}),
        OPEN_STAGES,
        while_suspended=True,
    ),
    "rate": Permission(frozenset({Role.REPORTER, Role.HOTLINE}), OPEN_STAGES, while_suspended=True),
    "raise_tier": Permission(_CREW | _PLATFORM | {Role.LEADER}, _HELD | {Stage.TRIAGED}),
    "comment": Permission(_EVERYBODY, OPEN_STAGES, while_suspended=True, whose=Whose.ANY),
    "suspend": Permission(_SUPERVISORS, _HELD),
    "resume": Permission(_SUPERVISORS, _ACTIVE, while_suspended=True),
    "merge": Permission(_PLATFORM | _ENGINE, _BEFORE | _HELD, while_suspended=True),
    "unmerge": Permission(_PLATFORM, frozenset({Stage.MERGED}), while_suspended=True),
    "scatter": Permission(_PLATFORM, _ACTIVE, while_suspended=True),
    "link": Permission(_PLATFORM | _ENGINE, OPEN_STAGES, while_suspended=True),
    "unlink": Permission(_PLATFORM, OPEN_STAGES, while_suspended=True),
    "repin": Permission(_SUPERVISORS, _ACTIVE | {Stage.MERGED}, while_suspended=True),
    # The engine's own.
    "ring": Permission(_ENGINE, OPEN_STAGES, while_suspended=True),
    "join": Permission(_ENGINE, frozenset(Stage), while_suspended=True),
    "leave": Permission(_ENGINE, frozenset(Stage), while_suspended=True),
    "follow": Permission(_ENGINE, frozenset(Stage), while_suspended=True),
    "pass_on": Permission(_ENGINE, OPEN_STAGES, while_suspended=True),
    "stay_merged": Permission(_ENGINE, frozenset(Stage), while_suspended=True),
    "tell_meeting": Permission(_ENGINE, frozenset(Stage), while_suspended=True),
    "keep_notice": Permission(_ENGINE, frozenset(Stage), while_suspended=True),
    "confirm_reservation": Permission(_ENGINE, frozenset(Stage), while_suspended=True),
    "yield_reservation": Permission(_ENGINE, frozenset(Stage), while_suspended=True),
}
"""`open` is not here: it begins a case, so there is no stage to be in."""


def forbidden(case: Case, command: Command) -> tuple[Refusal, str] | None:
    """Return why the table refuses the command, with a sentence for the person; None if allowed."""
    return forbidden_of(case, command, command.act.kind)


def forbidden_of(case: Case, command: Command, kind: str) -> tuple[Refusal, str] | None:
    """Return why the table refuses who gives the command an act of that kind."""
    actor = command.actor
    permission = PERMISSIONS.get(kind)
    if permission is None:
        return Refusal.ALREADY_OPEN, "the case is open already"
    if case.stage not in permission.stages:
        return Refusal.WRONG_STAGE, _only(kind, "possible in", permission.stages, case.stage)
    if actor.role not in permission.roles:
        return Refusal.WRONG_ROLE, _only(kind, "for", permission.roles, actor.role)
    if case.tier not in permission.tiers:
        return Refusal.WRONG_TIER, _only(kind, "for cases in", permission.tiers, case.tier)
    not_theirs = _not_theirs(case, command, permission) or _from_above(case, command, kind)
    return not_theirs or _at_rest(case, permission)


def _only(kind: str, how: str, allowed: Iterable[str], found: StrEnum) -> str:
    return f"{kind} is {how} {', '.join(sorted(allowed))}; this is {found}"


def _not_theirs(case: Case, command: Command, permission: Permission) -> tuple[Refusal, str] | None:
    handles = command.actor.role in _CREW and permission.whose is Whose.HOLDER
    if not handles or acts_for(command, case.holder):
        return None
    detail = f"the case is with {case.holder}, not with {command.actor.unit}"
    return Refusal.NOT_THE_HOLDER, detail


def _from_above(case: Case, command: Command, kind: str) -> tuple[Refusal, str] | None:
    """A leader from above the town decides in what that unit issued, and what is reported up."""
    actor, plan = command.actor, case.plan
    above = actor.role in OFFICE and actor.unit in (plan.guided_by or ())
    theirs = case.reported_above or actor.unit == plan.issuer_unit
    if not above or theirs or kind in _ALSO_FROM_ABOVE:
        return None
    detail = (
        f"{actor.unit} is above the town, and neither issued the case nor was it reported up; the "
        "leading group or its office decides; comment, or urge"
    )
    return Refusal.OUTSIDE_OUR_POWER, detail


def _at_rest(case: Case, permission: Permission) -> tuple[Refusal, str] | None:
    if case.suspended_until is None or permission.while_suspended:
        return None
    until = town_time(case, case.suspended_until)
    return Refusal.SUSPENDED, f"suspended until {until}; resume it first"


def acts_for(command: Command, *units: str | None) -> bool:
    """Return True if the actor belongs to one of these units or to its successor."""
    own = {command.actor.unit, *command.lookup.succeeds} - {None}
    return not own.isdisjoint(units)


def speaks_for_issuer(case: Case, command: Command) -> bool:
    """Return True if the actor may speak as the superior that issued the case.

    Where the issuer is a unit of the policy, or one speaks for it, its people and deputies do, and
    the system that sent the order under its own name. For an issuer that the policy does not
    know, that system alone; in a policy that names no such issuers, any superior.
    """
    plan, unit = case.plan, case.plan.issuer_unit
    if unit is None and not plan.issuers_named:
        return True
    return command.actor.id == plan.complaint.source or (
        unit is not None and acts_for(command, unit)
    )


def belongs_to(command: Command, *units: str | None) -> bool:
    """Return True if the actor is of one of these units, also while acting for another one.

    A deputy, or a person on duty elsewhere, stays one of their own unit: they may act for the
    other, and still may not look at what their own has done.
    """
    return acts_for(command, *units) or command.actor.own_unit in {*units} - {None}
