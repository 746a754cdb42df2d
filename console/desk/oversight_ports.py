"""What the pages of operators and auditors, and readings of personal data, ask of Sanban."""

from typing import Protocol

from store.privacy.readings import Reading


class Readings(Protocol):
    """Journals what is read behind a reason. Raises StoreUnavailable."""

    async def note(self, reading: Reading) -> bool:
        """Journal it before it is shown; False if one of this id is journaled already."""
