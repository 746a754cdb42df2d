"""A case takes note of a special meeting that has it on its agenda."""

from typing import Literal

from domain.case.called_meetings import MeetingState
from domain.case.draft import Decisions, Draft
from domain.case.special_meetings.acts import TellMeeting
from domain.case.special_meetings.facts import OnAgenda
from domain.case.state import Case
from domain.vocabulary import ENDED_STAGES, Tier


def tell_meeting(draft: Draft, act: TellMeeting) -> None:
    """In any stage: also a case that has ended keeps what was said of it.

    A supervised case needs a meeting of its own units before its result. From rules 3 on this one
    stands for that, if it decided on the case, and its lead and members were heard there.
    """
    stands: Literal[True] | None = None
    lacked: tuple[str, ...] | None = None
    if act.heard is not None and _has_to_meet(draft.case):
        units = {*draft.case.members, draft.case.holder or ""} - {""}
        lacked = tuple(sorted(units - {*act.heard})) or None
        stands = True if act.text and lacked is None else None
    draft.add(
        OnAgenda(
            case=act.case,
            part=act.part,
            state=act.state,
            at=act.at,
            text=act.text,
            stands=stands,
            lacked=lacked if act.state is MeetingState.HELD else None,
        )
    )


def _has_to_meet(case: Case) -> bool:
    supervised = case.tier is Tier.SUPERVISE and case.stage not in ENDED_STAGES
    return supervised and len(case.members) > 0 and case.plan.follows(3)


DECISIONS: Decisions = {
    TellMeeting: tell_meeting,
}
