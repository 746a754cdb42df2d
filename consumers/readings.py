"""Gauges of what is measured now and then: they do not show an old number as if it were new."""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from prometheus_client import Gauge

STALE_S = 30.0


@dataclass
class Reading:
    """The last number that was measured, for as long as it may be believed.

    `stale_s` after the last measurement the number is unknown. A gauge then shows NaN; an age grows
    on by the time since, so that a rule such as «above 60» alarms. Before the first measurement it
    is NaN, and an age begins to grow after `stale_s` as well.
    """

    is_age: bool = False
    stale_s: float = STALE_S
    clock: Callable[[], float] = time.monotonic
    _number: float = field(default=math.nan, init=False)
    _at: float = field(init=False)

    def __post_init__(self) -> None:
        self._at = self.clock()

    def measured(self, number: float) -> None:
        self._number, self._at = number, self.clock()

    def shown(self) -> float:
        """Return what the gauge shows now."""
        since = self.clock() - self._at
        if since <= self.stale_s:
            return self._number
        if not self.is_age:
            return math.nan
        return since if math.isnan(self._number) else self._number + since

    def on(self, gauge: Gauge) -> "Reading":
        """Let the gauge show this reading from now on; return the reading."""
        gauge.set_function(self.shown)
        return self


@dataclass
class LabelledReadings:
    """Readings of a gauge with labels, one for each set of label values."""

    gauge: Gauge
    stale_s: float = STALE_S
    is_age: bool = False
    _kept: dict[tuple[str, ...], Reading] = field(default_factory=dict, init=False)

    def measured(self, number: float, *labels: str) -> None:
        if labels not in self._kept:
            reading = Reading(self.is_age, self.stale_s)
            self._kept[labels] = reading.on(self.gauge.labels(*labels))
        self._kept[labels].measured(number)

    def forget(self, *labels: str) -> None:
        """Show no number for these labels any more: another process does."""
        if self._kept.pop(labels, None) is not None:
            self.gauge.remove(*labels)
