"""When most records are of no use, it is we who are broken, not the publishers."""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field

from schemas.intake import Unavailable


@dataclass(frozen=True)
class RejectCeiling:
    """Raises Unavailable while more than `share` of the last `window` records were rejected.

    Intake then waits and says so, instead of diverting the whole stream to the dead letters. What
    other partitions decide meanwhile counts, so one bad publisher among good ones passes in time,
    and records that are mostly sound pass whatever came before them. A share of 1 switches it off.
    """

    share: float = 0.5
    window: int = 200
    least: int = 100  # fewer records than this prove nothing
    _recent: deque[bool] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_recent", deque(maxlen=self.window))

    def check(self, rejected: Sequence[bool]) -> None:
        """May these be dead-lettered, after those decided before?"""
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
        self._recent.extend(rejected)
