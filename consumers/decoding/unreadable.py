"""The refusal of a record: every decoder raises it, and nothing else."""

from collections.abc import Sequence

from schemas.intake import RejectReason


class Unreadable(Exception):
    """The record cannot be used. `detail` is for its publisher, without personal data.

    `mistakes` has all of them; `detail` has the first few.
    """

    def __init__(self, reason: RejectReason, detail: str, mistakes: Sequence[str] = ()) -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason = reason
        self.detail = detail
        self.mistakes = tuple(mistakes) or (detail,)


class NewerVersion(Unreadable):
    """The record cannot be used today, but a later release may read it."""
