"""What services that follow the journal ask about a case's past."""

from collections.abc import Mapping
from typing import Protocol


class CaseHistory(Protocol):
    """store.journal.outbox.Outbox is one."""

    async def earlier(self, before: Mapping[str, int]) -> dict[str, list[bytes]]:
        """Return the bodies of each of these cases below that seq, in order of seq."""
        ...
