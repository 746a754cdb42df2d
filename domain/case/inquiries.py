"""Who ends the two tracks of an inquiry (一案双查), and what each of them shows."""

from domain.case.access import inquired_into, is_of_duty
from domain.case.draft import Draft, Refused
from domain.case.evidence import needs
from domain.case.joint_work.acts import Conclude
from domain.case.part import Part
from domain.case.parts.acts import Waive
from domain.case.permissions import belongs_to
from domain.case.refusals import Refusal
from domain.case.stand_ins import no_stand_in_of_one, place_of, same_place
from domain.vocabulary import OFFICE, Role


def may_conclude_inquiry(draft: Draft, part: Part, act: Conclude) -> None:
    """Raises Refused unless the office concludes, and not the unit into whose duty it inquires.

    From rules 3 on each track has a paper of its own, and a leader concludes that into the duty.
    """
    case = draft.case
    if draft.command.actor.role not in OFFICE or belongs_to(draft.command, case.holder):
        raise Refused(Refusal.WRONG_ROLE, f"{part.id} is concluded by the leading group's office")
    if not case.plan.follows(3):
        return
    if is_of_duty(part.id):
        _ends_duty(draft, part, "concludes")
    needs(draft, act.evidence, 1, f"attach a paper that shows the finding of {part.id}", part)


def may_waive_inquiry(draft: Draft, part: Part, act: Waive) -> None:
    """Raises Refused, from rules 3 on, for a waiver of the track into the duty by a person who may
    not conclude it, and without a paper: what nobody found out is decided like a finding.
    """
    if draft.case.plan.follows(3) and is_of_duty(part.id):
        _ends_duty(draft, part, "waives")
        lacking = f"attach a paper that shows why the duty needs no inquiry: {part.id}"
        needs(draft, act.evidence, 1, lacking, part)


def _ends_duty(draft: Draft, part: Part, does: str) -> None:
    """Raises Refused for all but a leader, for who opened the inquiry, also as or by a deputy, and
    for a person of a unit that has or had the case, or helps it.
    """
    case, actor = draft.case, draft.command.actor
    if actor.role is not Role.LEADER:
        detail = f"{part.id} inquires into the duty of officials; a leader of the leading group"
        raise Refused(Refusal.WRONG_ROLE, f"{detail} {does} it, not a {actor.role}")
    if same := same_place(draft, *place_of(part.by)):
        detail = f"{same} opened {part.id}; another leader {does} it"
        raise Refused(Refusal.SAME_PERSON, detail)
    no_stand_in_of_one(draft, *place_of(part.by))
    units = inquired_into(case)
    if belongs_to(draft.command, *units):
        detail = f"{part.id} inquires into the duty of {', '.join(units)}; a leader of another unit"
        raise Refused(Refusal.SAME_PERSON, f"{detail} {does} it")
