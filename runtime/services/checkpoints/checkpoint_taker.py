"""Taking a checkpoint: prove the last one, add what is new, sign, and keep it in three places.

The tree that is signed always goes on from the one that was signed before, and only after every
place that holds checkpoints was found to agree. A process that begins reads the whole journal
once, so that it notices rows that were changed; then each checkpoint costs only what is new.
"""

from collections.abc import Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Protocol

import structlog

from domain.audit.checkpoints import Checkpoint, NotACheckpoint
from domain.audit.merkle import Edge
from gateways.checkpoint_files import CheckpointFile, CheckpointFiles
from runtime.services.checkpoints.keys import Contradiction, SigningKeys, keyring_of, new_key
from schemas.audit.keyring import Keyring
from schemas.audit.signed_notes import NoteError, sign
from schemas.intake import Unavailable
from store.journal.checkpoints import PostgresCheckpoints, StoredCheckpoint, StoredKey
from store.journal.leases import Lease

log = structlog.stdlib.get_logger()


class CheckpointTopic(Protocol):
    """Where checkpoints are published, so that others can keep them."""

    async def put(self, origin: str, note: str) -> None:
        """Publish a note of the journal `origin`; return once it is kept. Raises Unavailable."""
        ...


@dataclass(frozen=True, slots=True)
class ProvenTree:
    """The tree over all rows up to and with the transaction `through`, made from the rows."""

    edge: Edge = field(default_factory=Edge)
    through: int = 0


def proven_by(latest: StoredCheckpoint | None) -> ProvenTree:
    """Return the tree of that checkpoint, without reading its rows again."""
    return ProvenTree(_edge(latest), latest.through) if latest else ProvenTree()


@dataclass
class CheckpointTaker:
    """Takes checkpoints and keeps them in the database, in files and on a topic.

    `topic` is None where nothing is published. `proven` is the tree of the rows that were read so
    far. Every method raises Unavailable; repeating it is safe.
    """

    store: PostgresCheckpoints
    files: CheckpointFiles
    topic: CheckpointTopic | None
    signing: SigningKeys
    now: Callable[[], datetime]
    proven: ProvenTree = field(default_factory=ProvenTree)
    latest: StoredCheckpoint | None = field(default=None, init=False)
    _keys: Sequence[StoredKey] = field(default=(), init=False)

    async def agree(self, lease: Lease) -> None:
        """Check that all that is kept can be true at once. Raises Contradiction.

        Where our key is new, it is kept after that as the one that signs from now on.
        """
        latest, keys = await self.store.latest(), await self.store.keys()
        # This process remembers what it saw: a database that was set back under it has less.
        size, known = latest.size if latest else 0, self.latest.size if self.latest else 0
        if size < known:
            raise Contradiction(
                f"the last checkpoint of the database has {size} rows, and had {known} before: the "
                "database was set back"
            )
        # Not kept yet: it must not sign over anything that proves to be wrong.
        new = new_key(self.signing, keys, size, self._at())
        ring = keyring_of(self.signing, keys)
        if latest is not None:
            _check_row(ring, latest)
            if await self.store.is_foreign(latest.through):
                raise Contradiction(
                    f"the last checkpoint ends with transaction {latest.through}, which this "
                    "PostgreSQL has not reached: the database was copied here from another server"
                )
        for found in await self.files.newest():
            await self._check_file(ring, found, size)
        if latest is not None:
            await self._prove(latest)
        if new is not None:
            await self.store.keep_key(lease, new, before=keys[-1].key if keys else None)
            keys.append(new)
            log.info("checkpoints.key", key=new.key, size=size)
        self._keys, self.latest = keys, latest

    async def why_not_able(self) -> str | None:
        """Return why this process could not take over from the one that leads, or None.

        It looks at the directory and the keys, and proves nothing. Raises StoreUnavailable.
        """
        latest, keys = await self.store.latest(), await self.store.keys()
        try:
            new_key(self.signing, keys, latest.size if latest else 0, self._at())
            keyring_of(self.signing, keys)
            await self.files.prepare()
        except (Contradiction, Unavailable) as error:
            return f"could not take over: {error}"
        return None

    async def agrees_still(self) -> bool:
        """Return whether the latest file is still the one that we wrote: a quick look, no proof."""
        return self.latest is None or await self.files.latest() == self.latest.note

    async def take(self, lease: Lease) -> StoredCheckpoint | None:
        """Sign and store a checkpoint over all settled rows; return None when none is new.

        A row is settled when no open transaction can put another one before it.
        """
        before = self.proven
        through = await self.store.settled(before.through)
        if through is None:
            return None
        after = await self._extended(before, through)
        at = self._at()
        checkpoint = Checkpoint(
            self.signing.origin, after.edge.size, after.edge.root(), at, through
        )
        note = sign(checkpoint.text(), self.signing.key)
        hashes = after.edge.hashes
        kept = StoredCheckpoint(checkpoint.size, at, checkpoint.root, through, hashes, note)
        await self.store.keep(lease, kept, before=before.edge.size)
        self.proven, self.latest = after, kept
        return kept

    async def write(self, lease: Lease) -> Path | None:
        """Write the latest checkpoint and the changes of keys to files; return its path."""
        await lease.check()
        for kept in self._keys:
            if kept.note is not None:
                await self.files.write_key_change(kept.size, kept.note)
        latest = self.latest
        return await self.files.write(latest.size, latest.note) if latest else None

    async def publish(self, lease: Lease) -> None:
        """Publish each checkpoint that the topic lacks, in order, each after the key it needs."""
        if self.topic is None:
            return
        done = await self.store.published_size()
        while some := await self.store.beyond(done):
            for kept in some:
                await lease.check()
                for key in self._keys:
                    if key.note is not None and done <= key.size < kept.size:
                        await self.topic.put(self.signing.origin, key.note)
                await self.topic.put(self.signing.origin, kept.note)
                done = kept.size
                await self.store.published(lease, done)

    def _at(self) -> datetime:
        return self.now().replace(microsecond=0)

    async def _extended(self, before: ProvenTree, through: int) -> ProvenTree:
        edge = Edge(before.edge.size, before.edge.hashes)
        async with aclosing(self.store.hashes(before.through, through)) as parts:
            async for part in parts:
                edge.extend(part)
        return ProvenTree(edge, through)

    async def _prove(self, latest: StoredCheckpoint) -> None:
        """Check that the rows are those that were signed. Raises Contradiction."""
        if self.proven.through < latest.through:
            self.proven = await self._extended(self.proven, latest.through)
        edge = self.proven.edge
        if edge.size != latest.size:
            raise Contradiction(
                f"the journal has {edge.size} rows up to transaction {latest.through}, and had "
                f"{latest.size} when they were signed"
            )
        if edge.root() != latest.root:
            raise Contradiction(
                f"of the first {latest.size} rows of the journal some are others than were signed"
            )

    async def _check_file(self, ring: Keyring, found: CheckpointFile, size: int) -> None:
        """Check that a file agrees with the database, whose last checkpoint has `size` rows."""
        try:
            outside = ring.open(found.note)
        except (NoteError, NotACheckpoint) as error:
            raise Contradiction(f"{found.path} is no checkpoint of ours: {error}") from error
        if outside.size > size:
            raise Contradiction(
                f"{found.path} has {outside.size} rows, the last checkpoint of the database {size}"
                ": the database was set back"
            )
        inside = await self.store.of_size(outside.size)
        if inside is None or (inside.root, inside.through) != (outside.root, outside.through):
            raise Contradiction(
                f"{found.path} has {outside.size} rows, and the database has "
                f"{'no checkpoint' if inside is None else 'another'} of that size: it was rewritten"
            )


def _check_row(ring: Keyring, kept: StoredCheckpoint) -> None:
    """Check that the columns say what was signed. Raises Contradiction."""
    try:
        said = ring.open(kept.note)
    except (NoteError, NotACheckpoint) as error:
        raise Contradiction(f"the last checkpoint in the database: {error}") from error
    columns = Checkpoint(said.origin, kept.size, kept.root, kept.at, kept.through)
    if said != columns or _edge(kept).root() != kept.root:
        raise Contradiction(
            f"the checkpoint of {kept.size} rows in the database is not the one that was signed"
        )


def _edge(kept: StoredCheckpoint) -> Edge:
    try:
        return Edge(kept.size, kept.edge)
    except ValueError as error:
        raise Contradiction(f"the checkpoint of {kept.size} rows: {error}") from error
