"""The file of the gateway's clients: read again when it changes, and made for `sanban up`."""

import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import structlog

from console.gateway.clients import Client, ClientFile, digest_of
from console.metrics import CLIENTS_UNREAD
from domain.policy.model import Policy
from domain.policy.sources import WHOLE, rule_of, why_not_acting, why_not_filed
from domain.policy_checks.findings import no_such
from domain.vocabulary import Channel, Role
from runtime.wiring.reloading_file import ReloadingFile, read_as

log = structlog.stdlib.get_logger()

DEVELOPMENT = "gateway-clients.yaml"
TOKENS = "gateway-tokens"
_SOURCE = "https://app.example/311"
_HEAD = """\
# Who may use the gateway. `sanban gateway-token` makes a token and its line; the file is read again
# when it changes. `may_act_as: [{role: handler, unit: UNIT}]` lets a client act on cases.
clients:
"""


class ClientsFile:
    """The clients as the file has them; while it is wrong, as it had them last."""

    def __init__(self, path: str) -> None:
        self._file = ReloadingFile(Path(path), read) if path else None

    def current(self) -> tuple[Client, ...]:
        """Return the clients; look whether the file changed, which costs microseconds."""
        if self._file is None:
            return ()
        if self._file.reload():
            self._log(self._file)
        return self._file.value or ()

    async def why_not_ready(self) -> str | None:
        """Return why no client has a token. A mistake made in the file later shuts none out."""
        if self._file is None:
            return "SANBAN_GATEWAY_CLIENTS is not set; `sanban gateway-token` makes a line for it"
        self.current()
        return self._file.flaw if self._file.value is None else None

    def status(self) -> str:
        """Return how many have a token, or that the file is wrong and those of before count."""
        number = len(self.current())
        if self._file is not None and self._file.flaw:
            return f"the file is wrong, and the {number} clients of before count: {self._file.flaw}"
        return f"{number} have a token"

    @staticmethod
    def _log(file: ReloadingFile[tuple[Client, ...]]) -> None:
        CLIENTS_UNREAD.set(bool(file.flaw))
        if file.flaw:
            log.error("gateway.clients_not_read", detail=file.flaw)
        else:
            log.info("gateway.clients_read", number=len(file.value or ()))


def read(content: bytes, path: Path) -> tuple[Client, ...]:
    """Read the clients of a file. Raises Flawed."""
    return read_as(ClientFile, content, path)[0].clients


def why_refused(client: Client, policies: Mapping[str, Policy]) -> Iterator[str]:
    """Yield why this client is refused by the policies of today; nothing if it may do all it says.

    Of a source it looks at the channel and at each role in which the client may act.
    """
    policy = policies.get(client.tenant)
    if policy is None:
        yield no_such("tenant", client.tenant, policies)
        return
    rules = policy.sources
    if rules and rule_of(rules, client.source) is None:
        known = (each.source for each in rules)
        yield f"{no_such('source', client.source, known)} (sources.yaml of {client.tenant})"
        return
    rule = rule_of(rules, client.source)
    # A client that only acts has no use for its channel.
    if rule is None or rule.channels or not client.may_act_as:
        yield from filter(None, [why_not_filed(rules, client.source, client.channel)])
    for each in client.may_act_as:
        role = Role(each.role)
        if said := why_not_acting(rules, client.source, role, each.unit):
            yield said
        elif each.unit is not None and policy.unit(each.unit) is None:
            yield no_such("unit", each.unit, (unit.id for unit in policy.units))


def new_token() -> str:
    return f"sbn_{secrets.token_urlsafe(32)}"


def line_of(client: Client) -> str:
    """Write a client as its line in the file."""
    return (
        f'  - {{name: {client.name}, tenant: {client.tenant}, source: "{client.source}",\n'
        f"     channel: {client.channel}, per_minute: {client.per_minute}, burst: {client.burst},\n"
        f"     sha256: {client.sha256}}}\n"
    )


@dataclass(frozen=True, slots=True)
class DevelopmentClients:
    """A file with a client for each tenant, for first steps; and token by tenant, in `kept`."""

    file: Path
    kept: Path
    tokens: dict[str, str] = field(repr=False)


def development_clients(directory: Path, policies: Mapping[str, Policy]) -> DevelopmentClients:
    """Make both files once; a later start finds the same tokens, and what was added to the file."""
    file, kept = directory / DEVELOPMENT, directory / TOKENS
    if file.exists() and kept.exists():
        tokens = dict(line.split() for line in kept.read_text().splitlines())
        return DevelopmentClients(file, kept, tokens)
    tokens = {tenant: new_token() for tenant in policies}
    clients = [_client(policies[tenant], token) for tenant, token in tokens.items()]
    kept.touch(mode=0o600)
    kept.write_text("".join(f"{tenant} {token}\n" for tenant, token in tokens.items()))
    file.write_text(_HEAD + "".join(map(line_of, clients)))
    return DevelopmentClients(file, kept, tokens)


def _client(policy: Policy, token: str) -> Client:
    """Make a client that may file complaints: as a source of the town's list, where it has one."""
    source, channel = _SOURCE, Channel.CITIZEN
    filing = [rule for rule in policy.sources if rule.channels]
    if filing:
        fitting = [each for each in filing if channel in each.channels] or filing
        # The one that speaks for citizens alone, before a hotline that also does.
        rule = min(fitting, key=lambda each: len(each.channels))
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
