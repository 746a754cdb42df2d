"""What a citizen says after the complaint, by way of the source that brought it."""

from dataclasses import dataclass
from typing import Literal

from domain.complaints import Evidence
from domain.vocabulary import Callback


@dataclass(frozen=True, slots=True, kw_only=True)
class Supplement:
    """More about the same matter. A `reminder` says nothing new: it urges (过程催办).

    `other_matter`: the citizen says that it is another matter than that of the case it follows.
    """

    kind: Literal["supplement"] = "supplement"
    text: str
    evidence: tuple[Evidence, ...] = ()
    reminder: bool = False
    other_matter: Literal[True] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """How content the citizen is (评价). `solved` is another question, and may stay open."""

    kind: Literal["rate"] = "rate"
    callback: Callback
    solved: bool | None = None
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PassOn:
    """What the citizen of a merged case said (see Supplement), for those who work on this one."""

    kind: Literal["pass_on"] = "pass_on"
    case: str
    text: str
    evidence: tuple[Evidence, ...] = ()
    reminder: bool = False
    other_matter: Literal[True] | None = None
