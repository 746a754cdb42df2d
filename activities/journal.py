"""The port to the journal; programs without Temporal know it, too, and import no SDK for it."""

from typing import Protocol

from schemas.records import Batch


class OtherRows(Exception):
    """The journal holds other bytes at a seq of this batch, from an earlier attempt."""


class Journal(Protocol):
    async def append(self, batch: Batch) -> None:
        """Append the rows of one stage; a second call with the same rows changes nothing.

        Raises OtherRows. Any other failure than those of options.FINAL_FAILURES may be retried.
        """
        ...

    async def bodies_from(self, case_id: str, first_seq: int) -> tuple[str, ...]:
        """Return the bodies of the rows from that seq on, in order."""
        ...
