"""A real S3-compatible store (S3Proxy, over a directory) on this machine; it checks signatures."""

import asyncio
import shutil
import urllib.error
import urllib.request
from pathlib import Path

from typing_extensions import override

from runtime.embedded.child_server import ChildServer, ServerNotReady
from runtime.embedded.ports import LOOPBACK, free_port

LIBRARIES = Path(__file__).parents[2] / ".cache/object-store/libs"
KEY, SECRET = "sanban", "a-secret-of-the-tests"
BUCKET = "photos"
_SETTINGS = """\
s3proxy.endpoint={endpoint}
s3proxy.authorization=aws-v4
s3proxy.identity={key}
s3proxy.credential={secret}
s3proxy.ignore-unknown-headers=true
jclouds.provider=filesystem-nio2
jclouds.identity=unused
jclouds.credential=unused
jclouds.filesystem.basedir={data}
"""
_GLANCE_S = 0.1


class ObjectStore(ChildServer):
    """It has one bucket."""

    title = "The object store"

    def __init__(self, directory: Path) -> None:
        self.port = free_port()
        super().__init__(directory.absolute(), ports=[self.port])

    @property
    def endpoint(self) -> str:
        return f"http://{LOOPBACK}:{self.port}"

    @property
    def bucket(self) -> str:
        return f"{self.endpoint}/{BUCKET}"

    @override
    async def prepare(self) -> None:
        await super().prepare()
        data = self.directory / "data"
        (data / BUCKET).mkdir(parents=True, exist_ok=True)
        said = _SETTINGS.format(endpoint=self.endpoint, key=KEY, secret=SECRET, data=data)
        (self.directory / "s3proxy.properties").write_text(said)

    @override
    def command(self) -> list[str]:
        java = shutil.which("java")
        if java is None:
            raise ServerNotReady("S3Proxy needs Java 17 or newer: there is no program `java`.")
        if not LIBRARIES.exists():
            raise ServerNotReady(f"S3Proxy is not in {LIBRARIES}: run `make object-store`.")
        options = ["-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"]
        settings = str(self.directory / "s3proxy.properties")
        program = ["org.gaul.s3proxy.Main", "--properties", settings]
        return [java, *options, "-cp", f"{LIBRARIES}/*", *program]

    @override
    async def ready(self) -> bool:
        await asyncio.sleep(_GLANCE_S)
        return await asyncio.to_thread(self._answers)

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(self.endpoint):  # noqa: S310 - ours
                return True
        except urllib.error.HTTPError:
            return True  # it wants a signature
        except OSError:
            return False
