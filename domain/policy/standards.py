"""The filing and closing standard (立案结案标准): when a matter is filed, and what closes it."""

from dataclasses import dataclass
from datetime import timedelta

from domain.sla.clocks import Measure


@dataclass(frozen=True, slots=True)
class WorkStep:
    """One step of the work under a standard: its limit, and how many files show that it is done.

    The time of every step runs from when the unit gets the case, so lateness in one buys no time in
    the next.
    """

    id: str
    within: timedelta
    measure: Measure
    files: int = 0


@dataclass(frozen=True, slots=True)
class Standard:
    """One condition of a class, with its limit and what closes it.

    `when` is the condition in the town's own words, for people. `within` and `measure` are the
    limit of the holder, where the standard has one. A result names one of `close`, if there are
    any. `before` and `after`: how many files have to show the place before the work and after it;
    `after` None: as many as the class says. `default`: it holds until a person has chosen one.
    `steps` are done in their order; the result is the last of them, and its limit is `within`. Or
    the holder names a date within that limit, at the latest `dated` after it got the case, and has
    to be done by then. None: no steps, no date.
    """

    id: str
    when: str
    within: timedelta | None = None
    measure: Measure | None = None
    close: tuple[str, ...] = ()
    before: int = 0
    after: int | None = None
    default: bool = False
    steps: tuple[WorkStep, ...] | None = None
    dated: timedelta | None = None
    dated_measure: Measure | None = None


Codes = tuple[tuple[str, tuple[str, ...]], ...]
"""By which codes a source names the class: pairs of a source, as in sources.yaml, and codes."""
