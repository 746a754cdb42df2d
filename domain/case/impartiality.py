"""Who may not check, decide or waive, because it is their own, from rules 2 on: person or unit."""

from domain.case.draft import Draft, Refused
from domain.case.outside_links import LinkEnd
from domain.case.part import Part
from domain.case.parts.facts import PartState
from domain.case.permissions import belongs_to, speaks_for_issuer
from domain.case.refusals import Refusal
from domain.case.stand_ins import by_another, no_stand_in_of_one, place_of, same_place
from domain.vocabulary import CREW, DECIDERS, OFFICE, Role, decides_below


def did_not_ask(draft: Draft, part: Part, who: str) -> None:
    """Raises Refused for the person who asked for it, and for the unit whose request it is.

    `who` may answer it, if not one of these.
    """
    actor, by = draft.command.actor, part.by
    by_another(draft, by.id, detail=f"{actor.id} asked for {part.id}; another answers")
    same = actor.own_unit is not None and actor.own_unit == by.unit
    if draft.case.plan.follows(2) and by.role in CREW:
        same = belongs_to(draft.command, by.unit)
    if same:
        detail = f"{by.unit} asked for {part.id}; {who}, of another unit, answers"
        raise Refused(Refusal.SAME_PERSON, detail)
    _of_no_stand_in(draft, part)


def _of_no_stand_in(draft: Draft, part: Part) -> None:
    """Raises Refused, from rules 3 on, for the own unit of a stand-in who asked for it in the place
    of a person of another: who stands in for the other unit stays one of the own.
    """
    by = part.by
    if by.own_unit is None or by.role not in CREW or not draft.case.plan.follows(3):
        return
    if belongs_to(draft.command, by.own_unit):
        detail = f"a person of {by.own_unit} asked for {part.id} in the place of {by.unit}; another"
        raise Refused(Refusal.SAME_PERSON, f"{detail} unit answers")


def may_waive(draft: Draft, part: Part) -> None:
    """Raises Refused for the unit that the part binds; some parts a leader alone waives."""
    if not draft.case.plan.follows(2):
        return
    if part.type.waived_by_leader and draft.command.actor.role is not Role.LEADER:
        detail = f"{part.id} is waived by the leading group, not by a {draft.command.actor.role}"
        raise Refused(Refusal.WRONG_ROLE, detail)
    if part.type.tracks > 1 and draft.case.plan.follows(3):
        _did_not_open(draft, part)
    bound = part.units or (draft.case.holder,)
    if belongs_to(draft.command, *bound):
        detail = f"{part.id} binds {', '.join(filter(None, bound))}; a person of another unit does"
        raise Refused(Refusal.SAME_PERSON, f"{detail} it, or a leader")
    not_their_own(draft)
    _does_not_dodge(draft, part)
    actor, by = draft.command.actor, part.by
    if part.of is not None and actor.role is not Role.LEADER:
        detail = f"{part.id} is what a missed deadline led to; answer it, or a leader waives it"
        raise Refused(Refusal.WRONG_ROLE, detail)
    if by.role in DECIDERS and actor.role in DECIDERS and decides_below(actor.role, by.role):
        detail = f"a {by.role} ordered {part.id}, and a {actor.role} does not waive it"
        raise Refused(Refusal.WRONG_ROLE, detail)


def _does_not_dodge(draft: Draft, part: Part) -> None:
    """Raises Refused, from rules 3 on, for who ordered what waits for an inspection, also as or by
    a deputy: they may not inspect it themselves, so they do not wave it through either.
    """
    if not (part.type.put_right and part.state is PartState.INSPECTION):
        return
    ordered = same_place(draft, *place_of(part.by))
    if ordered and draft.case.plan.follows(3):
        detail = f"{ordered} ordered {part.id}, which waits for its inspection"
        raise Refused(Refusal.SAME_PERSON, f"{detail}; another person inspects or waives it")
    no_stand_in_of_one(draft, *place_of(part.by))


def _did_not_open(draft: Draft, part: Part) -> None:
    """Raises Refused for who opened an inquiry, also as or by a deputy, and would waive it."""
    if same := same_place(draft, *place_of(part.by)):
        detail = f"{same} opened {part.id}; another leader of the leading group waives it"
        raise Refused(Refusal.SAME_PERSON, detail)
    no_stand_in_of_one(draft, *place_of(part.by))


def not_their_own(draft: Draft) -> None:
    """Raises Refused, from rules 3 on, where a person of the unit that has the case, or of one that
    helps it, would decide in it for the leading group or its office, also as a deputy.
    """
    case, command = draft.case, draft.command
    units = tuple(unit for unit in dict.fromkeys((case.holder, *case.members)) if unit)
    ours = command.actor.role in OFFICE and belongs_to(command, *units)
    if ours and case.plan.follows(3):
        detail = f"{', '.join(units)} handles it; a person of it does not {command.act.kind} in it"
        raise Refused(Refusal.SAME_PERSON, f"{detail}, also not as a deputy; another leader does")


def may_reappoint(draft: Draft) -> None:
    """Raises Refused, from rules 3 on, for the office where a leader or the superior appointed the
    lead: one of these appoints another.
    """
    by, role = draft.case.appointed_by, draft.command.actor.role
    above = by in {Role.LEADER, Role.SUPERIOR} and role not in {Role.LEADER, Role.SUPERIOR}
    if above and draft.case.plan.follows(3):
        detail = f"a {by} appointed the lead; a {role} does not change that, a leader does"
        raise Refused(Refusal.WRONG_ROLE, detail)


def records_interview(draft: Draft, part: Part) -> None:
    """Raises Refused unless those who summoned say what came of it.

    If the office or a rung summoned the unit, the office does, and no person of that unit.
    """
    if not draft.case.plan.follows(2) or part.by.role not in OFFICE | {Role.ENGINE}:
        return
    if draft.command.actor.role not in OFFICE:
        detail = f"{part.id} was summoned from above; the leading group or its office records it"
        raise Refused(Refusal.WRONG_ROLE, detail)
    if belongs_to(draft.command, *part.units):
        detail = f"{', '.join(part.units)} was summoned to {part.id}; another unit records it"
        raise Refused(Refusal.SAME_PERSON, detail)


def concludes(draft: Draft, part: Part) -> None:
    """Raises Refused for a unit that would conclude what was opened from above."""
    actor = draft.command.actor
    if draft.case.plan.follows(2) and part.by.role not in CREW and actor.role not in OFFICE:
        detail = f"a {part.by.role} opened {part.id}; the leading group or its office concludes it"
        raise Refused(Refusal.WRONG_ROLE, detail)
    ours = draft.case.plan.office in part.units
    if draft.case.plan.follows(2) and ours and belongs_to(draft.command, draft.case.plan.office):
        detail = f"{draft.case.plan.office} has a part in {part.id}; a leader of another unit"
        raise Refused(Refusal.SAME_PERSON, f"{detail} concludes it")


def did_not_do(draft: Draft, part: Part) -> None:
    """Raises Refused for the person who reported the part, and for the units that did it."""
    did = (*part.units, *part.heard)
    detail = f"{', '.join(dict.fromkeys(did))} did {part.id}; another unit checks it: the lead, or "
    detail += "the platform"
    by_another(draft, part.reported_by, detail=detail)
    if belongs_to(draft.command, *did):
        raise Refused(Refusal.SAME_PERSON, detail)
    reported_for_another(draft, part)


def reported_for_another(draft: Draft, part: Part) -> None:
    """Raises Refused, from rules 3 on, for the own unit of a stand-in who reported the part in the
    place of a person of another.
    """
    unit = part.reported_from if draft.case.plan.follows(3) else None
    if unit is not None and belongs_to(draft.command, unit):
        detail = f"a person of {unit} reported {part.id} in the place of another unit; a person of "
        raise Refused(Refusal.SAME_PERSON, f"{detail}another unit looks at it")


def did_not_give_its_link(draft: Draft, part: Part) -> None:
    """Raises Refused for the person who gave the link by which the part was reported.

    Who has the link can report in the place of its party.
    """
    used = [
        link
        for link in draft.case.task_links or ()
        if link.part == part.id and link.ended is LinkEnd.USED
    ]
    if draft.case.plan.follows(3):
        detail = f"{draft.command.actor.id} gave the link by which {part.id} was reported; another "
        detail += "person of the lead, or the platform, checks it"
        by_another(draft, *(link.given_by for link in used), detail=detail)


def is_another_unit(draft: Draft, part: Part) -> None:
    """Raises Refused for the unit that has to see to what was ordered from above.

    What an officer of a unit ordered, another officer of it may inspect. The office and the
    platform, whose people have several roles, have no part of their own inspected by their own.
    """
    plan = draft.case.plan
    if not plan.follows(2):
        return
    units = [u for u in dict.fromkeys((*part.units, *part.heard, draft.case.holder)) if u]
    by_officers = part.by.role in CREW and draft.command.actor.role in CREW
    theirs = {plan.office, plan.platform}.intersection(units)
    if (theirs or not by_officers) and belongs_to(draft.command, *units):
        detail = f"a {part.by.role} ordered {part.id}, and {', '.join(units)} sees to it"
        raise Refused(Refusal.SAME_PERSON, f"{detail}; a person of another unit inspects it")


def did_not_handle(draft: Draft) -> None:
    """Raises Refused for the person who resolved the case, or signed that it is resolved, and would
    rule on the citizen's word.
    """
    case, rules = draft.case, "the case cannot rule on it; another person does"
    by_another(draft, case.resolved_by, detail=f"who handled {rules}")
    signed = case.signatures if case.plan.follows(2) else ()
    by_another(draft, *signed, detail=f"who verified {rules}")


def did_not_stand_in(draft: Draft) -> None:
    """Raises Refused, from rules 3 on, for a person whose unit reported the result in the place of
    the one that has the case: a stand-in handles for the other unit, and stays one of the own. And
    for who counts as the person who reported it.
    """
    no_stand_in_of_one(draft, draft.case.resolved_by)
    unit = draft.case.resolved_from if draft.case.plan.follows(3) else None
    if unit is not None and belongs_to(draft.command, unit):
        detail = f"a person of {unit} reported the result for {draft.case.holder}; a person of "
        raise Refused(Refusal.SAME_PERSON, f"{detail}another unit verifies it")


def by_the_issuer(draft: Draft) -> None:
    """Raises Refused for another superior than the one that issued the case."""
    plan = draft.case.plan
    if plan.follows(2) and not speaks_for_issuer(draft.case, draft.command):
        unit, own, order = plan.issuer_unit, draft.command.actor.unit, plan.complaint.superior
        if unit is None:
            who = order.issuer if order else "no superior"
            detail = f"{who} issued it, and no unit speaks for that office; add it to `speaks_for` "
            raise Refused(
                Refusal.OUTSIDE_OUR_POWER, f"{detail}of a unit in units.yaml, and repin the case"
            )
        if own is None and plan.follows(3):
            told = f"{unit} issued it, and its superior or the deputy decides; this actor names no "
            raise Refused(Refusal.OUTSIDE_OUR_POWER, f"{told}unit: act as one of {unit}")
        detail = f"{unit} issued it, and its superior or the deputy decides; this is one of {own}"
        raise Refused(Refusal.OUTSIDE_OUR_POWER, detail)
