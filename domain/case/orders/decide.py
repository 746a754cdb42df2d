"""The issuer, or its deputy, changes the date of its order; no person of the town does."""

from datetime import timedelta

from domain.case.draft import Decisions, Draft, Refused
from domain.case.impartiality import by_the_issuer
from domain.case.orders.acts import ChangeDeadline
from domain.case.orders.facts import DeadlineChanged
from domain.case.refusals import Refusal
from domain.case.validation import moment

_AHEAD = timedelta(days=3660)


def change_deadline(draft: Draft, act: ChangeDeadline) -> None:
    order = draft.case.plan.complaint.superior
    if order is None:
        raise Refused(Refusal.WRONG_STEP, "no superior issued this case, so there is no such date")
    by_the_issuer(draft)
    moment(draft, act.due_at, _AHEAD)
    if act.due_at == order.due_at:
        raise Refused(Refusal.WRONG_STEP, f"{order.number} is due at that moment already")
    draft.add(DeadlineChanged(due_at=act.due_at, before=order.due_at, reason=act.reason))


DECISIONS: Decisions = {
    ChangeDeadline: change_deadline,
}
