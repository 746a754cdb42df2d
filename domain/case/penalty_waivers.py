"""A penalty that has taken a step is let be by a paper and two leaders, and not by one word."""

from domain.case.draft import Draft
from domain.case.evidence import needs
from domain.case.part import Part
from domain.case.parts.acts import Waive
from domain.case.stand_ins import by_another

WAITS = "a second leader agrees to the waiver"


def waits_for_a_second(draft: Draft, part: Part, act: Waive) -> bool:
    """Return True where, from rules 3 on, this is the first of two words to waive the penalty.

    What its officers have recorded is not undone by one leader. Raises Refused without a paper, and
    for the same person's second word.
    """
    if not part.type.officers or part.penalty is None or not draft.case.plan.follows(3):
        return False
    lacking = f"attach a paper that shows why {part.id} is waived"
    needs(draft, act.evidence, 1, lacking, part)
    if part.waived_by is None:
        return True
    detail = f"{part.waived_by} waived {part.id} first; another leader agrees"
    by_another(draft, part.waived_by, detail=detail)
    return False
