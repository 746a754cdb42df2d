"""From rows of the journal to the replies that superiors get to their orders."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from domain.case.closing.facts import Resolved
from domain.case.events import Event
from domain.case.orders.facts import DeadlineChanged
from domain.case.registration.facts import Received
from domain.case.supervision.facts import ReportedUp
from runtime.services.case_history import CaseHistory
from runtime.services.relay.event_projector import read_event
from schemas.events.order_replies import OrderReply
from store.journal.journal_feed import FeedRow

# The bytes are canonical JSON, so such a row has exactly these; in a text the quotes have
# backslashes.
_REPORTED = b'"kind":"reported_up"'


class Unsealing(Protocol):
    """store.privacy.keys.PostgresKeys is one."""

    async def unsealed(self, texts: Sequence[tuple[str, str]]) -> list[str]:
        """Return each text, given with its tenant, unsealed."""
        ...


@dataclass(frozen=True, slots=True)
class OrderReplies:
    """Makes the replies of rows: the last result that was reported, in plain words."""

    history: CaseHistory
    keys: Unsealing

    async def of(self, rows: Sequence[FeedRow]) -> list[OrderReply]:
        """Return the replies in the order of the rows. Raises Problem for a row it cannot read, and
        Unavailable.
        """
        reports = [row for row in rows if _REPORTED in row.body]
        last = {row.case_id: row.seq for row in reports}
        before = await self.history.earlier(last) if last else {}
        found = []
        for row in reports:
            bodies = [*before[row.case_id][: row.seq - 1], row.body]
            reply = _reply([read_event(row.case_id, n, each) for n, each in enumerate(bodies, 1)])
            found += [reply] if reply is not None else []
        words = await self.keys.unsealed([(each.tenant, each.reply) for each in found])
        pairs = zip(found, words, strict=True)
        return [reply.model_copy(update={"reply": text}) for reply, text in pairs]


def _reply(events: Sequence[Event]) -> OrderReply | None:
    """Return the reply of a case's last event, with its text as it is journaled; None where the
    case does not wait for the superior that issued it.
    """
    first, this = events[0].fact, events[-1]
    if not isinstance(first, Received) or not isinstance(this.fact, ReportedUp):
        return None
    complaint = first.plan.complaint
    order = complaint.superior
    if order is None or not this.fact.awaits:
        return None
    facts = [each.fact for each in reversed(events)]
    dates = (fact.due_at for fact in facts if isinstance(fact, DeadlineChanged))
    results = (fact.result for fact in facts if isinstance(fact, Resolved))
    return OrderReply(
        tenant=complaint.tenant,
        case=complaint.case_id,
        seq=this.seq,
        at=this.at,
        source=complaint.source,
        complaint_id=complaint.complaint_id,
        number=order.number,
        issuer=order.issuer,
        due_at=next(dates, order.due_at),
        reply=next(results, this.fact.note),
    )
