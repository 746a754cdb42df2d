"""Health of a loop: alive, ready, and what it waits for."""

import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class _Wait:
    """One waiter cannot go on; `part` is away since that second of the clock."""

    part: str
    detail: str
    since: float


@dataclass
class Health:
    """What a loop waits for, by waiter. Safe to use from any thread.

    `clock` returns seconds and never goes back.
    """

    clock: Callable[[], float] = time.monotonic
    seconds_without_beat: float = 90  # the Kafka thread may block on a broker that is away
    _waits: dict[Hashable, _Wait] = field(default_factory=dict, init=False)
    _beat: float = field(init=False)

    def __post_init__(self) -> None:
        self._beat = self.clock()

    def beat(self) -> None:
        """Note that the Kafka thread is alive; it calls this at every turn."""
        self._beat = self.clock()

    def wait(self, waiter: Hashable, part: str, detail: str, *, since: float | None = None) -> None:
        """Note a wait. A repeated call for the same part keeps the time of the first.

        `since`: that time, in seconds of the clock, where it is earlier than the call.
        """
        known = self._waits.get(waiter)
        first = known.since if known is not None and known.part == part else self.clock()
        self._waits[waiter] = _Wait(part, detail, first if since is None else since)

    def go_on(self, waiter: Hashable) -> None:
        self._waits.pop(waiter, None)

    def alive(self) -> tuple[bool, str]:
        """Return (False, reason) when only a restart helps, else (True, "")."""
        silent = self.clock() - self._beat
        if silent < self.seconds_without_beat:
            return True, ""
        return False, f"the Kafka thread hangs (for {silent:.0f} s)"

    def ready(self) -> tuple[bool, str]:
        """Return (True, ""), or False and each different wait once, the longest first."""
        since: dict[str, float] = {}
        for wait in sorted(self._waits.values(), key=lambda wait: wait.since):
            since.setdefault(wait.detail, wait.since)
        now = self.clock()
        reasons = [f"{detail} (for {now - began:.0f} s)" for detail, began in since.items()]
        alive, why = self.alive()
        if not alive:
            reasons.append(why)
        return not reasons, "; ".join(reasons)
