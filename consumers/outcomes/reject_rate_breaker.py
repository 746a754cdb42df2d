"""Stops intake when most records are rejected: then we are broken, not the publishers."""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field

from schemas.intake import Unavailable


@dataclass(frozen=True)
class RejectRateBreaker:
    """Raises Unavailable while more than `share` of the last `window` records were rejected.

    Intake then waits and says so, instead of diverting the whole stream to the dead letters. It
    goes on when other partitions have decided enough good records, so that one bad publisher among
    good ones is delayed, not stopped. Records that are mostly good pass at once. A share of 1
    switches the breaker off.
    """

    share: float = 0.5
    window: int = 200
    least: int = 100  # fewer records than this prove nothing
    _recent: deque[bool] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_recent", deque(maxlen=self.window))

    def check(self, rejected: Sequence[bool]) -> None:
        """Raise Unavailable unless these may be rejected; True in `rejected` is a rejection."""
        # Both the recent records and these alone must be mostly bad: a good chunk after bad ones
        # passes, and improves the rate.
        looked_at = [*self._recent, *rejected][-self.window :]
        bad = sum(looked_at)
        if len(looked_at) >= self.least and self._most(looked_at) and self._most(rejected):
            raise Unavailable(
                "publishers",
                f"{bad} of the last {len(looked_at)} records cannot become a case, or act on one; "
                "intake stops "
                "instead of dead-lettering them all. Look at the reasons in the log; set "
                "SANBAN_REJECT_CEILING=1 to let them pass",
            )

    def _most(self, rejected: Sequence[bool]) -> bool:
        return sum(rejected) > self.share * len(rejected)

    def decided(self, rejected: Sequence[bool]) -> None:
        """Count records whose outcome is durable."""
        self._recent.extend(rejected)
