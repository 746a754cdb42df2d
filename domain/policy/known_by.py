"""By what a matter is known for a stability risk (群体性风险), or for one of history (历史遗留)."""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class KnownBy:
    """What flags a matter; any of it is enough.

    `words`: one of them is in its text. `source`: its source flags it. `reporters`: so many people
    report it together. `repeats`: it is the so many-th report, as the rule on repeats counts.
    `older_than`: it has been so for this long.
    """

    words: tuple[str, ...] = ()
    source: bool = False
    reporters: int | None = None
    repeats: int | None = None
    older_than: timedelta | None = None
