"""What became of telling a person: said to the case by the engine, which sends."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal


class Failure(StrEnum):
    """Why a notice did not reach a person: the closed list."""

    NO_ADDRESS = "no_address"  # nobody knows how to reach them
    NOT_TAKEN = "not_taken"  # no address took it: refused, or could not be reached
    NO_ANSWER = "no_answer"  # no address answered in time
    BAD_ADDRESS = "bad_address"  # nothing that can be sent to
    CASE_ENDED = "case_ended"  # dropped: the case ended while the notice waited


@dataclass(frozen=True, slots=True, kw_only=True)
class KeepNotice:
    """`row` is the row of the rung that told `person`; `attempts` were made so far.

    Without a `failure` it was delivered, by `channel` (mailto, json ...). `final`: it is not tried
    again.
    """

    kind: Literal["keep_notice"] = "keep_notice"
    row: int
    person: str
    attempts: int
    channel: str = ""
    failure: Failure | None = None
    final: bool = False
