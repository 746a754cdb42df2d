"""Taking one checkpoint, or changing the key once, for a person or for cron."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from runtime.problems import Problem
from runtime.services.checkpoints.checkpoint_taker import CheckpointTaker, proven_by
from runtime.services.checkpoints.keys import Contradiction, SigningKeys
from runtime.services.checkpoints.service import checkpoint_producer, taker_of
from runtime.settings import Settings
from schemas.intake import Unavailable
from store.connection import Database
from store.errors import StoreUnavailable
from store.journal.checkpoints import PostgresCheckpoints, StoredCheckpoint
from store.journal.leases import Lease


@dataclass(frozen=True, slots=True)
class Taken:
    """The latest checkpoint, whether it is new, its file, and why it was not published ("")."""

    kept: StoredCheckpoint | None
    new: bool
    path: Path | None
    unpublished: str


async def take_once(settings: Settings, database: Database, signing: SigningKeys) -> Taken:
    """Take a checkpoint, where there are new rows, and bring the file and the topic up to date.

    It goes on from the last checkpoint without reading the rows that this one covers. Raises
    Problem, or Unavailable.
    """
    async with _agreed(settings, database, signing) as (taker, lease):
        new = await taker.take(lease)
        path, unpublished = await taker.write(lease), ""
        try:
            await taker.publish(lease)
        except StoreUnavailable:
            raise
        except Unavailable as error:
            unpublished = str(error)
        return Taken(taker.latest, new is not None, path, unpublished)


async def rotate_key(settings: Settings, database: Database, signing: SigningKeys) -> None:
    """Keep our key as the one that signs from now on. Raises Problem, or Unavailable."""
    async with _agreed(settings, database, signing) as (taker, lease):
        await taker.write(lease)


@asynccontextmanager
async def _agreed(
    settings: Settings, database: Database, signing: SigningKeys
) -> AsyncIterator[tuple[CheckpointTaker, Lease]]:
    """Lead, and prove what is kept. Raises Problem where another process leads, or where what is
    kept contradicts itself.
    """
    store = PostgresCheckpoints(database)
    async with AsyncExitStack() as stack:
        producer = None
        if settings.kafka_bootstrap:
            producer = await stack.enter_async_context(checkpoint_producer(settings))
        lease = await stack.enter_async_context(store.lead())
        if lease is None:
            raise Problem(
                "another process takes checkpoints",
                do="`sanban audit checkpoint show` shows the last one",
            )
        try:
            proven = proven_by(await store.latest())
            taker = taker_of(settings, database, signing, producer, proven)
            await taker.agree(lease)
        except Contradiction as error:
            raise Problem(f"nothing is signed: {error}", do="see docs/RUNBOOK.md") from error
        yield taker, lease
