"""Photos that came with citizens' reports, as files: a directory for each case, named by digest."""

import asyncio
import os
import secrets
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from gateways.durable_files import as_unavailable, sync_directory

URN = "urn:sanban:media:"
"""What begins the address of a photo where the operators serve none."""

_FILE_MODE, _DIRECTORY_MODE = 0o640, 0o750
"""For the gateway and its group, such as a web server that shows the photos to officers."""


def address_of(url: str, case_id: str, name: str) -> str:
    """Return the address of a file below `url`, or the name that it has where none is served."""
    base = f"{url.rstrip('/')}/" if url else URN
    return f"{base}{case_id}/{name}"


@dataclass(frozen=True, slots=True)
class MediaFiles:
    """The directory of photos, `DIRECTORY/CASE/SHA256.jpg`. Methods raise Unavailable.

    `url` is the address under which the operators serve it, or "".
    """

    directory: Path
    url: str = ""

    def uri_of(self, case_id: str, name: str) -> str:
        return address_of(self.url, case_id, name)

    async def keep(self, case_id: str, photos: Mapping[str, bytes]) -> None:
        """Write the photos, by name, whole or not at all, also if the power fails."""
        await asyncio.to_thread(self._keep, self.directory / case_id, photos)

    async def read(self, case_id: str, name: str) -> bytes | None:
        """Return a file of the case; None if there is none."""
        return await asyncio.to_thread(self._read, self.directory / case_id / name)

    async def names(self, case_id: str) -> frozenset[str]:
        """Return the names of the files of the case."""
        return await asyncio.to_thread(self._names, self.directory / case_id)

    async def forget(self, case_id: str) -> int:
        """Delete the photos of a case; return how many there were."""
        return await asyncio.to_thread(self._forget, self.directory / case_id)

    async def came(self, since: datetime, until: datetime) -> list[tuple[str, str]]:
        """Return (case, name) of the files that came in this time, in no order."""
        return await asyncio.to_thread(self._came, since.timestamp(), until.timestamp())

    async def forget_unused(self, files: Sequence[tuple[str, str]], until: datetime) -> int:
        """Delete the files that have not come again since `until`; return how many there were."""
        return await asyncio.to_thread(self._forget_unused, files, until.timestamp())

    def prepare(self) -> None:
        """Create the directory, and try to write in it."""
        with as_unavailable("media", self.directory):
            self.directory.mkdir(mode=_DIRECTORY_MODE, parents=True, exist_ok=True)
            self._write(self.directory / f".{secrets.token_hex(8)}.part", b"").unlink()

    # Below: in a thread.

    def _keep(self, folder: Path, photos: Mapping[str, bytes]) -> None:
        with as_unavailable("media", self.directory):
            folder.mkdir(mode=_DIRECTORY_MODE, parents=True, exist_ok=True)
            for name, content in photos.items():
                if (folder / name).exists():  # of this digest, so the same
                    os.utime(folder / name)  # it is new again: see `forget_unused`
                else:
                    part = self._write(folder / f".{secrets.token_hex(8)}.part", content)
                    part.replace(folder / name)
            sync_directory(folder)
            sync_directory(self.directory)

    def _read(self, path: Path) -> bytes | None:
        if path.parent.parent != self.directory or path.name.startswith("."):
            return None
        with as_unavailable("media", self.directory):
            return path.read_bytes() if path.is_file() else None

    def _names(self, folder: Path) -> frozenset[str]:
        with as_unavailable("media", self.directory):
            if not folder.is_dir():
                return frozenset()
            return frozenset(each.name for each in folder.iterdir() if each.name[0] != ".")

    def _forget(self, folder: Path) -> int:
        with as_unavailable("media", self.directory):
            if not folder.is_dir():
                return 0
            number = sum(1 for each in folder.iterdir() if not each.name.startswith("."))
            shutil.rmtree(folder)
            sync_directory(self.directory)
            return number

    def _came(self, since: float, until: float) -> list[tuple[str, str]]:
        found = list[tuple[str, str]]()
        with as_unavailable("media", self.directory):
            if not self.directory.is_dir():
                return found
            for folder in self.directory.iterdir():
                # A file that comes changes the time of its directory.
                if not folder.is_dir() or folder.stat().st_mtime < since:
                    continue
                found += [
                    (folder.name, each.name)
                    for each in folder.iterdir()
                    if since <= each.stat().st_mtime < until
                ]
        return found

    def _forget_unused(self, files: Sequence[tuple[str, str]], until: float) -> int:
        number = 0
        with as_unavailable("media", self.directory):
            for case_id, name in files:
                path = self.directory / case_id / name
                if path.is_file() and path.stat().st_mtime < until:
                    path.unlink()
                    number += 1
        return number

    @staticmethod
    def _write(path: Path, content: bytes) -> Path:
        try:
            with os.fdopen(
                os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _FILE_MODE), "wb"
            ) as f:
                f.write(content)
                f.flush()
                os.fsync(f.fileno())
        except OSError:
            path.unlink(missing_ok=True)
            raise
        return path
