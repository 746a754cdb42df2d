"""Which receipts have a follow code: those of new complaints."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from schemas.intake import Outcome, Position, RecordDecision
from store.privacy.follow_codes import PostgresFollowCodes

_WITH_CASE = frozenset({Outcome.ACCEPTED, Outcome.DUPLICATE})


@dataclass(frozen=True, slots=True)
class ReceiptCodes:
    """Implements consumers.ports.FollowCodes. `topic` is that of complaints.

    Who acts on a case gets no code, and what a citizen says later has other outcomes.
    """

    codes: PostgresFollowCodes
    topic: str

    async def of(self, decisions: Sequence[RecordDecision]) -> Mapping[Position, str]:
        """Return the code for each decision that has one, with one query. Raises Unavailable."""
        cases = {
            each.position: (each.tenant, each.case_id)
            for each in decisions
            if each.outcome in _WITH_CASE
            and each.position.topic == self.topic
            and each.tenant is not None
            and each.case_id is not None
        }
        known = await self.codes.of({*cases.values()})
        return {place: known[ref] for place, ref in cases.items() if ref in known}
