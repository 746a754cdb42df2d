"""Facts about what a citizen said after the complaint."""

from dataclasses import dataclass
from typing import Literal

from domain.complaints import Evidence
from domain.vocabulary import Callback


@dataclass(frozen=True, slots=True, kw_only=True)
class Supplemented:
    """`of`: the case whose citizen said it, where that one goes the way of this case.

    `other_matter`: it says so of the case that it follows, and a person is asked.
    """

    kind: Literal["supplemented"] = "supplemented"
    text: str
    evidence: tuple[Evidence, ...] = ()
    reminder: bool = False
    of: str | None = None
    other_matter: Literal[True] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rated:
    """What was said when nobody had called; the answer to a call is in closed or called_back.

    `final`: said of work that was done; else it says nothing yet of how the case ends.
    `later`: a person of the town said it after the citizen had said it himself, which stays.
    """

    kind: Literal["rated"] = "rated"
    callback: Callback
    solved: bool | None = None
    note: str = ""
    final: bool = False
    later: Literal[True] | None = None
