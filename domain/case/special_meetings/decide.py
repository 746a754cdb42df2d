"""A case takes note of a special meeting that has it on its agenda."""

from domain.case.draft import Decisions, Draft
from domain.case.special_meetings.acts import TellMeeting
from domain.case.special_meetings.facts import OnAgenda


def tell_meeting(draft: Draft, act: TellMeeting) -> None:
    """In any stage: also a case that has ended keeps what was said of it."""
    draft.add(OnAgenda(case=act.case, part=act.part, state=act.state, at=act.at, text=act.text))


DECISIONS: Decisions = {
    TellMeeting: tell_meeting,
}
