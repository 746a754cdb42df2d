"""Who was heard at a meeting, and what shows it, from rules 3 on."""

from domain.case.draft import Draft, Refused
from domain.case.evidence import needs
from domain.case.joint_work.acts import Hold
from domain.case.part import Part
from domain.case.refusals import Refusal
from domain.case.speakers import speaks


def minuted(draft: Draft, part: Part, act: Hold) -> None:
    """Raises Refused without a file of the minutes: another one for each meeting."""
    if draft.case.plan.follows(3):
        opinions = tuple(each.file.sha256 for each in act.written or ())
        lacking = f"attach the minutes of {part.id}: a file with who came and what was said"
        needs(draft, act.evidence, 1, lacking, part, shown=opinions)


def heard(draft: Draft, part: Part, act: Hold) -> frozenset[str]:
    """Return the units that came or wrote. The lead comes: what it wrote does not count.

    Raises Refused for an opinion without a person of the unit and a file of its own.
    """
    if not draft.case.plan.follows(3):
        return frozenset({*act.present, *act.opinions})
    if act.opinions:
        units = ", ".join(act.opinions)
        detail = f"say who of {units} wrote, and attach it: written=UNIT:PERSON:FILE"
        raise Refused(Refusal.MISSING_EVIDENCE, detail)
    written = act.written or ()
    for opinion in written:
        if opinion.unit == draft.case.holder:
            detail = f"{opinion.unit} leads, so a person of it comes; an opinion is for the others"
            raise Refused(Refusal.NO_QUORUM, detail)
        speaks(draft, opinion.unit, opinion.person)
    files = tuple(each.file for each in written)
    lacking = f"{len(written)} opinions need as many files, each of its own"
    needs(draft, files, len(written), lacking, part)
    return frozenset({*act.present, *(each.unit for each in written)})


def lead_came(draft: Draft, part: Part, act: Hold) -> None:
    """Raises Refused where the lead is missing, also for the second time: it would bind no one."""
    lead = draft.case.holder
    if draft.case.plan.follows(3) and lead is not None and lead not in act.present:
        detail = f"{lead} leads and did not come to {part.id}, so it decides nothing; the office"
        raise Refused(Refusal.NO_QUORUM, f"{detail} appoints another lead, or waives {part.id}")
