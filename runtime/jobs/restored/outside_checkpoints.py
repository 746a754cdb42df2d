"""What checkpoints outside the database say about how many rows the journal once had."""

from collections.abc import Iterable
from dataclasses import dataclass

from domain.audit.checkpoints import Checkpoint, NotACheckpoint
from gateways.checkpoint_files import CheckpointFiles
from gateways.kafka.record_reader import KafkaReader
from schemas.audit.keyring import Keyring
from schemas.audit.signed_notes import NoteError
from store.journal.checkpoints import PostgresCheckpoints

_LAST = 50
"""Records of the topic that are read: changes of keys are among them."""


@dataclass(frozen=True, slots=True)
class CheckpointAhead:
    """A signed checkpoint of more rows, or of other ones, than the database has."""

    where: str
    checkpoint: Checkpoint
    detail: str


@dataclass(frozen=True)
class OutsideCheckpoints:
    """Files and the topic, read with the keys of the settings. Raises Unavailable."""

    store: PostgresCheckpoints
    ring: Keyring
    files: CheckpointFiles | None
    kafka: KafkaReader
    topic: str

    async def contradictions(self) -> list[CheckpointAhead]:
        """Return the largest checkpoint of each place that the database contradicts."""
        latest = await self.store.latest()
        size = latest.size if latest else 0
        found = []
        for where, checkpoint in (*await self._of_files(), *await self._of_topic()):
            inside = await self.store.of_size(checkpoint.size)
            if checkpoint.size > size:
                detail = f"it signs {checkpoint.size} rows, and the last one of the database {size}"
            elif inside is None or inside.root != checkpoint.root:
                detail = f"of its {checkpoint.size} rows the database signed others, or none"
            else:
                continue
            found.append(CheckpointAhead(where, checkpoint, detail))
        return found

    async def rows(self) -> int:
        """Return how many rows the journal has, those of operations included."""
        latest, lag = await self.store.latest(), await self.store.lag()
        return (latest.size if latest else 0) + lag.rows

    async def _of_files(self) -> list[tuple[str, Checkpoint]]:
        notes = await self.files.newest() if self.files else []
        return self._largest((str(each.path), each.note) for each in notes)

    async def _of_topic(self) -> list[tuple[str, Checkpoint]]:
        notes: list[tuple[str, str]] = []
        for extent in await self.kafka.extents(self.topic):
            start = max(extent.first, extent.end - _LAST)
            part = self.kafka.between(self.topic, extent.partition, start, extent.end)
            async for records in part:
                notes += [
                    (
                        f"{self.topic}/{extent.partition}/{each.position.offset}",
                        (each.value or b"").decode("utf-8", errors="replace"),
                    )
                    for each in records
                ]
        return self._largest(notes)

    def _largest(self, notes: Iterable[tuple[str, str]]) -> list[tuple[str, Checkpoint]]:
        """Return the checkpoint of most rows that a key of ours has signed, if there is one."""
        found = []
        for where, note in notes:
            try:
                found.append((where, self.ring.open(note)))
            except (NoteError, NotACheckpoint):
                continue  # a change of keys, or a note of another journal
        return [max(found, key=lambda each: each[1].size)] if found else []
