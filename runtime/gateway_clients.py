"""The file of the gateway's clients: read, read again when it changes, and made for `sanban up`."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import structlog
from pydantic import ValidationError

from console.gateway.clients import Client, ClientFile, digest_of
from console.metrics import CLIENTS_UNREAD
from domain.policies import Policy
from domain.sources import WHOLE
from domain.words import Channel
from store import yaml_files
from store.pack_problems import path_text

log = structlog.stdlib.get_logger()

DEVELOPMENT = "gateway-clients.yaml"
TOKENS = "gateway-tokens"
_SOURCE = "https://app.example/311"
_HEAD = """\
# Who may use the gateway. `sanban gateway-token` makes a token and its line; the file is read again
# when it changes. `may_act_as: [{role: handler, unit: UNIT}]` lets a client act on cases.
clients:
"""


class Flawed(Exception):
    """The file cannot be used; says where and why, and never what a field holds."""


class ClientsFile:
    """The clients as the file has them; as it had them last, while it is wrong."""

    def __init__(self, path: str) -> None:
        self._path = Path(path) if path else None
        self._seen: tuple[int, int, int] | None = None
        self._clients: tuple[Client, ...] | None = None
        self._flaw = ""

    def current(self) -> tuple[Client, ...]:
        """Looks whether the file changed: microseconds, and once a request."""
        if self._path is None:
            return ()
        try:
            stat = self._path.stat()
            seen = (stat.st_mtime_ns, stat.st_size, stat.st_ino)
            if seen != self._seen:
                self._seen = seen
                self._read(self._path)
        except OSError as error:
            self._seen = None
            self._wrong(f"cannot read {self._path}: {error.strerror}")
        return self._clients or ()

    async def why_not_ready(self) -> str | None:
        """Only while nobody has a token: a slip of the pen later shuts nobody out."""
        if self._path is None:
            return "SANBAN_GATEWAY_CLIENTS is not set; `sanban gateway-token` makes a line for it"
        self.current()
        return self._flaw if self._clients is None else None

    def _read(self, path: Path) -> None:
        try:
            self._clients = read(path.read_bytes(), path)
        except Flawed as flaw:
            self._wrong(str(flaw))
        else:
            self._flaw = ""
            CLIENTS_UNREAD.set(0)
            log.info("gateway.clients_read", number=len(self._clients))

    def _wrong(self, flaw: str) -> None:
        if flaw != self._flaw:
            log.error("gateway.clients_not_read", detail=flaw)
        self._flaw = flaw
        CLIENTS_UNREAD.set(1)


def read(content: bytes, path: Path) -> tuple[Client, ...]:
    """Raises Flawed."""
    page = yaml_files.read(content)
    if page.flaws:
        flaw = page.flaws[0]
        raise Flawed(
            f"{path}:{flaw.line}: {path_text(flaw.path)} {flaw.reason}".replace(":  ", ": ")
        )
    try:
        return ClientFile.model_validate(page.value).clients
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = f"{path}:{page.line(first['loc'])}: {path_text(first['loc'])}"
        raise Flawed(f"{where}: {first['msg'].removeprefix('Value error, ')}") from None


def new_token() -> str:
    return f"sbn_{secrets.token_urlsafe(32)}"


def line_of(client: Client) -> str:
    """Its line for the file."""
    return (
        f'  - {{name: {client.name}, tenant: {client.tenant}, source: "{client.source}",\n'
        f"     channel: {client.channel}, per_minute: {client.per_minute}, burst: {client.burst},\n"
        f"     sha256: {client.sha256}}}\n"
    )


@dataclass(frozen=True, slots=True)
class Development:
    """For the person who tries it: a client a tenant, whose tokens are kept beside the file."""

    file: Path
    tokens: dict[str, str]


def development(directory: Path, policies: Mapping[str, Policy]) -> Development:
    """Made once; a later start finds the same tokens, and whatever was added to the file."""
    file, kept = directory / DEVELOPMENT, directory / TOKENS
    if file.exists() and kept.exists():
        return Development(file, dict(line.split() for line in kept.read_text().splitlines()))
    tokens = {tenant: new_token() for tenant in policies}
    clients = [_client(policies[tenant], token) for tenant, token in tokens.items()]
    kept.touch(mode=0o600)
    kept.write_text("".join(f"{tenant} {token}\n" for tenant, token in tokens.items()))
    file.write_text(_HEAD + "".join(map(line_of, clients)))
    return Development(file, tokens)


def _client(policy: Policy, token: str) -> Client:
    """One that may file what its town takes: where it has a list of sources, as one of these."""
    source, channel = _SOURCE, Channel.CITIZEN
    filing = [rule for rule in policy.sources if rule.channels]
    if filing:
        rule = next((each for each in filing if channel in each.channels), filing[0])
        source = rule.source.removesuffix(WHOLE)
        source = source if source == rule.source else f"{source}/gateway"
        channel = channel if channel in rule.channels else rule.channels[0]
    return Client(
        name=f"{policy.tenant}-app",
        tenant=policy.tenant,
        source=source,
        channel=channel,
        sha256=digest_of(token),
        per_minute=600,
        burst=100,
    )
