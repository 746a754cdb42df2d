"""Resting longer after each failure."""

from dataclasses import dataclass, field


@dataclass
class Backoff:
    """Counts the seconds to rest: twice as long after each failure, until something succeeds.

    >>> backoff = Backoff(shortest_s=0.5, longest_s=1.5)
    >>> backoff.rest(), backoff.rest(), backoff.rest()
    (0.5, 1.0, 1.5)
    """

    shortest_s: float = 0.5
    longest_s: float = 10.0
    _next: float = field(init=False)

    def __post_init__(self) -> None:
        self._next = min(self.shortest_s, self.longest_s)

    def rest(self) -> float:
        """Return how long to rest after this failure, in seconds."""
        now, self._next = self._next, min(2 * self._next, self.longest_s)
        return now

    def reset(self) -> None:
        """Begin with the shortest rest again."""
        self._next = min(self.shortest_s, self.longest_s)
