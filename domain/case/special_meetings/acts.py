"""What the case that convened a special meeting tells those on its agenda."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from domain.case.called_meetings import MeetingState


@dataclass(frozen=True, slots=True, kw_only=True)
class TellMeeting:
    """A meeting of another case has this one on its agenda: its own message, by the engine.

    `text` is what was decided on this case, as the minutes have it; the rest stays with the other.
    `heard`: the units that came or wrote; None: not held, or a row of before.
    """

    kind: Literal["tell_meeting"] = "tell_meeting"
    case: str
    part: str
    state: MeetingState
    at: datetime | None = None
    text: str = ""
    heard: tuple[str, ...] | None = None
