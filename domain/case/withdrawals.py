"""When a case may not be withdrawn."""

from domain.case.draft import Refused
from domain.case.refusals import Refusal
from domain.case.state import Case
from domain.policy.part_rules import PartKind


def nothing_pending(case: Case) -> None:
    """Raises Refused while the law or the office has begun what a withdrawal would end."""
    if pending := case.open_parts(PartKind.INQUIRY, PartKind.PENALTY):
        names = ", ".join(part.id for part in pending)
        detail = f"still open: {names}; a case is not withdrawn before they have ended"
        raise Refused(Refusal.PARTS_OPEN, detail)
