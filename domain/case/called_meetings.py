"""A special meeting (专题会议) that has a case on its agenda: what the case knows of it.

The meeting itself is a conference of another case, which convened it.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class MeetingState(StrEnum):
    CALLED = "called"
    MOVED = "moved"  # it lacked a unit, and is held at another hour
    HELD = "held"
    CALLED_OFF = "called_off"


@dataclass(frozen=True, slots=True)
class Meeting:
    """`case` convened it as its part `part`. `at`: the hour appointed last. `stands`: it counts as
    the meeting of this case.
    """

    case: str
    part: str
    state: MeetingState
    at: datetime | None
    stands: bool = False
