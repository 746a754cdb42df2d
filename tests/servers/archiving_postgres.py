"""A PostgreSQL that archives its WAL, and can be set back to a point in time from a base backup."""

import asyncio
import shutil
from pathlib import Path

import psycopg
from typing_extensions import override

from runtime.embedded.postgres import SUPERUSER, EmbeddedPostgres
from tests.limits import EVENT_S

ARCHIVED = "SELECT last_archived_wal >= %s FROM pg_stat_archiver"


class ArchivingPostgres(EmbeddedPostgres):
    """`backup` and `archive` are in its directory. Restored, it keeps directory and address."""

    def __init__(self, directory: Path) -> None:
        super().__init__(directory)
        self.archive = self.directory / "archive"
        self.backup = self.directory / "backup"
        self._settings |= {
            "fsync": "off",
            "archive_mode": "on",
            "archive_command": f"cp %p {self.archive}/%f",
        }

    @override
    async def prepare(self) -> None:
        await super().prepare()
        if not self.archive.exists():
            self.archive.mkdir()
            self._give_to_server(self.archive)

    async def back_up(self) -> None:
        """Take a base backup, as an administrator does."""
        await asyncio.to_thread(
            self._run,
            str(self._programs / "pg_basebackup"),
            *("-h", str(self._sockets), "-p", "5432", "-U", SUPERUSER),
            *("-D", str(self.backup), "-X", "none", "--checkpoint=fast", "--no-sync"),
            *("--no-manifest",),
        )

    async def mark(self, name: str) -> None:
        """Name this point of time, and return when the archive has all WAL up to it."""
        async with await psycopg.AsyncConnection.connect(self.dsn(), autocommit=True) as connection:
            await connection.execute("SELECT pg_create_restore_point(%s)", (name,))
            await self._archived(connection)

    async def _archived(self, connection: psycopg.AsyncConnection) -> None:
        found = await connection.execute("SELECT pg_walfile_name(pg_switch_wal())")
        [(segment,)] = await found.fetchall()
        async with asyncio.timeout(EVENT_S):
            while True:
                found = await connection.execute(ARCHIVED, (segment,))
                [(is_there,)] = await found.fetchall()
                if is_there:
                    return
                await asyncio.sleep(0.1)

    async def set_back(self, target: str) -> None:
        """Restore the backup and the archive up to this point, and start. Raises ServerNotReady."""
        await self.stop()
        await asyncio.to_thread(shutil.rmtree, self._data)
        self._settings |= self.recovery(target)
        await asyncio.to_thread(self.restore_into, self._data)
        await self.start()

    def recovery(self, target: str) -> dict[str, str]:
        """Return the settings with which a server recovers up to a point of time."""
        return {
            "restore_command": f"cp {self.archive}/%f %p",
            "recovery_target_name": target,
            "recovery_target_action": "promote",
            "hot_standby": "off",  # ready is what has reached the target, and not before
        }

    def restore_into(self, data: Path) -> None:
        """Copy the backup into a data directory that begins to recover when it is started."""
        shutil.copytree(self.backup, data)
        (data / "recovery.signal").touch()
        for path in (data, *data.rglob("*")):
            self._give_to_server(path)
        data.chmod(0o700)


class ScratchPostgres(EmbeddedPostgres):
    """A server on which the backup of another one is restored up to a point, as in a drill."""

    def __init__(self, directory: Path, of: ArchivingPostgres, target: str) -> None:
        super().__init__(directory, settings={"fsync": "off", **of.recovery(target)})
        self._of = of

    @override
    def _create_cluster(self) -> None:
        self._of.restore_into(self._data)
