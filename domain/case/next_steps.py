"""What would be possible now in a case, and by whom: the end of a refusal by the table.

A person who is refused learns what the case waits for. Citizens and other systems do not need it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from domain.case.approval import who_signs, who_waives
from domain.case.commands import Command
from domain.case.deciders import answered_by
from domain.case.open_work import not_met, unended
from domain.case.part import Part
from domain.case.participants import part_turn, whose_turn
from domain.case.parts.facts import PartState
from domain.case.permissions import PERMISSIONS, acts_for, belongs_to, forbidden_of
from domain.case.state import Case
from domain.case.steps_of_law import wants_the_law
from domain.case.town_time import town_time
from domain.vocabulary import CREW, OFFICE, Callback, Role, Stage, Tier

_HANDLING = frozenset({Stage.SIGNED, Stage.IN_PROGRESS})
_LOOKED_AT = frozenset({PartState.REPORTED, PartState.INSPECTION})
_OUTSIDERS = frozenset({Role.REPORTER, Role.OUTSIDE, Role.ENGINE})
_OFFICE = "the leading group or its office"


def with_next_step(case: Case, command: Command, detail: str, now: datetime) -> str:
    """Return the sentence of a refusal, from rules 3 on with what is possible now."""
    # Refusals are journaled: cases of earlier rules keep the sentence that their rows have.
    if not case.plan.follows(3) or command.actor.role in _OUTSIDERS:
        return detail
    step = next_step(case, command, now)
    return f"{detail}; now: {step}" if step else detail


def next_step(case: Case, reader: Command | None = None, now: datetime | None = None) -> str:
    """Return the act that brings the case on, and who gives it; empty where there is none.

    Of the work that is open, a piece that waits for the reader's unit comes first; and what the
    reader, who has just given that command, may do, is said to be for "you".
    """
    step = _first(case) or _of_work(case, reader, now) or _of_stage(case).get(case.stage)
    if step is None:
        return ""
    given = reader is not None and _may_give(case, reader, step)
    by = "you" if given else step.by
    return f"{step.said}, by {by}{step.instead}"


@dataclass(frozen=True, slots=True)
class _Step:
    """An act, the part that it is about, and who gives it. `units`: that of one of these;
    `regular`: no auxiliary; `named`: known by a post or by name alone, not by a role. `instead`:
    the way out for who does not wait for it.
    """

    act: str
    by: str
    part: str = ""
    before: str = ""
    note: str = ""
    units: tuple[str, ...] = ()
    regular: bool = False
    head: bool = False
    named: bool = False
    instead: str = ""

    @property
    def said(self) -> str:
        about = f" {self.part}" if self.part else ""
        return f"{self.before}{self.act}{about}{f', {self.note}' if self.note else ''}"


def _may_give(case: Case, reader: Command, step: _Step) -> bool:
    """Return whether the table lets the reader do it. Who else is meant is not told apart."""
    actor = reader.actor
    if step.named or forbidden_of(case, reader, step.act) is not None:
        return False
    if step.units and not acts_for(reader, *step.units):
        return False
    if step.act == "verify" and (belongs_to(reader, case.holder) or actor.id == case.resolved_by):
        return False
    fits = actor.role is Role.UNIT_HEAD if step.head else True
    return fits and not (step.regular and actor.role is Role.AUXILIARY)


def _first(case: Case) -> _Step | None:
    """Return what comes before the acts of the stage: the case rests, or waits for an answer."""
    if case.suspended_until is not None:
        by_leader = case.suspended_by is Role.LEADER
        return _Step("resume", "a leader" if by_leader else _OFFICE, named=by_leader)
    waits = (
        part
        for part in case.open_parts()
        if part.type.contests or (part.type.ruled_on and case.stage is Stage.VERIFIED)
    )
    part = next(waits, None)
    return _Step("answer", answered_by(case, part), part.id, named=True) if part else None


def _of_work(case: Case, reader: Command | None, now: datetime | None) -> _Step | None:
    """Return what a result waits for; None where the holder may resolve the case now."""
    if case.stage not in _HANDLING:
        return None
    holder = case.holder or "the unit that has it"
    if case.tier is Tier.SUPERVISE and case.plan.appointed_first and case.supervision is None:
        return _Step("appoint", _OFFICE)
    open_ = unended(case)
    mine = [part for part in open_ if reader and acts_for(reader, *part_turn(case, part))]
    for part in (mine or open_)[:1]:
        return _on(case, part, now)
    if case.tier is Tier.SUPERVISE and not_met(case):
        return _Step("convene", f"a regular officer of {holder}", units=(holder,))
    if wants_the_law(case):
        going = next((p.id for p in case.open_parts() if p.type.officers), "")
        act = "advance_penalty" if going else "file_penalty"
        by = f"the officers of {going}" if going else f"a regular officer of {holder}"
        return _Step(act, by, going, units=(holder,), named=bool(going))
    return None


def _on(case: Case, part: Part, now: datetime | None) -> _Step:
    """Return the act that brings an open part on which a result waits nearer to its end."""
    act = _act_on(part)
    if part.type.request:
        return _Step(act, answered_by(case, part), part.id, named=True)
    note, instead = "", ""
    if part.type.appointed and part.until is not None and now and now < part.until:
        note = f"at {town_time(case, part.until)} or later"
        instead = f", or {who_waives(case, part)} waives it"
    if act in _OF_THE_LEAD:
        if _is_the_offices(part, act):
            return _Step(act, _OFFICE, part.id, note=note, named=True, instead=instead)
        holder = case.holder or "the unit that has it"
        by = f"a regular officer of {holder}"
        return _Step(act, by, part.id, note=note, units=(holder,), regular=True, instead=instead)
    units = tuple(unit for unit in part_turn(case, part) if unit is not None)
    regular = part.type.answered_by_regulars or Role.AUXILIARY not in PERMISSIONS[act].roles
    ours = {case.plan.platform, case.plan.office}.isdisjoint(units)
    by = "a regular officer of " * (regular and ours) + whose_turn(case, part)
    return _Step(act, by, part.id, units=units, regular=regular)


_OF_THE_LEAD = frozenset({"hold", "conclude", "report_action"})


def _is_the_offices(part: Part, act: str) -> bool:
    """Return whether the leading group or its office says what came of the part, because it, or a
    rung, ordered it; of a meeting the lead does, whichever unit called it.
    """
    if act == "conclude":
        return part.type.concluded_by_office or part.by.role not in CREW
    return act == "hold" and not part.type.decides and part.by.role in OFFICE | {Role.ENGINE}


def _act_on(part: Part) -> str:
    row = part.type
    if row.looked_at and part.state in _LOOKED_AT:
        return "check"
    heard = row.concluded_by_office or not {*part.units} - {*part.heard}
    acts = (
        ("answer", row.request),
        ("hold", row.held),
        ("conclude", row.concluded and heard),
        ("report_action", row.shows_attendance),
        ("serve", row.serving_proved and part.state is PartState.OPEN),
    )
    return next((act for act, holds in acts if holds), "report")


def _of_stage(case: Case) -> Mapping[Stage, _Step]:
    platform, holder = case.plan.platform, case.holder or "the unit that has it"
    superior = case.plan.complaint.superior
    dispatcher = f"a dispatcher of {platform}, or a supervisor"
    asks = "ask the citizen with what he is not satisfied, and " * (
        case.own_word is Callback.UNSATISFIED
    )
    by_head = case.rehandled and case.plan.rehandle_by_head
    regular = case.tier is not Tier.DIRECT
    who = "the head" if by_head else "a regular officer" if regular else "a person"
    resolve = _Step("resolve", f"{who} of {holder}", regular=regular, head=bool(by_head))
    triaged = _Step("dispatch", dispatcher)
    return {
        Stage.RECEIVED: _Step("triage", dispatcher),
        Stage.TRIAGED: _Step("appoint", _OFFICE) if case.tier is Tier.SUPERVISE else triaged,
        Stage.DISPATCHED: _Step("sign", f"a person of {holder}"),
        Stage.SIGNED: resolve,
        Stage.IN_PROGRESS: resolve,
        Stage.RESOLVED: _verifier(case),
        Stage.VERIFIED: _Step("close", f"the hotline, or {_OFFICE}", before=asks),
        Stage.REPORTED: _Step(
            "write_off or send_back", superior.issuer if superior else "it", named=True
        ),
        Stage.CLOSED: _Step("ask_reopening", f"the citizen, the hotline or {platform}"),
        Stage.MERGED: _Step("unmerge", dispatcher),
    }


def _verifier(case: Case) -> _Step:
    if case.tier is Tier.SUPERVISE and case.signatures and not case.group_signed:
        return _Step("verify", who_signs(case), note="the second signature", named=True)
    if case.holder == case.plan.platform:
        return _Step("verify", _OFFICE)
    by = f"a verifier or dispatcher of {case.plan.platform}, not by {case.holder}"
    return _Step("verify", by)
