"""Choose an act that fits a case as it is, and the part that it is for."""

from collections.abc import Mapping, Sequence
from typing import TypeVar
from zlib import crc32

from domain.case.part import Part
from domain.case.part_types import REQUESTS, WORK, kinds
from domain.case.parts.facts import PartState
from domain.case.permissions import PERMISSIONS
from domain.case.state import Case
from domain.policy.part_rules import PartKind
from domain.vocabulary import ENDED_STAGES, Stage, Tier

T = TypeVar("T")


def pick(options: Sequence[T], number: int, what: str) -> T:
    """Choose one: each question (`what`) has its own answer, and the same each time."""
    return options[crc32(f"{what} {number}".encode()) % len(options)]


# --- Which part an act is for.

_FOR: Mapping[str, frozenset[PartKind]] = {
    "answer": REQUESTS,
    "retract": kinds(lambda row: row.retractable),
    "waive": WORK,
    "report": frozenset(
        {
            PartKind.TASK,
            PartKind.CHECK,
            PartKind.LETTER,
            PartKind.URGE,
            PartKind.INVESTIGATION,
            PartKind.RECTIFICATION,
            PartKind.COMMITMENT,
        }
    ),
    "check": frozenset({PartKind.TASK, PartKind.RECTIFICATION, PartKind.COMMITMENT}),
    "recheck": frozenset({PartKind.RECHECK}),
    "hold": frozenset({PartKind.CONFERENCE, PartKind.INTERVIEW}),
    "no_show": frozenset({PartKind.INTERVIEW}),
    "serve": frozenset({PartKind.RECTIFICATION, PartKind.INTERVIEW}),
    "conclude": frozenset({PartKind.INVESTIGATION, PartKind.INQUIRY}),
    "advance_penalty": frozenset({PartKind.PENALTY}),
    "report_action": frozenset({PartKind.JOINT_ACTION}),
    "give_link": frozenset({PartKind.TASK}),
    "add_piece": frozenset({PartKind.INVESTIGATION}),
    "recognise_piece": frozenset({PartKind.INVESTIGATION}),
}
_AT: Mapping[tuple[str, PartKind], frozenset[PartState]] = {
    ("report", PartKind.TASK): frozenset({PartState.OPEN}),
    ("report", PartKind.RECTIFICATION): frozenset({PartState.SERVED}),
    ("check", PartKind.TASK): frozenset({PartState.REPORTED}),
    ("give_link", PartKind.TASK): frozenset({PartState.OPEN}),
    ("report", PartKind.COMMITMENT): frozenset({PartState.SERVED}),
    ("check", PartKind.RECTIFICATION): frozenset({PartState.INSPECTION}),
    ("check", PartKind.COMMITMENT): frozenset({PartState.INSPECTION}),
    ("recheck", PartKind.RECHECK): frozenset({PartState.SERVED, PartState.INSPECTION}),
    ("serve", PartKind.RECTIFICATION): frozenset({PartState.OPEN}),
    ("serve", PartKind.INTERVIEW): frozenset({PartState.OPEN}),
}
_BY_LINK = frozenset({"revoke_link", "report_by_link"})
_NO_STEP = frozenset({"waive", "retract", "give_link", "add_piece", "recognise_piece"})
"""Not what a part waits for."""
_AT_ITS_HOUR = frozenset({"hold", "no_show", "report_action"})
"""What is said of a part with an appointed hour, once that has come."""


def _is_for(kind: str, part: Part) -> bool:
    """Return True when the part is in the state for such an act."""
    if part.kind not in _FOR[kind] or part.state not in _AT.get((kind, part.kind), {part.state}):
        return False
    if kind == "no_show" and not part.served:
        return False
    if kind in _AT_ITS_HOUR and part.until is not None:
        return part.state is PartState.UNDER_WAY
    silent = {*part.units} - {*part.heard}
    if part.kind is PartKind.INVESTIGATION:
        return bool(silent) is (kind == "report") or kind in _NO_STEP
    return True


def part_for(case: Case, kind: str, number: int) -> Part | None:
    """Return an open part in the state for such an act, else any of its kinds."""
    if kind == "recognise_piece" and (filled := _with_piece(case)):
        return pick(filled, number, "folder")
    if kind in _BY_LINK and (linked := _linked(case)):
        return pick(linked, number, "link")
    if kind not in _FOR:
        return None
    parts = case.open_parts(*_FOR[kind])
    found = [part for part in parts if _is_for(kind, part)] or parts
    return pick(found, number, "part") if found else None


def _linked(case: Case) -> list[Part]:
    """Return the open tasks of which a link has not ended."""
    live = {link.part for link in case.task_links or () if link.ended is None}
    tasks = case.open_parts(PartKind.TASK)
    return [part for part in tasks if part.id in live and part.state is PartState.OPEN]


def _with_piece(case: Case) -> list[Part]:
    """Return the open investigations in whose folder is a piece that no other unit recognises."""
    parts = {piece.part for piece in case.pieces or () if not piece.recognised}
    return [part for part in case.open_parts(PartKind.INVESTIGATION) if part.id in parts]


def forward(case: Case, number: int, *kinds: PartKind) -> tuple[str, Part] | None:
    """Return an act that moves one of the open parts (of these kinds), if the stage has any."""
    ways = [
        (kind, part)
        for part in case.open_parts(*kinds)
        for kind in _FOR
        if kind not in _NO_STEP and _is_for(kind, part) and _may(case, kind)
        for _ in range(3 if kind in {"answer", "advance_penalty"} else 1)
    ]
    return pick(ways, number, "forward") if ways else None


# --- Which act fits.

_OPENS: Mapping[str, PartKind] = {
    "ask_extension": PartKind.EXTENSION,
    "ask_suspension": PartKind.SUSPENSION,
    "ask_tier": PartKind.TIER_CHANGE,
    "ask_reopening": PartKind.REOPENING,
    "ask_exemption": PartKind.EXEMPTION,
    "decline_filing": PartKind.NO_FILING,
    "send_check": PartKind.CHECK,
    "give_task": PartKind.TASK,
    "convene": PartKind.CONFERENCE,
    "investigate": PartKind.INVESTIGATION,
    "plan_action": PartKind.JOINT_ACTION,
    "summon": PartKind.INTERVIEW,
    "commit": PartKind.COMMITMENT,
    "order_rectification": PartKind.RECTIFICATION,
    "inquire": PartKind.INQUIRY,
    "file_penalty": PartKind.PENALTY,
    "issue_letter": PartKind.LETTER,
    "urge": PartKind.URGE,
    "withdraw": PartKind.WITHDRAWAL,
}
_HOLD_UP = (
    PartKind.TASK,
    PartKind.CONFERENCE,
    PartKind.INVESTIGATION,
    PartKind.INTERVIEW,
    PartKind.COMMITMENT,
    PartKind.RECTIFICATION,
    PartKind.INQUIRY,
    PartKind.JOINT_ACTION,
    PartKind.NO_FILING,
)
"""Parts that must end before the case is resolved."""
_RETURNS = (PartKind.RETURN, PartKind.RULING)


_WEIGHTS: Mapping[str, int] = {
    "return": 8,
    "ask_tier": 4,
    "send_check": 8,
    "settle": 4,
    "refuse": 2,
    "ask_suspension": 2,
    "ask_extension": 4,
    "ask_exemption": 3,
    "look_back": 3,
    "file_penalty": 4,
    "decline_filing": 3,
    "advance_penalty": 4,
    "give_task": 6,
    "give_link": 12,
    "revoke_link": 30,
    "report_by_link": 40,
    "investigate": 4,
    "add_piece": 12,
    "pass_on": 6,
    "stay_merged": 4,
    "recognise_piece": 40,
    "release": 6,
    "confirm_reservation": 6,
    "yield_reservation": 6,
}
"""What is possible in few stages is done oftener there."""


def fits(case: Case, number: int) -> list[str]:
    """Return the kinds of acts that the case, as it is, would probably take."""
    rare = {"withdraw"} if pick(range(4), number, "rare") else set()
    found = [kind for kind in PERMISSIONS if kind not in rare and _fits(case, kind)]
    return [kind for kind in found for _ in range(_WEIGHTS.get(kind, 1))] or ["comment"]


def _fits(case: Case, kind: str) -> bool:
    return _may(case, kind) and _has_object(case, kind) and _has_room(case, kind)


def _may(case: Case, kind: str) -> bool:
    may = PERMISSIONS[kind]
    moves = case.suspended_until is None or may.while_suspended
    return case.stage in may.stages and case.tier in may.tiers and moves


def _has_object(case: Case, kind: str) -> bool:
    if kind in _BY_LINK:
        return bool(_linked(case))
    if kind == "recognise_piece":
        return bool(_with_piece(case))
    if kind in _FOR:
        return any(_is_for(kind, part) for part in case.open_parts())
    had = [each for each in case.reservations or () if each.freed_at is None]
    needs: Mapping[str, object] = {
        "reserve": not had,
        "release": had,
        "confirm_reservation": [each for each in had if not each.confirmed],
        "yield_reservation": had,
        "resume": case.suspended_until,
        "suspend": not case.suspensions,
        "ask_suspension": not case.suspensions,
        "join": case.stage not in {*ENDED_STAGES, Stage.MERGED},
        "leave": case.joined,
        "pass_on": case.joined,
        "scatter": case.gathered,
        "unlink": case.links,
        "merge": not case.joined,
        "follow": case.merged_into,
        "stay_merged": case.merged_into,
        "raise_tier": case.tier is not Tier.SUPERVISE,
        "resolve": not case.open_parts(*_HOLD_UP, *_RETURNS),
        "sign": not case.open_parts(*_RETURNS),
        "return": not (case.designated or case.open_parts(*_RETURNS) or case.returns > 1),
        "change_deadline": case.plan.complaint.superior,
        "look_back": case.looked_back_at is None,
        "ask_exemption": case.misses or any(clock.missed for clock in case.clocks),
    }
    return bool(needs.get(kind, True))


def _has_room(case: Case, kind: str) -> bool:
    opens = _OPENS.get(kind)
    rule = case.plan.part(case.tier, opens) if opens else None
    if opens is None:
        return True
    single = {*REQUESTS, PartKind.INQUIRY, PartKind.LETTER, PartKind.URGE}
    waits = bool(case.open_parts(opens)) and opens in single
    return rule is not None and not waits and sum(p.kind is opens for p in case.parts) < rule.limit


_NEXT: Mapping[Stage, tuple[str, ...]] = {
    Stage.RECEIVED: ("triage",),
    Stage.TRIAGED: ("dispatch",),
    Stage.DISPATCHED: ("sign",),
    Stage.SIGNED: ("progress", "resolve"),
    Stage.IN_PROGRESS: ("resolve",),
    Stage.RESOLVED: ("verify",),
    Stage.VERIFIED: ("close",),
    Stage.REPORTED: ("write_off", "send_back"),
    Stage.CLOSED: ("ask_reopening", "ask_exemption", "comment"),
    Stage.REFUSED: ("comment",),
    Stage.MERGED: ("unmerge", "follow"),
    Stage.ARCHIVED: ("comment",),
    Stage.WITHDRAWN: ("comment",),
}
_FIRST: Mapping[Stage, tuple[PartKind, ...]] = {
    Stage.DISPATCHED: _RETURNS,
    Stage.SIGNED: (*_RETURNS, *_HOLD_UP),
    Stage.IN_PROGRESS: (*_RETURNS, *_HOLD_UP),
    Stage.VERIFIED: (PartKind.DISSATISFACTION,),
    Stage.CLOSED: (PartKind.REOPENING,),
    Stage.REFUSED: (PartKind.REFUSAL,),
}


def onward(case: Case, number: int) -> tuple[str, Part | None]:
    """Return what the case waits for: first the parts that are in its way."""
    if case.suspended_until is not None and _may(case, "resume"):
        return "resume", None
    first = _FIRST.get(case.stage)
    moving = forward(case, number, *first) if first else None
    return moving or (pick(_NEXT[case.stage], number, "next"), None)
