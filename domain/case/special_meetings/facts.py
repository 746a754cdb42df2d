"""A case is on the agenda of a special meeting, or the meeting was held."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from domain.case.called_meetings import MeetingState


@dataclass(frozen=True, slots=True, kw_only=True)
class OnAgenda:
    """`stands`: it counts as the meeting that this case has to have, because it decided on it, and
    all its units were heard. `lacked`: the units that were not.
    """

    kind: Literal["on_agenda"] = "on_agenda"
    case: str
    part: str
    state: MeetingState
    at: datetime | None = None
    text: str = ""
    stands: Literal[True] | None = None
    lacked: tuple[str, ...] | None = None
