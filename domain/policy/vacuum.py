"""What happens to matters that no unit owns (监管真空)."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class VacuumRule:
    """The unit that leads them until the list names one, and the ruling that says so."""

    lead: str
    ruling: str
