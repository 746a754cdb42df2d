"""The two keys that no one can make again: the one that seals, and the one that signs."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from domain.audit.checkpoints import NotACheckpoint
from gateways.checkpoint_files import CheckpointFiles
from runtime.preflight.diagnosis import Diagnosis, fault, faults_of, good, remark
from runtime.problems import Problem
from runtime.services.checkpoints.keys import (
    Contradiction,
    SigningKeys,
    keyring_of,
    new_key,
    signing_of,
)
from runtime.settings import Settings
from runtime.wiring.databases import MAKE_ONE
from schemas.audit.signed_notes import NoteError
from schemas.intake import Unavailable
from store.connection import Database
from store.errors import StoreUnavailable
from store.journal.checkpoints import PostgresCheckpoints
from store.privacy.sealing_state import SealingState, sealing_state

SEALING = "SANBAN_SEALING_KEY"
_CHECKPOINTS = "checkpoints"
_SET_IT = "set SANBAN_SEALING_KEY: RUNBOOK.md, «Texts are sealed»"
_NAME_IT = f"name the file of that key in {SEALING}; do not make another one"


async def look_at_sealing(database: Database) -> Diagnosis:
    """Return whether our master key opens what is sealed. Raises StoreUnavailable."""
    has_master = database.wrapping.master is not None
    match state := await sealing_state(database):
        case SealingState.ANOTHER_MASTER:
            return fault(SEALING, str(state), "the key that wrapped them", _NAME_IT)
        case SealingState.NO_MASTER:
            return fault(SEALING, str(state), "the key that wrapped them", _NAME_IT)
        case SealingState.NOTHING_SEALED | SealingState.BARE if not has_master:
            found = "is not set: the database has the keys of cases without protection"
            return remark(SEALING, found, "a file with a master key", _SET_IT)
        case SealingState.BARE:
            return remark(SEALING, "keys of before are not wrapped; new ones are", "", "nothing")
        case _:
            return good(SEALING, str(state))


async def look_at_unusable_sealing(database: Database, problem: Problem) -> list[Diagnosis]:
    """Return a problem of our master key, with what the database says to do.

    `database` is open without a master key. A new key would open nothing of what is sealed.
    Raises StoreUnavailable.
    """
    found = str(problem).partition(" -- ")[0]
    if await sealing_state(database) is SealingState.NO_MASTER:
        do = "restore the key from its copy; do not make another one: it opens nothing of theirs"
        said = f"{found}; the keys of cases are wrapped with it"
        return [fault(SEALING, said, "the key that wrapped them", do)]
    return [fault(SEALING, found, "a master key", MAKE_ONE)]


async def look_at_signing(
    settings: Settings, database: Database, now: Callable[[], datetime]
) -> list[Diagnosis]:
    """Return whether our key may sign on, as far as database and directory say.

    Changes nothing. Raises StoreUnavailable.
    """
    try:
        signing = signing_of(settings)
    except Problem as problem:
        return faults_of("SANBAN_CHECKPOINT_KEY", problem, "the key that signs checkpoints")
    try:
        return [await _signing_on(settings, signing, PostgresCheckpoints(database), now())]
    except StoreUnavailable:
        raise
    except Contradiction as error:
        return [_contradicted(str(error), "one key, or one that takes over from another")]
    except (NoteError, NotACheckpoint) as error:
        said = f"a file in {settings.checkpoint_dir} is not signed by a key of ours: {error}"
        return [_contradicted(said, "checkpoints of this journal alone")]
    except Unavailable as error:
        return [_contradicted(str(error), "a directory that can be read")]


async def _signing_on(
    settings: Settings, signing: SigningKeys, store: PostgresCheckpoints, now: datetime
) -> Diagnosis:
    latest, keys = await store.latest(), await store.keys()
    size = latest.size if latest else 0
    new = new_key(signing, keys, size, now)
    ring = keyring_of(signing, keys)
    for kept in await CheckpointFiles(Path(settings.checkpoint_dir)).newest():
        if (outside := ring.open(kept.note).size) > size:
            said = f"{kept.path} has {outside} rows, the last one of the database {size}"
            return _contradicted(f"{said}: the database was set back", "as many")
    begins = "signs" if new is None else "signs from now on"
    return good(_CHECKPOINTS, f"{signing.key.public} {begins}")


def _contradicted(found: str, wanted: str) -> Diagnosis:
    return fault(_CHECKPOINTS, found, wanted, "RUNBOOK.md, «Checkpoints»")
