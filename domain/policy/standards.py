"""The filing and closing standard (立案结案标准): when a matter is filed, and what closes it."""

from dataclasses import dataclass
from datetime import timedelta

from domain.sla.clocks import Measure


@dataclass(frozen=True, slots=True)
class Standard:
    """One condition of a class, with its limit and what closes it.

    `when` is the condition in the town's own words, for people. `within` and `measure` are the
    limit of the holder, where the standard has one. A result names one of `close`, if there are
    any. `before` and `after`: how many files have to show the place before the work and after it;
    `after` None: as many as the class says. `default`: it holds until a person has chosen one.
    """

    id: str
    when: str
    within: timedelta | None = None
    measure: Measure | None = None
    close: tuple[str, ...] = ()
    before: int = 0
    after: int | None = None
    default: bool = False


Codes = tuple[tuple[str, tuple[str, ...]], ...]
"""By which codes a source names the class: pairs of a source, as in sources.yaml, and codes."""
