"""Words for which a person looks soon at what has no category yet (急件词)."""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class HurryRule:
    """Words in a text for which a person triages a case soon, by day and by night.

    `accept` is the time until then, where that of the service level is no shorter. `ladder` is what
    its clock climbs; None: as without the words.
    """

    words: tuple[str, ...]
    accept: timedelta
    ladder: str | None = None
