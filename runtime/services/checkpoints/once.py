"""One checkpoint, or one change of keys, for a person or for cron."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from runtime.problems import Problem
from runtime.services.checkpoints.checkpointer import producer_of, taking_of
from runtime.services.checkpoints.keys import Contradiction, Signing
from runtime.services.checkpoints.taking import Taking, proved_by
from runtime.settings import Settings
from schemas.intake import Unavailable
from store.connection import Database
from store.errors import StoreUnavailable
from store.journal.checkpoints import PostgresCheckpoints, StoredCheckpoint
from store.journal.outbox import Lease


@dataclass(frozen=True, slots=True)
class Taken:
    """What one call came to: the latest checkpoint, whether it is new, its file, and why it was not
    published.
    """

    kept: StoredCheckpoint | None
    new: bool
    path: Path | None
    unpublished: str


async def take_once(settings: Settings, database: Database, signing: Signing) -> Taken:
    """Take one, where there are new rows, and bring what is kept to where it lacks.

    It goes on from the last checkpoint without reading what that covers. Raises Problem,
    Unavailable.
    """
    async with _agreed(settings, database, signing) as (taking, lease):
        new = await taking.take(lease)
        path, unpublished = await taking.write(), ""
        try:
            await taking.publish()
        except StoreUnavailable:
            raise
        except Unavailable as error:
            unpublished = str(error)
        return Taken(taking.latest, new is not None, path, unpublished)


async def rotate_key(settings: Settings, database: Database, signing: Signing) -> None:
    """Keep our key as the one that signs from now on. Raises Problem, Unavailable."""
    async with _agreed(settings, database, signing) as (taking, _lease):
        await taking.write()


@asynccontextmanager
async def _agreed(
    settings: Settings, database: Database, signing: Signing
) -> AsyncIterator[tuple[Taking, Lease]]:
    """Raises Problem where another process leads, or where what is kept contradicts itself."""
    store = PostgresCheckpoints(database)
    async with AsyncExitStack() as stack:
        producer = None
        if settings.kafka_bootstrap:
            producer = await stack.enter_async_context(producer_of(settings))
        lease = await stack.enter_async_context(store.lead())
        if lease is None:
            raise Problem(
                "another process takes checkpoints",
                do="`sanban audit checkpoint show` shows the last one",
            )
        try:
            taking = taking_of(
                settings, database, signing, producer, proved_by(await store.latest())
            )
            await taking.agree(lease)
        except Contradiction as error:
            raise Problem(f"nothing is signed: {error}", do="see docs/RUNBOOK.md") from error
        yield taking, lease
