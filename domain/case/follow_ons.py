"""What a case leads to, once its result is there: another case, of another category."""

from domain.case.closing.facts import FollowOnOpened
from domain.case.draft import Draft
from domain.planning.follow_ons import follow_on_id


def open_follow_on(draft: Draft, close: str | None) -> None:
    """Open the case that this one leads to, once; `close` is the result that holds.

    The workflow of the case starts it when the row is journaled (workflows/follow_ons.py).
    """
    case, flow = draft.case, draft.case.plan.follow_on
    if flow is None or case.follow_on is not None or (flow.after and close not in flow.after):
        return
    to = follow_on_id(case.plan.complaint, flow.category)
    draft.add(FollowOnOpened(follow_on=to, category=flow.category))
