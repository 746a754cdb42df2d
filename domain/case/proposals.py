"""What a conference proposes for the responsibility list. No policy follows from it by itself."""

import re

from domain.case.draft import Draft, Refused
from domain.case.joint_work.acts import Hold
from domain.case.refusals import Refusal

_CODE = re.compile("[A-Za-z0-9][A-Za-z0-9_.-]{0,63}", re.ASCII)


def may_propose(draft: Draft, act: Hold) -> None:
    """Raises Refused for a unit that the town does not have, and for a category named twice."""
    proposed = act.responsible or ()
    known = draft.command.lookup.units
    for each in proposed:
        if _CODE.fullmatch(each.category) is None:
            detail = "responsible names a category by a code: letters, digits, _ . and -"
            raise Refused(Refusal.UNKNOWN_CATEGORY, detail)
        if each.unit not in known:
            raise Refused(Refusal.UNKNOWN_UNIT, f"responsible: no unit {each.unit}")
    if len({each.category for each in proposed}) < len(proposed):
        raise Refused(Refusal.WRONG_STEP, "responsible names a category twice; one unit leads it")
