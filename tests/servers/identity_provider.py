"""A real identity provider (oidc-provider of Node.js) on this machine: any login is a person."""

import asyncio
import shutil
import urllib.error
import urllib.request
from pathlib import Path

from typing_extensions import override

from runtime.embedded.child_server import ChildServer
from runtime.embedded.ports import LOOPBACK, free_port

MODULES = Path(__file__).parents[2] / ".cache/openid"
CLIENT, SECRET = "sanban", "a secret of the tests"
_PROGRAM = Path(__file__).parent / "openid/server.js"
_GLANCE_S = 0.1


class IdentityProvider(ChildServer):
    """`console`: the address to which it sends people back. `host`: its own name in addresses."""

    title = "The identity provider"

    def __init__(self, directory: Path, console: str, host: str = LOOPBACK) -> None:
        self.port = free_port()
        self.console = console
        self.host = host
        super().__init__(directory, ports=[self.port])

    @property
    def issuer(self) -> str:
        return f"http://{self.host}:{self.port}"

    @override
    def command(self) -> list[str]:
        node = shutil.which("node") or "node"
        return ["env", f"MODULES={MODULES}", node, str(_PROGRAM), self.issuer, self.console]

    @override
    async def ready(self) -> bool:
        await asyncio.sleep(_GLANCE_S)
        return await asyncio.to_thread(self._answers)

    def _answers(self) -> bool:
        try:
            url = f"{self.issuer}/.well-known/openid-configuration"
            with urllib.request.urlopen(url) as found:  # noqa: S310 - ours
                return bool(found.status == 200)
        except (urllib.error.URLError, OSError):
            return False
