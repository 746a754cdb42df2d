"""Plan which process is killed when, and how long it stays away: everything from one seed."""

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from typing_extensions import override

EVERY_S = 3.0
"""The mean time between two kills, where that leaves time for one of each process."""
AT_ONCE = 0.4
"""The share of those that are started again at once."""
LONGEST_S = 4.0


@dataclass(frozen=True, slots=True)
class Kill:
    """`at`: seconds after the load began; `down`: seconds until it is started again."""

    at: float
    victim: str
    down: float

    @override
    def __str__(self) -> str:
        return f"{self.at:6.1f} s  kill -9 {self.victim}, away for {self.down:.1f} s"


def planned(seed: int, seconds: float, victims: Sequence[str]) -> list[Kill]:
    """Return the kills in order of time: each victim once before any comes again, sometimes two
    together.
    """
    chance = Random(f"{seed}:kills")  # noqa: S311
    every = min(EVERY_S, seconds / max(len(victims), 1))
    number = int(seconds / every) if victims else 0
    order: list[str] = []
    while len(order) < number:
        order += chance.sample(victims, len(victims))
    times = sorted((place + chance.random()) * every for place in range(number))
    return [
        Kill(at, victim, 0.0 if chance.random() < AT_ONCE else chance.uniform(0.2, LONGEST_S))
        for at, victim in zip(times, order, strict=False)
    ]
