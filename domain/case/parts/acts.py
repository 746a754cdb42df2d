"""What may be said of any part that is work."""

from dataclasses import dataclass
from typing import Literal

from domain.complaints import Evidence


@dataclass(frozen=True, slots=True, kw_only=True)
class Waive:
    """A part need not be finished, for a stated reason; the evidence is the paper that says so."""

    kind: Literal["waive"] = "waive"
    part: str
    reason: str
    evidence: tuple[Evidence, ...] = ()
