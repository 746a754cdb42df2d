"""What the page of a wall screen asks of the rest of Sanban."""

from collections.abc import Sequence
from typing import Protocol

from schemas.screens import Escalation, Screen


class Screens(Protocol):
    """Raises StoreUnavailable."""

    async def find(self, sha256: str) -> Screen | None:
        """Return the screen whose token has this digest; None if there is none."""

    async def escalations(self, tenant: str) -> Sequence[Escalation]:
        """Return the latest escalations of the tenant, newest first."""
