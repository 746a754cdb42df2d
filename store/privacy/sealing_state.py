"""Says if the master key of this process is the one that wrapped the keys of a database."""

from enum import StrEnum

from store.ciphers import KEY_BYTES
from store.connection import Connection, Database
from store.errors import StoreUnavailable

# The newest keys: those of before a master key was set are bare, and say nothing about it.
_SOME = """
(SELECT secret FROM sanban.secrets)
UNION ALL
(SELECT key FROM sanban.keys WHERE key IS NOT NULL ORDER BY made_at DESC LIMIT 100)
"""


class SealingState(StrEnum):
    """How the master key of this process and the keys of the database fit."""

    NOTHING_SEALED = "no case has a key yet"
    BARE = "keys are kept without protection"
    FITS = "the master key opens the keys"
    NO_MASTER = "its keys are wrapped, and no master key is set"
    ANOTHER_MASTER = "its keys are wrapped with another master key"


async def sealing_state(database: Database) -> SealingState:
    """Compare the master key with some of the keys. Raises StoreUnavailable."""

    async def work(connection: Connection) -> list[bytes]:
        found = await (await connection.execute(_SOME)).fetchall()
        return [bytes(kept) for (kept,) in found]

    kept = await database.run(work)
    wrapped = [each for each in kept if len(each) != KEY_BYTES]
    if not wrapped:
        return SealingState.BARE if kept else SealingState.NOTHING_SEALED
    if database.wrapping.master is None:
        return SealingState.NO_MASTER
    try:
        for each in wrapped:
            database.wrapping.unwrap(each)
    except StoreUnavailable:
        return SealingState.ANOTHER_MASTER
    return SealingState.FITS
