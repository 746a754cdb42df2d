"""Checkpoints as files outside the database, in a directory that its owner cannot change."""

import asyncio
import os
import re
import secrets
from dataclasses import dataclass
from pathlib import Path

from gateways.durable_files import as_unavailable, sync_directory

LATEST = "latest.note"

_NUMBERED = re.compile(r"checkpoint-(\d{12,})\.note")
_PART = ".part"


@dataclass(frozen=True, slots=True)
class CheckpointFile:
    """A file and its text; bytes that are not UTF-8 show as the replacement character."""

    path: Path
    note: str


@dataclass(frozen=True, slots=True)
class CheckpointFiles:
    """The directory of checkpoints. Methods raise Unavailable if it cannot be read or written."""

    directory: Path

    async def newest(self) -> list[CheckpointFile]:
        """Return the largest checkpoint and the one named the latest, as far as they exist."""
        return await asyncio.to_thread(self._newest)

    async def latest(self) -> str | None:
        """Return the text of the file that is named the latest; None if there is none."""
        found = await asyncio.to_thread(self._read, self.directory / LATEST)
        return found.note if found else None

    async def write(self, size: int, note: str) -> Path:
        """Write a checkpoint and make it the latest. Writing it again changes nothing."""
        return await asyncio.to_thread(self._write, f"checkpoint-{size:012}.note", note, LATEST)

    async def write_key_change(self, size: int, note: str) -> None:
        """Write a change of keys unless the file has it already."""
        await asyncio.to_thread(self._write_missing, f"keys-{size:012}.note", note)

    async def prepare(self) -> None:
        """Create the directory, read it, and try to write in it."""
        await asyncio.to_thread(self._prepare)

    def path_of(self, size: int) -> Path:
        return self.directory / f"checkpoint-{size:012}.note"

    # Below: in a thread.

    def _prepare(self) -> None:
        self._newest()
        with as_unavailable("checkpoint-files", self.directory):
            self.directory.mkdir(parents=True, exist_ok=True)
            part = self.directory / f".{secrets.token_hex(8)}{_PART}"
            part.touch(exist_ok=False)
            part.unlink()

    def _newest(self) -> list[CheckpointFile]:
        with as_unavailable("checkpoint-files", self.directory):
            names = [path.name for path in self.directory.glob("checkpoint-*")]
        sizes = [int(match[1]) for name in names if (match := _NUMBERED.fullmatch(name))]
        paths = [self.path_of(max(sizes))] if sizes else []
        found = (self._read(path) for path in (*paths, self.directory / LATEST))
        return [each for each in found if each is not None]

    def _read(self, path: Path) -> CheckpointFile | None:
        with as_unavailable("checkpoint-files", self.directory):
            try:
                return CheckpointFile(path, path.read_text("utf-8", errors="replace"))
            except FileNotFoundError:
                return None

    def _write(self, name: str, note: str, *also: str) -> Path:
        with as_unavailable("checkpoint-files", self.directory):
            self.directory.mkdir(parents=True, exist_ok=True)
            for each in (name, *also):
                self._replace(each, note)
            sync_directory(self.directory)
        return self.directory / name

    def _write_missing(self, name: str, note: str) -> None:
        found = self._read(self.directory / name)
        if found is None or found.note != note:
            self._write(name, note)

    def _replace(self, name: str, note: str) -> None:
        """Replace a file whole or not at all, also after a power cut."""
        part = self.directory / f"{name}{_PART}"
        with part.open("wb") as file:
            file.write(note.encode())
            file.flush()
            os.fsync(file.fileno())
        part.replace(self.directory / name)
