"""What the page of absences asks of Sanban."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from domain.people.roster_changes import SetAbsence
from store.people.absences import Setter, StoredAbsence


class Absences(Protocol):
    """Raises StoreUnavailable."""

    async def holding(self, now: datetime, tenant: str = "") -> Sequence[StoredAbsence]: ...

    async def set(self, change: SetAbsence, who: Setter) -> None: ...

    async def end(self, number: int, person: str, who: Setter) -> bool: ...
