"""A case is on the agenda of a special meeting, or the meeting was held."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from domain.case.called_meetings import MeetingState


@dataclass(frozen=True, slots=True, kw_only=True)
class OnAgenda:
    kind: Literal["on_agenda"] = "on_agenda"
    case: str
    part: str
    state: MeetingState
    at: datetime | None = None
    text: str = ""
