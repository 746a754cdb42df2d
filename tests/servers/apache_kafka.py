"""A real Apache Kafka of one node, for what the embedded broker cannot prove."""

import asyncio
import shutil
import subprocess
import uuid
from collections.abc import Sequence
from pathlib import Path

from typing_extensions import override

from runtime.embedded.broker import speaks_kafka
from runtime.embedded.child_server import ChildServer, ServerNotReady
from runtime.embedded.ports import LOOPBACK, free_port

ROOT = Path(__file__).parents[2]
LIBRARIES = ROOT / ".cache/kafka/libs"
LOGGING = Path(__file__).parent / "kafka/log4j2.properties"
# A broker of one node can keep one copy of anything. The short session lets it come back soon
# after a kill: for as long as that the controller takes the dead one for alive.
SETTINGS = """\
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@{host}:{controller_port}
listeners=PLAINTEXT://{host}:{port},CONTROLLER://{host}:{controller_port}
advertised.listeners=PLAINTEXT://{host}:{port}
controller.listener.names=CONTROLLER
log.dirs={data}
auto.create.topics.enable=false
default.replication.factor=1
offsets.topic.replication.factor=1
offsets.topic.num.partitions=4
transaction.state.log.replication.factor=1
transaction.state.log.num.partitions=4
transaction.state.log.min.isr=1
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
group.initial.rebalance.delay.ms=0
broker.session.timeout.ms=3000
broker.heartbeat.interval.ms=500
"""


class ApacheKafka(ChildServer):
    """Unlike the embedded broker it keeps its records over a kill and a restart."""

    title = "Apache Kafka"

    def __init__(
        self, directory: Path, *, port: int | None = None, more_ports: Sequence[int] = ()
    ) -> None:
        self.port = port or free_port()
        self._controller_port = free_port()
        ports = [self.port, self._controller_port, *more_ports]
        super().__init__(directory.absolute(), ports=ports)
        self._settings = self.directory / "server.properties"

    @property
    def bootstrap(self) -> str:
        return f"{LOOPBACK}:{self.port}"

    @override
    def command(self) -> list[str]:
        return [*_java(), "kafka.Kafka", str(self._settings)]

    @override
    async def prepare(self) -> None:
        await super().prepare()
        if not self._settings.exists():
            await asyncio.to_thread(self._format)

    @override
    async def ready(self) -> bool:
        return await speaks_kafka(self.port)

    def settings(self) -> str:
        """Return the lines of server.properties, which are written once, before the first start."""
        return SETTINGS.format(
            host=LOOPBACK,
            port=self.port,
            controller_port=self._controller_port,
            data=self.directory / "data",
        )

    def _format(self) -> None:
        draft = self._settings.with_suffix(".draft")
        draft.write_text(self.settings())
        command = [
            "kafka.tools.StorageTool",
            "format",
            "-t",
            uuid.uuid4().hex[:22],
            "-c",
            str(draft),
        ]
        done = subprocess.run(
            [*_java(), *command], check=False, capture_output=True, text=True, cwd=self.directory
        )
        if done.returncode != 0:
            raise ServerNotReady(f"{self.title} cannot format its storage: {done.stdout}")
        draft.rename(self._settings)


def _java() -> list[str]:
    java = shutil.which("java")
    if java is None:
        raise ServerNotReady("Apache Kafka needs Java 17 or newer: there is no program `java`.")
    if not LIBRARIES.exists():
        raise ServerNotReady(f"Apache Kafka is not in {LIBRARIES}: run `make kafka`.")
    return [
        java,
        # The second compiler would cost a third more time to start.
        *(
            "-Xmx512m",
            "-XX:+UseSerialGC",
            "-XX:-UsePerfData",  # a file for other processes in the directory for temporary ones
            "-XX:TieredStopAtLevel=1",
            f"-Dlog4j2.configurationFile={LOGGING}",
        ),
        *("-cp", f"{LIBRARIES}/*"),
    ]
