"""The form of a row in the table of a case's clocks (domain/sla/case_clocks.py)."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from domain.sla.clock_rates import ClockRate
from domain.sla.clocks import Measure


class Answerable(StrEnum):
    """Whose time a clock counts: who is late when it is missed."""

    HOLDER = "holder"
    PLATFORM = "platform"
    OFFICE = "office"  # of the leading group
    SUPERIOR = "superior"  # outside the town


@dataclass(frozen=True, slots=True)
class DefaultLimit:
    """The limit of a clock that a pack does not mention.

    Ladders belong to a pack, so the clock climbs the one that the same service level gives to
    `ladder_of`, a required clock. The result is checked as if the pack had written it, so choose a
    limit and a ladder that no pack can forbid: otherwise old packs are refused.
    """

    budget: timedelta
    ladder_of: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseClock:
    """One clock of a case.

    `id` names it in levels.yaml, in journals, in events and in metrics; `chinese` and `english` are
    its names in notices. `purpose`, `starts` and `stops` are shown in docs/CLOCKS.md. The clock
    itself is started and stopped by facts, in domain/case. `measure` holds where a pack names none.

    `required`: a pack without a limit for it is refused. Otherwise `default` is its limit where a
    pack says nothing; None: such a case has no such clock.
    `before_unit`: it runs while the platform has the case. `with_holder`: it runs while a unit
    holds the case, or is to be chosen, so a rung of its ladder may raise the tier.
    `within_holder`: it measures a step of the holder's work. Its limit may not be longer than that
    of the holder clock. It pauses while a return is asked for, and stops at the latest when the
    unit reports a result or loses the case (returned, another unit, another tier).
    `on_dispatch`: such a step starts when a unit gets the case, and again when it handles the case
    again (重办). Other steps are started by a fact of their own.
    `duty`: whose time it counts, and so who is late in the figures when it is missed.
    `rate`: under which name figures say how often it was kept; None: under none.
    """

    id: str
    chinese: str
    english: str
    purpose: str
    starts: str
    stops: str
    measure: Measure = Measure.WORKING
    required: bool = False
    default: DefaultLimit | None = None
    before_unit: bool = False
    with_holder: bool = False
    within_holder: bool = False
    on_dispatch: bool = False
    duty: Answerable = Answerable.HOLDER
    rate: ClockRate | None = None
