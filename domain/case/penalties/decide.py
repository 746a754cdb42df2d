"""The way to a penalty: filed by two officers, and step by step to its end."""

from collections.abc import Mapping
from zoneinfo import ZoneInfo

from domain.case.draft import Decisions, Draft, Refused
from domain.case.evidence import needs
from domain.case.flows import earliest
from domain.case.part import Part
from domain.case.part_types import PART_TYPES
from domain.case.participants import readers
from domain.case.parts.decide import expect, find, lapse, move, of_holder, open_part
from domain.case.parts.facts import PartState
from domain.case.penalties.acts import AdvancePenalty, FilePenalty, PenaltyStep
from domain.case.permissions import acts_for, belongs_to
from domain.case.powers import demand
from domain.case.refusals import Refusal
from domain.case.stand_ins import are_two, by_another
from domain.case.state import Case
from domain.case.steps_of_law import LAST, STEPS, steps_before_the_decision
from domain.case.validation import MOST, between
from domain.policy.part_rules import PartKind
from domain.policy.powers import Power, powers_of, which_may
from domain.privacy.sealed import says_nothing
from domain.sla.explanations import local
from domain.vocabulary import Role

_OFFICERS = PART_TYPES[PartKind.PENALTY].officers
_DECIDED = frozenset({PenaltyStep.DECIDED, PenaltyStep.SERVED})
_AFTER: Mapping[PenaltyStep | None, tuple[PenaltyStep, ...]] = {
    None: (PenaltyStep.INVESTIGATED, PenaltyStep.DISMISSED),
    PenaltyStep.INVESTIGATED: (
        PenaltyStep.REVIEWED,
        PenaltyStep.NOTIFIED,
        PenaltyStep.DISMISSED,
    ),
    PenaltyStep.REVIEWED: (PenaltyStep.NOTIFIED, PenaltyStep.DISMISSED),
    PenaltyStep.NOTIFIED: (PenaltyStep.HEARD, PenaltyStep.DISMISSED),
    PenaltyStep.HEARD: (PenaltyStep.DECIDED, PenaltyStep.DISMISSED),
    PenaltyStep.DECIDED: (PenaltyStep.SERVED,),
    PenaltyStep.SERVED: (PenaltyStep.EXECUTED, PenaltyStep.TO_COURT),
}
"""Step -> those that may come next; None: filed. The legal review (法制审核) may be left out."""
_SUMMARY_YUAN = 3_000
"""Up to this amount the law lets officers decide on the spot (简易程序)."""


def file_penalty(draft: Draft, act: FilePenalty) -> None:
    """By a unit that may penalise, with at least two officers: auxiliaries do not count."""
    demand(draft, Power.PENALTY, draft.case.holder)
    if draft.case.plan.follows(2):
        _two_certified(draft, act.officers)
    _of_a_party(draft, act.officers)
    regular = {*act.officers} & {*draft.command.lookup.officers}
    if len(regular) < _OFFICERS and not draft.case.plan.follows(2):
        named = ", ".join(act.officers) or "nobody"
        detail = f"{_OFFICERS} regular officers are needed; named: {named}, regular: {len(regular)}"
        raise Refused(Refusal.TWO_OFFICERS, detail)
    if not act.number.strip():
        raise Refused(Refusal.MISSING_EVIDENCE, "give the number of the enforcement case")
    if draft.case.plan.follows(2):
        _filed_once(draft, act.number)
    if draft.case.plan.follows(3):
        lapse(draft, PartKind.NO_FILING, note="a penalty is filed")
    open_part(draft, PartKind.PENALTY, act, units=of_holder(draft))


def _filed_once(draft: Draft, number: str) -> None:
    """Raises Refused for a number that a penalty of this case has, or had, already."""
    for part in draft.case.parts:
        if part.number is not None and part.number.strip() == number.strip():
            detail = f"{part.id} was filed under {number} already; give another number"
            raise Refused(Refusal.ALREADY_ASKED, detail)


def _two_certified(draft: Draft, officers: tuple[str, ...]) -> None:
    """Raises Refused unless two are certified, of units that have officers for a penalty."""
    table = draft.case.plan.table_of_powers
    kinds = {id_: kind for id_, kind in draft.command.lookup.certified if id_ in officers}
    able = {id_ for id_, kind in kinds.items() if Power.OFFICER in powers_of(table, kind).may}
    if len(able) >= _OFFICERS:
        return
    others = [id_ for id_ in dict.fromkeys(officers) if id_ not in able]
    why = [
        f"{id_} is of a {kinds[id_]}" if id_ in kinds else f"{id_} has no certificate in the roster"
        for id_ in others
    ]
    detail = (
        f"{_OFFICERS} certified officers are needed, regular ones, of: "
        f"{which_may(table, Power.OFFICER)}; named: {', '.join(officers) or 'none'}"
    )
    raise Refused(Refusal.TWO_OFFICERS, "; ".join((detail, *why)))


def _of_a_party(draft: Draft, officers: tuple[str, ...]) -> None:
    """Raises Refused, from rules 3 on, for an officer whose unit has no part in the case: cases are
    read by unit, so that officer could neither see the case nor carry the penalty on.
    """
    case, found = draft.case, draft.command.lookup.officers_units
    theirs = {*readers(case), case.plan.platform, case.plan.office}
    for officer in officers:
        units = [unit for id_, unit in found if id_ == officer]
        if case.plan.follows(3) and units and theirs.isdisjoint(units):
            detail = (
                f"{officer} is of {units[0]}, which has no part in the case and cannot see it; "
            )
            detail += (
                f"give {units[0]} a task first, or name an officer of {', '.join(readers(case))}"
            )
            raise Refused(Refusal.NOT_OF_THE_UNIT, detail)


def advance_penalty(draft: Draft, act: AdvancePenalty) -> None:
    """In the order of the law; an amount goes with the decision. By the officers who have it."""
    case = draft.case
    if not case.plan.follows(2) and not acts_for(draft.command, case.holder):
        detail = f"the case is with {case.holder}, not with {draft.command.actor.unit}"
        raise Refused(Refusal.NOT_THE_HOLDER, detail)
    part = find(draft, act.part, PartKind.PENALTY)
    if case.plan.follows(3) and draft.command.actor.role is Role.LEADER:
        _leader_rules(draft, part, act)
        return
    named = draft.command.actor.id in part.officers
    if case.plan.follows(2) and not named and not acts_for(draft.command, *part.units):
        detail = f"{', '.join(part.units)} filed {part.id} and carries it on"
        raise Refused(Refusal.NOT_YOUR_PART, detail)
    if case.plan.follows(2):
        _by_its_officers(draft, part, act)
        _in_order(case, part, act)
        _not_too_soon(draft, part, act)
        _by_a_second(draft, part, act)
    if part.penalty is not None and STEPS.index(act.step) <= STEPS.index(part.penalty):
        raise Refused(Refusal.WRONG_STEP, f"{part.id} is {part.penalty} already")
    if (act.amount_yuan is not None) != (act.step is PenaltyStep.DECIDED):
        raise Refused(Refusal.WRONG_STEP, "amount_yuan goes with step decided, and only with that")
    if act.step in {PenaltyStep.SERVED, PenaltyStep.EXECUTED, PenaltyStep.TO_COURT}:
        expect(part, PartState.DECIDED)
    if case.plan.follows(2):
        lacking = f"attach the document of this step ({act.step}), of which none was shown before"
        needs(draft, act.evidence, 1, lacking, part)
    if case.plan.follows(3):
        _by_both(draft, part, act)
    # A dismissal is put to the leading group first, which agrees to it or sends it back.
    agreed = not case.plan.follows(3) or act.step is not PenaltyStep.DISMISSED
    done = act.step in LAST and agreed
    to = PartState.DONE if done else PartState.OPEN
    move(draft, part, PartState.DECIDED if act.step in _DECIDED else to, act)


def _not_too_soon(draft: Draft, part: Part, act: AdvancePenalty) -> None:
    """Raises Refused, from rules 3 on, before the least time of the town's class since the step
    before: in it the person concerned can speak.
    """
    first = earliest(draft.case, part, act.step) if draft.case.plan.follows(3) else None
    if first is not None and draft.now < first:
        when = local(first, ZoneInfo(draft.case.plan.calendar.zone))
        detail = f"{draft.case.plan.category} leaves time before {act.step}: record it at {when} or"
        raise Refused(Refusal.WRONG_STEP, f"{detail} later")


def _by_its_officers(draft: Draft, part: Part, act: AdvancePenalty) -> None:
    """Raises Refused unless one of its officers acts, or the head of the unit names others."""
    actor = draft.command.actor
    if act.officers:
        if actor.role is not Role.UNIT_HEAD:
            detail = f"the head of {', '.join(part.units)} names other officers, not {actor.id}"
            raise Refused(Refusal.WRONG_ROLE, detail)
        _two_certified(draft, act.officers)
        _of_a_party(draft, act.officers)
    elif actor.id not in part.officers:
        detail = (
            f"{', '.join(part.officers)} carry on {part.id}, and one of them says it; if they "
            "cannot, the head of the unit names others with this step: officers"
        )
        raise Refused(Refusal.NOT_YOUR_PART, detail)


def _by_a_second(draft: Draft, part: Part, act: AdvancePenalty) -> None:
    """Raises Refused where one officer would do it all: two decide, and two let it be.

    A person other than the one who recorded the investigation, or filed it where there was none.
    """
    if act.step not in {PenaltyStep.DECIDED, PenaltyStep.DISMISSED}:
        return
    if act.step is PenaltyStep.DISMISSED and says_nothing(act.note):
        raise Refused(Refusal.REASON_NEEDED, "say with `note` why no penalty follows")
    first = part.investigated_by or part.by.id
    did = "investigated" if part.investigated_by else "filed"
    detail = f"{first} {did} {part.id}; the other officer records that it is {act.step}"
    by_another(draft, first, detail=detail)


def _by_both(draft: Draft, part: Part, act: AdvancePenalty) -> None:
    """Raises Refused where what ends the inquiry is recorded, and one officer has recorded it all.

    A head of the unit who names other officers with this step is none of them.
    """
    if act.step not in {PenaltyStep.DECIDED, PenaltyStep.DISMISSED}:
        return
    officers = {*part.officers, *act.officers}
    acted = officers & {draft.command.actor.id, part.by.id, part.investigated_by or ""}
    did = {*part.recorded_by, *acted}
    if not are_two(draft, *did):
        which = ", ".join(sorted(did)) or "none"
        detail = f"of the officers of {part.id} only {which} recorded a step"
        raise Refused(Refusal.TWO_OFFICERS, f"{detail}; another records one before, or this one")


def _leader_rules(draft: Draft, part: Part, act: AdvancePenalty) -> None:
    """Agree to the dismissal that the officers have put to the leading group, or send it back."""
    if not part.awaits_leader:
        detail = f"{', '.join(part.officers)} carry on {part.id}; the leading group only rules on a"
        raise Refused(Refusal.WRONG_ROLE, f"{detail} dismissal that they have recorded")
    detail = f"{', '.join(part.units)} wants {part.id} dismissed; another leader rules"
    by_another(draft, *part.officers, *part.recorded_by, part.by.id, detail=detail)
    if belongs_to(draft.command, *part.units):
        raise Refused(Refusal.SAME_PERSON, detail)
    if act.step not in {PenaltyStep.DISMISSED, PenaltyStep.INVESTIGATED}:
        detail = f"agree that {part.id} is dismissed (step=dismissed), or have it investigated once"
        raise Refused(Refusal.WRONG_STEP, f"{detail} more (step=investigated)")
    if act.officers or act.amount_yuan is not None:
        raise Refused(Refusal.WRONG_STEP, "a ruling names no officers and no amount")
    if says_nothing(act.note):
        raise Refused(Refusal.REASON_NEEDED, "say with `note` why you rule so")
    agreed = act.step is PenaltyStep.DISMISSED
    move(draft, part, PartState.DONE if agreed else PartState.OPEN, act)


def _following(part: Part, listed: tuple[PenaltyStep, ...]) -> tuple[PenaltyStep, ...]:
    """Return the steps that may come next, none of them after a listed one that is not taken."""
    done = -1 if part.penalty is None else STEPS.index(part.penalty)
    first = min((STEPS.index(s) for s in listed if STEPS.index(s) > done), default=len(STEPS))
    after = _AFTER.get(part.penalty, ())
    return tuple(s for s in after if s is PenaltyStep.DISMISSED or STEPS.index(s) <= first)


def _in_order(case: Case, part: Part, act: AdvancePenalty) -> None:
    """Raises Refused for a step that is left out: each protects the person concerned.

    The class of the matter may list more of them than the law wants of every penalty.
    """
    decides = part.penalty is None and act.step is PenaltyStep.DECIDED
    fined = case.plan.follows(3) and act.amount_yuan is not None
    between(act.amount_yuan or 0, 1 if fined else 0, MOST, "yuan")
    listed = steps_before_the_decision(case) if case.plan.follows(3) else ()
    following = _following(part, listed)
    if act.step in following:
        return
    if part.awaits_leader:
        detail = f"the dismissal of {part.id} is put to the leading group; a leader agrees to it"
        raise Refused(Refusal.WRONG_STEP, f"{detail}, or has it investigated once more")
    if decides and not listed and (act.amount_yuan or 0) <= _SUMMARY_YUAN:
        return
    detail = f"{part.id} is {part.penalty or 'filed'}; next is {' or '.join(following)}"
    if decides and listed:
        steps = ", ".join(listed)
        detail += f"; {case.plan.category} takes {steps} before, so none is decided on the spot"
    elif decides:
        detail += f" (on the spot up to {_SUMMARY_YUAN} yuan are decided)"
    raise Refused(Refusal.WRONG_STEP, detail)


DECISIONS: Decisions = {
    FilePenalty: file_penalty,
    AdvancePenalty: advance_penalty,
}
