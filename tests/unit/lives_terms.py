"""Fill the fields of an act in a random life so that it fits the case."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime

from domain.case.commands import Act
from domain.case.joint_work.acts import Attendance, Opinion, Resolution
from domain.case.notices.acts import Failure
from domain.case.part import Part
from domain.case.parts.facts import PartState
from domain.case.penalties.acts import PenaltyStep
from domain.case.reservations import Reservation
from domain.case.state import Case
from domain.complaints import Evidence
from domain.policy.part_rules import PartKind
from domain.sla.case_clocks import FIRST, HOLDER, SIGN
from domain.vocabulary import Callback, Response, Stage, Tier
from tests.acts import OTHER_CASE, PHOTO
from tests.town import OPENED, PEOPLE, hours
from tests.unit.lives_choices import pick

OTHERS = (OTHER_CASE, "2c4vb-71hxe-p0dqs", "9zt3k-w6m1r-a8yfg")
"""Ids of other cases."""
PERSON_OF = {person.unit: person.id for person in PEOPLE}
"""A person of each unit."""
ENDS = (Stage.CLOSED, Stage.CLOSED, None, Stage.REFUSED, Stage.WITHDRAWN)
_CALLBACKS = (
    Callback.SATISFIED,
    Callback.UNSATISFIED,
    Callback.UNSATISFIED,
    Callback.NOT_REACHED,
    Callback.EXPLAINED,
)
_STEPS = tuple(PenaltyStep)
Fields = Mapping[str, object]


def fitted(case: Case, act: Act, part: Part | None, number: int, now: datetime) -> Act:
    """Return the act with fields that fit: units, moments, answers. `part` is the one it is for."""
    fields: Fields = {}
    if part is not None:
        fields = {"part": part.id}
        if (of_a_part := _MOVING.get(act.kind)) is not None:
            fields = {**fields, **of_a_part(part, number)}
        if act.kind == "add_piece":
            fields = {**fields, "evidence": (_picture(7000 + len(case.pieces or ())),)}
        if act.kind == "recognise_piece":
            of_part = [piece.id for piece in case.pieces or () if piece.part == part.id]
            fields = {**fields, "piece": next(iter(of_part), "piece-1")}
        if act.kind == "give_link":
            fields = {**fields, "until": now + hours(24)}
    elif (says := _SAYING.get(act.kind)) is not None:
        fields = says(case, number, now)
    return replace(act, **fields)  # type: ignore[arg-type]


def _elsewhere(case: Case) -> str:
    return "water" if case.holder != "water" else "squad"


def _picture(number: int, part: Part | None = None) -> Evidence:
    """Return another picture for each number of each part: a file proves one act of a case."""
    name = "".join(f"{ord(letter):02x}" for letter in part.id) if part else ""
    return replace(PHOTO, sha256=f"{name}{number:0{64 - len(name)}x}")


def _due_at(case: Case, number: int, now: datetime) -> Fields:
    return {"due_at": now + hours(number)}


def _until(case: Case, number: int, now: datetime) -> Fields:
    return {"until": now + hours(number)}


def _hour(number: int, now: datetime) -> datetime:
    """Return a moment to come, soon enough that a life sees it."""
    return now + hours(pick((1, 2, 4, 24), number, "hour"))


def _raise_tier(case: Case, number: int, now: datetime) -> Fields:
    above = [tier for tier in Tier if tier.depth > case.tier.depth]
    return {"to": pick(above or [case.tier], number, "above")}


def _give_task(case: Case, number: int, now: datetime) -> Fields:
    return {
        "unit": pick(("squad", "water"), number, "unit"),
        "optional": pick((True, False), number, "optional"),
        "hours": pick((None, 1, 8), number, "within"),
    }


def _reserved(case: Case) -> Reservation | None:
    """Return the latest reservation that was not freed."""
    kept = (each for each in reversed(case.reservations or ()) if each.freed_at is None)
    return next(kept, None)


def _confirm(case: Case, number: int, now: datetime) -> Fields:
    own = _reserved(case)
    return {"row": own.row, "start": own.start, "until": own.until} if own else {}


def _yield(case: Case, number: int, now: datetime) -> Fields:
    own = _reserved(case)
    return {"start": own.start, "until": own.until, "at": OPENED - hours(1)} if own else {}


def _recorded(case: Case, number: int, now: datetime) -> Fields:
    """Return what a response was, and at times a file of a recorder that may not be reserved."""
    clip = replace(_picture(11_000 + case.seq), taken_at=now, recorder="recorder-1")
    response = pick((None, *Response), number, "response")
    return {"evidence": pick(((), (), (clip,)), number, "clip"), "response": response}


def _joining(case: Case, number: int, now: datetime) -> Fields:
    """Return what a case that joins says: what it promised, and when its unit would be due."""
    when = now + hours(number)
    dues = pick((None, ((HOLDER, when),), ((SIGN, when), (FIRST, when))), number, "dues")
    return {
        "case": pick(OTHERS, number, "other"),
        "due_at": pick((None, when), number, "promise"),
        "by_rule": pick((True, None), number, "by rule"),
        "dues": dues,
        "unit": pick(("squad", "water"), number, "its unit") if dues else None,
    }


_SAYING: Mapping[str, Callable[[Case, int, datetime], Fields]] = {
    "triage": lambda _, n, __: {"tier": pick((None, None, None, *Tier), n, "tier")},
    "dispatch": lambda _, n, __: {"unit": pick(("squad", "squad", "water"), n, "unit")},
    # What was shown of a result that did not hold proves no other one.
    "resolve": lambda case, _, __: {"evidence": (replace(PHOTO, sha256=f"{case.seq:064x}"),)},
    "conclude": lambda case, _, __: {"evidence": (replace(PHOTO, sha256=f"{case.seq:064x}"),)},
    "verify": lambda _, n, __: {"passed": pick(range(4), n, "passed") > 0},
    # Who is not satisfied says with what.
    "close": lambda _, n, __: {"callback": pick(_CALLBACKS, n, "callback"), "note": "As before."},
    "look_back": lambda case, n, __: {
        "held": pick((True, False), n, "held"),
        "evidence": (_picture(12_000 + case.seq),),
    },
    "suspend": _until,
    "ask_suspension": _until,
    "change_deadline": _due_at,
    "raise_tier": _raise_tier,
    "ask_tier": lambda case, n, _: {"to": pick([t for t in Tier if t != case.tier], n, "to")},
    "ask_extension": lambda _, n, __: {"hours": pick((1, 16, 40), n, "hours")},
    "link": lambda _, n, __: {"to": pick(OTHERS, n, "other")},
    "unlink": lambda case, n, _: {"to": pick([*dict(case.links)] or OTHERS, n, "other")},
    "join": _joining,
    "leave": lambda case, n, _: {"case": pick([*dict(case.joined)] or OTHERS, n, "other")},
    "follow": lambda case, n, _: {
        "case": case.merged_into or OTHERS[0],
        "stage": pick(ENDS, n, ""),
    },
    "pass_on": lambda case, n, _: {
        "case": pick([*dict(case.joined)] or OTHERS, n, "other"),
        "reminder": pick((True, False), n, "reminder"),
        "other_matter": pick((True, None), n, "other matter"),
    },
    "stay_merged": lambda case, n, _: {"case": case.merged_into or pick(OTHERS, n, "other")},
    "keep_notice": lambda _, n, __: {"failure": pick((None, Failure.NOT_TAKEN), n, "failure")},
    "supplement": lambda _, n, __: {
        "reminder": pick((True, False), n, "reminder"),
        "other_matter": pick((True, None), n, "other matter"),
    },
    "rate": lambda _, n, __: {"callback": pick(_CALLBACKS, n, "callback"), "note": "As before."},
    "progress": _recorded,
    "reserve": lambda _, __, now: {"until": now + hours(700)},
    "confirm_reservation": _confirm,
    "yield_reservation": _yield,
    "count": lambda case, _, __: {"evidence": (_picture(1000 + len(case.counted_by)),)},
    # What opens a part.
    "commit": lambda case, n, now: {
        **_until(case, n, now),
        "evidence": (_picture(10_000 + case.seq),),
    },
    "convene": lambda case, n, now: {"at": _hour(n, now), "units": (_elsewhere(case),)},
    "summon": lambda _, n, now: {"at": _hour(n, now)},
    "investigate": lambda case, _, __: {"units": (_elsewhere(case),)},
    "plan_action": lambda case, n, now: {"at": _hour(n, now), "units": (_elsewhere(case),)},
    "send_check": lambda _, n, __: {"unit": pick(("squad", "water"), n, "unit")},
    "give_task": _give_task,
    "appoint": lambda case, n, _: {
        "lead": pick(("squad", "water"), n, "unit"),
        "members": (_elsewhere(case),),
    },
}


def _hold(part: Part, number: int) -> Fields:
    """Return minutes of a meeting to which all came, or the first of them, or some wrote."""
    _, *others = part.units or ("squad",)
    wrote = tuple(
        Opinion(unit, PERSON_OF[unit], _picture(7000 + index + 10 * part.tries, part))
        for index, unit in enumerate(others)
    )
    came = None
    if part.kind is PartKind.CONFERENCE:
        came = tuple(Attendance(unit, PERSON_OF[unit]) for unit in part.units)
    return {
        "evidence": (_picture(6000 + part.tries, part),),
        "written": pick((None, None, wrote), number, "written"),
        "present": part.units[: pick((9, 9, 1), number, "present")],
        "came": pick((came, came, came, None), number, "came"),
        "tasks": (Resolution("water", "Clear the drain."),) * pick((0, 1), number, "tasks"),
        "lead": pick((None, None, "squad", "water"), number, "lead"),
    }


def _report(part: Part, number: int) -> Fields:
    """Return a report with a picture that is new after each look."""
    return {"evidence": (_picture(2000 + part.tries, part),)}


def _give_link(part: Part, number: int) -> Fields:
    return {"party": part.units[0]}


def _report_by_link(part: Part, number: int) -> Fields:
    """Return a report with the right token, and sometimes with a wrong one."""
    wrong = {"proof": "0" * 64} if pick((True, True, False), number, "token") else {}
    return {**_report(part, number), **wrong}


def _answer(part: Part, number: int) -> Fields:
    return {
        "granted": pick((True, False), number, "granted"),
        "unit": pick((None, None, "squad", "water"), number, "named"),
    }


def _check(part: Part, number: int) -> Fields:
    """Return a result, of what was put right with a new picture."""
    picture = _picture(1000 * part.tries + number, part)
    return {"passed": pick(range(3), number, "passed") > 0, "evidence": (picture,)}


def _report_action(part: Part, number: int) -> Fields:
    came = tuple(Attendance(unit, PERSON_OF[unit]) for unit in part.units)
    return {"came": came, "evidence": (_picture(8000, part),)}


def _serve(part: Part, number: int) -> Fields:
    return {"evidence": (_picture(9000, part),)}


def _recheck(part: Part, number: int) -> Fields:
    """Return a result; it can be "not clear" only once the time of the part is over."""
    return {"clear": part.state is PartState.SERVED or pick((True, False), number, "clear")}


def _advance(part: Part, number: int) -> Fields:
    """Return the next step, or an end: on the spot where that is the first."""
    ends: tuple[PenaltyStep, ...] = ()
    if part.awaits_leader:
        ruling = pick((PenaltyStep.DISMISSED, PenaltyStep.INVESTIGATED), number, "ruling")
        return {"step": ruling, "note": "So it is.", "evidence": ()}
    if part.penalty is None:
        ends = (PenaltyStep.DECIDED, PenaltyStep.DISMISSED)
    elif part.state is PartState.OPEN:
        ends = (PenaltyStep.DISMISSED,)
    steps = _STEPS[_STEPS.index(part.penalty) + 1 :] if part.penalty else _STEPS
    step = pick((*steps[:1], *ends), number, "step")
    paper = _picture(5000 + len(part.shown), part)
    amount = 2000 if step is PenaltyStep.DECIDED else None
    note = "Put right at once." if step is PenaltyStep.DISMISSED else ""
    return {"step": step, "amount_yuan": amount, "note": note, "evidence": (paper,)}


_MOVING: Mapping[str, Callable[[Part, int], Fields]] = {
    "answer": _answer,
    "report": _report,
    "check": _check,
    "recheck": _recheck,
    "hold": _hold,
    "report_action": _report_action,
    "serve": _serve,
    "give_link": _give_link,
    "report_by_link": _report_by_link,
    "advance_penalty": _advance,
}
